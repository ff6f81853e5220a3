"""What was done with a data root before there was a server."""

from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.diagnostics import Diagnostic

if TYPE_CHECKING:
    from qafiles.lsp.state import RootState

Findings = dict[str, tuple[Diagnostic, ...]]


class Begun(NamedTuple):
    """What was shown of a data root, by path, its state where it was loaded, and what all rules found where they ran on it."""

    published: Findings
    state: "RootState | None"
    checked: Findings


NOTHING_BEGUN: Final = Begun({}, None, {})
