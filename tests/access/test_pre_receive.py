"""The server's hook, run by git on real pushes into a bare repository."""

import os
import sys
from pathlib import Path

import pytest

from qafiles.scaffold.access_files import hook_text
from tests.access.conftest import Make
from tests.access.repository import CASE, PROJECT, Keys, Repository, case, files, repository
from tests.conftest import git

pytestmark = [pytest.mark.keys, pytest.mark.slow]


def server(repo: Repository, place: Path, *options: str) -> Path:
    """Return a bare repository with the trunk of another and the hook, which becomes the origin of that one."""
    git(place.parent, "clone", "-q", "--bare", repo.folder, place)
    git(place, "update-ref", "-d", "refs/heads/feature")
    git(place, "symbolic-ref", "HEAD", "refs/heads/main")
    hook(place, *options)
    repo.git("remote", "add", "origin", place)
    return place


def hook(place: Path, *options: str, folder: str = "") -> None:
    """Write the hook of `init --access` for a folder into a bare repository, for this Python and with more options."""
    text = hook_text(folder).replace("exec qafiles", f"exec {sys.executable} -m qafiles")
    script = place / "hooks/pre-receive"
    script.parent.mkdir(exist_ok=True)
    script.write_text(text.replace("--pre-receive", f"--pre-receive {' '.join(options)}"))
    script.chmod(0o755)


@pytest.fixture
def repo(make: Make, tmp_path: Path) -> Repository:
    """A repository whose origin has the hook."""
    made = make()
    server(made, tmp_path / "server.git")
    return made


def test_legal_pushes_pass_and_illegal_ones_do_not(repo: Repository) -> None:
    repo.commit({CASE: case(text="By Bob")}, "bob")
    repo.git("push", "-q", "origin", "HEAD:main", "HEAD:refs/heads/topic", "HEAD:refs/tags/v1")
    repo.commit({"browser_configs/desktop.yaml": None}, "bob")
    repo.git("push", "-q", "origin", "HEAD:main", code=1)
    repo.git("push", "-q", "origin", "HEAD:refs/heads/other", code=1)
    repo.git("tag", "-am", "two", "v2")
    repo.git("push", "-q", "origin", "v2", code=1)
    repo.git("push", "-q", "origin", ":topic", ":v1")


def test_the_trunk_is_not_rewritten_and_nothing_is_replaced(repo: Repository) -> None:
    repo.commit({CASE: case(text="By Bob")}, "bob")
    repo.git("push", "-q", "origin", "HEAD:main", "HEAD:topic")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit({f"{PROJECT}/test_cases/new.yaml": case(2)}, "ada")
    repo.git("push", "-q", "--force", "origin", "HEAD:topic")
    repo.git("push", "-q", "--force", "origin", "HEAD:main", code=1)
    repo.git("push", "-q", "origin", ":main", code=1)
    repo.git("push", "-q", "origin", "HEAD:refs/replace/" + repo.git("rev-parse", "main"), code=1)


def test_the_first_members_are_pushed_once(tmp_path: Path, keys: Keys) -> None:
    place = tmp_path / "server.git"
    git(tmp_path, "init", "-q", "--bare", place)
    hook(place)
    repo = repository(tmp_path / "repository", keys, files({"ada": keys.public("ada")}))
    repo.git("remote", "add", "origin", place)
    repo.git("push", "-q", "origin", "main", code=1)
    hook(place, "--bootstrap")
    repo.git("push", "-q", "origin", "main:other", code=1)
    git(place, "symbolic-ref", "HEAD", "refs/heads/another")
    repo.git("push", "-q", "origin", "main", code=1)
    git(place, "symbolic-ref", "HEAD", "refs/heads/main")
    repo.git("push", "-q", "origin", "main", "main:other")
    repo.commit({CASE: case(text="Unsigned")}, None)
    repo.git("push", "-q", "origin", "HEAD:main", code=1)
    repo.git("reset", "-q", "--hard", "main")
    repo.commit({CASE: case(text="Signed")}, "ada")
    repo.git("push", "-q", "origin", "HEAD:main")


def test_what_is_pushed_is_told_with_what_would_make_it_legal(repo: Repository) -> None:
    repo.commit({CASE: case(text="By Gus")}, "gus")
    environment = {name: value for name, value in os.environ.items() if name.startswith("GIT_")}
    out = repo.git("push", "origin", "HEAD:main", "--porcelain", code=1, **environment)
    assert "[remote rejected] (pre-receive hook declined)" in out


def test_a_data_root_in_a_folder_is_guarded_where_nobody_can_put_another_around_it(
    tmp_path: Path, keys: Keys
) -> None:
    people = {name: keys.public(name) for name in ("ada", "bob")}
    access = "access: {rules: [{who: [member], may: [create, change, delete]}]}\n"
    repo = repository(
        tmp_path / "repository", keys, {f"q a/{path}": text for path, text in files(people, access).items()}
    )
    place = server(repo, tmp_path / "server.git")
    hook(place, folder="q a")
    repo.commit({f"q a/{CASE}": case(text="By Bob"), "src/app.py": "1\n"}, "bob")
    repo.git("push", "-q", "origin", "HEAD:main")
    root = files({"bob": keys.public("bob")}, "access: {repository_admins: [bob]}\n")
    for slipped in ({"qafiles.yaml": root["qafiles.yaml"]}, root, {"q a/qafiles.yaml": None, **root}):
        repo.git("reset", "-q", "--hard", "origin/main")
        repo.commit(slipped, "bob")
        repo.git("push", "-q", "origin", "HEAD:main", code=1)
    hook(place)
    repo.git("push", "-q", "origin", "HEAD:main", code=1)
