"""What a rule is."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qafiles.codes import NAMES
from qafiles.diagnostics import Finding, Severity
from qafiles.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its permanent code, severity, documentation page, and check.

    `check` is None for rules that the loader reports while it reads a file, and for those that compare two snapshots,
    the state before and the present one, in `check_changes`, or look at the commits since one, in `check_commits`. `optional` rules may be ignored or given another severity in
    qafiles.yaml; rules of QF4 and QF6 always may.
    """

    code: str
    severity: Severity
    page: str
    check: Callable[[Snapshot], Iterable[Finding]] | None = None
    optional: bool = False
    check_changes: Callable[[Snapshot, Snapshot], Iterable[Finding]] | None = None
    check_commits: Callable[[Snapshot, str], Iterable[Finding]] | None = None

    @property
    def name(self) -> str:
        """The name, which reads well after "ignore"."""
        return NAMES[self.code]

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.strip().split("\n", 1)[0].removesuffix(".")

    @property
    def documentation(self) -> str:
        """The page as Markdown: what, why, example, what to write instead."""
        return inspect.cleandoc(self.page)

    @property
    def configurable(self) -> bool:
        """Whether qafiles.yaml may ignore the rule or change its severity."""
        return self.optional or self.code.startswith(("QF4", "QF6"))
