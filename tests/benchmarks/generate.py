"""A generated data root of any size, the same bytes for the same size, in which every reference resolves.

It is for tests: every relation that its fields allow is there, and every field is written, which makes its files dear to parse. What is
measured resembles real files, and comes from `real_like`.

python -m tests.benchmarks.generate --files 10000 DIR
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORDS = [
    "open",
    "the",
    "page",
    "and",
    "wait",
    "until",
    "list",
    "shows",
    "an",
    "item",
    "then",
    "choose",
    "it",
    "enter",
    "value",
    "press",
    "button",
    "expect",
    "message",
    "stay",
    "on",
    "same",
    "form",
    "cart",
    "order",
    "price",
    "filter",
    "name",
    "sort",
    "search",
    "result",
    "first",
    "second",
    "empty",
    "error",
    "valid",
    "user",
    "guest",
    "account",
]
_CASES_PER_PROJECT = 290


class _Texts:
    """Ids and prose from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # test data, no secrets

    def id(self) -> str:
        return self.random.choice(_ALPHABET[10:]) + "".join(self.random.choices(_ALPHABET, k=23))

    def line(self, words: int) -> str:
        return " ".join(self.random.choices(_WORDS, k=words)).capitalize()

    def block(self, lines: int) -> str:
        return "".join(f"  {self.line(9)}.\n" for _ in range(lines))


def data_root(files: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of exactly so many files, at least 100.

    Of every thousand, about 430 are test cases, 300 traversals, 130 documents, 55 tags, and the rest the other kinds;
    a file has about 29 lines and 950 bytes. Fields that may be left out are written, as an export would write them.
    """
    texts = _Texts(seed)
    yield "qafiles.yaml", "version: 1\n"
    left = files - 1
    configs = [f"config-{number}" for number in range(max(2, min(files // 400, 60)))]
    for number, name in enumerate(configs):
        yield f"browser_configs/{name}.yaml", _browser_config(texts, number)
    users = [f"user-{number}" for number in range(max(2, files // 300))]
    for name in users:
        yield f"users/{name}.yaml", f"id: {texts.id()}\nname: {texts.line(2)}\nemail: {name}@example.com\n"
    yield "organizations/acme/organization.yaml", f"id: {texts.id()}\nname: Acme\n"
    for name in users:
        yield f"organizations/acme/members/{name}.yaml", f"id: {texts.id()}\nuser_id: {name}\nrole: member\n"
    left -= len(configs) + 2 * len(users) + 1
    number = 0
    while left > 0:
        for path, text in _project(texts, f"project-{number}", configs):
            yield f"organizations/acme/projects/project-{number}/{path}", text
            left -= 1
            if left == 0:
                return
        number += 1


def _project(texts: _Texts, name: str, configs: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the files of a project so that each one refers only to files before it."""
    host = f"{name}.example.com"
    yield "project.yaml", f"id: {texts.id()}\nname: {texts.line(2)}\ndefault_url_route: https://{host}\n"
    tags: list[str] = []
    documents: list[str] = []
    for case in range(_CASES_PER_PROJECT):
        suite = f"suite-{case // 20}"
        if case % 8 == 0:
            tags.append(f"tag-{len(tags)}")
            yield f"tags/{tags[-1]}.yaml", _tag(texts, tags[-1], name)
        if case % 10 < 3:
            documents.append(f"{suite}/document-{len(documents)}")
            yield f"documents/{documents[-1]}.yaml", _document(texts, name)
        id_, handle = texts.id(), f"{suite}/case-{case}"
        fields: dict[str, str | list[str]] = {
            "document_id": texts.random.choice(documents),
            "tags": texts.random.sample(tags, k=min(4, len(tags))),
            "browser_configs": texts.random.sample(configs, k=2),
            "allowed_domains": [host, "cdn.example.net", f"api.{host}"],
        }
        yield f"test_cases/{handle}.yaml", _test_case(texts, name, id_, case, fields)
        if case % 10 < 7:
            reference = id_ if case % 2 else handle
            yield f"test_traversals/{handle}/run-1.yaml", _traversal(texts, reference, configs, case)


def _steps(texts: _Texts, count: int) -> str:
    return "".join(
        f"  - action: {texts.random.choice(_WORDS)}\n    target: {texts.line(2)}\n    seconds: {step}.5\n"
        for step in range(count)
    )


def _tag(texts: _Texts, tag: str, project: str) -> str:
    return (
        f"id: {texts.id()}\nname: {tag}\nproject_id: acme/{project}\ncolor: '#{texts.random.randrange(16**6):06x}'\n"
        f"x-owner: user-0\n"
    )


def _document(texts: _Texts, project: str) -> str:
    return (
        f"id: {texts.id()}\nname: {texts.line(4)}\nproject_id: acme/{project}\ncreated_at: 2026-02-03T04:05:06Z\n"
        f"x-review:\n  status: done\n  by: user-1\n  on: 2026-02-04T08:00:00Z\n  round: 2\n"
        f"x-checks:\n{_steps(texts, 4)}content: |\n  # {texts.line(4)}\n\n{texts.block(9)}"
    )


def _test_case(texts: _Texts, project: str, id_: str, number: int, fields: dict[str, str | list[str]]) -> str:
    lists = "".join(
        f"{name}: {value}\n"
        if isinstance(value, str)
        else f"{name}:\n" + "".join(f"  - {item}\n" for item in value)
        for name, value in fields.items()
    )
    return (
        f"id: {id_}\nproject_id: acme/{project}\ncreated_at: 2026-01-02T03:04:05Z\n"
        f"updated_at: 2026-02-03T04:05:06Z\nurl_route: /page-{number % 40}\n{lists}"
        f"x-priority: {number % 4}\nx-automated: {'true' if number % 2 else 'false'}\n"
        f"test_description: |\n  {texts.line(6)}\n\n{texts.block(5)}x-steps:\n{_steps(texts, 4)}"
    )


def _traversal(texts: _Texts, test_case: str, configs: list[str], number: int) -> str:
    return (
        f"id: {texts.id()}\ntest_case_id: {test_case}\nbrowser_config_id: {texts.random.choice(configs)}\n"
        f"created_at: 2026-03-{1 + number % 28:02d}T09:30:00Z\nversion: 1\nx-steps:\n{_steps(texts, 8)}"
    )


def _browser_config(texts: _Texts, number: int) -> str:
    return (
        f"id: {texts.id()}\ncreated_at: 2026-01-02T03:04:05Z\nbrowser_config:\n  channel: chrome\n  headless: true\n"
        f"  locale: en-GB\n  viewport:\n    width: {1000 + number}\n    height: 800\n  timezoneId: Europe/London\n"
    )


def write(folder: Path, files: int, seed: int = 1) -> None:
    """Write a generated data root into a folder."""
    for path, text in data_root(files, seed):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.files, arguments.seed)
