"""Real repositories with real keys, for tests of access."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import git, write

PROJECT = "organizations/acme/projects/shop"
CASE = f"{PROJECT}/test_cases/open.yaml"
_IDS = "abcdefghijklmnopqrstuvwxyz"


def user(number: int, name: str, key: str = "", **more: str) -> str:
    """Return the file of a user, with an id made of a number."""
    lines = [
        f"id: u{number}aaaaaaaaaaaaaaaaaaaaaa\n",
        f"name: {name}\n",
        f"email: {name}@example.com\n",
        f"logins: [{name}-l]\n",
    ]
    lines += [f"signing_keys:\n  - {key}\n"] if key else []
    return "".join(lines + [f"{field_}: {value}\n" for field_, value in more.items()])


def member(number: int, name: str, role: str) -> str:
    """Return the file of a member, with an id made of a number."""
    return f"id: m{number}aaaaaaaaaaaaaaaaaaaaaa\nuser_id: {name}\nrole: {role}\n"


def case(number: int = 1, text: str = "Opens") -> str:
    """Return the file of a test case, with an id made of a number."""
    return f"id: t{number:02}aaaaaaaaaaaaaaaaaaaaa\ntest_description: {text}\nurl_route: /\n"


def files(keys: Mapping[str, str], access: str = "") -> dict[str, str]:
    """Return a data root with an admin ada, a member bob and a guest gus of acme, and eve, an admin of other alone."""
    people = {
        "ada": ("acme", "admin"),
        "bob": ("acme", "member"),
        "gus": ("acme", "guest"),
        "eve": ("other", "admin"),
    }
    root = {
        "qafiles.yaml": f"version: 1\n{access}",
        "browser_configs/desktop.yaml": "id: b1aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config: {}\n",
        "organizations/acme/organization.yaml": "id: o1aaaaaaaaaaaaaaaaaaaaaa\nname: Acme\n",
        "organizations/other/organization.yaml": "id: o2aaaaaaaaaaaaaaaaaaaaaa\nname: Other\n",
        f"{PROJECT}/project.yaml": "id: p1aaaaaaaaaaaaaaaaaaaaaa\nname: Shop\ndefault_url_route: https://shop.example.com\n",
        CASE: case(),
        f"{PROJECT}/tags/smoke.yaml": "id: g1aaaaaaaaaaaaaaaaaaaaaa\nname: smoke\ncolor: teal\n",
        f"{PROJECT}/documents/notes.yaml": "id: d1aaaaaaaaaaaaaaaaaaaaaa\nname: Notes\ncontent: Text\n",
        "organizations/other/members/ada.yaml": member(9, "ada", "admin"),
    }
    for number, (name, (organization, role)) in enumerate(people.items(), start=1):
        root[f"users/{name}.yaml"] = user(number, name, keys.get(name, ""))
        root[f"organizations/{organization}/members/{name}.yaml"] = member(number, name, role)
    return root


@dataclass
class Keys:
    """SSH keys that are made when somebody first signs."""

    folder: Path
    made: dict[str, Path] = field(default_factory=dict)

    def private(self, name: str) -> Path:
        """Return the file of somebody's private key."""
        if name not in self.made:
            place = self.folder / name
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", place], check=True
            )
            self.made[name] = place
        return self.made[name]

    def public(self, name: str) -> str:
        """Return somebody's public key with a comment."""
        return self.private(name).with_suffix(".pub").read_text().strip()


@dataclass
class Repository:
    """A repository whose first commit, `main`, holds the data root, and in which people commit on the branch `feature`."""

    folder: Path
    keys: Keys

    def git(self, *arguments: str | Path, code: int = 0, **environment: str) -> str:
        """Return what git prints there."""
        return git(self.folder, *arguments, code=code, **environment)

    def signing(self, name: str | None) -> list[str]:
        """Return the options with which git signs commits as somebody; nobody does not sign."""
        if name is None:
            return ["-c", "commit.gpgsign=false"]
        key = self.keys.private(name)
        return ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}", "-c", "commit.gpgsign=true"]

    def commit(
        self,
        changes: Mapping[str, str | None],
        signer: str | None = None,
        author: str = "ada",
        message: str = "change",
    ) -> str:
        """Commit files, None for one to delete, and return the commit's name."""
        for path, text in changes.items():
            if text is None:
                self.git("rm", "-q", "--", path)
        write(self.folder, {path: text for path, text in changes.items() if text is not None})
        self.git("add", "-A")
        return self.committed(signer, author, message)

    def committed(self, signer: str | None = None, author: str = "ada", message: str = "change") -> str:
        """Commit what is staged, and return the commit's name."""
        person = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": f"{author}@example.com"}
        git(
            self.folder,
            *self.signing(signer),
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            message,
            code=0,
            **person,
        )
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str, signer: str | None = None, *options: str) -> str:
        """Merge a branch with a commit of its own, and return that."""
        self.git(*self.signing(signer), "merge", "-q", "--no-ff", "-m", f"merge {branch}", *options, branch)
        return self.git("rev-parse", "HEAD")


def repository(folder: Path, keys: Keys, root: Mapping[str, str]) -> Repository:
    """Return a new repository with a data root as its first commit, and `feature` checked out."""
    write(folder, root)
    made = Repository(folder, keys)
    made.git("init", "-q")
    made.git("add", "-A")
    made.git("commit", "-q", "-m", "first")
    made.git("checkout", "-q", "-b", "feature")
    return made
