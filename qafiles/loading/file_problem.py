"""Problems of files of families QF1 and QF2, as loading finds them and as they are kept."""

from typing import Any, NamedTuple

from qafiles.codes import NAMES
from qafiles.diagnostics import Diagnostic, EntityName, Pointer, RelatedLocation, Span


class FileProblem(NamedTuple):
    """One problem of a file in its place there; `related` are other places of the same file and what is there."""

    code: str
    message: str
    span: Span
    pointer: Pointer = ()
    hint: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    fixable: bool = False

    def diagnostic(self, path: str, name: EntityName | None) -> Diagnostic:
        """Return the problem as a diagnostic of the file at a path, which holds the entity with a name."""
        ends = tuple(RelatedLocation(path, span.line, span.column, text) for span, text in self.related)
        return Diagnostic(
            self.code,
            NAMES[self.code],
            "error",
            self.message,
            path,
            self.span,
            name,
            self.pointer,
            self.hint,
            self.fixable,
            related=ends,
        )

    def to_plain(self) -> tuple[Any, ...]:
        """Return the same without classes."""
        related = tuple((tuple(span), text) for span, text in self.related)
        return self.code, self.message, tuple(self.span), self.pointer, self.hint, related, self.fixable

    @classmethod
    def from_plain(cls, plain: tuple[Any, ...]) -> "FileProblem":
        """Return the problem of which `to_plain` made this."""
        code, message, span, pointer, hint, places, fixable = plain
        related = tuple((Span(*place), text) for place, text in places)
        return cls(code, message, Span(*span), pointer, hint, related, fixable)
