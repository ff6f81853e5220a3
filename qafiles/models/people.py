"""Users, organizations and their members."""

from typing import Literal

from pydantic import ConfigDict, Field

from qafiles.models.entity import Entity
from qafiles.models.values import (
    AgeRecipient,
    Email,
    Items,
    Logo,
    Optional,
    OrganizationReference,
    SshKey,
    Text,
    Timestamp,
    UserReference,
)

Role = Literal["admin", "member", "guest"]


class User(Entity):
    """A person who works with the data."""

    model_config = ConfigDict(title="User")
    name: str = Field(title="Name", description="The person's name.", examples=["Ada Lovelace"])
    email: Optional[Email] = Field(
        None, title="E-mail", description="Maps the author of a commit to this user; unique among users."
    )
    logins: Items[Text] = Field(
        (), title="Logins", description="Accounts on the forge.", examples=[["ada-l"]]
    )
    signing_keys: Items[SshKey] = Field(
        (), title="Signing keys", description="SSH public keys that sign the user's commits."
    )
    age_recipients: Items[AgeRecipient] = Field(
        (), title="age recipients", description="age or SSH public keys with which the user decrypts secrets."
    )
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )


class Member(Entity):
    """A user's membership in an organization, with a role."""

    model_config = ConfigDict(title="Member")
    user_id: UserReference = Field(
        title="User", description="The user: an id or a handle. One membership per user."
    )
    organization_id: Optional[OrganizationReference] = Field(
        None,
        title="Organization",
        description="Implied by the folder; when written, it must name that organization.",
    )
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    role: Role = Field(
        title="Role",
        description="What the member may change: admin everything, member test data, guest nothing.",
    )


class Organization(Entity):
    """An organization that owns projects."""

    model_config = ConfigDict(title="Organization")
    name: str = Field(title="Name", description="The organization's name.", examples=["Acme"])
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    role: Role = Field(
        "guest", title="Default role", description="The role that a new member gets when none is named."
    )
    logo: Optional[Logo] = Field(
        None,
        title="Logo",
        description="The path of an image beside this file, an https: URL, or a data:image/… URL.",
    )
