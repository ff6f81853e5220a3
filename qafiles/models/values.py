"""The types of single fields."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, Strict, StringConstraints, WithJsonSchema

from qafiles.kinds import Kind
from qafiles.layout import ID_PATTERN
from qafiles.models.colors import COLOR_NAMES
from qafiles.models.conversions import integral, refuse_null
from qafiles.models.text_patterns import (
    AGE_RECIPIENT_PATTERN,
    COLOR_PATTERN,
    CONDITION_PATTERN,
    EMAIL_PATTERN,
    HEX_PATTERN,
    LOGO_PATTERN,
    NOT_BLANK_PATTERN,
    ROUTE_PATTERN,
    SECRET_NAME_PATTERN,
    SPECIFIER_PATTERN,
    SSH_KEY_PATTERN,
    TIMESTAMP_PATTERN,
    URL_PATTERN,
)

CLOSED: Final = ConfigDict(
    frozen=True,
    strict=True,
    extra="forbid",
    hide_input_in_errors=True,
    defer_build=True,
    regex_engine="python-re",
)
"""How a mapping is checked that has the keys of its model and no others."""

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
            "oneOf": [{"pattern": HEX_PATTERN}, {"enum": [*COLOR_NAMES]}],
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
Condition = Annotated[
    str, StringConstraints(pattern=CONDITION_PATTERN, max_length=200), Field(examples=["x-automated=true"])
]
Email = Annotated[str, StringConstraints(pattern=EMAIL_PATTERN), Field(examples=["ada@example.com"])]


Version = Annotated[int, Field(ge=1), BeforeValidator(integral)]
# SOPS reads numbers as floats, and writes those of seven digits as 1e+06: https://github.com/getsops/sops/issues/1069
SecretVersion = Annotated[int, Field(ge=1, le=999_999), BeforeValidator(integral)]

T = TypeVar("T")
Optional = Annotated[T | None, BeforeValidator(refuse_null)]
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
