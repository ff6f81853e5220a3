"""What the commits since another one have changed."""

from collections.abc import Iterator

from qafiles.git.log import boundary
from qafiles.git.process import records
from qafiles.git.repository import GitRepository


def changes_since(
    repository: GitRepository, head: str | None, now: str
) -> Iterator[tuple[str, dict[str, bool]]]:
    """Yield each commit since another one, and whether there is a file at each path that it changed."""
    options = (
        "--no-show-signature",
        "--no-renames",
        "--name-status",
        "--format=tformat:%x01%H",
        "-z",
        "--root",
    )
    out = repository.run("log", *options, now if head is None else f"{head}..{now}")
    name, changed = "", dict[str, bool]()
    rest = iter(records(out))
    for token in rest:
        word = token.lstrip("\n")
        if word.startswith("\1"):
            if name:
                yield name, changed
            name, changed = word[1:], {}
        elif word:
            changed[next(rest)] = word != "D"
    if name:
        yield name, changed


def cut_off_since(repository: GitRepository, since: str, tip: str) -> bool:
    """Return whether a shallow clone may lack commits that a tip reaches and another commit does not."""
    cut_off = boundary(repository)
    if not cut_off:
        return False
    names = repository.run("rev-list", f"{since}..{tip}").decode().split()
    return not cut_off.isdisjoint(names)
