"""The kinds of entity: one table, from which labels, folders, globs, references, models and pages are read.

A new kind is an entry here, a model in `qafiles.models`, and a folder of examples.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Kind = str
"""The name of an entry in KIND_FACTS."""


class ReferenceField(NamedTuple):
    """A field that holds the id or handle of an entity of one kind, or a list of them."""

    name: str
    target: Kind
    many: bool = False


class KindFacts(NamedTuple):
    """What is true of every entity of a kind.

    `label` is what messages call one, `plural` what headings call many, `example` a handle. Its files lie `within` the data
    root, an organization or a project, in `folder`; `suites` says that free sub-folders may be there. A kind whose entity is a
    folder has the name of the `file` in it. `model` is the module below `qafiles.models` with the class. `references` are the
    same as the model's `RefersTo` marks, and `dates` as its timestamps, without importing it; a test compares them.
    `placeholders` are fields whose texts may name secrets, `derived` those that git's history gives where the file leaves
    them out; `symbol` is LSP's SymbolKind.
    """

    label: str
    plural: str
    example: str
    within: Literal["root", "organization", "project"]
    folder: str
    model: str
    symbol: str
    dates: tuple[str, ...] = ()
    file: str | None = None
    suites: bool = False
    references: tuple[ReferenceField, ...] = ()
    placeholders: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()


_ORGANIZATION: Final = ReferenceField("organization_id", "organization")
_PROJECT: Final = ReferenceField("project_id", "project")

KIND_FACTS: Final[Mapping[Kind, KindFacts]] = MappingProxyType(
    {
        "organization": KindFacts(
            label="organization",
            plural="Organizations",
            example="acme",
            within="root",
            folder="organizations",
            file="organization.yaml",
            model="people:Organization",
            symbol="Namespace",
            dates=("created_at",),
            derived=("created_at",),
        ),
        "member": KindFacts(
            label="member",
            plural="Members",
            example="acme/ada",
            within="organization",
            folder="members",
            model="people:Member",
            symbol="Variable",
            dates=("created_at",),
            references=(ReferenceField("user_id", "user"), _ORGANIZATION),
            derived=("created_at",),
        ),
        "project": KindFacts(
            label="project",
            plural="Projects",
            example="acme/shop",
            within="organization",
            folder="projects",
            file="project.yaml",
            model="testing:Project",
            symbol="Module",
            dates=("created_at",),
            references=(_ORGANIZATION,),
            derived=("created_at",),
        ),
        "test_case": KindFacts(
            label="test case",
            plural="Test cases",
            example="acme/shop/checkout/pay-by-card",
            within="project",
            folder="test_cases",
            suites=True,
            model="testing:TestCase",
            symbol="Method",
            dates=("created_at", "updated_at"),
            references=(
                _PROJECT,
                ReferenceField("document_id", "document"),
                ReferenceField("tags", "tag", many=True),
                ReferenceField("browser_configs", "browser_config", many=True),
            ),
            placeholders=("test_description", "extra_rules"),
            derived=("created_at", "updated_at"),
        ),
        "document": KindFacts(
            label="document",
            plural="Documents",
            example="acme/shop/checkout",
            within="project",
            folder="documents",
            suites=True,
            model="testing:Document",
            symbol="File",
            dates=("created_at",),
            references=(_PROJECT, ReferenceField("test_case_id", "test_case")),
            placeholders=("content",),
            derived=("created_at",),
        ),
        "tag": KindFacts(
            label="tag",
            plural="Tags",
            example="acme/shop/smoke",
            within="project",
            folder="tags",
            model="testing:Tag",
            symbol="EnumMember",
            references=(_PROJECT,),
        ),
        "secret_value": KindFacts(
            label="secret",
            plural="Secrets",
            example="acme/shop/ADMIN_PASSWORD",
            within="project",
            folder="secret_values",
            model="secret_value:SecretValue",
            symbol="Key",
            dates=("created_at", "updated_at"),
            references=(_PROJECT,),
        ),
        "test_traversal": KindFacts(
            label="traversal",
            plural="Traversals",
            example="acme/shop/release-2/pay-by-card",
            within="project",
            folder="test_traversals",
            suites=True,
            model="testing:TestTraversal",
            symbol="Event",
            dates=("created_at",),
            references=(
                ReferenceField("test_case_id", "test_case"),
                ReferenceField("browser_config_id", "browser_config"),
                ReferenceField("secret_values", "secret_value", many=True),
            ),
            derived=("created_at", "version"),
        ),
        "browser_config": KindFacts(
            label="browser config",
            plural="Browser configs",
            example="desktop-chrome",
            within="root",
            folder="browser_configs",
            model="browser_config:BrowserConfig",
            symbol="Object",
            dates=("created_at", "updated_at"),
            placeholders=("browser_config",),
            derived=("created_at", "updated_at"),
        ),
        "user": KindFacts(
            label="user",
            plural="Users",
            example="ada",
            within="root",
            folder="users",
            model="people:User",
            symbol="Variable",
            dates=("created_at",),
            derived=("created_at",),
        ),
    }
)
"""Every kind, in the order in which lists and reports show them."""


def kind_named(text: str) -> Kind | None:
    """Return the kind that a word means: its name, its label or its folder, in the singular or plural; None for others."""
    word = text.strip().lower().replace("-", "_").replace(" ", "_")
    for kind, facts in KIND_FACTS.items():
        names = (kind, facts.label.replace(" ", "_"))
        if word in {
            *names,
            *(f"{name}s" for name in names),
            facts.folder,
            facts.plural.lower().replace(" ", "_"),
        }:
            return kind
    return None


ROLES: Final = ("admin", "member", "guest")
"""The roles of members."""

SECRET: Final[Kind] = "secret_value"  # noqa: S105  # a kind
"""The kind whose files SOPS encrypts."""

SECRET_FIELDS: Final = (
    "id",
    "project_id",
    "secret_name",
    "created_at",
    "updated_at",
    "version",
    "secret_value",
)
"""The fields of a secret, all of them written in this order, before sops' own `sops`."""

CLEAR_FIELDS: Final = frozenset(SECRET_FIELDS[:-1])
"""The fields of a secret that may be shown; in any other there may be the secret itself, by mistake."""

HIDDEN_FIELDS: Final = frozenset({SECRET_FIELDS[-1], "sops"})
"""What of a secret's file is ciphertext."""
