"""Generated pushes into a bare repository with the hook, against an oracle that knows who may touch what and asks git alone."""

from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.access.conftest import Make
from tests.access.repository import CASE, PROJECT, Keys, Repository, case, user
from tests.access.test_pre_receive import server
from tests.conftest import git, samples

pytestmark = [pytest.mark.keys, pytest.mark.slow]

_MAY: Final = {
    CASE: {"ada", "bob"},
    f"{PROJECT}/tags/smoke.yaml": {"ada", "bob"},
    f"{PROJECT}/documents/new.yaml": {"ada", "bob"},
    "users/gus.yaml": {"ada", "gus"},
    "browser_configs/desktop.yaml": {"ada"},
    "organizations/acme/organization.yaml": {"ada"},
    "README.md": {"ada"},
    "organizations/other/organization.yaml": {"ada", "eve"},
}
"""Who may touch which path; nobody else may touch any other one."""
_SIGNERS: Final = ("ada", "ada", "bob", "bob", "bob", "gus", "eve", None)
_PUSHES: Final = (
    "trunk",
    "trunk",
    "trunk",
    "branch",
    "tag",
    "force",
    "delete",
    "replace",
    "octopus",
    "merge",
)


def _text(path: str, number: int, keys: Keys) -> str:
    """Return the text of a path, another one for each number."""
    if path == CASE:
        return case(text=f"Text {number}")
    if path == "users/gus.yaml":
        return user(3, "gus", keys.public("gus"), age_recipients=f"[] # {number}")
    kind = path.rpartition("/")[0].rpartition("/")[2]
    fields = {"tags": "name: smoke\ncolor: teal\n", "documents": "name: New\ncontent: Text\n"}.get(
        kind, "name: N\n"
    )
    identity = {"acme": "o1", "other": "o2", "tags": "g1", "documents": "d2", "browser_configs": "b1"}.get(
        kind, "z1"
    )
    more = "browser_config: {}\n" if kind == "browser_configs" else fields
    return f"id: {identity}aaaaaaaaaaaaaaaaaaaaaa\n{more}# {number}\n"


class _World:
    """A clone and its server, with what the oracle knows: who signed each commit, and what it touched."""

    def __init__(self, repo: Repository, origin: Path, seed: int) -> None:
        self.repo, self.origin, self.random = repo, origin, Random(seed)  # noqa: S311  # a sample, no secret
        self.signer: dict[str, str | None] = {}
        self.touched: dict[str, frozenset[str]] = {}
        self.number = 0

    def made(self, name: str, signer: str | None, *paths: str) -> None:
        self.signer[name], self.touched[name] = signer, frozenset(paths)

    def commit(self, start: str | None = None) -> None:
        """Commit one to three paths as somebody."""
        if start is not None:
            self.repo.git("checkout", "-q", "--detach", start)
        self.number += 1
        signer = self.random.choice(_SIGNERS)
        likely = [path for path, people in _MAY.items() if signer in people]
        pool = likely if likely and self.random.random() < 0.85 else [*_MAY]
        paths = self.random.sample(pool, min(len(pool), self.random.choice((1, 1, 2))))
        name = self.repo.commit(
            {path: _text(path, self.number, self.repo.keys) for path in paths},
            signer,
            message=f"{self.number}",
        )
        self.made(name, signer, *paths)

    def merged(self, count: int) -> None:
        """Merge branches of one commit each, sometimes with a path that the merger slips in."""
        tips = []
        for _ in range(count):
            self.commit("origin/main")
            tips.append(self.repo.git("rev-parse", "HEAD"))
        signer = self.random.choice(_SIGNERS)
        self.repo.git("checkout", "-q", "--detach", tips[0])
        touched = [self.touched[tip] for tip in tips]
        if sum(map(len, touched)) != len(frozenset().union(*touched)):
            return  # the branches touch the same path, and git would leave a conflict
        self.repo.git(*self.repo.signing(signer), "merge", "-q", "--no-ff", "-m", "merge", *tips[1:])
        slipped = []
        if self.random.random() < 0.4:
            slipped = [self.random.choice([*_MAY])]
            self.number += 1
            (self.repo.folder / slipped[0]).parent.mkdir(parents=True, exist_ok=True)
            (self.repo.folder / slipped[0]).write_text(_text(slipped[0], self.number, self.repo.keys))
            self.repo.git("add", "-A")
            self.repo.git(*self.repo.signing(signer), "commit", "-q", "--amend", "--no-edit")
        self.made(self.repo.git("rev-parse", "HEAD"), signer, *slipped)

    def names(self, *limits: str) -> list[str]:
        return self.repo.git("rev-list", *limits).split()

    def may(self, signer: str | None, name: str) -> bool:
        return signer is not None and all(signer in _MAY[path] for path in self.touched[name])

    def is_legal(self, name: str, trunk: str) -> bool:
        """Return whether every commit that a name adds to the trunk is somebody's who may touch all that it touches."""
        new = self.names(name, f"^{trunk}")
        answering: dict[str, set[str | None]] = {each: {self.signer[each]} for each in new}
        for each in new:
            first, *others = self.repo.git("log", "-1", "--format=%P", each).split()
            if others and self.signer[each] is not None:
                for merged in self.names(*others, f"^{first}", f"^{trunk}"):
                    answering[merged].add(self.signer[each])
        # A path may be left to another of those who answer for the commit.
        return all(
            all(any(who in _MAY[path] for who in answering[each]) for path in self.touched[each])
            for each in new
        )

    def push(self, ref: str, new: str, *options: str) -> bool:
        """Return whether the server took a push."""
        before = git(self.origin, "for-each-ref")
        target = f"{new}:{ref}"
        command = ["-c", "push.default=nothing", "push", "-q", *options, "origin", target]
        try:
            self.repo.git(*command)
        except AssertionError:
            assert git(self.origin, "for-each-ref") == before
            return False
        return True


