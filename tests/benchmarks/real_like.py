"""A generated data root of any size that resembles the real one, the same bytes for the same size.

The shares of the kinds, keys, nesting, lines, bytes a file, and depth of the paths are those of Sylius' Gherkin features,
converted (3,946 files); a test compares them. What isn't alike is the wording, which is drawn from a few hundred words.

python -m tests.benchmarks.real_like --files 12000 DIR
"""

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_FILES_OF_A_PROJECT = 790
_TAGS_OF_A_PROJECT = 24
_PLAIN = re.findall(
    r"\S+",
    """I add to the cart modify browse want be notified that has been successfully should see not able price of product
customer channel store country taxon address order payment shipping method quantity promotion discount currency exchange
rate zone tax category administrator account email password review rating coupon code name description variant option
attribute inventory tracked available unit total checkout step locale translation image association list page first last
new existing changed deleted enabled disabled different same sorted ascending descending filtered by date from until only
with without for in on and his her this these all any one two three try set specify choose select save confirm cancel
required field too long short wrong unique already used placed paid refunded cancelled completed shipped guest logged""",
)
_QUOTED = re.findall(
    r"[^;\n]+",
    """Euro;US Dollar;United States;Poland;France;Belgium;T-Shirt;Mug;PHP T-Shirt;Free shipping;DHL;UPS;Bank transfer;
Cash on Delivery;Norway;Sylius;Symfony Mug;European Union;EU VAT;Clothing;Winter;John Doe;oliver@example.com;$10.00;$100.00;
English (United States);Polish (Poland);Rest of the World;Wyoming;Main shipping;10%;Angel T-Shirt;Large;Web""",
)
_OPENINGS = ("Given", "And", "And", "When", "And", "Then", "And", "But")

# The least, then 10, 25, 50, 75, 90 and 99 % of the real figures, then the greatest.
_LINES_OF_A_DESCRIPTION = (1, 3, 4, 5, 7, 9, 13, 22)
_LENGTH_OF_A_LINE = (12, 28, 38, 48, 63, 81, 125, 160)
_LINES_OF_EXTRA_RULES = (1, 2, 3, 5, 8, 11, 17, 24)
_LINES_OF_CONTENT = (1, 2, 3, 4, 7, 10, 16, 24)
_TAGS = (2, 3, 3, 3, 4, 4, 4, 4)


class _Texts:
    """Ids and prose from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # test data, no secrets

    def id(self) -> str:
        rest = "".join(self.random.choices(_LETTERS + _DIGITS, k=22))
        return self.random.choice(_LETTERS) + self.random.choice(_DIGITS) + rest

    def drawn(self, shares: Sequence[int]) -> int:
        """Return a number that is distributed as the figures of which these are the shares."""
        steps = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
        at = self.random.random()
        place = next(number for number, step in enumerate(steps[1:]) if at <= step)
        part = (at - steps[place]) / (steps[place + 1] - steps[place])
        return round(shares[place] + part * (shares[place + 1] - shares[place]))

    def line(self, length: int) -> str:
        words = [self.random.choice(_OPENINGS)]
        while sum(map(len, words)) + len(words) < length - 7:
            quoted = self.random.random() < 0.1
            words.append(f'"{self.random.choice(_QUOTED)}"' if quoted else self.random.choice(_PLAIN))
        return " ".join(words)

    def block(self, lines: int) -> str:
        return "".join(f"  {self.line(self.drawn(_LENGTH_OF_A_LINE))}\n" for _ in range(lines))

    def title(self, words: int) -> str:
        return " ".join(self.random.choices(_PLAIN, k=words)).capitalize()


def data_root(files: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of exactly so many files, at least 20: `qafiles.yaml`, then entities."""
    texts = _Texts(seed)
    shared = dict(_shared(texts))
    yield from shared.items()
    left = files - len(shared)
    number = 0
    while left > 0:
        for path, text in islice(_project(texts, number), min(left, _FILES_OF_A_PROJECT)):
            yield f"organizations/acme/projects/project-{number}/{path}", text
            left -= 1
        number += 1


