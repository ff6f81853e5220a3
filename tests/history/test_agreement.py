"""`diff`, `log`, `blame`, `report changes` and a traversal's version say the same of every two states."""

import json
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from qafiles.diff import diff
from qafiles.history import blame, derived, entity_log, history_of
from qafiles.parsing.values import ABSENT, parts, same
from qafiles.reports import make_report
from qafiles.snapshot import Snapshot
from qafiles.snapshot.field_changes import canonical
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.conftest import git, samples, write

_SHOP = "organizations/acme/projects/shop"
_RUN = f"{_SHOP}/test_traversals/run.yaml"
_CASE = f"{_SHOP}/test_cases/pay.yaml"
_CONFIG = "browser_configs/desktop.yaml"
_FILES = {
    "qafiles.yaml": "version: 1\n",
    "organizations/acme/organization.yaml": "id: a7xk2mvq9rj4zt6wpb1nc8yd\nname: Acme\n",
    f"{_SHOP}/project.yaml": (
        "id: tz4a98xxat96iws9zmbrgj3b\nname: Shop\ndefault_url_route: https://shop.example.com\n"
    ),
    "organizations/acme/projects/other/project.yaml": (
        "id: uz4a98xxat96iws9zmbrgj3b\nname: Other\ndefault_url_route: https://other.example.com\n"
    ),
    f"{_SHOP}/tags/slow.yaml": "id: e2bo6qzu3vn8dx0atf5rg2ch\nname: slow\ncolor: red\n",
}
_START: dict[str, dict[str, Any]] = {
    _CASE: {"id": "f2cp7rav4wo9ey1bug6sh3di", "test_description": "Pay", "url_route": "/", "tags": ["smoke"]},
    _RUN: {"id": "g3dq8sbw5xp0fz2cvh7ti4ej", "test_case_id": "pay", "x-took": 1},
    _CONFIG: {
        "id": "h4er9tcx6yq1ga3dwi8uj5fk",
        "browser_config": {"viewport": {"width": 1280, "height": 720}},
    },
}
_VALUES = [
    1,
    1.0,
    True,
    "true",
    "1",
    "",
    0,
    0.0,
    [],
    [1],
    [1.0],
    ["a", "b"],
    ["b", "a"],
    {},
    {"k": 1},
    {"k": 1.0},
]

_TAG = {"id": "e1bo6qzu3vn8dx0atf5rg2ch", "name": "smoke", "color": "teal"}
_TAG_PATHS = (f"{_SHOP}/tags/smoke.yaml", f"{_SHOP}/tags/fast.yaml")

Files = dict[str, dict[str, Any]]


def _tag_name(files: Files) -> str:
    """Return the name that the first tag has now."""
    return next(path for path in _TAG_PATHS if path in files).rpartition("/")[2].removesuffix(".yaml")


def _free(files: Files, source: random.Random) -> None:
    files[source.choice([*_START])]["x-free"] = source.choice(_VALUES)


def _no_free(files: Files, source: random.Random) -> None:
    files[source.choice([*_START])].pop("x-free", None)


def _tags(files: Files, source: random.Random) -> None:
    first = source.choice([_tag_name(files), _TAG["id"]])
    second = source.choice(["slow", "e2bo6qzu3vn8dx0atf5rg2ch"])
    files[_CASE]["tags"] = source.sample([first, second], source.randrange(3)) or _nothing(source)
    if source.random() < 0.2:
        del files[_CASE]["tags"]


def _nothing(source: random.Random) -> list[str] | None:
    return source.choice([[], None])


def _rename(files: Files, source: random.Random) -> None:
    """Rename a tag; the references by its handle follow."""
    old = _tag_name(files)
    paths = _TAG_PATHS if old == "smoke" else _TAG_PATHS[::-1]
    files[paths[1]] = files.pop(paths[0])
    if source.random() < 0.3:
        files[paths[1]]["color"] = source.choice(["teal", "red"])
    tags = files[_CASE].get("tags") or []
    if old in tags:
        files[_CASE]["tags"] = [_tag_name(files) if tag == old else tag for tag in tags]


def _domains(files: Files, source: random.Random) -> None:
    files[_CASE]["allowed_domains"] = source.choice(
        [[], None, ["a.example", "b.example"], ["b.example", "a.example"]]
    )
    if source.random() < 0.3:
        del files[_CASE]["allowed_domains"]


def _run(files: Files, source: random.Random) -> None:
    files[_RUN]["test_case_id"] = source.choice(["pay", _START[_CASE]["id"]])


def _viewport(files: Files, source: random.Random) -> None:
    viewport = files[_CONFIG]["browser_config"]["viewport"]
    viewport[source.choice(["width", "height"])] = source.choice([720, 720.0, 800, 1280, 1280.0])


