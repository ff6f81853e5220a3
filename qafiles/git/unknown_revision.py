"""Why a revision names no commit, and what was probably meant by it."""

import re
from collections.abc import Callable

from qafiles.errors import QafilesError, UnknownRevisionError
from qafiles.git.completeness import HOW_TO_GET_COMMITS
from qafiles.git.process import MissingObjectsError, records
from qafiles.layout import nearest

_END_OF_NAME = re.compile(r"[~^@:]")
_SEVERAL = re.compile(r"\^(?:@|!|-[0-9]*)\Z")
"""What stands behind the name of a commit for its parents, or for what it brought: https://git-scm.com/docs/gitrevisions#_other_rev_parent_shorthand_notations"""
_may_name_a_commit = re.compile(
    r"(?!-)(?!.*\.\.)(?:[^\s~^@:?*\[\\\x00-\x1f\x7f]+(?:[~^][0-9]*)*(?:\^\{/.*\})?|:/.*)\Z"
).match
"""Names of commits that a whole clone may have: with ancestors of theirs, or with words of their message."""
is_plain = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*(?:[~^][0-9]*)*\Z").match
"""Names behind which `^{commit}` can mean one thing only."""


def unknown(revision: str, run: Callable[..., bytes], names: Callable[[str], object]) -> QafilesError:
    """Return the error that a revision names no commit, with the next step.

    It is one of the arguments, and one of the environment where the commit may be there and a shallow clone lacks it. `run` is
    git in the repository, and `names` says whether a revision names an object.
    """
    first, dots, second = revision.partition("..")
    first, second = first or "HEAD", second.removeprefix(".") or "HEAD"
    if dots and names(first) and names(second):
        return UnknownRevisionError(
            f"`{revision}` is a range, and one commit is asked for; `qafiles diff {revision}` compares its ends, "
            f"`qafiles validate --rev {second} --since {first}` says what is new"
        )
    ends = _SEVERAL.search(revision)
    if ends is not None and names(revision[: ends.start()]):
        first = revision[: ends.start()]
        return UnknownRevisionError(
            f"`{revision}` means several commits, and one is asked for; name `{first}`, or its parent `{first}^`"
        )
    problem = f"git knows no commit `{revision}`"
    end = _END_OF_NAME.search(revision)
    name, rest = (revision[: end.start()], revision[end.start() :]) if end else (revision, "")
    error: type[QafilesError] = UnknownRevisionError
    next_step = "; `git log --all` lists commits"
    is_shallow = run("rev-parse", "--is-shallow-repository").strip() == b"true"
    if is_shallow:
        problem += f", and this clone is shallow, without older commits: {HOW_TO_GET_COMMITS}"
        next_step = ""
        if _may_name_a_commit(revision):
            error = MissingObjectsError
    refs = records(run("for-each-ref", "--format=%(refname:short)%00"))
    known = ["HEAD", *(ref.strip() for ref in refs if ref.strip())]
    near = name if name in known else nearest(name, known)
    if near is not None and near != name:
        return error(f"{problem}{_or_near(near, rest, names)}")
    if near is not None and not rest:
        return error(
            f"{problem}: the branch that `{name}` names has no commits yet; `git commit` makes the first"
        )
    if near is not None:
        missing = "" if is_shallow else f": `{name}` has no `{rest}`; `git log {name}` lists its commits"
        return error(problem + missing)
    remote = next((ref for ref in known if name and ref.partition("/")[2] == name), None)
    if remote is not None:
        return UnknownRevisionError(f"{problem}{_or_near(remote, rest, names)}")
    return error(problem + next_step)


def _or_near(name: str, rest: str, names: Callable[[str], object]) -> str:
    """Return the question whether another name was meant, with what stood behind the misspelled one where that is there."""
    return f"; did you mean `{name}{rest if names(name + rest) else ''}`?"
