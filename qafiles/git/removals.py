"""What commits removed: the paths that are gone, with the contents that they had."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from qafiles.git.process import readable
from qafiles.git.repository import GitRepository

_MOST_COMMITS: Final = 20_000
"""Commits that are looked through, newest first."""


class Removal(NamedTuple):
    """A path that a commit removed, and what the same commit added; the author's date is git's raw one."""

    path: str
    blob: str
    commit: str
    author: str
    date: str
    added: frozenset[str]


def removals(
    repository: GitRepository, tips: Sequence[str], paths: Sequence[str], *, merges: bool = False
) -> Iterator[Removal]:
    """Yield what the history of some commits removed, newest first; only what touches the paths is looked at.

    Paths are relative to the top and name files or folders; without any, everything is looked at. `merges` looks at what
    merges removed from their first parent, and at nothing else.
    """
    asked = [path for path in paths if "\n" not in path and "\0" not in path]
    if paths and not asked:
        return
    limits = ("--topo-order", f"--max-count={_MOST_COMMITS}")
    if merges:
        # Without paths, since a merge that is like any of its parents would be passed over.
        listed = repository.run("rev-list", "--merges", "--parents", *limits, *tips, "--")
        # A commit is compared with those that are named behind it.
        commits = b"".join(b" ".join(line.split()[:2]) + b"\n" for line in listed.splitlines())
    else:
        data = "\n".join([*tips, "--", *asked, ""]).encode("utf-8", "surrogateescape")
        commits = repository.run("rev-list", *limits, "--stdin", data=data)
    shown = repository.run(
        "diff-tree",
        "--stdin",
        "-r",
        "-z",
        "--raw",
        "--no-renames",
        "--full-index",
        "--diff-filter=AD",
        "--encoding=UTF-8",
        "--date=raw",
        "--format=tformat:%x01%H%x00%aN%x00%aE%x00%ad",
        *(("--", *asked) if merges else ()),
        data=commits,
    )
    tokens = iter(shown.decode("utf-8", "surrogateescape").split("\0"))
    head = ("", "", "")
    removed: list[tuple[str, str]] = []
    added: set[str] = set()
    for token in tokens:
        mark = token.lstrip("\n")
        if mark.startswith("\1"):
            yield from _of_one(head, removed, added)
            author, email, date = (next(tokens, "") for _ in range(3))
            head = (mark[1:], readable(author.strip() or email.strip()) or "nobody", date)
            removed, added = [], set()
        elif mark.startswith(":"):
            _, _, blob, _, status = mark.split(" ")
            path = next(tokens, "")
            if status == "D":
                removed.append((path, blob))
            else:
                added.add(path)
    yield from _of_one(head, removed, added)


def _of_one(head: tuple[str, str, str], removed: list[tuple[str, str]], added: set[str]) -> Iterator[Removal]:
    together = frozenset(added)
    for path, blob in removed:
        yield Removal(path, blob, *head, together)
