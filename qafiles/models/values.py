r"""The types of single fields: patterns that mean the same to pydantic, to JSON Schema and to editors.

Every pattern is read alike by Python, ECMAScript and Rust: no `\\s`, `\\d` or `\\w`, whose characters differ between
them, and a look-ahead in the place of `$`, which allows a newline in Python.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, Strict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from qafiles.kinds import Kind
from qafiles.layout import ID_PATTERN
from qafiles.models.colors import COLOR_NAMES

CLOSED: Final = ConfigDict(
    frozen=True,
    strict=True,
    extra="forbid",
    hide_input_in_errors=True,
    defer_build=True,
    regex_engine="python-re",
)
"""How a mapping is checked that has the keys of its model and no others."""

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
FORMATS: Final = MappingProxyType({"date": DATE_PATTERN, "uri": URI_PATTERN, "email": EMAIL_PATTERN})
"""The patterns of the formats that a declared field may have."""

Text = Annotated[str, StringConstraints(pattern=NOT_BLANK_PATTERN)]
"""Text with at least one visible character."""

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Timestamp = Annotated[
    str,
    StringConstraints(pattern=TIMESTAMP_PATTERN),
    Field(examples=["2026-03-01T09:30:00Z"]),
]
"""An RFC 3339 date and time as written; whether the date exists is a rule's question (QF609)."""

Url = Annotated[str, StringConstraints(pattern=URL_PATTERN), Field(examples=["https://shop.example.com"])]
Route = Annotated[str, StringConstraints(pattern=ROUTE_PATTERN), Field(examples=["/checkout"])]
Color = Annotated[
    str,
    StringConstraints(pattern=COLOR_PATTERN),
    # The same set as the pattern, in a form from which editors complete the names.
    WithJsonSchema(
        {
            "type": "string",
            "oneOf": [{"pattern": f"^(?:{_HEX})" + END}, {"enum": [*COLOR_NAMES]}],
            "examples": ["#0483ac", "rebeccapurple"],
        }
    ),
]
SecretName = Annotated[
    str, StringConstraints(pattern=SECRET_NAME_PATTERN), Field(examples=["ADMIN_PASSWORD"])
]
Logo = Annotated[str, StringConstraints(pattern=LOGO_PATTERN), Field(examples=["logo.png"])]
AgeRecipient = Annotated[
    str,
    StringConstraints(pattern=AGE_RECIPIENT_PATTERN),
    Field(examples=["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]),
]
SshKey = Annotated[
    str,
    StringConstraints(pattern=SSH_KEY_PATTERN),
    Field(
        examples=[
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkM2V2nBuQHfwzB3ZQ3 ada@example.com"
        ]
    ),
]
Specifier = Annotated[
    str, StringConstraints(pattern=SPECIFIER_PATTERN, max_length=200), Field(examples=[">=0.2,<1"])
]
Email = Annotated[str, StringConstraints(pattern=EMAIL_PATTERN), Field(examples=["ada@example.com"])]


def integral(value: Any) -> Any:
    """Return 1.0 as 1, since JSON Schema counts both as the same integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _refuse_null(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("null", "the key has no value")
    return value


Version = Annotated[int, Field(ge=1), BeforeValidator(integral)]
# SOPS reads numbers as floats, and writes those of seven digits as 1e+06: https://github.com/getsops/sops/issues/1069
SecretVersion = Annotated[int, Field(ge=1, le=999_999), BeforeValidator(integral)]

T = TypeVar("T")
Optional = Annotated[T | None, BeforeValidator(_refuse_null)]
"""A field that may be absent, but not null: an empty value is more often a slip than a wish."""

Items = Annotated[tuple[T, ...], Strict(strict=False)]
"""A list; strict mode would refuse YAML's lists where the immutable model has a tuple."""


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Marks a field that holds ids or handles of one kind; the table of kinds says the same."""

    kind: Kind


_not_blank = StringConstraints(pattern=NOT_BLANK_PATTERN)
UserReference = Annotated[str, _not_blank, RefersTo("user"), Field(examples=["ada"])]
OrganizationReference = Annotated[str, _not_blank, RefersTo("organization"), Field(examples=["acme"])]
ProjectReference = Annotated[str, _not_blank, RefersTo("project"), Field(examples=["acme/shop"])]
TestCaseReference = Annotated[
    str, _not_blank, RefersTo("test_case"), Field(examples=["checkout/pay-by-card"])
]
DocumentReference = Annotated[str, _not_blank, RefersTo("document"), Field(examples=["checkout"])]
TagReference = Annotated[str, _not_blank, RefersTo("tag"), Field(examples=["smoke"])]
SecretValueReference = Annotated[
    str, _not_blank, RefersTo("secret_value"), Field(examples=["ADMIN_PASSWORD"])
]
BrowserConfigReference = Annotated[
    str, _not_blank, RefersTo("browser_config"), Field(examples=["desktop-chrome"])
]