def _setting(files: Files, source: random.Random) -> None:
    config = files[_CONFIG]["browser_config"]
    if config.pop("locale", None) is None:
        config["locale"] = source.choice(["en-GB", "de-DE"])


def _order(files: Files, source: random.Random) -> None:
    path = source.choice([*_START])
    names = [name for name in files[path] if name != "id"]
    source.shuffle(names)
    files[path] = {name: files[path][name] for name in ["id", *names]}


def _by_place(files: Files, source: random.Random) -> None:
    if files[_CASE].pop("project_id", None) is None:
        files[_CASE]["project_id"] = source.choice(["acme/shop", "tz4a98xxat96iws9zmbrgj3b", *_OTHER])


def _text(files: Files, source: random.Random) -> None:
    files[_CASE]["test_description"] = source.choice(["Pay", "Pay\n\n1. now", "Pay \n"])


_OTHER = ("acme/other", "uz4a98xxat96iws9zmbrgj3b")

_STEPS: list[Callable[[Files, random.Random], None]] = [
    _free,
    _free,
    _no_free,
    _tags,
    _rename,
    _domains,
    _run,
    _viewport,
    _setting,
    _order,
    _by_place,
    _text,
]


def _history(folder: Path, commits: int, seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # test data
    files = json.loads(json.dumps({**_START, _TAG_PATHS[0]: _TAG}))
    git(write(folder, _FILES), "init", "-q")
    for number in range(commits):
        for step in source.choices(_STEPS, k=source.randrange(1, 3)) if number else ():
            step(files, source)
        for path in _TAG_PATHS:
            (folder / path).unlink(missing_ok=True)
        comment = f"# {source.randrange(3)}\n"
        write(
            folder,
            {path: comment + json.dumps(data, indent=source.choice([1, 2])) for path, data in files.items()},
        )
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", str(number), "--allow-empty")


def _differing(old: Snapshot, new: Snapshot, path: str) -> set[str]:
    """Return the fields that differ, by an oracle that knows no more than what is written here."""
    left, right = (canonical_of(snapshot.files[path].data) for snapshot in (old, new))
    return {name for name in {*left, *right} if not same(left.get(name, ABSENT), right.get(name, ABSENT))}


def canonical_of(data: Any) -> dict[str, Any]:
    """Return data without what the folder says, and with the tags as a set of ids, of which an empty one is none."""
    ids = {name: str(_TAG["id"]) for name in ("smoke", "fast")} | {"slow": "e2bo6qzu3vn8dx0atf5rg2ch"}
    found = {name: value for name, value in data.items() if name not in {"project_id", "tags"}}
    if data.get("tags"):
        found["tags"] = sorted({ids.get(tag, tag) for tag in data["tags"]})
    if data.get("project_id") in _OTHER:
        found["project_id"] = "other"
    if "test_case_id" in found:
        found["test_case_id"] = "pay"
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(samples(20, 2)))
def test_every_command_names_the_same_changes(tmp_path: Path, seed: int) -> None:
    commits = 14
    _history(tmp_path, commits, seed)
    names = git(tmp_path, "log", "--reverse", "--format=%H").split()
    states = [load(tmp_path, name) for name in names]
    history = history_of(open_source(tmp_path, rev="HEAD"))
    changed: dict[str, list[set[str]]] = {path: [set()] for path in _START}
    for old, new in pairwise(states):
        found = diff(old.source, new.source)
        told = {change.file.path: {field.name for field in change.fields} for change in found.changes}
        reported = make_report("changes", tmp_path, revisions=f"{old.source.revision}..{new.source.revision}")
        by_what = {figure.name: figure.value for figure in reported.figures}
        assert by_what["changed"] == len([change for change in found.changes if change.what == "changed"])
        assert bool(by_what["authors"]) == bool(found.changes)
        for path in _START:
            fields = told.get(path, set())
            assert fields == _differing(old, new, path)
            changed[path].append(fields)
    for path, data in _START.items():
        log = {entry.commit.name: entry for entry in entity_log(history, data["id"])}
        for number, fields in enumerate(changed[path]):
            entry = log.get(names[number])
            if number == 0:
                assert entry is not None
                assert entry.what == ("created",)
                continue
            assert ({field.name for field in entry.fields} if entry is not None else set()) == fields
            assert (entry is not None and "changed" in entry.what) == bool(fields)
            if entry is not None:
                for field in entry.fields:
                    inside = parts(field.old, field.new, (field.name,)) if field.form == "mapping" else ()
                    assert [*field.parts] == [*inside]
    version = 1 + sum(map(bool, changed[_RUN]))
    assert derived(history, states[-1].files[_RUN]).values["version"] == version
    _check_blame(history, states, names)