def _shared(texts: _Texts) -> Iterator[tuple[str, str]]:
    yield "qafiles.yaml", "version: 1\n"
    for name, width in (("desktop", 1280), ("tablet", 820)):
        config = f"  channel: chrome\n  headless: true\n  viewport:\n    width: {width}\n    height: 800\n"
        yield f"browser_configs/{name}.yaml", f"id: {texts.id()}\nbrowser_config:\n{config}"
    created = "created_at: '2016-01-01T00:00:00Z'\n"
    yield (
        "organizations/acme/organization.yaml",
        f"id: {texts.id()}\nname: Acme\n{created}role: guest\n",
    )
    for user, role in (("lead", "admin"), ("tester", "member"), ("auditor", "guest")):
        name = f"name: {user.capitalize()}\nemail: {user}@qa.example.com\n"
        yield f"users/{user}.yaml", f"id: {texts.id()}\n{name}"
        yield (
            f"organizations/acme/members/{user}.yaml",
            f"id: {texts.id()}\nuser_id: {user}\nrole: {role}\n",
        )


def _project(texts: _Texts, number: int) -> Iterator[tuple[str, str]]:
    """Yield the files of a project without end, each of which refers only to files before it."""
    host = f"project-{number}.demo.example.com"
    created = "created_at: '2016-01-01T00:00:00Z'\n"
    yield (
        "project.yaml",
        f"id: {texts.id()}\nname: Project {number}\n{created}default_url_route: https://{host}\n",
    )
    tags: list[tuple[str, str]] = []
    for place in range(_TAGS_OF_A_PROJECT):
        handle, id_ = f"{_slug(texts.title(2))}-{place}", texts.id()
        tags.append((handle, id_))
        color = f"#{texts.random.randrange(16**6):06x}"
        yield f"tags/{handle}.yaml", f"id: {id_}\nname: {handle.replace('-', '_')}\ncolor: '{color}'\n"
    for suite in count():
        yield from _suite(texts, tags, host, suite)


def _suite(texts: _Texts, tags: list[tuple[str, str]], host: str, number: int) -> Iterator[tuple[str, str]]:
    """Yield a document and its test cases, three or so, of which each third has a traversal."""
    area = _slug(texts.title(1))
    title = texts.title(5)
    folder = f"{area}-{number // 12}/managing-{_slug(texts.title(2))}-{number // 4}"
    document, document_id = f"{folder}/{_slug(title)}-{number}", texts.id()
    lines = "".join(
        f"  {texts.line(texts.drawn(_LENGTH_OF_A_LINE))}\n" for _ in range(texts.drawn(_LINES_OF_CONTENT))
    )
    story = f"  {texts.title(14)}\n  As an {texts.title(1)}\n  I want to {texts.title(11).lower()}\n"
    content = f"content: |\n  # {title}\n\n{story}\n  ## Background\n\n{lines}"
    yield f"documents/{document}.yaml", f"id: {document_id}\nname: {title}\n{content}"
    for place in range(texts.random.choice((2, 2, 3, 3, 4))):
        title = texts.title(texts.random.randrange(4, 12))
        handle, id_ = f"{document}/{_slug(title)}-{place}", texts.id()
        chosen = texts.random.sample(tags, k=texts.drawn(_TAGS))
        names = "".join(f"  - {tag[texts.random.random() < 1 / 3]}\n" for tag in chosen)
        fields = (
            f"id: {id_}\ndocument_id: {(document, document_id)[place % 2]}\ntags:\n{names}"
            f"url_route: /{area}\nallowed_domains:\n  - {host}\n"
        )
        if place == 1 and number % 2:
            fields += "browser_configs:\n  - desktop\n  - tablet\n"
        described = f"test_description: |\n  {title}\n\n{texts.block(texts.drawn(_LINES_OF_A_DESCRIPTION))}"
        if texts.random.random() < 0.25:
            described += (
                f"extra_rules: |\n  Prepare first:\n{texts.block(texts.drawn(_LINES_OF_EXTRA_RULES))}"
            )
        yield f"test_cases/{handle}.yaml", fields + described
        if texts.random.random() < 0.3:
            reference = (handle, id_)[texts.random.random() < 0.5]
            yield (
                f"test_traversals/{handle}.yaml",
                f"id: {texts.id()}\ntest_case_id: {reference}\nbrowser_config_id: desktop\n",
            )


def _slug(title: str) -> str:
    """Return a title as a part of a path, with room for a number: names have at most 100 characters."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:90].rstrip("-")


def write(folder: Path, files: int, seed: int = 1) -> None:
    """Write a generated data root into a folder."""
    for path, text in data_root(files, seed):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.files, arguments.seed)
