"""The sheet of a manual run: a row for each test case in each browser config that it lists, for people to fill in."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.results.asked import configs_of
from qafiles.results.manual_state import document_of, state_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import effective_url
from qafiles.snapshot.titles import title

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

COLUMNS: Final = ("id", "handle", "title", "config", "url", "steps", "status", "comment", "tester", "state")


class SheetRow(NamedTuple):
    """A test case in a browser config, "" for none; `state` is the digest of what the test case says."""

    id: str
    handle: str
    title: str
    config: str
    url: str
    steps: str
    state: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells in the order of COLUMNS, those to be filled in empty."""
        return (*self[:6], "", "", "", self.state)


def sheet_rows(
    snapshot: Snapshot, cases: Iterable[EntityFile], environment: "Environment | None" = None
) -> Iterator[SheetRow]:
    """Yield the rows of test cases, in their order: one for each browser config that a test case lists, or one without."""
    for case in cases:
        names = [config.handle for config in configs_of(snapshot, case)] or [""]
        url = effective_url(snapshot, case, environment) or ""
        row = SheetRow(
            case.id or "", case.handle, title(case), "", url, _steps(snapshot, case), state_of(snapshot, case)
        )
        yield from (row._replace(config=name) for name in names)


def _steps(snapshot: Snapshot, case: EntityFile) -> str:
    """Return what the description says below its title, the extra rules, and which document there is to read."""
    _, _, below = str(case.get("test_description") or "").strip().partition("\n")
    document = document_of(snapshot, case)
    parts = (below, str(case.get("extra_rules") or ""), f"Document: {document.handle}" if document else "")
    return "\n\n".join(part.strip() for part in parts if part.strip())