def _check_blame(history: Any, states: list[Snapshot], names: list[str]) -> None:
    config = [state.files[_CONFIG].data["browser_config"] for state in states]
    for value in blame(history, _START[_CONFIG]["id"]):
        if value.pointer[:2] == ("browser_config", "viewport"):
            key = value.pointer[2]
            last = len(config) - 1
            while last > 0 and same(config[last]["viewport"][key], config[last - 1]["viewport"][key]):
                last -= 1
            assert value.commit is not None
            assert value.commit.name == names[last]
    _check_blame_of_references(history, states, names)


def _check_blame_of_references(history: Any, states: list[Snapshot], names: list[str]) -> None:
    """Check that a reference comes from the commit before which the entity did not name what it names."""
    cases = [_named_by(state.files[_CASE].data) for state in states]
    (tested,) = (value for value in blame(history, _START[_RUN]["id"]) if value.pointer == ("test_case_id",))
    assert tested.commit is not None
    assert tested.commit.name == names[0]
    for value in blame(history, _START[_CASE]["id"]):
        if isinstance(value.value, str) and value.pointer[0] in {"tags", "project_id"}:
            (named,) = _named_by({"tags": [], str(value.pointer[0]): value.value}, implied=False)
            last = len(cases) - 1
            while last > 0 and named in cases[last - 1]:
                last -= 1
            assert value.commit is not None
            assert value.commit.name == names[last], (value.pointer, value.value)


def _named_by(data: Any, *, implied: bool = True) -> set[str]:
    """Return the tags and the project that a test case names, the project of its folder where it names none."""
    tags = data.get("tags") or []
    meant = canonical_of({"tags": [tags] if isinstance(tags, str) else tags})
    found = {*meant.get("tags", ())}
    if implied or "project_id" in data:
        found.add("other" if data.get("project_id") in _OTHER else "shop")
    return found


def test_a_reference_that_is_written_in_another_way_comes_from_where_it_was_made(tmp_path: Path) -> None:
    case = f"id: {_START[_CASE]['id']}\ntest_description: Pay\nurl_route: /\n"
    git(write(tmp_path, _FILES), "init", "-q")
    for text in ("tags: [slow]\n", "tags: [e2bo6qzu3vn8dx0atf5rg2ch]\nproject_id: acme/shop\n"):
        write(tmp_path, {_CASE: case + text})
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "next")
    first = git(tmp_path, "rev-list", "--max-parents=0", "HEAD").strip()
    history = history_of(open_source(tmp_path))
    assert {value.commit and value.commit.name for value in blame(history, _START[_CASE]["id"])} == {first}
    # Not committed, and said by the commits already.
    uncommitted = {"tags": ["acme/shop/slow"], "project_id": "tz4a98xxat96iws9zmbrgj3b"}
    values = blame(history, _START[_CASE]["id"], uncommitted)
    assert [value.commit and value.commit.name for value in values] == [first, first]
    (other,) = blame(history, _START[_CASE]["id"], {"tags": ["fast"]})
    assert other.commit is None


def test_a_whole_number_that_becomes_a_fraction_is_a_change_everywhere(tmp_path: Path) -> None:
    git(
        write(tmp_path, {**_FILES, **{path: json.dumps(data) for path, data in _START.items()}}), "init", "-q"
    )
    for text in (json.dumps(_START[_CONFIG]), json.dumps(_START[_CONFIG]).replace("1280", "1280.0")):
        write(tmp_path, {_CONFIG: text})
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "next")
    (change,) = diff(open_source(tmp_path, rev="HEAD~1"), open_source(tmp_path, rev="HEAD")).changes
    assert [part.pointer for part in change.fields[0].parts] == [("browser_config", "viewport", "width")]
    entry = entity_log(history_of(open_source(tmp_path)), _START[_CONFIG]["id"])[0]
    assert [part.pointer for part in entry.fields[0].parts] == [("browser_config", "viewport", "width")]
    figures = {f.name: f.value for f in make_report("changes", tmp_path, revisions="HEAD~1..HEAD").figures}
    assert (figures["changed"], figures["authors"]) == (1, 1)


def test_what_the_folder_says_and_the_order_of_sets_are_no_data() -> None:
    data = {"id": "x", "project_id": "acme/shop", "tags": ["b", "a"], "x-list": ["b", "a"]}
    assert canonical(data) == {"id": "x", "tags": ["a", "b"], "x-list": ["b", "a"]}
    assert canonical({**data, "secret_value": "ENC[…]"})["project_id"] == "acme/shop"
