"""The rows of a sheet that testers filled in, whatever file they are in."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from qafiles.layout import nearest
from qafiles.results.formats.collected import Collected, ForeignFile, UnreadableFile
from qafiles.results.formats.text import first_line, well_formed
from qafiles.results.result import FilePlace, Link, Outcome, TestResult

STATUSES: Final = ("passed", "failed", "flaky", "skipped", "not run")
"""What may stand under `status`; an empty cell is `not run`."""

_OUTCOMES: Final[Mapping[str, Outcome | None]] = MappingProxyType(
    {
        "passed": "passed",
        "pass": "passed",
        "ok": "passed",
        "failed": "failed",
        "fail": "failed",
        "flaky": "flaky",
        "skipped": "skipped",
        "skip": "skipped",
        "": None,
        "not run": None,
    }
)
_HINTS: Final = MappingProxyType(
    {"blocked": "write skipped, and as comment what blocks it", "n/a": "write skipped, and as comment why"}
)


class Row(NamedTuple):
    """A row: its number as spreadsheets count, the line of the file that it begins in, and its cells."""

    number: int
    line: int
    cells: Sequence[str]


FIRST_ROWS: Final = 20
"""Rows among which the header is looked for: people write titles above it."""

_COLUMNS: Final = frozenset(
    {"id", "handle", "title", "config", "url", "steps", "status", "comment", "tester", "state"}
)


def likeness(row: Row) -> int:
    """Return how many columns of a sheet a row names."""
    return len(_COLUMNS & {cell.strip().lower() for cell in row.cells})


def is_header(cells: Sequence[str]) -> bool:
    """Return whether a row names the columns that a sheet must have."""
    names = {cell.strip().lower() for cell in cells}
    return "status" in names and bool(names & {"id", "handle"})


def read_rows(rows: Iterable[Row], collected: Collected) -> None:
    """Collect the results of rows below the one that names the columns, of which those that testers added are passed by.

    Raises `UnreadableFile` where none of the first rows does.
    """
    columns: dict[str, int] | None = None
    above: list[Row] = []
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        if columns is None:
            if is_header(row.cells):
                collected.format = "sheet"
                columns = _columns(row)
            elif len(above) < FIRST_ROWS - 1:
                above.append(row)
            else:
                break
            continue
        values = {name: row.cells[index].strip() for name, index in columns.items() if index < len(row.cells)}
        result = _result(values, row, collected)
        if result is not None:
            collected.add(result)
    if columns is None and above:
        collected.format = "sheet" if any(map(likeness, above)) else ""
        raise without_header(above)


def without_header(rows: Sequence[Row], worksheet: str = "") -> UnreadableFile:
    """Return why rows are no sheet: the one that looks most like a header, and what it lacks."""
    row = max(rows, key=likeness)
    names = {cell.strip().lower() for cell in row.cells}
    lacking = [] if "status" in names else ["`status`"]
    lacking += [] if names & {"id", "handle"} else ["`id` or `handle`"]
    where = f" of the worksheet {worksheet[:40]!r}" if worksheet else ""
    looks = (
        f"row {row.number}{where} looks like the header, and lacks {' and '.join(lacking)}"
        if names & _COLUMNS
        else f"none of the first {len(rows)} rows names the columns"
        if len(rows) > 1
        else "the first row does not name the columns"
    )
    return (UnreadableFile if names & _COLUMNS else ForeignFile)(
        f"{looks}: a sheet has a column `status`, and `id` or `handle`",
        FilePlace(row.line, 1),
        "`qafiles export sheet` writes one; leave the row with its columns as it is",
    )


def _columns(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        name = cell.strip().lower()
        if name and columns.setdefault(name, index) != index:
            raise UnreadableFile(f"the column `{name[:40]}` is there twice", FilePlace(row.line, 1))
    return columns


def _result(values: Mapping[str, str], row: Row, collected: Collected) -> TestResult | None:
    where = FilePlace(row.line)
    names = {key: well_formed(value) for key, value in values.items()}
    links = tuple(Link(name, "sheet", key) for key in ("id", "handle") if (name := names.get(key)))
    if not links:
        collected.problem(f"row {row.number} has no id and no handle", where, "copy them from another row")
        return None
    status = " ".join(names.get("status", "").lower().replace("_", " ").replace("-", " ").split())
    if status not in _OUTCOMES:
        near = nearest(status, [*STATUSES])
        hint = _HINTS.get(status) or (f"did you mean {near}?" if near else None)
        collected.problem(
            f"row {row.number}: the status {names['status'][:40]!r} is none of {', '.join(STATUSES)}",
            where,
            hint,
        )
        return None
    outcome = _OUTCOMES[status]
    config = names.get("config") or None
    comment = first_line(names.get("comment", ""))
    return TestResult(
        names.get("title") or names.get("handle") or links[0].value,
        outcome,
        failure=comment if outcome in {"failed", "flaky"} else "",
        links=links,
        config=config,
        config_by="sheet" if config else None,
        where=where,
        state=names.get("state") or None,
        tester=first_line(names.get("tester", "")) or None,
    )
