"""Objects and files are taken away at random: every answer is the full one, or says that it is not."""

import io
import json
import os
import random
import re
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from qafiles.__main__ import run
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_SHOP = "organizations/acme/projects/shop"
_CASE = "acme/shop/checkout/pay"
_LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"
_ID = {
    name: f"{name:z<23}1" for name in ("pay", "cart", "docs", "way", "fast", "slow", "phone", "gone", "copy")
}


def _commits() -> list[dict[str, str | None]]:
    """Return the files that each commit writes, None for one that it removes."""
    return [
        {
            ".sops.yaml": SOPS_CONFIG,
            f"{_SHOP}/secret_values/ADMIN_PASSWORD.yaml": sealed(),
            f"{_SHOP}/tags/fast.yaml": f"id: {_ID['fast']}\nname: fast\ncolor: red\n",
            f"{_SHOP}/tags/slow.yaml": f"id: {_ID['slow']}\nname: slow\ncolor: red\n",
            f"{_SHOP}/tags/gone.yaml": f"id: {_ID['gone']}\nname: gone\ncolor: red\n",
            "browser_configs/phone.yaml": f"id: {_ID['phone']}\nbrowser_config: {{viewport: {{width: 9, height: 9}}}}\n",
        },
        {
            f"{_SHOP}/documents/docs.yaml": f"id: {_ID['docs']}\nname: docs\ncontent: Pay\n",
            f"{_SHOP}/test_cases/pay.yaml": (
                f"id: {_ID['pay']}\ntest_description: Pay\nurl_route: /pay\ndocument_id: docs\n"
                f"tags: [fast, {_ID['slow']}]\nbrowser_configs: [phone]\n"
            ),
            f"{_SHOP}/test_cases/cart.yaml": (
                f"id: {_ID['cart']}\ntest_description: Fill the cart\nurl_route: /cart\ntags: [gone]\n"
            ),
        },
        {
            f"{_SHOP}/test_traversals/way.yaml": f"id: {_ID['way']}\ntest_case_id: {_ID['pay']}\n",
            f"{_SHOP}/tags/gone.yaml": None,
            f"{_SHOP}/tags/fast.yaml": f"id: {_ID['fast']}\nname: fast\ncolor: blue\n",
        },
        {
            f"{_SHOP}/test_cases/pay.yaml": None,
            f"{_SHOP}/test_cases/checkout/pay.yaml": (
                f"id: {_ID['pay']}\ntest_description: Pay by card\nurl_route: /pay\ndocument_id: docs\n"
                f"tags: [fast, {_ID['slow']}]\nbrowser_configs: [phone]\n"
            ),
        },
        {
            f"{_SHOP}/tags/aaa.yaml": f"id: {_ID['slow']}\nname: aaa\ncolor: blue\n",
            f"{_SHOP}/documents/docs.yaml": f"id: {_ID['docs']}\nname: docs\ncontent: Pay by card\n",
        },
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a handful of commits on `main`, and a branch beside them."""
    folder = committed(tmp_path_factory.mktemp("whole") / "whole", data_root())
    git(folder, "branch", "base")
    for number, files in enumerate(_commits()):
        for path, text in files.items():
            if text is None:
                (folder / path).unlink()
            else:
                write(folder, {path: text})
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", f"commit {number}", GIT_AUTHOR_DATE=f"2026-02-0{number + 1}T00:00:00Z")
    git(folder, "checkout", "-qb", "side", "HEAD~2")
    write(folder, {f"{_SHOP}/tags/side.yaml": f"id: {_ID['copy']}\nname: side\ncolor: red\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "side")
    git(folder, "checkout", "-q", "main")
    git(folder, "config", "uploadpack.allowFilter", "true")
    return folder


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def _answer(folder: Path, arguments: tuple[str, ...]) -> Answer:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["-C", os.fspath(folder), *arguments])
    out.seek(0)
    here = os.path.relpath(folder)
    return Answer(code, out.read().replace(here, "HERE"), err.getvalue().replace(here, "HERE"))


_REPORTS = ("inventory", "coverage", "traceability", "activity", "stale", "secrets", "access", "findings")
_COMMANDS: tuple[tuple[str, ...], ...] = (
    ("validate", "--format", "json"),
    ("validate", "--format", "badge"),
    ("validate", "--rev", "HEAD~2", "--format", "json"),
    ("validate", "--since", "HEAD~3", "--format", "json"),
    ("validate", "--merge", "origin/side", "--format", "json"),
    ("list", "test_case", "--format", "json"),
    ("list", "test_case", "--tag", "fast", "--format", "ids"),
    ("list", "tag", "--where", "color=red", "--rev", "HEAD~3", "--format", "json"),
    ("list", "tag", "--staged", "--format", "csv"),
    ("list", "test_case", "--derived", "--format", "jsonl"),
    ("show", _CASE, "--format", "json"),
    ("show", f"{_CASE}@HEAD~2", "--format", "json"),
    ("show", _ID["slow"], "--rev", "HEAD~4", "--format", "json"),
    ("refs", _CASE, "--format", "json"),
    ("refs", "tag:acme/shop/fast", "--rev", "HEAD~1", "--format", "json"),
    ("log", _ID["pay"], "--format", "json"),
    ("log", "tag:acme/shop/fast", "--format", "json"),
    ("log", _ID["gone"], "--format", "json"),
    ("blame", _ID["pay"], "--format", "json"),
    ("diff", "HEAD~3..HEAD", "--format", "json"),
    ("diff", "HEAD~2", "--format", "json"),
    ("report", "changes", "HEAD~3..HEAD", "--format", "json"),
    *(("report", name, "--format", "json") for name in _REPORTS),
    ("report", "coverage", "--rev", "HEAD~1", "--format", "csv"),
    ("fmt", "--check"),
    ("secret", "list"),
)
_PAGES = ("site", "-o")
"""What makes pages, whose folder is added."""
_WRITING: tuple[tuple[str, ...], ...] = (
    _PAGES,
    ("fix", "--dry-run"),
    ("restore", f"{_CASE}@HEAD~2", "--dry-run"),
    ("restore", f"{_ID['gone']}@HEAD~4", "--dry-run"),
    ("mv", "tag:acme/shop/fast", "quick", "--dry-run"),
    ("mv", "acme/shop", "acme/store", "--dry-run"),
    ("rm", "tag:acme/shop/fast", "--detach", "--dry-run"),
    ("rm", "browser_config:phone", "--detach", "--dry-run"),
    ("set", "tag:acme/shop/fast", "color=green", "--dry-run"),
    ("set", _CASE, "tags+=gone", "--dry-run", "--format", "json"),
    ("report", "traceability", "--format", "html"),
    ("report", "stale", "--format", "markdown"),
    ("refs", _CASE, "--format", "mermaid"),
    ("log", _ID["fast"]),
    ("show", _ID["pay"]),
)
_HOWS = ("`git fetch --unshallow`", "`git fetch --refetch --no-filter`", "`git fetch --refetch`")


def _written(folder: Path, arguments: tuple[str, ...], place: Path) -> Answer:
    """Return the answer of a command that would write, with its pages where it makes some, and one name for new ids."""
    answer = _answer(folder, (*arguments, os.fspath(place)) if arguments is _PAGES else arguments)
    pages = ""
    if arguments is _PAGES and place.is_dir():
        pages = "".join(
            f"{path.relative_to(place)} {sha256(path.read_bytes()).hexdigest()}\n"
            for path in sorted(place.rglob("*"))
            if path.is_file()
        )
        shutil.rmtree(place)
    out = re.sub(r"\b[a-z][0-9a-z]{23}\b", _known, answer.out).replace(os.path.relpath(place), "PAGES")
    return Answer(answer.code, out + pages, re.sub(r"\b[a-z][0-9a-z]{23}\b", _known, answer.err))


def _known(match: re.Match[str]) -> str:
    return match.group() if match.group() in _ID.values() else "NEW"


def _files(folder: Path) -> list[str]:
    return [path for path in git(folder, "ls-files", "-z").split("\0") if path.endswith(".yaml")]


def _shallow(whole: Path, place: Path, chance: random.Random) -> None:
    depth = f"--depth={chance.randint(1, 5)}"
    git(place.parent, "clone", "-q", depth, "--no-single-branch", whole.as_uri(), place)


def _partial(whole: Path, place: Path, chance: random.Random) -> None:
    kind = chance.choice(("blob:none", "tree:0"))
    git(place.parent, "clone", "-q", f"--filter={kind}", whole.as_uri(), place)


def _damaged(whole: Path, place: Path, chance: random.Random) -> None:
    _copied(whole, place)
    objects = sorted(path for path in (place / ".git/objects").glob("??/*") if path.is_file())
    for path in chance.sample(objects, min(len(objects), chance.randint(1, 6))):
        if chance.random() < 0.5:
            path.unlink()
        else:
            content = path.read_bytes()
            path.chmod(0o644)
            path.write_bytes(chance.choice((b"", b"garbage", content[: len(content) // 2])))


def _sparse(whole: Path, place: Path, chance: random.Random) -> None:
    _copied(whole, place)
    out = [f"!/{path}" for path in _files(place) if chance.random() < 0.4 and path != "qafiles.yaml"]
    git(place, "sparse-checkout", "set", "--no-cone", "/*", *out)


def _faulty(whole: Path, place: Path, chance: random.Random) -> None:
    _copied(whole, place)
    paths = [
        path for path in _files(place) if path.startswith(("organizations/", "users/", "browser_configs/"))
    ]
    for path in chance.sample(paths, chance.randint(1, 3)):
        text = (place / path).read_text()
        bad = chance.choice(
            ("[", _LFS, "", "\x00", text.replace("id: ", "id: [", 1), "<<<<<<< a\n" + text, None)
        )
        if bad is None:
            (place / path).unlink()
            (place / path).symlink_to("/etc/hosts")
        else:
            (place / path).write_text(bad)


def _copied(whole: Path, place: Path) -> None:
    shutil.copytree(whole, place, symlinks=True)
    git(place, "update-ref", "refs/remotes/origin/side", "side")


_TAKEN: tuple[Callable[[Path, Path, random.Random], None], ...] = (
    _shallow,
    _partial,
    _damaged,
    _sparse,
    _faulty,
)


@pytest.mark.slow
def test_no_answer_is_silently_another_where_something_can_not_be_read(whole: Path, tmp_path: Path) -> None:
    full_place = tmp_path / "full"
    git(tmp_path, "clone", "-q", whole.as_uri(), full_place)
    full = cache(lambda command: _answer(full_place, command))
    wrong = []
    for number in range(samples(1000, 12)):
        chance = random.Random(number)  # noqa: S311  # the same cases in every run
        taken = _TAKEN[number % len(_TAKEN)]
        place = tmp_path / f"case-{number}"
        taken(whole, place, chance)
        for command in chance.sample(_COMMANDS, 6):
            after = _answer(place, command)
            problem = _problem(taken, place, full(command), after)
            if problem is not None:
                wrong.append((number, taken.__name__, command, problem, after))
        shutil.rmtree(place)
    assert wrong == []


@pytest.mark.slow
def test_no_edit_and_no_page_is_silently_another_where_something_can_not_be_read(
    whole: Path, tmp_path: Path
) -> None:
    full_place = tmp_path / "full"
    git(tmp_path, "clone", "-q", whole.as_uri(), full_place)
    full = cache(lambda command: _written(full_place, command, tmp_path / "pages"))
    wrong = []
    for number in range(samples(400, 10)):
        chance = random.Random(number)  # noqa: S311  # as above
        taken = _TAKEN[number % len(_TAKEN)]
        place = tmp_path / f"case-{number}"
        taken(whole, place, chance)
        for command in chance.sample(_WRITING, 4):
            after = _written(place, command, tmp_path / "pages")
            problem = _problem(taken, place, full(command), after)
            if problem is not None and not _is_refused_where_sparse(taken, after):
                wrong.append((number, taken.__name__, command, problem, after))
        shutil.rmtree(place)
    assert wrong == []


def _is_refused_where_sparse(taken: Callable[..., None], answer: Answer) -> bool:
    return taken is _sparse and answer.code == 3 and "`git sparse-checkout disable`" in answer.err


def _problem(taken: Callable[..., None], place: Path, full: Answer, answer: Answer) -> str | None:
    """Return what is wrong with an answer; None for the full one, and for one that says what it lacks."""
    if (full.code, full.out) == (answer.code, answer.out):
        return None
    if taken is _sparse:
        return f"a sparse checkout answers something else than {full}"
    words = answer.out + answer.err
    if taken is _faulty:
        changed = git(place, "diff", "--name-only").splitlines()
        is_badge = "schemaVersion" in answer.out and " error" in answer.out
        if not is_badge and not any(path in words for path in changed):
            return "no file is named that can't be read"
        codes = {full.code, 1, 2, *({3} if "edits leave alone" in answer.err else ())}
        return None if answer.code in codes else "the exit code is another"
    if not any(how in words for how in _HOWS):
        return "no command is named that gets what lacks"
    is_unknown = answer.code == 2 and "knows no commit" in words
    # The findings of a rule that says less, and in its hint why.
    is_same = (
        answer.code == full.code and _findings(full) is not None and _findings(full) == _findings(answer)
    )
    return None if answer.code == 3 or is_unknown or is_same else "the exit code is not 3"


def _findings(answer: Answer) -> list[tuple[str, str]] | None:
    """Return the codes and paths of findings; None for what is no answer of `validate`."""
    if '"diagnostics": [' not in answer.out:
        return None
    # Which of two files with an id is the copy, and so has the finding, may not be known.
    return sorted(
        (item["code"], "" if item["code"] == "QF301" else item["path"])
        for item in json.loads(answer.out)["diagnostics"]
    )
