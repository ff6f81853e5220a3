import hashlib
import os
import shutil
from pathlib import Path

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.errors import GitError, QafilesError, UnknownRevisionError
from qafiles.validation import load, validate
from tests.conftest import committed, git, write
from tests.diff.states import CASE, PROJECT, SMOKE, Files, state
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_SLOW = f"{PROJECT}/tags/slow.yaml"
_SLOW_TEXT = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"
_CASE_TEXT = data_root()[CASE]


def _branches(folder: Path, base: Files, ours: Files, theirs: Files) -> Path:
    """Make a repository with the branches main (ours, checked out) and other (theirs)."""
    committed(folder, state(base))
    git(folder, "checkout", "-qb", "other")
    _commit(folder, theirs)
    git(folder, "checkout", "-q", "main")
    _commit(folder, ours)
    return folder


def _commit(folder: Path, changes: Files) -> None:
    for path, text in changes.items():
        if text is None:
            git(folder, "rm", "-q", path)
        else:
            write(folder, {path: text})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change", "--allow-empty")


def _brief(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return [(item.code, item.path.rpartition("/")[2]) for item in found if item.severity != "info"]


def _both_are_clean(folder: Path) -> None:
    for branch in ("main", "other"):
        assert _brief(validate(folder, branch)) == []


def test_one_branch_deletes_a_tag_that_the_other_begins_to_use(tmp_path: Path) -> None:
    used = {CASE: _CASE_TEXT.replace("[smoke]", "[smoke, slow]")}
    folder = _branches(tmp_path, {_SLOW: _SLOW_TEXT}, used, {_SLOW: None})
    _both_are_clean(folder)
    (found,) = validate(folder, merge="other")
    assert (found.code, found.path, found.line, found.column) == ("QF401", CASE, 2, 15)
    commit = git(folder, "rev-parse", "other")
    assert str(found.hint).startswith(f"tag `slow` was deleted in {commit[:10]} by Ada on 2026-01-02; ")
    git(folder, "merge", "-q", "other", "-m", "merge")
    assert [item.fingerprint for item in validate(folder)] == [found.fingerprint]


def _secret(id_: str, project: str) -> str:
    return sealed("TOKEN", id_=id_, project=project)


def test_both_branches_add_a_secret_of_the_same_name(tmp_path: Path) -> None:
    blog = "organizations/acme/projects/blog"
    base: Files = {
        ".sops.yaml": SOPS_CONFIG,
        f"{blog}/project.yaml": (
            "id: m8s3vhn2k6y0qf4zpw7rjc1x\nname: Blog\ndefault_url_route: https://blog.example.com\n"
        ),
    }
    ours = {
        f"{PROJECT}/secret_values/TOKEN.yaml": _secret("k2v9w1hx8rj0qz4mtb7nc5ap", "tz4a98xxat96iws9zmbrgj3b")
    }
    theirs = {
        f"{blog}/secret_values/TOKEN.yaml": _secret("l2v9w1hx8rj0qz4mtb7nc5ap", "m8s3vhn2k6y0qf4zpw7rjc1x")
    }
    folder = _branches(tmp_path, base, ours, theirs)
    assert not any(
        code == "QF307" for branch in ("main", "other") for code, _ in _brief(validate(folder, branch))
    )
    assert ("QF307", "TOKEN.yaml") in _brief(validate(folder, merge="other"))


def test_both_branches_copy_the_same_file_with_its_id(tmp_path: Path) -> None:
    # Each branch moves the file to a name of its own: that is a rename for each, and two files with one id together.
    folder = _branches(
        tmp_path,
        {_SLOW: _SLOW_TEXT, CASE: _CASE_TEXT},
        {
            _SLOW: None,
            f"{PROJECT}/tags/late.yaml": _SLOW_TEXT.replace(
                "name: slow", "name: late\nx-a: 1\nx-b: 2\nx-c: 3"
            ),
        },
        {
            _SLOW: None,
            f"{PROJECT}/tags/lazy.yaml": _SLOW_TEXT.replace(
                "name: slow", "name: lazy\nx-d: 1\nx-e: 2\nx-f: 3"
            ),
        },
    )
    _both_are_clean(folder)
    assert "QF301" in {code for code, _ in _brief(validate(folder, merge="other"))}


def test_lines_that_both_changed_are_a_conflict_in_the_file(tmp_path: Path) -> None:
    text = data_root()[SMOKE]
    folder = _branches(
        tmp_path, {}, {SMOKE: text.replace("teal", "navy")}, {SMOKE: text.replace("teal", "gold")}
    )
    (found,) = validate(folder, merge="other")
    assert (found.code, found.path) == ("QF107", SMOKE)
    assert found.message == (
        "merging `other` leaves a conflict here: both sides changed the same lines, and disagree about `color`"
    )
    assert found.line == 3


def test_a_conflict_of_lines_that_resolves_by_fields_says_so(tmp_path: Path) -> None:
    text = data_root()[SMOKE]
    ours = text.replace("teal", "navy")
    folder = _branches(tmp_path, {}, {SMOKE: ours}, {SMOKE: text.replace("name: smoke", "name: fumes")})
    (found,) = validate(folder, merge="other")
    assert (found.code, found.path) == ("QF107", SMOKE)
    assert found.message == (
        "merging `other` leaves a conflict here: both sides changed the same lines, but it resolves by fields: "
        "`color` here, `name` there"
    )
    assert found.hint == (
        "merge `other` into this branch, keep this branch's text, then give it what `other` changed: `name`; and commit"
    )


def test_two_additions_to_one_place_of_a_list_resolve_by_fields(tmp_path: Path) -> None:
    base, *sides = (
        _CASE_TEXT.replace("[smoke]", tags) for tags in ("[smoke]", "[slow, smoke]", "[smoke, x]")
    )
    folder = _branches(tmp_path, {CASE: base}, {CASE: sides[0]}, {CASE: sides[1]})
    conflict = next(item for item in validate(folder, merge="other") if item.code == "QF107")
    assert conflict.message.endswith("but it resolves by fields: `tags` here, `tags` there")


def test_a_file_that_one_side_deleted_and_the_other_changed_is_a_conflict(tmp_path: Path) -> None:
    folder = _branches(
        tmp_path, {_SLOW: _SLOW_TEXT}, {_SLOW: None}, {_SLOW: _SLOW_TEXT.replace("navy", "gold")}
    )
    found = [item for item in validate(folder, merge="other") if item.severity == "error"]
    assert [(item.code, item.path, item.message) for item in found] == [
        (
            "QF107",
            _SLOW,
            "merging `other` leaves a conflict here: one side changed the file, and the other deleted it",
        )
    ]


def test_the_same_name_with_different_contents_is_a_conflict(tmp_path: Path) -> None:
    other = _SLOW_TEXT.replace("ux5q", "vx5q").replace("navy", "gold")
    folder = _branches(tmp_path, {}, {_SLOW: _SLOW_TEXT}, {_SLOW: other})
    assert ("QF107", "slow.yaml") in _brief(validate(folder, merge="other"))


def test_conflicts_in_other_files_are_told_as_unchecked(tmp_path: Path) -> None:
    folder = _branches(tmp_path, {"README.md": "a\n"}, {"README.md": "b\n"}, {"README.md": "c\n"})
    snapshot = load(folder, merge="other")
    assert snapshot.diagnostics == ()
    assert snapshot.source.unchecked == (
        "merging `other` leaves conflicts in files that hold no entity: README.md",
    )


def test_what_git_merges_line_by_line_is_validated(tmp_path: Path) -> None:
    text = "id: f2cp7rav4wo9ey1bug6sh3di\ntags: [smoke]\nbrowser_configs: [desktop]\nurl_route: /\n"
    lines = "".join(f"x-{number}: a\n" for number in range(10))
    base = text + lines + "test_description: Open\n"
    folder = _branches(
        tmp_path,
        {CASE: base},
        {CASE: base.replace("url_route: /", "url_route: /a")},
        {CASE: base.replace("test_description: Open", "test_description: Begin")},
    )
    snapshot = load(folder, merge="other")
    assert snapshot.diagnostics == ()
    data = snapshot.files[CASE].data
    assert (data["url_route"], data["test_description"]) == ("/a", "Begin")
    assert snapshot.source.revision is None


def test_a_branch_that_is_merged_already_changes_nothing(tmp_path: Path) -> None:
    folder = committed(tmp_path, state())
    git(folder, "branch", "other")
    _commit(folder, {_SLOW: _SLOW_TEXT})
    assert load(folder, merge="other").files == load(folder, "HEAD").files


def test_the_settings_of_the_other_branch_decide(tmp_path: Path) -> None:
    folder = _branches(
        tmp_path,
        {},
        {_SLOW: _SLOW_TEXT, "qafiles.yaml": "version: 1\nrules: {ignore: [QF407]}\n"},
        {},
    )
    assert validate(folder) == ()
    assert [item.code for item in validate(folder, merge="other")] == ["QF407"]


def _state(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        found[str(path)] = content, status.st_mode, status.st_mtime_ns
    return found


@pytest.mark.parametrize("layout", ["plain", "sha256", "worktree", "bare", "folder", "strange"])
def test_merging_writes_nothing_to_the_repository(
    layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = data_root()[SMOKE] + "x-a: 1\nx-b: 2\nx-c: 3\nx-d: 4\n"
    name = 'a:b"c' if layout == "strange" else "repo"
    prefix = "qa/" if layout == "folder" else ""
    folder = write(tmp_path / name, {prefix + path: text for path, text in state({SMOKE: text}).items()})
    git(folder, "init", "-q", *(["--object-format=sha256"] if layout == "sha256" else []))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    git(folder, "checkout", "-qb", "other")
    _commit(folder, {prefix + SMOKE: text.replace("teal", "gold")})
    git(folder, "checkout", "-q", "main")
    _commit(folder, {prefix + SMOKE: text.replace("x-d: 4", "x-d: 5")})
    root = folder / "qa" if prefix else folder
    if layout == "worktree":
        root = tmp_path / "linked"
        git(folder, "worktree", "add", "-q", root, "-b", "third", "main")
    if layout == "bare":
        root = tmp_path / "bare.git"
        git(tmp_path, "clone", "-q", "--bare", folder, root)
    temporary = write(tmp_path / "temporary", {})
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = _state(tmp_path)
    snapshot = load(root, merge="other")
    assert snapshot.diagnostics == ()
    assert (snapshot.files[SMOKE].data["color"], snapshot.files[SMOKE].data["x-d"]) == ("gold", 5)
    after = _state(tmp_path)
    # The folder of temporary files has another time stamp, and holds nothing more.
    del before[str(temporary)], after[str(temporary)]
    assert after == before


def test_merge_drivers_and_configuration_of_the_user_change_nothing(tmp_path: Path) -> None:
    text = data_root()[SMOKE]
    attributes: Files = {".gitattributes": "*.yaml merge=mine\n"}
    folder = _branches(
        tmp_path / "repo",
        attributes,
        {SMOKE: text.replace("teal", "navy")},
        {SMOKE: text.replace("teal", "gold")},
    )
    expected = validate(folder, merge="other")
    assert [item.code for item in expected] == ["QF107"]
    for key, value in {
        "merge.mine.driver": f"touch {tmp_path / 'ran'}",
        "merge.conflictStyle": "diff3",
        "merge.renames": "false",
        "merge.renameLimit": "1",
        "merge.directoryRenames": "true",
        "merge.verbosity": "5",
        "core.pager": "false",
    }.items():
        git(folder, "config", key, value)
    assert validate(folder, merge="other") == expected
    assert not (tmp_path / "ran").exists()


def test_what_can_not_be_merged_is_refused_with_a_reason(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", state())
    with pytest.raises(UnknownRevisionError):
        validate(folder, merge="nowhere")
    git(folder, "checkout", "-q", "--orphan", "alone")
    git(folder, "commit", "-qm", "alone")
    with pytest.raises(GitError, match="no common ancestor"):
        validate(folder, merge="main")
    with pytest.raises(QafilesError, match="index"):
        validate(folder, staged=True, merge="main")


def test_a_shallow_clone_says_that_history_is_missing(tmp_path: Path) -> None:
    folder = _branches(tmp_path / "repo", {}, {_SLOW: _SLOW_TEXT}, {SMOKE: data_root()[SMOKE] + "x-a: 1\n"})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", folder.as_uri(), clone)
    with pytest.raises(GitError, match="shallow"):
        validate(clone, merge="origin/other")


def test_an_old_git_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _branches(tmp_path / "repo", {}, {_SLOW: _SLOW_TEXT}, {SMOKE: data_root()[SMOKE] + "x-a: 1\n"})
    real = shutil.which("git")
    script = f'#!/bin/sh\nfor word; do test "$word" = version && echo git version 2.37.9 && exit; done\nexec {real} "$@"\n'
    place = write(tmp_path / "bin", {"git": script}) / "git"
    place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(GitError, match=r"needs git 2\.38 or newer.*2\.37\.9") as caught:
        validate(folder, merge="other")
    assert caught.value.exit_code == 3
