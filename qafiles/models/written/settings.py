"""`qafiles.yaml` as it is written: the format version and the settings of a data root."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, GetPydanticSchema
from pydantic_core.core_schema import CoreSchema, any_schema

from qafiles.models.conversions import format_version, text_given
from qafiles.models.settings import Level
from qafiles.models.values import CLOSED, Condition, Items, Specifier
from qafiles.models.written.access import AccessSettings
from qafiles.models.written.environments import MAX_ENVIRONMENTS, EnvironmentSettings

Environments = Annotated[dict[str, EnvironmentSettings], Field(max_length=MAX_ENVIRONMENTS)]


def _of_declarations(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return that declarations are checked as they are written."""
    from qafiles.models.written.declarations import Declarations  # noqa: PLC0415  # most data roots declare none

    del source
    return handler.generate_schema(Declarations)


class PathRules(BaseModel):
    """Rules for the files that one glob matches."""

    model_config = ConfigDict(title="Rules of some files", **CLOSED)

    ignore: Items[str] = Field(
        (), title="Ignored rules", description="Codes or prefixes of codes.", examples=[["QF409", "QF6"]]
    )


class Rules(BaseModel):
    """Which rules report, and how severely."""

    model_config = CLOSED

    ignore: Items[str] = Field(
        (), title="Ignored rules", description="Codes or prefixes of codes.", examples=[["QF409", "QF6"]]
    )
    severity: dict[str, Level] = Field(
        default_factory=dict,
        title="Severities",
        description="Code or prefix: error, warning or info.",
        examples=[{"QF602": "error"}],
    )
    paths: dict[str, PathRules] = Field(
        default_factory=dict,
        title="Paths",
        description="Glob relative to the data root: rules for its files.",
        examples=[{"organizations/acme/projects/legacy/**": {"ignore": ["QF6"]}}],
    )


class Settings(BaseModel):
    """The settings of a data root."""

    model_config = ConfigDict(title="qafiles.yaml", **CLOSED)

    version: Annotated[Literal[1], BeforeValidator(format_version)] = Field(
        title="Format version", description="The version of the format of this data root."
    )
    requires: Annotated[Specifier | None, BeforeValidator(text_given)] = Field(
        None,
        title="Required version",
        description="The versions of qafiles that can read this data root; any other stops and says what to install.",
    )
    unique_secret_names: Literal["repository", "project"] = Field(
        "repository", title="Unique secret names", description="Where a secret_name must be unique."
    )
    rules: Rules = Field(
        default_factory=Rules, title="Rules", description="Which rules report, and how severely."
    )
    fields: Annotated[Any, GetPydanticSchema(_of_declarations)] = Field(
        default_factory=dict,
        title="Custom fields",
        description="The `x-` keys of each kind, in a subset of JSON Schema.",
        examples=[{"test_case": {"x-priority": {"enum": ["high", "medium", "low"], "required": True}}}],
    )
    environments: Environments = Field(
        default_factory=dict,
        title="Environments",
        description="Where the same tests run with other URLs and other secrets: staging, production.",
        examples=[{"staging": {"secret_suffix": "_STAGING", "shared": ["PUBLIC_TOKEN"]}}],
    )
    access: AccessSettings = Field(
        default_factory=AccessSettings,
        title="Access",
        description="Who may change what beyond the roles of members, and what proves who somebody is.",
    )
    automated: Items[Condition] = Field(
        (),
        title="Automated test cases",
        description="Conditions that test cases meet which should have a test, as FIELD=VALUE or FIELD!=VALUE; without any, `x-automated=true`.",
        examples=[["x-automation=automated"]],
    )


class SettingsWithoutFields(Settings):
    """The settings of a data root that declares no custom fields: what checks these takes longer to build than all else."""

    fields: Annotated[Any, GetPydanticSchema(lambda _source, _handler: any_schema())] = Field(
        default_factory=dict
    )


def settings_model(data: object) -> type[Settings]:
    """Return the model that checks settings which are written so."""
    return Settings if isinstance(data, dict) and "fields" in data else SettingsWithoutFields
