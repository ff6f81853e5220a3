"""What the commits since another one have changed."""

from collections.abc import Iterator

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
