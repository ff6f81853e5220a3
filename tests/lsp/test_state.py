"""What is renewed file by file is what is loaded from scratch."""

import random
import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

import qafiles
from qafiles.diagnostics import Diagnostic, Span
from qafiles.layout import SETTINGS_FILE
from qafiles.lsp.own_findings import is_own, own_findings, shifted
from qafiles.lsp.state import (
    Findings,
    RootState,
    all_findings,
    opened,
    quickly_opened,
    refreshed,
    with_files,
)
from tests.conftest import committed, git, write
from tests.lsp.conftest import PROJECT
from tests.validation.rich_root import rich_root

_EXAMPLES = Path(__file__).parents[2] / "examples"
_TAG = f"{PROJECT}/tags/smoke.yaml"


def _flat(state: RootState) -> list[Diagnostic]:
    return [found for path in sorted(all_findings(state)) for found in all_findings(state)[path]]


def _unnumbered(found: Findings) -> dict[str, list[Diagnostic]]:
    """Return findings without fingerprints, which are numbered over all files at the end."""
    return {path: [item._replace(fingerprint="") for item in items] for path, items in found.items()}


def _same(state: RootState, fresh: RootState) -> None:
    assert dict(state.snapshot.files) == dict(fresh.snapshot.files)
    assert [*state.snapshot.files] == [*fresh.snapshot.files]
    assert state.snapshot.other_paths == fresh.snapshot.other_paths
    assert state.snapshot.settings == fresh.snapshot.settings
    assert _unnumbered(state.loader_findings) == _unnumbered(fresh.loader_findings)
    assert all_findings(state) == all_findings(fresh)


def _lookups_are_those_of_its_files(state: RootState) -> None:
    """Look at all lookups, so that the next state may take them over, and compare them with those made of nothing but the files."""
    known, fresh = state.snapshot, state.snapshot.replaced()
    for name in ("by_handle", "by_id", "by_kind", "shared_ids"):
        one, other = getattr(known, name), getattr(fresh, name)
        assert dict(one) == dict(other), name
        files = [
            file
            for value in one.values()
            for file in (value if name in {"by_kind", "shared_ids"} else [value])
        ]
        assert all(file is known.files[file.path] for file in files), name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acme-qa", "broken"])
def test_the_findings_are_those_of_validate(name: str) -> None:
    state = opened(_EXAMPLES / name, {})
    assert tuple(_flat(state)) == tuple(sorted(qafiles.validate(_EXAMPLES / name), key=lambda d: d.path))


@pytest.mark.slow
def test_what_is_said_of_a_file_at_once_is_what_all_rules_say_of_it() -> None:
    state = opened(_EXAMPLES / "broken", {})
    found = all_findings(state)
    said = 0
    for path, file in state.snapshot.files.items():
        expected = tuple(item for item in found.get(path, ()) if is_own(item, file))
        assert _unnumbered({path: own_findings(state, path)}) == _unnumbered({path: expected})
        said += len(expected)
    assert said > 30


@pytest.mark.slow
def test_any_order_of_edits_ends_in_what_the_disk_and_the_editors_hold(acme: Path) -> None:
    git(acme, "init", "-q")
    git(acme, "add", ".")
    choose = random.Random(7)  # noqa: S311  # a sequence of edits, no secret
    paths = [path.relative_to(acme).as_posix() for path in sorted(acme.rglob("*.yaml"))]
    texts = [
        "",
        "id: [",
        "tags: [smoke]\n",
        "version: 1\n",
        "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: a\ncolor: teal\n",
    ]
    buffers: dict[str, bytes] = {}
    state = opened(acme, buffers)
    for step in range(120):
        path = choose.choice([*paths, f"{PROJECT}/tags/new-{step % 7}.yaml", f"users/new-{step % 3}.yml"])
        place = acme / path
        if path == "qafiles.yaml":
            continue
        match choose.randrange(6):
            case 0 | 1:
                buffers = {**buffers, path: choose.choice(texts).encode()}
                state = with_files(state, [path], buffers)
            case 2:
                buffers = {name: text for name, text in buffers.items() if name != path}
                state = with_files(state, [path], buffers)
            case 3:
                place.unlink(missing_ok=True)
                state = refreshed(state, buffers, ())
            case 4:
                place.write_text(choose.choice(texts))
                state = refreshed(state, buffers, ())
            case _:
                other = acme / choose.choice(paths)
                if place.exists() and other.exists() and place != other and other.name != "qafiles.yaml":
                    place.rename(other)
                state = refreshed(state, buffers, ())
        _lookups_are_those_of_its_files(state)
        if step % 10 == 9:
            state = refreshed(state, buffers, ())
            _same(state, opened(acme, buffers))


