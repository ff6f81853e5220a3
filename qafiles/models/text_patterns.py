r"""The patterns of single fields, which mean the same to pydantic, to JSON Schema and to editors.

Every pattern is read alike by Python, ECMAScript and Rust: no `\\s`, `\\d` or `\\w`, whose characters differ between
them, and a look-ahead in the place of `$`, which allows a newline in Python.
"""

from types import MappingProxyType
from typing import Final

from qafiles.models.colors import COLOR_NAMES

END: Final = r"(?![\s\S])"

# https://datatracker.ietf.org/doc/html/rfc3339#section-5.6, without leap seconds and lower-case letters
TIMESTAMP_PATTERN: Final = (
    r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
    + END
)
# White space, control characters, and what is invisible or changes the order of others.
INVISIBLE: Final = r"\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_URL: Final = rf"https?://[^{INVISIBLE}/?#\\@<>\x22]+(?:[/?#][^{INVISIBLE}]*)?"
URL_PATTERN: Final = "^" + _URL + END
ROUTE_PATTERN: Final = rf"^(?:{_URL}|/(?![/\\])[^{INVISIBLE}]*)" + END
_HEX: Final = "#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}"
HEX_PATTERN: Final = f"^(?:{_HEX})" + END
COLOR_PATTERN: Final = f"^(?:{_HEX}|{'|'.join(COLOR_NAMES)})" + END
SECRET_NAME_PATTERN: Final = r"^[A-Z][A-Z0-9_]*" + END
SUFFIX_PATTERN: Final = r"^[A-Z0-9_]+" + END
NOT_BLANK_PATTERN: Final = r"[^ \t\r\n]"
LOGO_PATTERN: Final = (
    r"^(?:https://[^ \t\r\n]+|data:image/[a-z0-9.+-]+[;,][^ \t\r\n]+|(?![A-Za-z][A-Za-z0-9+.-]*:|/|\\)[^\r\n]+)"
    + END
)
AGE_RECIPIENT_PATTERN: Final = (
    r"^(?:age1[0-9a-z]+|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]{40,}={0,2}(?: [^\r\n]*)?)" + END
)
SSH_KEY_PATTERN: Final = r"^(?:ssh|ecdsa|sk)-[a-zA-Z0-9@.-]+ [A-Za-z0-9+/]+={0,3}(?: [^\r\n]*)?" + END
_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
# No year 0, which the calendars of most validators of `format: date` do not have either.
DATE_PATTERN: Final = (
    "^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    rf"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)" + END
)
# https://datatracker.ietf.org/doc/html/rfc3986#section-3, with letters of every script
URI_PATTERN: Final = rf"^[A-Za-z][A-Za-z0-9+.-]*:[^{INVISIBLE}<>\x22\\^`{{|}}]+" + END
EMAIL_PATTERN: Final = r"^[^ \t\r\n@<>]+@[^ \t\r\n@<>]+" + END
# https://packaging.python.org/specifications/version-specifiers/, of versions as they are normalized.
_RELEASE: Final = r"[0-9]{1,9}(?:\.[0-9]{1,9})*"
_PHASE: Final = r"(?:(?:a|b|rc)[0-9]{1,9})?(?:\.post[0-9]{1,9})?(?:\.dev[0-9]{1,9})?"
SPECIFIER_PATTERN: Final = (
    rf"^(?:(?:^| *, *)(?:[=!]= *{_RELEASE}(?:\.\*|{_PHASE})"
    rf"|(?:[<>]=?|~=(?= *[0-9]+\.[0-9])) *{_RELEASE}{_PHASE}))+" + END
)
CONDITION_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_.-]*!?=[^\r\n\u2028\u2029]*" + END
"""`FIELD=VALUE` or `FIELD!=VALUE`; a regular expression, which a file could make slow, is for the command line alone."""

FORMATS: Final = MappingProxyType({"date": DATE_PATTERN, "uri": URI_PATTERN, "email": EMAIL_PATTERN})
"""The patterns of the formats that a declared field may have."""
