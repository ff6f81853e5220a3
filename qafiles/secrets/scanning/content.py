"""One stream of bytes that is searched, and the archive that it may be: it is read once, and never held as a whole."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from qafiles.secrets.scanning.search import Needles

CHUNK: Final = 1 << 18
"""Bytes that are looked at together."""

_HEAD: Final = 512
"""Bytes by which an archive is known."""
_MOST_EMBEDDED: Final = 4
"""Texts in base64 that are followed at once; in random ones a beginning stands every few megabytes by chance."""
MOST_DEPTH: Final = 8
"""Archives inside of archives."""


class Hit(NamedTuple):
    """A value that was found: the number of the secret, the file, the members of archives that lead to it, and its form."""

    secret: int
    path: str
    members: tuple[str, ...]
    form: str


class Unsearched(NamedTuple):
    """A file or a member that could not be searched, and why."""

    path: str
    members: tuple[str, ...]
    reason: str


Parser = Generator[None, bytes, None]
"""What takes the bytes of an archive as they come."""


class Parsers(NamedTuple):
    """What returns the parser of an archive by its first bytes, or why there is none; and the one of archives in base64."""

    by_head: "Callable[[bytes], ParserOf | str | None]"
    base64: "ParserOf"


@dataclass(slots=True)
class Search:
    """What is searched for in one file, what was found, and how many more bytes may be unpacked."""

    needles: Needles
    parsers: Parsers
    path: str
    left: int
    hits: dict[tuple[int, tuple[str, ...]], Hit] = field(default_factory=dict)
    unsearched: dict[tuple[str, ...], Unsearched] = field(default_factory=dict)

    def tell(self, members: tuple[str, ...], reason: str) -> None:
        """Keep why something could not be searched."""
        self.unsearched.setdefault(members, Unsearched(self.path, members, reason))


class Exhausted(Exception):  # noqa: N818  # it is no error of the file's
    """More was unpacked than any honest archive holds."""


class Content:
    """A stream that is searched while it is fed."""

    def __init__(self, search: Search, members: tuple[str, ...] = (), *, certain: bool = True) -> None:
        self.search, self.members = search, members
        self.certain = certain  # whether it is known to be what it looks like, so that damage is told
        self._tail = b""
        self._head: bytearray | None = bytearray()
        self._parser: Parser | None = None
        self._embedded: list[Parser] = []
        self._number = 0

    def member(self, name: str, *, certain: bool | None = None) -> "Content":
        """Return the stream for a member of this archive."""
        shown = name if len(name) <= 300 else f"{name[:300]}…"
        return Content(
            self.search, (*self.members, shown), certain=self.certain if certain is None else certain
        )

    def tell(self, reason: str) -> None:
        """Keep why this could not be searched."""
        if self.certain:
            self.search.tell(self.members, reason)

    def feed(self, chunk: bytes) -> None:
        """Search the next bytes. Raises Exhausted."""
        for start in range(0, len(chunk), CHUNK):
            self._feed(chunk[start : start + CHUNK] if len(chunk) > CHUNK else chunk)

    def close(self) -> None:
        """Search what was held back until more would come, and end."""
        if self._head is not None:
            self._begin()
        self._end_parser()
        for parser in self._embedded:
            parser.close()
        self._embedded = []

    def _feed(self, chunk: bytes) -> None:
        if self.members:
            self.search.left -= len(chunk)
            if self.search.left < 0:
                raise Exhausted
        for parser in [*self._embedded]:
            self._send(parser, chunk)
        if self._head is not None:
            self._head += chunk
            if len(self._head) >= _HEAD or self.search.parsers.by_head(bytes(self._head)) is not None:
                self._begin()
        elif self._parser is not None:
            self._parse(chunk)
        self._search(chunk)

    def _search(self, chunk: bytes) -> None:
        needles = self.search.needles
        text = self._tail + chunk
        for forms, start, end in needles.matches(text):
            if end <= len(self._tail):
                continue  # of the chunk before
            for form in forms:
                if form.secret is None:
                    self._begin_embedded(text[start:])
                else:
                    key = (form.secret, self.members)
                    self.search.hits.setdefault(
                        key, Hit(form.secret, self.search.path, self.members, form.name)
                    )
        self._tail = text[-(needles.longest - 1) :]

    def _begin_embedded(self, text: bytes) -> None:

        if (
            self._parser is not None
            or len(self.members) >= MOST_DEPTH
            or len(self._embedded) >= _MOST_EMBEDDED
        ):
            return  # in an archive, its member is searched
        self._number += 1
        parser = self.search.parsers.base64(self.member(f"base64 #{self._number}", certain=False))
        next(parser)
        self._embedded.append(parser)
        self._send(parser, text)

    def _send(self, parser: Parser, chunk: bytes) -> None:
        try:
            parser.send(chunk)
        except StopIteration:
            self._embedded.remove(parser)

    def _begin(self) -> None:
        """Look at the first bytes for what kind of archive this is."""
        head, self._head = bytes(self._head or b""), None
        parse = self.search.parsers.by_head(head)
        if isinstance(parse, str):
            self.tell(parse)
        elif parse is not None and len(self.members) >= MOST_DEPTH:
            self.tell(f"archives are nested more than {MOST_DEPTH} deep")
        elif parse is not None:
            self._parser = parse(self)
            next(self._parser)
            self._parse(head)

    def _parse(self, chunk: bytes) -> None:
        if self._parser is not None:
            try:
                self._parser.send(chunk)
            except StopIteration:
                self._parser = None

    def _end_parser(self) -> None:
        if self._parser is not None:
            self._parser.close()
            self._parser = None


ParserOf = Callable[[Content], Parser]