def test_only_what_changed_is_parsed_again(acme: Path) -> None:
    state = opened(acme, {})
    after = with_files(state, [_TAG], {_TAG: b"id: ["})
    same = {path for path, file in after.snapshot.files.items() if file is state.snapshot.files[path]}
    assert state.snapshot.files.keys() - same == {_TAG}
    (acme / _TAG).write_text("id: [")
    after = refreshed(state, {}, ())
    same = {path for path, file in after.snapshot.files.items() if file is state.snapshot.files[path]}
    assert state.snapshot.files.keys() - same == {_TAG}


def test_what_is_looked_up_follows_each_text(acme: Path) -> None:
    smoke, other = (acme / _TAG).read_text(), f"{PROJECT}/tags/regression.yaml"
    its_id = smoke.partition("id: ")[2].split()[0]
    free = dict.fromkeys((other, f"{PROJECT}/tags/new.yaml"))
    steps: list[dict[str, str | None]] = [
        {_TAG: smoke + "# typed\n"},
        {_TAG: smoke.replace(its_id, "ux5q1gpzr2kh0jmz8w3vcd7n")},
        {_TAG: smoke},
        {_TAG: "id: ["},
        {_TAG: smoke, other: smoke},
        {_TAG: smoke + "# typed\n", other: smoke + "# typed\n"},
        {other: smoke.replace(its_id, "ux5q1gpzr2kh0jmz8w3vcd7n")},
        {f"{PROJECT}/tags/new.yaml": smoke},
        free,
        {_TAG: smoke + "# typed again\n"},
    ]
    buffers: dict[str, bytes] = {}
    state = opened(acme, buffers)
    _lookups_are_those_of_its_files(state)
    for step in steps:
        buffers = {path: text for path, text in buffers.items() if path not in step}
        buffers |= {path: text.encode() for path, text in step.items() if text is not None}
        state = with_files(state, step, buffers)
        _lookups_are_those_of_its_files(state)


def test_which_file_carries_an_id_follows_the_files_that_have_it(acme: Path) -> None:
    committed(acme, {})
    smoke = (acme / _TAG).read_text()
    its_id = smoke.partition("id: ")[2].split()[0]
    other = smoke.replace(its_id, "abcdefghijklmnopqrstuvwx")
    copies = [f"{PROJECT}/tags/{name}.yaml" for name in ("aaa", "zzz")]
    steps = [
        {copies[0]: smoke},
        {copies[1]: smoke},
        {_TAG: other},
        {_TAG: smoke},
        {copies[0]: other},
        {copies[0]: smoke},
    ]
    buffers: dict[str, bytes] = {}
    state = opened(acme, buffers)
    for step in steps:
        buffers = {**buffers, **{path: text.encode() for path, text in step.items()}}
        for path in step:
            state = with_files(state, [path], buffers)
        fresh = opened(acme, buffers)
        assert state.snapshot.carriers == fresh.snapshot.carriers
        assert {i: f.path for i, f in state.snapshot.by_id.items()} == {
            i: f.path for i, f in fresh.snapshot.by_id.items()
        }


def test_which_file_carries_an_id_follows_what_is_committed(acme: Path) -> None:
    smoke = (acme / _TAG).read_text()
    its_id = smoke.partition("id: ")[2].split()[0]
    committed(acme, {})
    git(acme, "rm", "-q", "--cached", _TAG)
    git(acme, "commit", "-qm", "not tracked yet", "--amend")
    case = next((acme / PROJECT / "test_cases").rglob("*.yaml"))
    own_id = case.read_text().partition("id: ")[2].split()[0]
    case.write_text(case.read_text().replace(own_id, its_id))
    state = opened(acme, {})
    assert state.snapshot.carriers == {its_id: None}
    git(acme, "commit", "-qam", "the test case has the id")
    state = refreshed(state, {}, ())
    fresh = opened(acme, {})
    assert state.snapshot.carriers == fresh.snapshot.carriers == {its_id: case.relative_to(acme).as_posix()}
    validated = qafiles.validate(acme)
    for opened_state in (state, fresh):
        assert tuple(_flat(opened_state)) == tuple(sorted(validated, key=lambda d: d.path))
    for path, file in fresh.snapshot.files.items():
        expected = [item for item in validated if item.path == path and is_own(item, file)]
        assert _unnumbered({path: own_findings(fresh, path)}) == _unnumbered({path: tuple(expected)})


