"""Random edits of commented files, and what must have become of each comment."""

import copy
from random import Random
from typing import Any, Final, NamedTuple

from qafiles.errors import EditRefusedError
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.yaml_text.changes import with_item, with_value, without
from tests.yaml_text.owners import Model, Path, model_of, owners

DATA: Final[dict[str, Any]] = {
    "id": "abc",
    "name": "a name",
    "test_description": "Pay\n\n  by card\nnow\n",
    "extra_rules": "one\n \n two\n\n",
    "url_route": "/x",
    "allowed_domains": ["*.example.com"],
    "tags": ["smoke", "cart", "x y"],
    "browser_config": {
        "viewport": {"width": 1, "height": 2},
        "args": [{"k": "a", "v": 1}, {"k": "b", "v": [1, 2]}, ["p", "q"]],
        "e": [],
        "deep": {"er": {"est": ["z"]}},
    },
    "x-b": "b",
    "x-a": "it's",
    "x-list": [{"k": "one"}, {"k": "two", "m": {"n": None}}],
}


class Edited(NamedTuple):
    """What an edit is called, the bytes that it gives, where it changes something, and how items there were renumbered."""

    title: str
    content: bytes
    pointer: Path
    renamed: bool


def pointers(data: Any, pointer: Path = ()) -> list[Path]:
    """Return the pointers to all values."""
    found = [pointer] if pointer else []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += pointers(value, (*pointer, key))
    return found


def at(data: Any, pointer: Path) -> Any:
    """Return the value at a pointer."""
    for part in pointer:
        data = data[part]
    return data


def a_value(random: Random) -> Any:
    """Return a value that the data does not have."""
    number = random.randint(100, 10**6)
    return random.choice(
        [
            f"w{number}",
            f"w{number}",
            f"it's # {number}",
            number,
            f"line {number}\nother\n",
            [f"l{number}", "m"],
            {"k": f"d{number}", "n": [1]},
            [],
            {},
            None,
            f"tab\t{number}",
        ]
    )


def edited(random: Random, content: bytes) -> Edited:
    """Return the outcome of a random edit, whose data was checked. Raises EditRefusedError."""
    data = parse(content).data
    places = pointers(data)
    lists = [p for p in places if isinstance(at(data, p), list)]
    mappings = [(), *(p for p in places if isinstance(at(data, p), dict))]
    expected = copy.deepcopy(data)
    kinds = ["value", "without", "without", "field", *(["item", "list"] if lists else [])]
    kind = random.choice(kinds)
    value = a_value(random)
    if kind == "value":
        pointer = random.choice(places)
        at(expected, pointer[:-1])[pointer[-1]] = value
        after = with_value(content, pointer, value)
        title = f"with_value({pointer}, {value!r})"
    elif kind == "without":
        pointer = random.choice([p for p in places if len(p) > 1 or len(data) > 1])
        del at(expected, pointer[:-1])[pointer[-1]]
        after = without(content, pointer)
        title = f"without({pointer})"
    elif kind == "item":
        pointer = random.choice(lists)
        index = random.randint(0, len(at(data, pointer)))
        at(expected, pointer).insert(index, value)
        after = with_item(content, pointer, value, index)
        title = f"with_item({pointer}, {value!r}, {index})"
    elif kind == "field":
        pointer = (*random.choice(mappings), "x-new")
        at(expected, pointer[:-1])[pointer[-1]] = value
        after = with_value(content, pointer, value, kind=random.choice([None, "test_case"]))
        title = f"with_value({pointer}, {value!r})"
    else:
        pointer = random.choice(lists)
        old = at(data, pointer)
        new = [item for item in old if random.random() < 0.6]
        for _ in range(random.randint(0, 2)):
            new.insert(random.randint(0, len(new)), f"n{random.randint(0, 10**6)}")
        at(expected, pointer[:-1])[pointer[-1]] = new
        after = with_value(content, pointer, new)
        title = f"with_value({pointer}, {new!r})"
    parsed = parse(after)
    assert not parsed.refusals, title
    assert same(parsed.data, expected), title
    return Edited(title, after, pointer, kind == "value")


def wrong(before: bytes, done: Edited) -> list[str]:
    """Return what became of comments that should not have: lost, left over, or beside another entry."""
    old, new = model_of(before), model_of(done.content)
    had, has = owners(old), owners(new)
    names = _renamed(old, new, done)
    there = {entry.path for entry in new.entries}
    kinds_before = {c.path: c.is_list for c in old.collections}
    kinds = _kinds(new)
    problems = []
    for comment, owner in had.items():
        path = owner
        for prefix, replacement in names:
            if path[: len(prefix)] == prefix:
                path = (*replacement, *path[len(prefix) :])
                break
        if path[-1] == "TAIL":
            stays = kinds.get(path[:-1]) == kinds_before.get(owner[:-1])
        else:
            stays = path in there or path in {("END",), ("HEAD",)}
        now = has.get(comment)
        if stays and now != path:
            problems.append(f"{comment} of {owner} should be {path} and is {now}")
        elif not stays and now is not None:
            problems.append(f"{comment} of {owner}, which is gone, is {now}")
    return problems


def _kinds(model: Model) -> dict[Path, bool]:
    """Return whether each collection is a list, the empty ones too."""
    found: dict[Path, bool] = {}

    def walk(node: Any, pointer: Path) -> None:
        if not isinstance(node.value, list):
            return
        is_list = node.id == "sequence"
        found[paths.get(pointer, ())] = is_list
        for index, item in enumerate(node.value):
            key, value = (index, item) if is_list else (str(item[0].value), item[1])
            walk(value, (*pointer, key))

    paths = {entry.pointer: entry.path for entry in model.entries}
    walk(model.root, ())
    return found


def _renamed(old: Model, new: Model, done: Edited) -> list[tuple[Path, Path]]:
    """Return the old and the new path of the entries around the edit, the innermost first."""
    before = {entry.pointer: entry.path for entry in old.entries}
    after = {entry.pointer: entry.path for entry in new.entries}
    depth = len(done.pointer) + (1 if done.renamed else 0)
    found = []
    for length in range(min(depth, len(done.pointer)), 0, -1):
        pointer = done.pointer[:length]
        if length == len(done.pointer) and not done.renamed and not done.title.startswith("with_"):
            continue
        if pointer in before and pointer in after:
            found.append((before[pointer], after[pointer]))
    return found


__all__ = ["DATA", "EditRefusedError", "Edited", "edited", "wrong"]
