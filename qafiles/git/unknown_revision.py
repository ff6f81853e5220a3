"""Why a revision names no commit, and what was probably meant by it."""

import re
from collections.abc import Callable

from qafiles.git.completeness import HOW_TO_GET_COMMITS
from qafiles.git.process import records
from qafiles.layout import nearest

_END_OF_NAME = re.compile(r"[~^@:]")


def why_unknown(revision: str, run: Callable[..., bytes], names: Callable[[str], object]) -> str:
    """Return the sentence that a revision names no commit, with the next step.

    `run` is git in the repository, and `names` says whether a revision names an object.
    """
    first, dots, second = revision.partition("..")
    first, second = first or "HEAD", second.removeprefix(".") or "HEAD"
    if dots and names(first) and names(second):
        return (
            f"`{revision}` is a range, and one commit is asked for; `qafiles diff {revision}` compares its ends, "
            f"`qafiles validate --rev {second} --since {first}` says what is new"
        )
    problem = f"git knows no commit `{revision}`"
    if run("rev-parse", "--is-shallow-repository").strip() == b"true":
        problem += f", and this clone is shallow: {HOW_TO_GET_COMMITS}"
    refs = records(run("for-each-ref", "--format=%(refname:short)%00"))
    known = ["HEAD", *(ref.strip() for ref in refs if ref.strip())]
    end = _END_OF_NAME.search(revision)
    name, rest = (revision[: end.start()], revision[end.start() :]) if end else (revision, "")
    near = nearest(name, known)
    if near is not None and near != name:
        return f"{problem}; did you mean `{near}{rest}`?"
    remote = next((ref for ref in known if ref.partition("/")[2] == name), None)
    if remote is not None:
        return f"{problem}; did you mean `{remote}{rest}`?"
    if near is not None:
        return f"{problem}: `{name}` has no `{rest}`; `git log {name}` lists its commits"
    return f"{problem}; `git log --all` lists commits"
