"""What `validate --merge` says of random conflicts is true: doing what its hint says gives what both sides meant."""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.set import with_fields
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.snapshot import EntityFile
from qafiles.sources import MemorySource
from qafiles.validation import load, validate
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root

_BASE = """\
id: f2cp7rav4wo9ey1bug6s{number:04}
test_description: |
  Pay by card

  1. Open the shop
  2. Pay
extra_rules: No cash.
url_route: /checkout
allowed_domains:
  - shop.example.com
tags:
  - cart
  - kiosk  # at the desk
  - smoke
x-area: paying
x-map:
  a: 1
  b: 2
  c: {{d: 3, e: 4}}
x-owner: ada
"""
_SNAPSHOT = load(MemorySource(data_root()))
_TAGS = ("cart", "kiosk", "smoke")


def _edited(random: Random, base: bytes) -> bytes:
    """Return a text with one or two random changes."""
    content = base
    for _ in range(random.randint(1, 2)):
        data = parse(content).data
        value = random.choice([f"v{random.randint(0, 2)}", f"w{random.randint(0, 99)}"])
        name = random.choice(["tags", "tags", "description", "gone", "map", "deep", "own", "own", "field"])
        if name == "tags":
            tag = random.choice([tag for tag in _TAGS if tag in data.get("tags", ())] or ["none"])
            adds = tag == "none" or random.random() < 0.6
            change = Assignment(
                ("tags",), "+=" if adds else "-=", [f"t{random.randint(0, 30)}" if adds else tag]
            )
        elif name == "description":
            lines = data["test_description"].split("\n")
            lines[random.randint(0, 3)] = value
            change = Assignment(("test_description",), "=", "\n".join(lines))
        elif name == "gone":
            change = Assignment((random.choice(["extra_rules", "x-area", "x-owner", "x-map"]),), "=", None)
        elif name in {"map", "deep"} and isinstance(data.get("x-map"), dict):
            path = ("x-map", random.choice("abz")) if name == "map" else ("x-map", "c", random.choice("dez"))
            change = Assignment(path, "=", value)
        else:
            names = (
                [f"x-{random.choice('abnz')}", "x-area", "x-owner"]
                if name == "own"
                else ["url_route", "extra_rules"]
            )
            change = Assignment((random.choice(names),), "=", f"/{value}")
        file = EntityFile("x.yaml", "test_case", "acme/shop/x", None, data)
        content = with_fields(_SNAPSHOT, file, content, [change])
    return content


def _meant(base: Any, ours: Any, theirs: Any, name: str = "") -> tuple[Any, list[str]]:
    """Return what both sides meant together, and the dotted names of what they disagree about."""
    if same(ours, theirs) or same(theirs, base):
        return ours, []
    if same(ours, base):
        return theirs, []
    if name == "tags":
        had, left, right = ({*(tags or ())} for tags in (base, ours, theirs))
        return sorted((had & left & right) | (left - had) | (right - had)), []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        old = base if isinstance(base, dict) else {}
        result, apart = {}, []
        for key in [*dict.fromkeys([*ours, *theirs, *old])]:
            dotted = f"{name}.{key}" if name else key
            value, inner = _meant(old.get(key), ours.get(key), theirs.get(key), dotted)
            apart += inner
            if value is not None and value != []:
                result[key] = value
        return result, apart
    return ours, [name]


def _names(text: str) -> list[str]:
    return re.findall(r"`([^`]*)`", text)


@pytest.mark.slow
def test_the_words_of_each_conflict_are_true_and_its_hint_resolves_it(tmp_path: Path) -> None:
    random = Random(11)  # noqa: S311  # no secrets
    bases, ours, theirs = {}, {}, {}
    for number in range(samples(2000, 250)):
        path = f"organizations/acme/projects/shop/test_cases/case-{number}.yaml"
        bases[path] = _BASE.format(number=number).encode()
        ours[path], theirs[path] = _edited(random, bases[path]), _edited(random, bases[path])
    folder = committed(tmp_path / "qa", {**data_root(), **bases})
    for branch, texts in (("other", theirs), ("main", ours)):
        git(folder, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        write(folder, texts)
        git(folder, "commit", "-qam", branch)
    conflicts = {item.path: item for item in validate(folder, merge="other") if item.code == "QF107"}
    git(folder, "merge", "-q", "other", code=1)
    assert {*conflicts} == {*git(folder, "diff", "--name-only", "--diff-filter=U").splitlines()}
    resolved = 0
    for path, conflict in conflicts.items():
        base, mine, other = (parse(texts[path]).data for texts in (bases, ours, theirs))
        expected, apart = _meant(base, mine, other)
        if apart:
            said = conflict.message.partition(" disagree about ")[2]
            assert sorted(_names(said)) == sorted(apart)[:5], path
            continue
        resolved += 1
        assert "resolves by fields" in conflict.message, path
        taken = _names(str(conflict.hint).partition("then give it what `other` changed:")[2])
        data = mine
        content = ours[path]
        for name in taken:
            pointer = tuple(name.split("."))
            value: Any = other
            for part in pointer:
                value = value.get(part) if isinstance(value, dict) else None
            if name == "tags":
                value = expected.get("tags")
            file = EntityFile("x.yaml", "test_case", "acme/shop/x", None, data)
            content = with_fields(_SNAPSHOT, file, content, [Assignment(pointer, "=", value)])
            data = parse(content).data
        assert same(
            {**data, "tags": sorted(data.get("tags", ()))}, {**expected, "tags": expected.get("tags", [])}
        ), path
    assert resolved > 20
    assert len(conflicts) - resolved > 20