def test_typing_looks_up_nothing_anew(acme: Path) -> None:
    state = opened(acme, {})
    _lookups_are_those_of_its_files(state)
    typed = with_files(state, [_TAG], {_TAG: (acme / _TAG).read_bytes() + b"# typed\n"})
    assert {"by_handle", "by_id", "by_kind", "shared_ids"} <= vars(typed.snapshot).keys()


def test_a_suspect_is_read_again_whatever_its_time_stamps_say(acme: Path) -> None:
    state = opened(acme, {})
    lying = replace(state, signatures={**state.signatures})
    (acme / _TAG).write_text("id: [")
    fresh = opened(acme, {})
    lying = replace(lying, signatures=fresh.signatures)
    assert refreshed(lying, {}, ()).snapshot.files[_TAG].valid
    assert not refreshed(lying, {}, {_TAG}).snapshot.files[_TAG].valid


def test_an_editor_s_text_does_not_hide_a_symbolic_link(tmp_path: Path) -> None:
    write(
        tmp_path, {"qafiles.yaml": "version: 1\n", "elsewhere": "id: abcdefghijklmnopqrstuvwx\nname: Ada\n"}
    )
    (tmp_path / "users").mkdir()
    (tmp_path / "users/ada.yaml").symlink_to(tmp_path / "elsewhere")
    state = opened(tmp_path, {"users/ada.yaml": b"id: abcdefghijklmnopqrstuvwx\nname: Ada\n"})
    assert [found.code for found in _flat(state)] == ["QF102"]


def test_a_text_that_git_would_ignore_is_none_of_the_data(tmp_path: Path) -> None:
    root = committed(tmp_path / "repo", {"qafiles.yaml": "version: 1\n", ".gitignore": "draft.yaml\n"})
    write(root, {"users/draft.yaml": "id: ["})
    state = opened(root, {"users/draft.yaml": b"id: [", "users/new.yaml": b"id: ["})
    assert [*state.snapshot.files] == ["users/new.yaml"]


def test_a_copy_of_a_data_root_outside_git_is_renewed_too(tmp_path: Path) -> None:
    shutil.copytree(_EXAMPLES / "acme-qa", tmp_path / "qa")
    state = opened(tmp_path / "qa", {})
    (tmp_path / "qa" / _TAG).unlink()
    after = refreshed(state, {}, ())
    assert _TAG not in after.snapshot.files
    _same(after, opened(tmp_path / "qa", {}))


def _at(line: int) -> Diagnostic:
    return Diagnostic("QF999", "a-rule", "info", "a finding", "a.yaml", Span(line, 1, line, 2))


def test_findings_move_with_their_lines_and_those_of_changed_lines_wait() -> None:
    before = ["a", "b", "c", "d"]
    found = [_at(1), _at(2), _at(4)]
    assert shifted(found, before, before) == tuple(found)
    assert [item.line for item in shifted(found, before, ["a", "b", "new", "c", "d"])] == [1, 2, 5]
    assert [item.line for item in shifted(found, before, ["a", "bb", "c", "d"])] == [1, 4]
    assert [item.line for item in shifted(found, before, ["d"])] == [1]
    assert shifted(found, before, []) == ()


@pytest.mark.parametrize("is_at_rest", [False, True])
def test_what_is_taken_from_earlier_runs_is_what_is_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_at_rest: bool
) -> None:
    if is_at_rest:
        monkeypatch.setattr("qafiles.lsp.state.RACY", -(10**12))
    root = committed(tmp_path, rich_root())
    read, kept = opened(root, {}), opened(root, {})
    unsaved = {"users/ada.yaml": b"id: a\n", "users/new.yaml": b"name: New\n"}
    _same(kept, read)
    _same(kept, opened(root, {SETTINGS_FILE: (root / SETTINGS_FILE).read_bytes()}))
    _same(opened(root, unsaved), with_files(read, unsaved, unsaved))
    _same(refreshed(kept, {}, ()), read)


@pytest.mark.slow
def test_a_state_after_very_many_edits_holds_none_of_the_earlier_ones(tmp_path: Path) -> None:
    root = committed(tmp_path, rich_root())
    opened(root, {})
    state = refreshed(quickly_opened(root, {}), {}, ())
    for number in range(1200):
        state = with_files(state, ["users/ada.yaml"], {"users/ada.yaml": b"id: a%d\n" % number})
    assert len([*state.snapshot.files.values()]) == len(opened(root, {}).snapshot.files)
    assert isinstance(state.snapshot.files, MappingProxyType)
