"""The test cases that a change concerns: for people, as arguments of runners, and as JSON."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from qafiles.render.columns import table
from qafiles.render.document import dump
from qafiles.render.escape import escape
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title

if TYPE_CHECKING:
    from qafiles.diff.impact import Impact, Reason

VERSION: Final = 1

LONGEST_ARGUMENT: Final = 131_071
"""Bytes that Linux takes as one argument of a program (MAX_ARG_STRLEN, execve(2))."""


def _text(impact: "Impact") -> Iterator[str]:
    """Yield a table of handles and reasons."""
    rows = [
        (escape(case.file.handle), escape("; ".join(reason.text for reason in case.reasons)))
        for case in impact.cases
    ]
    if rows:
        yield from table([("TEST CASE", "WHY"), *rows])


def _ids(impact: "Impact") -> Iterator[str]:
    yield from (f"{id_}\n" for id_, _ in _named(impact))


def _handles(impact: "Impact") -> Iterator[str]:
    yield from (f"{escape(case.file.handle)}\n" for case in impact.cases)


def _playwright(impact: "Impact") -> Iterator[str]:
    """Yield the argument that selects the tests which have the tags of `qa()`; it has no blank."""
    ids = [id_ for id_, _ in _named(impact)]
    if ids:
        yield f"--grep=@qa:({'|'.join(ids)})\n"


def _pytest(impact: "Impact") -> Iterator[str]:
    """Yield the lines of a file for `--qafiles-select`: the id and the handle of a test case."""
    yield from (f"{id_} {escape(file.handle)}\n" for id_, file in _named(impact))


def _named(impact: "Impact") -> Iterator[tuple[str, EntityFile]]:
    """Yield the test cases whose ids are legible."""
    yield from ((case.file.id, case.file) for case in impact.cases if case.file.id is not None)


Rendering = Callable[["Impact"], Iterator[str]]

RENDERINGS: Final[Mapping[str, Rendering]] = MappingProxyType(
    {"text": _text, "ids": _ids, "handles": _handles, "playwright": _playwright, "pytest": _pytest}
)


def as_json(impact: "Impact", names: Mapping[str, Any]) -> Iterator[str]:
    """Yield the document, with one line for each test case; `names` says what is compared."""
    yield f'{{"version": {VERSION},'
    for key, value in names.items():
        yield f" {dump(key)}: {dump(value)},"
    yield '\n "test_cases": ['
    separator = "\n  "
    for case in impact.cases:
        record = {**_entity(case.file), "title": title(case.file), "reasons": [*map(_reason, case.reasons)]}
        yield separator + dump(record)
        separator = ",\n  "
    yield ("\n ]" if impact.cases else "]") + f',\n "deleted": {dump([*map(_entity, impact.deleted)])},'
    yield f'\n "notes": {dump([*impact.left_out.sentences])}}}\n'


def _entity(file: EntityFile) -> dict[str, Any]:
    return {"id": file.id, "kind": file.kind, "handle": file.handle, "path": file.path}


def _reason(reason: "Reason") -> dict[str, Any]:
    return {
        "text": reason.text,
        "what": reason.what,
        "entity": _entity(reason.entity) if reason.entity is not None else None,
        "fields": [*reason.fields],
        "via": _entity(reason.via) if reason.via is not None else None,
        "environment": reason.environment,
    }
