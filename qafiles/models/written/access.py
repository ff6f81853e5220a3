"""`access` in qafiles.yaml as it is written: who may change what beyond the roles of members, and what proves who somebody is."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qafiles.models.access import Operation
from qafiles.models.text_patterns import END
from qafiles.models.values import CLOSED, Items, Text

KindName = Literal[
    "organization",
    "member",
    "project",
    "test_case",
    "document",
    "tag",
    "secret_value",
    "test_traversal",
    "browser_config",
    "user",
]
"""The kinds, written out for editors; a test compares them with the table of kinds."""

Fingerprint = Annotated[
    str,
    StringConstraints(pattern="^(?:[0-9A-F]{40}|[0-9A-F]{64})" + END),
    Field(examples=["0123456789ABCDEF0123456789ABCDEF01234567"]),
]


class AccessRule(BaseModel):
    """Which operations some people may do; the first rule that fits a change decides alone."""

    model_config = ConfigDict(title="Access rule", **CLOSED)

    who: Items[Text] = Field(
        min_length=1,
        title="Who",
        description="Roles in the organization of the changed file (admin, member, guest), and users by handle or id.",
        examples=[["member", "renovate"]],
    )
    may: Items[Operation] = Field(
        title="May", description="The operations that are allowed, and no others.", examples=[["change"]]
    )
    paths: Items[Text] = Field(
        (),
        title="Paths",
        description="Globs relative to the data root; without any, all paths.",
        examples=[["browser_configs/**"]],
    )
    kinds: Items[KindName] = Field(
        (), title="Kinds", description="Kinds of entity; without any, everything.", examples=[["document"]]
    )
    fields: Items[Text] = Field(
        (),
        title="Fields",
        description="The only fields that may be changed; without any, all.",
        examples=[["content", "x-owner"]],
    )


class AccessSettings(BaseModel):
    """Who may change what, and what proves who somebody is."""

    model_config = ConfigDict(title="Access", **CLOSED)

    require_signed: Literal["error", "warn", "platform"] = Field(
        "error",
        title="Required signatures",
        description="Who changed something: the signature of each commit says it, its author where it is not signed (which "
        "proves nothing), or the platform.",
    )
    repository_admins: Items[Text] = Field(
        (),
        title="Repository admins",
        description="Users, by handle or id, who may change what belongs to no organization.",
        examples=[["ada"]],
    )
    pgp_keys: dict[str, Items[Fingerprint]] = Field(
        default_factory=dict,
        title="PGP keys",
        description="User: fingerprints of the primary PGP keys that sign the user's commits, for git's own key ring.",
        examples=[{"ada": ["0123456789ABCDEF0123456789ABCDEF01234567"]}],
    )
    rules: Items[AccessRule] = Field(
        (),
        title="Rules",
        description="Rules that come before those of the roles.",
        examples=[[{"who": ["renovate"], "may": ["change"], "paths": ["browser_configs/**"]}]],
    )