def _step(world: _World, what: str) -> tuple[str, bool, bool]:
    """Make one push of a sort, and return what it was, whether it should pass, and whether it did."""
    repo, random = world.repo, world.random
    repo.git("fetch", "-q", "--prune", "origin")
    trunk = repo.git("rev-parse", "origin/main")
    repo.git("checkout", "-q", "--detach", trunk)
    if what == "delete":
        ref = random.choice(["refs/heads/main", "refs/heads/topic", "refs/tags/v1"])
        if ref not in git(world.origin, "for-each-ref", "--format=%(refname)").split():
            return what, True, True
        return what, ref != "refs/heads/main", world.push(ref, "")
    if what in {"merge", "octopus"}:
        world.merged(2 if what == "merge" else 3)
    else:
        for _ in range(random.choice((1, 1, 2))):
            world.commit()
    name = repo.git("rev-parse", "HEAD")
    if what == "force":
        lost = trunk != world.names("--max-parents=0", trunk)[0]
        world.commit(world.names("--first-parent", trunk)[-1])
        name = repo.git("rev-parse", "HEAD")
        ref = random.choice(["refs/heads/main", "refs/heads/topic"])
        expected = world.is_legal(name, trunk) and not (ref == "refs/heads/main" and lost)
        return what, expected, world.push(ref, name, "--force")
    if what == "replace":
        return what, False, world.push(f"refs/replace/{trunk}", name)
    if what == "tag":
        repo.git("tag", "-f", "-a", "-m", "tag", "local", name)
        return what, world.is_legal(name, trunk), world.push("refs/tags/v1", "refs/tags/local", "--force")
    ref = "refs/heads/main" if what != "branch" else f"refs/heads/{random.choice(['topic', 'other'])}"
    return what, world.is_legal(name, trunk), world.push(ref, name, "--force")


def test_the_hook_refuses_exactly_the_pushes_that_it_should(make: Make, tmp_path: Path) -> None:
    repo = make()
    world = _World(repo, server(repo, tmp_path / "server.git"), 18)
    for name in repo.git("rev-list", "main").split():
        world.made(name, "ada")
    outcomes: dict[tuple[str, bool], int] = {}
    for number in range(samples(500, 30)):
        what, expected, passed = _step(world, _PUSHES[number % len(_PUSHES)])
        assert passed == expected, (number, what, repo.git("log", "--stat", "-2"))
        outcomes[what, expected] = outcomes.get((what, expected), 0) + 1
    assert {what for what, _ in outcomes} == {*_PUSHES}
    assert ("force", False) in outcomes
    assert sum(number for (_, expected), number in outcomes.items() if expected) > 5
