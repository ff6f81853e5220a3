"""One file as it is loaded: its data, its id where legible, and its problems of families QF1 and QF2."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qafiles.codes import NAMES
from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.diagnostics import START, Pointer, Span
from qafiles.kinds import SECRET, SECRET_FIELDS, Kind
from qafiles.loading.file_problem import FileProblem
from qafiles.parsing import MAX_SECRET_SIZE, MAX_SIZE, Refusal, cut_texts, parse
from qafiles.parsing.ids import legible_id
from qafiles.schema.problems import QUOTE_IT, RENAME
from qafiles.schema.validators import Problem, problems
from qafiles.sources import Content, Unreadable

if TYPE_CHECKING:
    from qafiles.parsing import Positions

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long


class LoadedFile(NamedTuple):
    """What a file says (None where nothing of it is legible), its id where legible, and its problems."""

    data: Any
    id: str | None = None
    problems: tuple[FileProblem, ...] = ()


def load_file(
    name: Kind | str,
    content: Content,
    declared: DeclaredFields = NOTHING_DECLARED,
    *,
    unmerged: bool = False,
) -> LoadedFile | None:
    """Return one file of a kind, or `settings`, as it is loaded; None for a file that is gone.

    `declared` are the custom fields of the data root; `unmerged` is whether the index holds the file in several versions.
    """
    if content is None:
        return None
    if isinstance(content, Unreadable):
        return LoadedFile(None, None, (unreadable(content),))
    data, refusals = parse(content, MAX_SECRET_SIZE if name == SECRET else MAX_SIZE)
    file_problems: list[FileProblem] = []
    if refusals or unmerged:
        file_problems += _refused(name, refusals)
        if unmerged and not any(refusal.code == "QF107" for refusal in refusals):
            file_problems.append(_UNMERGED)
    if (data is not None or not refusals) and (wrong := problems(name, data, declared)):
        file_problems += _misfits(name, wrong, refusals, content)
    if not refusals and name != SECRET and (cuts := cut_texts(content)):
        file_problems += [_cut_off(*cut) for cut in cuts]
    return _new(LoadedFile, (data, legible_id(data, content), tuple(file_problems)))


def unreadable(content: Unreadable) -> FileProblem:
    """Return why a file can't be read as the problem of it."""
    return FileProblem(content.code, content.message, START, hint=content.hint)


_UNMERGED: Final = FileProblem(
    "QF107",
    "the index holds an unresolved merge conflict here",
    START,
    hint="resolve the conflict, then `git add` the file",
)


def _refused(name: str, refusals: tuple[Refusal, ...]) -> Iterator[FileProblem]:
    """Yield the reasons for which a file is no YAML of ours; those of a secret are told without its text."""
    for original in refusals:
        refusal = _without_text(original) if name == SECRET else original
        yield FileProblem(
            refusal.code,
            refusal.message,
            refusal.span,
            refusal.pointer or (),
            refusal.hint,
            refusal.related,
            refusal.fixable and name != "settings",
        )


def _without_text(refusal: Refusal) -> Refusal:
    """Return a refusal of a secret's file without words of the file: what is refused may be the secret itself."""
    if refusal.code == "QF101":
        return refusal  # nothing of the file is told
    what = NAMES[refusal.code].replace("-", " ")
    return refusal._replace(
        message=f"{what} (the text of a secret's file is not shown)",
        hint="open the file in an editor, or write the secret again",
        related=tuple((span, "the other place") for span, _ in refusal.related),
        fixable=False,
    )


def _without_values(problem: Problem) -> Problem:
    """Return a problem of a secret's file without words of the file: a value in the wrong place may be the secret itself."""
    if problem.code == "QF202":
        message = "this key is no field of a secret (its text is not shown)"
        keys = ", ".join(f"`{key}`" for key in (*SECRET_FIELDS, "sops"))
        return problem._replace(
            message=message, pointer=problem.pointer[:-1], hint=f"delete it; the keys here are {keys}"
        )
    if not problem.pointer:
        return problem._replace(message="the file holds no mapping of fields", hint=None)
    message = re.sub(
        r" is `.*`(?:, which [^`]*)?, expected ", " is not shown, expected ", problem.message, flags=re.DOTALL
    )
    message = re.sub(r", not .*\Z", "", message, flags=re.DOTALL)
    hint = (
        problem.hint
        if problem.code == "QF201"
        else "take the file from a commit in which it is whole, or set the secret again"
    )
    return problem._replace(message=message, hint=hint)


def _misfits(
    name: str, wrong: list[Problem], refusals: tuple[Refusal, ...], content: bytes
) -> Iterator[FileProblem]:
    """Yield what does not fit the schema; what could not be read is not judged."""
    from qafiles.parsing import Positions  # noqa: PLC0415  # most files have no problem

    refused = [refusal.pointer for refusal in refusals if refusal.pointer is not None]
    mendable = name not in {SECRET, "settings"} and all(refusal.fixable for refusal in refusals)
    positions = Positions(content)
    for problem in wrong:
        if any(problem.pointer[: len(pointer)] == pointer for pointer in refused):
            continue
        span = positions.span(problem.pointer, "key" if problem.at_key else "value")
        reported = problem
        if name == SECRET:
            reported = _without_values(problem)
        else:
            reported = _as_written(_unquoted_hash(problem, span, positions), span, positions)
        fixable = mendable and _is_fixable(reported)
        yield FileProblem(reported.code, reported.message, span, reported.pointer, reported.hint, (), fixable)


def _is_fixable(problem: Problem) -> bool:
    """Return whether `fix` mends a problem: quotes around a number or behind a `#`, a missing id, a key of one's own."""
    if problem.code == "QF203":
        return (problem.hint or "").startswith("put it in quotes")
    if problem.code == "QF202":
        return (problem.hint or "").startswith(RENAME)
    return problem.code == "QF117" or (problem.code == "QF201" and problem.pointer == ("id",))


def _unquoted_hash(problem: Problem, span: Span, positions: "Positions") -> Problem:
    """Return what to say of an empty value: after `key: #…` the text was meant and YAML read a comment."""
    if problem.code == "QF203":
        line = positions.lines[span.line - 1][span.column - 1 :]
        match = re.match(r"[^:#]+:[ \t]+(#[^ ].*)|-[ \t]+(#[^ ].*)", line)
        if match:
            text = (match[1] or match[2]).split(" #")[0].rstrip()[:60]
            message = f"`{text}` needs quotes: an unquoted `#` begins a comment"
            return problem._replace(code="QF117", message=message, hint=f"write '{text}'")
    return problem


def _as_written(problem: Problem, span: Span, positions: "Positions") -> Problem:
    """Return what to say of a number in the place of text, with its digits as they stand in the file."""
    if problem.hint == QUOTE_IT and span.line == span.end_line:
        text = positions.lines[span.line - 1][span.column - 1 : span.end_column - 1]
        return problem._replace(hint=f"{QUOTE_IT}: '{text[:60]}'")
    return problem


def _cut_off(pointer: Pointer, span: Span, comment: str) -> FileProblem:
    """Return the problem of a text whose end is a comment."""
    message = f"`{comment[:60]}` is cut off: an unquoted ` #` begins a comment"
    hint = "put the whole text in quotes; if a comment is meant, write `# ` with a space"
    return FileProblem("QF117", message, span, pointer, hint)
