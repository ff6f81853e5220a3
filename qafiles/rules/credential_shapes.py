r"""What credentials look like in running text: a small table, since a detector that finds more would be too slow and too noisy.

detect-secrets 1.5 takes 9 to 12 milliseconds for each file of a large data root (25 times as long as reading them all), needs
an HTTP client, and finds a `password: …` in quotes only. A text without one of a shape's marks is never searched.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from qafiles.parsing.late_pattern import LatePattern
from qafiles.rules import credential_values as values
from qafiles.rules.occurrences import Occurrences
from qafiles.rules.token_forms import FORMS


class CredentialMatch(NamedTuple):
    """What a credential is called, where it begins, and the text there that tells nothing of it, such as `password`."""

    name: str
    start: int
    label: str


class Shape(NamedTuple):
    """A form of credentials: texts of which one is in each (none: all are searched), and what finds them in a text."""

    marks: tuple[str, ...]
    find: Callable[[str], Iterator[CredentialMatch]]


def _shape(
    name: str, marks: tuple[str, ...], expression: str, is_real: Callable[[str], bool] | None = None
) -> Shape:
    """Return the shape of an expression; its first group is shown as the place, and the second is the value, if it has one."""
    pattern = LatePattern(expression)

    def find(text: str) -> Iterator[CredentialMatch]:
        for match in pattern.finditer(text):
            if is_real is None or is_real(match[2]):
                yield CredentialMatch(name, match.start(1), match[1])

    return Shape(marks, find)


_PASSWORD: Final = "a password or token"  # noqa: S105  # what it is called
_WORDS: Final = (
    r"passw(?:or)?[dt]|passwort|kennwort|passphrase|passcode|pwd|api[ _-]?key|access[ _-]?key|token|secret"
)
# Before the word stand others, as in DB_PASSWORD, db-password and dbPassword.
_NAMES: Final = rf"(?:[a-z0-9]+[_-]){{0,5}}(?:[a-z0-9]{{1,30}}?(?-i:(?=[A-Z])))?(?:{_WORDS})"
_EMPHASIS: Final = "[\"'`*_]{0,3}"
_is_name = LatePattern(rf"(?i){_NAMES}").fullmatch
_EMPHASIZED: Final = " \t\r\n\v\f\"'`*_"
_ROW: Final = LatePattern(r"(?m)^[ \t]*\|(.*)\|[ \t]*$")
_CELL: Final = LatePattern(r"(?:[^|\\]|\\.)+")
_is_about = LatePattern(
    r"(?i).*\b(?:type|format|kind|rules?|constraints?|description|meaning|notes?|comments?|lengths?|default)\b.*"
).fullmatch
_is_rule = LatePattern(r"(?=[^-]*-)[\s|:-]+").fullmatch


def _in_tables(text: str) -> Iterator[CredentialMatch]:
    """Yield the credentials in Markdown tables: behind a cell that names one, or below such a heading."""
    headings: list[tuple[int, str]] = []
    rows = [*_ROW.finditer(text)]
    for number, row in enumerate(rows):
        cells = [
            (row.start(1) + cell.start(), cell[0].lstrip(_EMPHASIZED).rstrip(_EMPHASIZED + ":"))
            for cell in _CELL.finditer(row[1])
        ]
        if _is_rule(row[1]):
            continue
        if number == 0 or row.start() != rows[number - 1].end() + 1:
            followed = number + 1 < len(rows) and rows[number + 1].start() == row.end() + 1
            headings = []
            if followed and _is_rule(rows[number + 1][1]):
                headings = cells
                continue
        for column, (_, cell) in enumerate(cells):
            heading = headings[column] if column < len(headings) else (0, "")
            start, label = heading if _is_name(heading[1]) else cells[column - 1] if column else (0, "")
            if _is_name(label) and not _is_about(heading[1]) and values.is_password(cell):
                yield CredentialMatch(_PASSWORD, text.index(label, start), label)


_tokens = LatePattern(
    rf"(?<![A-Za-z0-9_-])(?:{'|'.join(f'({begins})(?:{follows})' for _, begins, follows in FORMS)})"
)


# Every token has so many characters in a row, which is searched for twenty times faster than all their beginnings.
_long_words = LatePattern(r"[A-Za-z0-9_-]{20}\S*").finditer
_AS_WORDS: Final = bytes(
    ord("a") if code < 128 and (chr(code).isalnum() or chr(code) in "_-") else ord(" ") for code in range(256)
)


_LONG_WORD: Final = b"a" * 20


def _has_long_word(encoded: bytes) -> bool:
    """Return whether `_long_words` matches in a text, which is encoded in UTF-8, in a fifth of its time."""
    return _LONG_WORD in encoded.translate(_AS_WORDS)


def _forms(text: str) -> Iterator[CredentialMatch]:
    if not _has_long_word(text.encode("utf-8", "surrogatepass")):
        return
    done = 0
    for word in _long_words(text):
        # Before the long part a token may have others and signs between them, as in `SG.` and in base64.
        begun = max(done, *(text.rfind(blank, done, word.start()) for blank in " \n"))
        done = word.end()
        for match in _tokens.finditer(text, begun, done):
            number = match.lastindex or 1
            label = match[number]
            if not values.is_sample(match[0][len(label) :]):
                yield CredentialMatch(FORMS[number - 1][0], match.start(), label)


SHAPES: Final[tuple[Shape, ...]] = (
    _shape(
        _PASSWORD,
        ("assw", "ASSW", "ennwor", "asscode", "assphrase", "pwd", "PWD", "oken", "OKEN", "ecret", "ECRET", "_key", "_KEY", "-key",
         "-Key", "i key", "I key", "I Key", "I KEY", "s key", "S KEY", "s Key", "ikey", "iKey", "IKey", "IKEY", "skey", "sKey", "SKEY"),
        # The value ends at white space or a quote.
        rf"(?i)(?<![a-z0-9])({_NAMES}){_EMPHASIS}[ \t]{{0,3}}[:=]{_EMPHASIS}[ \t]{{0,3}}{_EMPHASIS}([^\s\"'`,;|]{{6,200}})",
        values.is_password,
    ),
    _shape(
        _PASSWORD,
        ("ass:", "ass=", "ASS:", "ASS=", "pw:", "Pw:", "PW:", "pw=", "PW="),
        # What passes is no password: these words alone stand before results, too.
        rf"(?i)(?<![a-z0-9])((?:[a-z0-9]+[_-]){{0,5}}(?:pass|pw))[:=]{_EMPHASIS}[ \t]{{0,3}}{_EMPHASIS}([^\s\"'`,;|]{{6,200}})",
        values.is_mixed_password,
    ),
    _shape(
        _PASSWORD,
        ("--", " -pass", " -token", " -secret"),
        rf"(?i)(?<![a-z0-9_-])-{{1,2}}({_NAMES})[ \t]{{1,3}}[\"']?([^\s\"'`,;|]{{6,200}})",
        values.is_password,
    ),
    _shape(
        _PASSWORD,
        ("</",),
        rf"(?i)<(?:[a-z0-9_-]{{1,50}}:)?({_NAMES})(?:[ \t][^<>\n]{{0,200}})?>\s{{0,20}}([^<>\s]{{6,200}})\s{{0,20}}</",
        values.is_password,
    ),
    Shape(("|",), _in_tables),
    _shape(
        "credentials of an HTTP header",
        ("uthorization", "UTHORIZATION"),
        r"(?i)(?<![a-z0-9])((?:proxy-)?authorization)[\"'`*_]{0,3}[ \t]{0,3}[:=][\"'`*_]{0,3}[ \t]{0,3}[\"'`]?"
        r"(?:(?:basic|bearer|token|apikey|digest|negotiate)[ \t]{1,3})?([^\s\"'`,;]{6,2000})",
        values.is_token,
    ),
    _shape(
        "a password of `curl`",
        ("curl",),
        # It does not reach over the next command, which would be read again for each before it.
        r"(?<![A-Za-z0-9])(curl)(?=[ \t])(?:(?!(?<![A-Za-z0-9])curl[ \t])[^\n|;&\\]|\\[\s\S]){0,400}?"
        r"[ \t](?:-[A-Za-z]{0,5}u[ \t]{0,3}|--(?:proxy-)?user[ \t=]{1,3})"
        r"[\"']?[^\s:\"']{1,100}:([^\s\"']{1,200})",
        values.is_short_password,
    ),
    _shape(
        "a password of a command",
        ("sshpass", "mysql", "mariadb", "docker login", "podman login"),
        r"(?<![A-Za-z0-9])(sshpass|mysql(?:dump|admin)?|mariadb(?:-dump|-admin)?|(?:docker|podman) login)(?=[ \t])"
        r"(?:(?<=sshpass)[ \t]{1,3}-p[ \t]{0,3}|(?<=login)[^\n|;&]{0,200}?[ \t]-p[ \t]{0,3}|(?<!login)(?<!sshpass)[^\n|;&]{0,200}?[ \t]-p)"
        r"[\"']?([^\s\"'`|;&]{1,200})",
        values.is_short_password,
    ),
    _shape("a password in a URL", ("@",), r"(://)[^/\s:@?#]{0,200}:([^/\s@]{1,200})@(?!sha(?:256|512):)", values.is_short_password),
    _shape("a private key", ("-----BEGIN",), r"(-----BEGIN) (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    _shape("a webhook of Slack", ("hooks.slack.com/",), r"(hooks\.slack\.com/)services/T\w{6,}/B\w{6,}/\w{16,}"),
    _shape(
        "a JSON Web Token",
        ("eyJ",),
        r"(?<![A-Za-z0-9_-])(eyJ)[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}",
    ),
    Shape((), _forms),
)  # fmt: skip


_MARKS: Final = tuple((number, mark.encode()) for number, shape in enumerate(SHAPES) for mark in shape.marks)
"""The marks of all shapes, each with the number of its shape."""
_UNMARKED: Final = tuple(number for number, shape in enumerate(SHAPES) if not shape.marks)
"""The numbers of shapes without marks, each of which has a long word."""
_occurrences: Final = Occurrences(mark for _, mark in _MARKS)


def suspects(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[Shape]]]:
    """Yield the number of each text that may hold a credential, with the shapes that may be there; all are searched as one."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    whole = b"\0".join(encoded)
    starts = [0, *accumulate(len(text) + 1 for text in encoded)]
    shapes: dict[int, set[int]] = {}
    for mark, place in _occurrences.found_in(whole):
        shapes.setdefault(bisect(starts, place) - 1, set()).add(_MARKS[mark][0])
    words = whole.translate(_AS_WORDS)
    place = words.find(_LONG_WORD)
    while place >= 0:
        number = bisect(starts, place) - 1
        shapes.setdefault(number, set()).update(_UNMARKED)
        place = words.find(_LONG_WORD, starts[number + 1])
    for number in sorted(shapes):
        yield number, [SHAPES[shape] for shape in sorted(shapes[number])]


def credentials_in(text: str) -> Iterator[CredentialMatch]:
    """Yield each place of a text at which one of the shapes is."""
    for marks, find in SHAPES:
        if not marks or any(mark in text for mark in marks):
            yield from find(text)
