"""Bytes searched for many forms at once, chunk by chunk."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.rules.occurrences import automaton
from qafiles.secrets.scanning.forms import forms_of

if TYPE_CHECKING:
    from qafiles.secrets.plaintext import Plaintext

EMBEDDED: Final = (b"UEsDB", b"H4sI")
"""How a zip and a gz begin in base64, as the HTML report of Playwright holds its data."""


class Form(NamedTuple):
    """A form of a value: the number of the secret, None for the beginning of an archive, and what the form is called."""

    secret: int | None
    name: str


class Needles:
    """All forms of all values, in one automaton that goes through a text once."""

    def __init__(self, values: "Sequence[Plaintext]") -> None:
        forms: dict[bytes, list[Form]] = {begin: [Form(None, "")] for begin in EMBEDDED}
        self.too_short: list[int] = []
        for number, value in enumerate(values):
            own = forms_of(value)
            if not own:
                self.too_short.append(number)
            for form, name in own.items():
                forms.setdefault(form, []).append(Form(number, name))
        self._texts = tuple(forms)
        self.forms = tuple(forms.values())
        self.longest = max(map(len, self._texts))
        self._automaton = automaton(self._texts)

    def __repr__(self) -> str:
        """Return a text without the values."""
        return "Needles(…)"

    def matches(self, content: bytes) -> Iterator[tuple[Sequence[Form], int, int]]:
        """Yield the forms that occur in a content, and from where to where."""
        if self._automaton is not None:
            for number, start, end in self._automaton.find_matches_as_indexes(content, overlapping=True):
                yield self.forms[number], start, end
            return
        for forms, text in zip(self.forms, self._texts, strict=True):
            at = content.find(text)
            while at >= 0:
                yield forms, at, at + len(text)
                at = content.find(text, at + 1)
