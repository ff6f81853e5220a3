"""Texts of test runs without the secrets that may stand in them."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from qafiles.kinds import SECRET
from qafiles.rules.credential_shapes import SHAPES, credentials_in
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.scanning.forms import SHORTEST, forms_of
from qafiles.secrets.variables import SECRET_VARIABLES
from qafiles.snapshot import Snapshot

_MARKS: Final = tuple(mark for shape in SHAPES for mark in shape.marks)
_long_word: Final = re.compile(r"[A-Za-z0-9_-]{20}").search
"""Without any of these, which are quickly looked for, a text holds no credential of any shape."""


class Hidden:
    """What hides secrets: the values of those that this process got from `qafiles secret run`, and what looks like one.

    `variables` are those in whose values secrets are looked for, under the names that secrets of the snapshot have and those
    that `secret run` says.
    """

    def __init__(self, snapshot: Snapshot, variables: Mapping[str, str] = os.environ) -> None:
        environments = [*snapshot.settings.environments.values()]
        names = dict.fromkeys(
            name
            for file in snapshot.of_kind(SECRET)
            for name in (file.secret_name, *(each.plain_name(file.secret_name) for each in environments))
            if name is not None
        )
        names |= dict.fromkeys(filter(None, variables.get(SECRET_VARIABLES, "").split(",")))
        spellings = {spelling: name for name in names for spelling in _spellings(variables.get(name, ""))}
        # The longest first: a value may be a part of another.
        self._spellings = sorted(spellings.items(), key=lambda item: -len(item[0]))
        self.line = lru_cache(maxsize=10_000)(self._line)

    def _line(self, text: str) -> str:
        for spelling, name in self._spellings:
            if spelling in text:
                text = text.replace(spelling, f"[secret {name}]")
        for mark in _MARKS:
            if mark in text:
                break
        else:
            if _long_word(text) is None:
                return text
        first = min(credentials_in(text), key=lambda match: match.start, default=None)
        if first is None:
            return text
        # Where it ends is not known; what stands behind it may be a part of it.
        return f"{text[: first.start]}{first.label}[hidden: {first.name}]"


def _spellings(value: str) -> Iterator[str]:
    """Yield a value and each line of it as they stand in messages, URLs, JSON and HTML, and encoded."""
    texts = [text for text in dict.fromkeys((value, *value.splitlines())) if len(text.strip()) >= SHORTEST]
    for text in texts:
        yield text
        for form in forms_of(Plaintext(text.encode("utf-8", "surrogateescape"))):
            yield form.decode("utf-8", "replace")
