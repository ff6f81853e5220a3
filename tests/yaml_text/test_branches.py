"""Edits on two branches merge in git alone, since forges run no merge driver."""

import subprocess
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

import pytest

from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.set import with_fields
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.snapshot import EntityFile
from qafiles.sources import MemorySource
from qafiles.sources.field_merge import field_merge
from qafiles.validation import load
from qafiles.yaml_text.canonical import formatted
from tests.conftest import samples
from tests.rules.data_root import data_root

_BASE = b"""\
id: f2cp7rav4wo9ey1bug6sh3di
test_description: |
  Pay by card

  1. Open the shop
  2. Put a shirt into the cart
  3. Pay
# about the rules
extra_rules: No cash.
url_route: /checkout
allowed_domains:
  - shop.example.com
tags:
  - cart
  - kiosk  # at the desk
  # of the nights
  - smoke
  - till
browser_configs:
  - desktop
x-area: paying
x-owner: ada
x-team: shop
"""
_PAIRS = 2000
_SNAPSHOT = load(MemorySource(data_root()))
_FILE = EntityFile("x.yaml", "test_case", "acme/shop/x", None, parse(_BASE).data)

Changes = list[tuple[int, int]]


def _edited(random: Random) -> tuple[str, bytes]:
    """Return a field, and the base with a random change of it."""
    name = random.choice(
        ["tags", "tags", "tags", "x", "x", "test_description", "extra_rules", "url_route", "gone"]
    )
    number = random.randint(0, 999)
    if name == "tags":
        operator = random.choice(["+=", "+=", "-="])
        item = (
            random.choice("acdhjlnprtvxz") + str(number)
            if operator == "+="
            else random.choice(["cart", "kiosk", "till"])
        )
        change = Assignment(("tags",), "+=" if operator == "+=" else "-=", [item])
    elif name == "x":
        name = random.choice([f"x-{random.choice('abcmopqtuz')}{number}", "x-area", "x-owner", "x-team"])
        change = Assignment((name,), "=", f"v{number}")
    elif name == "gone":
        name = random.choice(["extra_rules", "allowed_domains", "browser_configs", "x-owner"])
        change = Assignment((name,), "=", None)
    elif name == "test_description":
        lines = parse(_BASE).data["test_description"].split("\n")
        lines[random.randint(0, 4)] = f"other words {number}"
        change = Assignment((name,), "=", "\n".join(lines))
    else:
        change = Assignment((name,), "=", f"/v{number}")
    return name, with_fields(_SNAPSHOT, _FILE, _BASE, [change])


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def _changes(after: bytes) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(None, _lines(_BASE), _lines(after), autojunk=False)
    yield from ((i, j) for code, i, j, *_ in matcher.get_opcodes() if code != "equal")


def _apart(one: bytes, other: bytes) -> bool:
    """Return whether an unchanged line stands between any two changes."""
    return all(j < k or n < i for i, j in _changes(one) for k, n in _changes(other))


def _merged(folder: Path, ours: bytes, theirs: bytes) -> tuple[int, bytes]:
    for name, content in {"ours": ours, "base": _BASE, "theirs": theirs}.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=folder, capture_output=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_edits_on_two_branches_merge_where_an_unchanged_line_stands_between_or_resolve_by_fields(
    tmp_path: Path,
) -> None:
    assert formatted("test_case", _BASE) == _BASE
    random = Random(7)  # noqa: S311  # no secrets
    clean = 0
    for _ in range(samples(_PAIRS, 300)):
        (one, ours), (other, theirs) = _edited(random), _edited(random)
        code, merged = _merged(tmp_path, ours, theirs)
        found = field_merge("test_case", _BASE, ours, theirs)
        assert found is not None
        if one != other or one == "tags":
            assert found.disagreeing == (), (ours, theirs)
        if not _apart(ours, theirs):
            continue
        clean += 1
        assert code == 0, (ours, theirs)
        assert formatted("test_case", merged) == merged
        expected = {**parse(_BASE).data}
        for after in (ours, theirs):
            data = parse(after).data
            for key in {*expected, *data}:
                if key not in data and key in parse(_BASE).data:
                    expected.pop(key, None)
                elif key in data and key != "tags" and not same(data[key], parse(_BASE).data.get(key)):
                    expected[key] = data[key]
        tags = [set(parse(content).data["tags"]) for content in (_BASE, ours, theirs)]
        expected["tags"] = sorted((tags[0] & tags[1] & tags[2]) | (tags[1] - tags[0]) | (tags[2] - tags[0]))
        if one != other or one == "tags":
            assert same(parse(merged).data, expected)
    assert clean > 100


@pytest.mark.parametrize(("one", "other"), [("arcade", "orders"), ("dogs", "zebra"), ("lamp", "x")])
def test_two_branches_that_each_add_a_reference_or_an_own_key_merge(
    tmp_path: Path, one: str, other: str
) -> None:
    ours, theirs = (
        with_fields(
            _SNAPSHOT,
            _FILE,
            _BASE,
            [Assignment(("tags",), "+=", [name]), Assignment((f"x-{name}",), "=", "y")],
        )
        for name in (one, other)
    )
    code, merged = _merged(tmp_path, ours, theirs)
    assert code == 0
    assert {one, other} <= {*parse(merged).data["tags"]}
    assert formatted("test_case", merged) == merged
