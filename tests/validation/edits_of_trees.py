"""Random edits of a working tree and of all that git knows of it, each of which may change what `validate` says."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import git

_SETTINGS = [
    ("core.autocrlf", "true"),
    ("core.autocrlf", "false"),
    ("core.ignorecase", "true"),
    ("core.trustctime", "false"),
    ("core.checkStat", "minimal"),
    ("core.untrackedCache", "true"),
    ("core.excludesFile", "x"),
    ("user.name", "Eve"),
]
TIED = 1_700_000_000
"""A time that files are given again, so that their times say nothing."""


def _some_file(top: Path, random_: random.Random) -> Path:
    places = sorted(place for place in top.rglob("*.yaml") if ".git" not in place.parts and place.is_file())
    return random_.choice(places) if places else top / "users/new.yaml"


def _in_place(place: Path, content: bytes) -> None:
    """Give a file other bytes and its old times."""
    status = place.stat()
    place.write_bytes(content)
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))


def changed(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    lines = place.read_bytes().split(b"\n")
    at = r.randrange(len(lines))
    lines[at : at + 1] = r.choice([[], [lines[at]] * 2, [b"x-note: 1"], [lines[at].replace(b"a", b"b")]])
    place.write_bytes(b"\n".join(lines))


def changed_in_size_and_time_alike(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    content = bytearray(place.read_bytes())
    letters = [at for at, byte in enumerate(content) if chr(byte).isalnum()]
    if letters:
        content[r.choice(letters)] = ord(r.choice("abcxyz019"))
    _in_place(place, bytes(content))


def made_illegible(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    _in_place(place, place.read_bytes()[:-4] + r.choice([b"\xff\xfe\n\n", b": [{\n", b"\t\t\t\t"]))


def new(top: Path, r: random.Random) -> None:
    name = r.choice(
        ["users/eve.yaml", "users/eve.yml", "notes.txt", "organizations/acme/readme.yaml", "user/x.yaml"]
    )
    place = top / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(r.choice(["", "id: q7x3k9q2m4p8r5t1v6w0y2bd\nname: Eve\n", "name: 7\n"]))


def deleted(top: Path, r: random.Random) -> None:
    _some_file(top, r).unlink(missing_ok=True)


def renamed(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    place.rename(place.with_name(r.choice(["renamed.yaml", "Ada.yaml", "n.yml"])))


def copied(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    shutil.copy2(place, place.with_name("copy.yaml"))


def linked(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    place.rename(top / "moved-away")
    place.symlink_to(top / "moved-away")


def touched(top: Path, r: random.Random) -> None:
    os.utime(_some_file(top, r), (TIED, TIED))


def other_settings(top: Path, r: random.Random) -> None:
    text = r.choice(
        ["", "rules: {ignore: [QF4]}\n", "fields: {user: {x-a: {type: integer}}}\n", "nonsense: 1\n"]
    )
    (top / "qafiles.yaml").write_text("version: 1\n" + text)


def other_readers(top: Path, r: random.Random) -> None:
    (top / ".sops.yaml").write_text(r.choice(["", "creation_rules: []\n", "creation_rules: [{age: x}]\n"]))


def ignored(top: Path, r: random.Random) -> None:
    place = top / r.choice([".gitignore", ".git/info/exclude", "users/.gitignore"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(r.choice(["", "*.yaml\n", "users/\n", "eve.*\ncopy.yaml\n"]))


def staged(top: Path, r: random.Random) -> None:
    git(top, "add", "-A")
    if r.random() < 0.3:
        git(top, "reset", "-q")


def committed(top: Path, r: random.Random) -> None:
    git(top, "add", "-A")
    git(top, "commit", "-qm", f"{r.random()}", "--allow-empty")


def checked_out(top: Path, r: random.Random) -> None:
    git(top, "add", "-A")
    git(top, "commit", "-qm", "kept", "--allow-empty")
    git(top, "checkout", "-q", r.choice(["main", "HEAD~1", "HEAD"]))


def stashed(top: Path, r: random.Random) -> None:
    if git(top, "stash", "list") and r.random() < 0.7:
        git(top, "reset", "-q", "--hard")
        git(top, "clean", "-qfd")
        git(top, "stash", "pop", "-q")
    else:
        (top / "qafiles.yaml").write_text("version: 1\nnonsense: 2\n")
        git(top, "stash", "-q", "-u")


def conflicted(top: Path, r: random.Random) -> None:
    path = _some_file(top, r).relative_to(top).as_posix()
    git(top, "add", "-A")
    git(top, "commit", "-qm", "base", "--allow-empty")
    base = git(top, "rev-parse", "HEAD")
    tips = []
    for text in ("theirs: 1\n", "ours: 2\n"):
        git(top, "checkout", "-q", base)
        (top / path).write_text(text)
        git(top, "add", "--", path)
        git(top, "commit", "-qm", text)
        tips.append(git(top, "rev-parse", "HEAD"))
    git(top, "merge", "-q", tips[0], code=1)
    if r.random() < 0.5:
        git(top, "merge", "--abort")


def configured(top: Path, r: random.Random) -> None:
    name, value = r.choice(_SETTINGS)
    git(top, "config", name, value)


def with_other_line_ends(top: Path, r: random.Random) -> None:
    place = _some_file(top, r)
    (top / ".gitattributes").write_text("*.yaml text=auto\n")
    content = place.read_bytes().replace(b"\r\n", b"\n")
    place.write_bytes(content.replace(b"\n", b"\r\n") if r.random() < 0.7 else content)
    git(top, "add", "--renormalize", ".")


def assumed_unchanged(top: Path, r: random.Random) -> None:
    paths = git(top, "ls-files", "-z", "*.yaml").split("\0")[:-1]
    if paths:
        option = r.choice(
            ["--assume-unchanged", "--skip-worktree", "--no-assume-unchanged", "--no-skip-worktree"]
        )
        git(top, "update-index", option, "--", r.choice(paths))


def sparse(top: Path, r: random.Random) -> None:
    git(top, "stash", "-q", "-u")
    git(top, "sparse-checkout", *r.choice([("set", "--no-cone", "/*", "!/users/"), ("disable",)]))


def in_another_repository(top: Path, r: random.Random) -> None:
    folder = top / r.choice(["users", "organizations/acme/projects", "elsewhere"])
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")


def with_a_root_above(top: Path, r: random.Random) -> None:
    place = top.parent / "qafiles.yaml"
    if place.exists():
        place.unlink()
    elif r.random() < 0.5:
        place.write_text("version: 1\n")


def refreshed(top: Path, r: random.Random) -> None:
    del r
    git(top, "status", "--porcelain")


def waited(top: Path, r: random.Random) -> None:
    """Let what was written be older than git's index."""
    del top
    time.sleep(r.choice([0.0, 0.0, 1.1]))


EDITS: list[Callable[[Path, random.Random], None]] = [
    changed,
    changed,
    changed_in_size_and_time_alike,
    changed_in_size_and_time_alike,
    made_illegible,
    new,
    deleted,
    renamed,
    copied,
    linked,
    touched,
    other_settings,
    other_readers,
    ignored,
    staged,
    committed,
    checked_out,
    stashed,
    conflicted,
    configured,
    with_other_line_ends,
    assumed_unchanged,
    sparse,
    in_another_repository,
    with_a_root_above,
    refreshed,
    waited,
]
