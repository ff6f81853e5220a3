"""Whether a text is a credential, or stands for one: a word about it, a placeholder, a sample of a manual."""

import base64
import re
from typing import Final

from qafiles.parsing.late_pattern import LatePattern

# `<password>`, `${TOKEN}`, `%s`, `[hidden]`, `********`, `xxxxxx`, a call or a type.
_stands_for_one = LatePattern(
    r"[<$%{\[(].*|[*•.·xX_-]+|.*[(<{\[|].*|.*%[sd].*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", re.DOTALL
).fullmatch
_is_word = LatePattern(r"[A-Za-z]+[.!?:)]*").fullmatch
# Text about a value, as in `password: must-not-be-empty`.
_about_one = LatePattern(
    r"(?i)[a-z_./-]*(?:password|token|secret|key|wrong|valid|empty|missing|required|optional|expired|null|none|must|should|example|your|redacted)[a-z_./-]*[.!?:)]*"
).fullmatch
# What a reader is to put something of his own in the place of.
_placeholder = LatePattern(
    r"(?i)(?:.*[^a-z])?(?:your|y0ur|my|example|sample|dummy|fake|placeholder|insert|redacted|todo|tbd|foo|bar)(?:[^a-z].*)?"
    r"|.*(?:change|replace|update|insert|fill|set|put|enter)[-_. ]?(?:me|it|this|with|here|in|your).*"
    r"|.*(?:your|my)[-_]?(?:\w{0,20}[-_])?(?:password|passwd|pwd|token|secret|key).*"
    r"|.*[-_]here|(?:.*[-_])?(?:x{3,}|0{4,}|\.{3}|…).*",
    re.DOTALL,
).fullmatch
_is_made_up = LatePattern(
    r"(?i)example|your|placeholder|redacted|xxxx|0123456789|1234567890|abcdefgh|deadbeef"
).search
# A version, a path, a rule such as `min-8-characters`, a number such as ABC-123.
_is_other = LatePattern(
    r"v?[0-9]+(?:\.[0-9]+)+[.,;)]*|~?/.*|(?i:min|max|more|at|less|up)[-_].*|[A-Z]+-[0-9]+[.,;)]*", re.DOTALL
).fullmatch
_LONGEST: Final = 200
"""Characters of a password: what is longer is no word that somebody types, and dear to look at."""

_has_letter_and_digit = LatePattern(r"(?=.*[A-Za-z]).*[0-9]", re.DOTALL).match
_has_symbol = LatePattern(r"(?=.*[A-Za-z]).*[!#$%^&*+~-]", re.DOTALL).match


def is_password(value: str) -> bool:
    """Return whether a value behind a word such as `password:` is one."""
    if not 6 <= len(value) <= _LONGEST or _is_other(value):
        return False
    if re.search(r"\s", value) or _stands_for_one(value) or _about_one(value):
        return False
    if _placeholder(value) or _is_word(value):
        return False
    return bool(_has_letter_and_digit(value) or _has_symbol(value))


def is_mixed_password(value: str) -> bool:
    """Return whether a value behind a word that means something else, too, is a password: no name with a number, no `step-3`."""
    mixed = _has_letter_and_digit(value) and not re.search(
        r"[-./:_()]|\A(?:[A-Za-z]+[0-9]+|[0-9]+[A-Za-z]+)\Z", value
    )
    return bool(mixed) and is_password(value)


def is_short_password(value: str) -> bool:
    """Return whether a value in a place where nothing else stands, as in a URL, is a password."""
    if len(value) > _LONGEST or _stands_for_one(value) or _about_one(value) or _placeholder(value):
        return False
    return value.lower() not in {"pass", "pwd", "pw", "passwd"}


def is_token(value: str) -> bool:
    """Return whether a value behind `Authorization:` is one, as a token or as `name:password` in base64."""
    if _is_pair(value):
        return True
    if len(value) > _LONGEST:
        return bool(_has_letter_and_digit(value)) and not is_sample(value)
    return is_password(value) and not is_sample(value)


def is_sample(text: str) -> bool:
    """Return whether what follows the beginning of a token is made up: `xxxx…`, `1234567890`, `…EXAMPLE`."""
    return len({*text}) < 6 or bool(_is_made_up(text))


def _is_pair(value: str) -> bool:
    # https://www.rfc-editor.org/rfc/rfc7617#section-2
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return False
    return bool(colon and name.isprintable() and password.isprintable()) and is_short_password(password)
