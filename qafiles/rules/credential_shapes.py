r"""What credentials look like in running text: a small table, since a detector that finds more would be too slow and too noisy.

detect-secrets 1.5 takes 9 to 12 milliseconds for each file of a large data root (25 times as long as reading them all), needs
an HTTP client, and finds a `password: …` in quotes only; these shapes are those of its plugins that have a fixed prefix.
A text without one of a shape's marks is never searched.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple


class Shape(NamedTuple):
    """What a credential is called, texts of which one is in each, and an expression whose first group is shown as its place."""

    name: str
    marks: tuple[str, ...]
    expression: re.Pattern[str]


class Found(NamedTuple):
    """What a credential is called, where it begins, and the text there that tells nothing of it, such as `password`."""

    name: str
    start: int
    label: str


def _token(name: str, mark: str, rest: str) -> Shape:
    return Shape(name, (mark,), re.compile(rf"(?<![A-Za-z0-9_-])({re.escape(mark)}){rest}"))


_PASSWORD: Final = "a password or token"  # noqa: S105  # what it is called
_URL: Final = "a password in a URL"
_WORDS: Final = r"passw(?:or)?d|passphrase|pwd|api[_-]?key|access[_-]?key|token|secret"
SHAPES: Final[tuple[Shape, ...]] = (
    Shape(
        _PASSWORD,
        ("assw", "ASSW", "assphrase", "pwd", "oken", "OKEN", "ecret", "ECRET", "_key", "_KEY", "-key"),
        # The value ends at white space or a quote; names such as DB_PASSWORD end in one of the words.
        re.compile(
            rf"(?i)(?<![a-z0-9])((?:[a-z0-9]+[_-]){{0,5}}(?:{_WORDS}))[\"'`*]{{0,3}}[ \t]{{0,3}}[:=][ \t]{{0,3}}[\"'`*]{{0,3}}([^\s\"'`,;]{{6,200}})"
        ),
    ),
    Shape(_URL, ("://",), re.compile(r"(://)[^/\s:@?#]{0,200}:([^/\s@]{1,200})@")),
    Shape("a private key", ("-----BEGIN",), re.compile(r"(-----BEGIN) (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")),
    _token("an age key", "AGE-SECRET-KEY-", "1[0-9A-Z]{50,}"),
    _token("an access key of AWS", "AKIA", "[0-9A-Z]{16}(?![0-9A-Za-z])"),
    Shape("a token of GitHub", ("ghp_", "gho_", "ghs_"), re.compile(r"(?<![A-Za-z0-9_-])(gh[pos]_)[A-Za-z0-9]{36}")),
    _token("a token of GitHub", "github_pat_", "[A-Za-z0-9_]{40,}"),
    _token("a token of GitLab", "glpat-", "[A-Za-z0-9_-]{20,}"),
    Shape("a token of Slack", ("xox",), re.compile(r"(?<![A-Za-z0-9_-])(xox)[abeoprs]-[A-Za-z0-9-]{10,}")),
    _token("a webhook of Slack", "hooks.slack.com/", r"services/T\w{6,}/B\w{6,}/\w{16,}"),
    _token("a key of Google", "AIza", "[A-Za-z0-9_-]{35}"),
    Shape("a key of Stripe", ("_live_",), re.compile(r"(?<![A-Za-z0-9_-])([sr]k_live_)[A-Za-z0-9]{16,}")),
    _token("a token of npm", "npm_", "[A-Za-z0-9]{36}"),
    _token("a key of Anthropic", "sk-ant-", "[A-Za-z0-9_-]{24,}"),
    _token("a JSON Web Token", "eyJ", r"[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}"),
)  # fmt: skip

# What stands for a value: `<password>`, `${TOKEN}`, `%s`, `[hidden]`, `********`, `xxxxxx`, a call or a type.
_stands_for_one = re.compile(r"[<$%{\[(].*|[*•.·xX_-]+|.*[(<{\[|].*|.*%[sd].*", re.DOTALL).fullmatch
_is_word = re.compile(r"[A-Za-z]+[.!?:)]*").fullmatch
# Text about a value, as in `password: must-not-be-empty`.
_about_one = re.compile(
    r"(?i)[a-z_./-]*(?:password|token|secret|key|wrong|valid|empty|missing|required|optional|expired|null|none|must|should|example|your|redacted)[a-z_./-]*[.!?:)]*"
).fullmatch
_has_letter_and_digit = re.compile(r"(?=.*[A-Za-z]).*[0-9]", re.DOTALL).match
_has_symbol = re.compile(r"(?=.*[A-Za-z]).*[!#$%^&*+~-]", re.DOTALL).match


def marked(texts: Iterable[str]) -> tuple[Shape, ...]:
    """Return the shapes of which a mark is in one of the texts, which are looked through as one."""
    whole = "\0".join(texts)
    return tuple(shape for shape in SHAPES if any(mark in whole for mark in shape.marks))


def credentials_in(text: str, shapes: Iterable[Shape] = SHAPES) -> Iterator[Found]:
    """Yield each place of a text at which one of the shapes is."""
    for name, marks, expression in shapes:
        if any(mark in text for mark in marks):
            for match in expression.finditer(text):
                if expression.groups == 1 or _is_real(name, match[2]):
                    yield Found(name, match.start(1), match[1])


def _is_real(name: str, value: str) -> bool:
    """Return whether a value is one, and not what stands for it or a word about it."""
    if _stands_for_one(value) or _about_one(value):
        return False
    if name == _URL:
        return value.lower() not in {"pass", "pwd", "pw"}
    return not _is_word(value) and bool(_has_letter_and_digit(value) or _has_symbol(value))
