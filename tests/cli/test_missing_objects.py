"""`validate --since` in clones that lack commits or objects: never green, and never less than a whole clone says."""

import json
import shutil
from pathlib import Path

import pytest

from qafiles.validation import load, undecided, verdict_of
from tests.cli.conftest import Qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_SHOP = "organizations/acme/projects/shop"
_SECRET = f"{_SHOP}/secret_values/ADMIN_PASSWORD.yaml"
_CASE = f"{_SHOP}/test_cases/sign-in.yaml"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A repository in which one of two commits since `base` holds a secret in clear text."""
    folder = committed(tmp_path / "whole", data_root({".sops.yaml": SOPS_CONFIG, _SECRET: sealed()}))
    git(folder, "branch", "base")
    for text in ("secret_value: hunter2\n", sealed()):
        write(folder, {_SECRET: text})
        git(folder, "commit", "-qam", "next")
    write(folder, {_CASE: "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: x\nurl_route: /\ntags: [lost]\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "last")
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return folder


def _shallow(whole: Path, place: Path) -> Path:
    """Fetch both ends alone, as CI does to be quick."""
    git(place.parent, "init", "-q", place)
    git(place, "remote", "add", "origin", whole.as_uri())
    for name in ("main", "base"):
        git(place, "fetch", "-q", "--depth=1", "origin", f"{name}:refs/remotes/origin/{name}")
    git(place, "checkout", "-q", "--detach", "origin/main")
    return place


def _partial(whole: Path, place: Path) -> Path:
    git(place.parent, "clone", "-q", "--filter=blob:none", whole.as_uri(), place)
    return place


def _damaged(whole: Path, place: Path) -> Path:
    shutil.copytree(whole, place)
    git(place, "update-ref", "refs/remotes/origin/base", "base")
    blob = git(place, "rev-parse", f"HEAD~2:{_SECRET}")
    (place / ".git/objects" / blob[:2] / blob[2:]).unlink()
    return place


@pytest.mark.parametrize("clone", [_shallow, _partial, _damaged])
def test_a_clear_secret_in_commits_that_are_not_there_is_not_fine(
    clone: object, whole: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = clone(whole, tmp_path / "clone")  # type: ignore[operator]  # a function
    done = qafiles("-C", str(place), "validate", "--since", "origin/base", "--select", "QF506")
    assert done.code == 3
    assert "All good" not in done.out
    assert "QF506" in done.out + done.err
    assert "`git f" in done.out + done.err  # fetch or fsck


def test_the_command_that_is_named_makes_a_shallow_clone_whole(
    whole: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = _shallow(whole, tmp_path / "clone")
    arguments = ("-C", str(place), "validate", "--since", "origin/base", "--format", "json")
    before = json.loads(qafiles(*arguments).out)
    assert any("git fetch --unshallow" in sentence for sentence in before["unchecked"])
    git(place, "fetch", "-q", "--unshallow")
    after = qafiles(*arguments)
    assert after.code == 1
    assert "QF506" in [item["code"] for item in json.loads(after.out)["diagnostics"]]


def test_rules_that_need_nothing_of_the_commits_between_are_decided(
    whole: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = _shallow(whole, tmp_path / "clone")
    done = qafiles("-C", str(place), "validate", "--since", "origin/base", "--select", "QF401")
    assert done.code == 1
    assert "QF401" in done.out


def test_a_base_that_can_not_be_read_hides_no_finding(whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "clone"
    shutil.copytree(whole, place)
    blob = git(place, "rev-parse", f"base:{_SHOP}/project.yaml")
    assert git(place, "rev-parse", f"HEAD:{_SHOP}/project.yaml") == blob
    write(place, {f"{_SHOP}/project.yaml": (place / _SHOP / "project.yaml").read_text() + "# new\n"})
    git(place, "commit", "-qam", "project")
    (place / ".git/objects" / blob[:2] / blob[2:]).unlink()
    snapshot = load(place, since="base")
    assert "QF401" in [item.code for item in snapshot.diagnostics]
    (sentence,) = undecided(verdict_of(snapshot), select=["QF401"])
    assert f"{_SHOP}/project.yaml" in sentence
    assert undecided(verdict_of(snapshot), select=["QF4"], ignore=["QF4"]) == ()


def test_a_whole_clone_decides_everything(whole: Path, qafiles: Qafiles) -> None:
    done = qafiles("-C", str(whole), "validate", "--since", "base")
    assert (done.code, "whole answer" in done.err) == (1, False)


@pytest.mark.parametrize(
    ("clone", "how"), [(_partial, "git fetch --refetch --no-filter"), (_damaged, "git fsck")]
)
def test_a_file_whose_object_lacks_is_told_with_what_gets_it_here(
    clone: object, how: str, whole: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = clone(whole, tmp_path / "clone")  # type: ignore[operator]  # a function
    done = qafiles("-C", str(place), "validate", "--rev", "HEAD~2", "--format", "json")
    hints = {item["hint"] for item in json.loads(done.out)["diagnostics"] if item["code"] == "QF101"}
    assert done.code == 3
    assert len(hints) == 1
    assert how in str(hints)
    assert ("git fsck" in str(hints)) == (clone is _damaged)
