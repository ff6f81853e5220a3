"""What a rule is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from qafiles.codes import NAMES
from qafiles.diagnostics import Finding, Severity, Undecided
from qafiles.snapshot import FilesByKind, Snapshot

if TYPE_CHECKING:
    from qafiles.diff.pairs import TwoStates
    from qafiles.results.linked_tests import LinkedTests
    from qafiles.rules.commits_between import CommitsSince

Scope = Literal["file", "neighbours", "group", "whole"]
"""What the findings in a file depend on, each including those before it.

`file`: on that file, its path among it. `neighbours`: on the entities that it refers to or that refer to it, and those
that its folder belongs to. `group`: on others of its group. `whole`: on anything, such as `.sops.yaml` or git's history. The
settings count for every rule.
"""

Group = Literal["folder", "kind", "project", "neighbourhood"]
"""Which group: what lies in the same folder at the top, or right below `organizations/`, whatever the case; the entities of
the kind; those of the project; or the neighbours of neighbours.
"""

Answer = Literal["nothing", "less", "more"]
"""What a rule answers without what it needs: it finds nothing that depends on it; it finds the same, and says less of it;
or it finds more than there is.
"""


class Need(NamedTuple):
    """Something that may be missing, and what a rule answers then.

    `files`: that every file can be read, for what one that can't be read may hold. `history`: git's commits. `base`: the
    state to compare with, in full. `key`: a key for the secrets. A file that can't be read still owns its handle, and its
    id where legible, so that no rule needs it for these.
    """

    what: Literal["files", "history", "base", "key"]
    without: Answer

    def __str__(self) -> str:
        return f"{_MISSING[self.what]} it {_ANSWERS[self.without]}"


_SCOPES: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        "file": "looks at each file alone",
        "neighbours": "looks at a file and its references in both directions",
        "group": "looks at a file and the others of its",
        "whole": "looks at everything",
    }
)
_MISSING: Final = MappingProxyType(
    {
        "files": "where a file can't be read",
        "history": "without git's history",
        "base": "without a state to compare with",
        "key": "without a key",
    }
)
_ANSWERS: Final[Mapping[Answer, str]] = MappingProxyType(
    {"nothing": "is silent", "less": "says less", "more": "may find too much"}
)


class Rule(NamedTuple):
    """A rule: its permanent code, severity, documentation page, and check; what it looks at and what it needs.

    `check` is None for rules that the loader reports while it reads a file, and for those that compare two snapshots,
    the state before and the present one, in `check_changes`, or look at the commits since one, in `check_commits`.
    `check_files` and `check_contents` find what depends on one file alone, in whichever files they are given: on what it
    says, or on the bytes at its path. `check` finds the rest of such a rule.
    Those `of_access` are found by `qafiles access check` alone, those with `check_tests` where tests are given.
    `optional` rules may be ignored or given another severity in qafiles.yaml; rules of QF4 and QF6 always may. Rules of a group, and only they, name it.
    """

    code: str
    severity: Severity
    page: str
    scope: Scope
    needs: "tuple[Need, ...]"
    check: Callable[[Snapshot], Iterable[Finding]] | None = None
    optional: bool = False
    check_changes: "Callable[[TwoStates], Iterable[Finding]] | None" = None
    check_commits: "Callable[[Snapshot, CommitsSince], Iterable[Finding | Undecided]] | None" = None
    of_access: bool = False
    check_tests: "Callable[[Snapshot, LinkedTests], Iterable[Finding | Undecided]] | None" = None
    check_files: Callable[[FilesByKind], Iterable[Finding]] | None = None
    check_contents: Callable[[Sequence[tuple[str, bytes]]], Iterable[Finding]] | None = None
    group: Group | None = None

    @property
    def looks_at_files(self) -> bool:
        """Whether the rule finds something in one file alone, so that it runs where the file is read."""
        return self.check_files is not None or self.check_contents is not None

    @property
    def is_of_loader(self) -> bool:
        """Whether the loader decides the rule while it reads a file."""
        return self.check is None and not self.looks_at_files

    @property
    def name(self) -> str:
        """The name, which reads well after "ignore"."""
        return NAMES[self.code]

    @property
    def looks_at(self) -> str:
        """What the findings in a file depend on, in words."""
        return " ".join([_SCOPES[self.scope], *([self.group] if self.group else [])])

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.strip().split("\n", 1)[0].removesuffix(".")

    @property
    def documentation(self) -> str:
        """The page as Markdown: what, why, example, what to write instead."""
        import inspect  # noqa: PLC0415  # slow to import, and needed for pages alone

        return inspect.cleandoc(self.page)

    @property
    def configurable(self) -> bool:
        """Whether qafiles.yaml may ignore the rule or change its severity."""
        return self.optional or self.code.startswith(("QF4", "QF6"))
