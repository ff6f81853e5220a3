"""Which projects and tools are meant where test cases are named by key: those that are chosen, of those that there are."""

from collections.abc import Sequence
from typing import Final

from qafiles.errors import UsageError
from qafiles.layout import nearest
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.foreign_keys import foreign_key

_MOST_NAMED: Final = 10


def handles_of(snapshot: Snapshot, names: Sequence[str]) -> tuple[str, ...]:
    """Return the handles of the projects that are named, by handle, last part or id; without names, of all."""
    known = {file.project for file in snapshot.of_kind("test_case") if file.project is not None}
    ids = {file.handle: file.id for file in snapshot.of_kind("project")}
    return tuple(
        sorted(
            handle
            for handle in known
            if not names or {handle, handle.rpartition("/")[2], ids.get(handle)} & {*names}
        )
    )


def tool_of(file: EntityFile) -> str:
    """Return the tool whose key an entity has, in lower case, "" where it has none."""
    key = foreign_key(file)
    return key.tool.casefold() if key is not None else ""


def refuse_unknown_projects(snapshot: Snapshot, names: Sequence[str]) -> None:
    """Raise UsageError for a name of no project: with it, no key would name anything."""
    if not names:
        return
    known = {file.project for file in snapshot.files.values() if file.project is not None}
    known |= {file.handle for file in snapshot.of_kind("project")}
    short = {handle.rpartition("/")[2] for handle in known}
    ids = {file.id for file in snapshot.of_kind("project")}
    for name in names:
        if name not in known | short | ids:
            near = nearest(name, sorted(known | short))
            hint = (
                f"did you mean `{near}`?" if near else f"there are {', '.join(sorted(known)[:_MOST_NAMED])}"
            )
            raise UsageError(f"no project is called `{name}`; {hint}")


def refuse_unknown_tools(snapshot: Snapshot, tools: Sequence[str]) -> None:
    """Raise UsageError for a tool whose keys no test case has: with it, no key would name anything."""
    if not tools:
        return
    known = {tool_of(file) for file in snapshot.of_kind("test_case")} - {""}
    for tool in tools:
        if tool.casefold() not in known:
            near = nearest(tool.casefold(), sorted(known))
            there = f"there are {', '.join(sorted(known))}" if known else "no `x-source` names any tool"
            raise UsageError(
                f"no test case has a key of the tool `{tool}`; "
                + (f"did you mean `{near}`?" if near else there)
            )
