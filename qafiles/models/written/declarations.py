"""Declarations of custom fields under `fields:` in qafiles.yaml, as they are written: a subset of JSON Schema."""

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from qafiles.kinds import KIND_FACTS, SECRET
from qafiles.models.conversions import integral
from qafiles.models.values import CLOSED, Items, Optional, Text

MAX_LENGTH: Final = 1_048_576
"""Characters or items that a limit may speak of: no file is larger."""
MAX_PROPERTIES: Final = 100
MAX_CHOICES: Final = 1000
"""Values that a declaration may list."""


ValueType = Literal["string", "integer", "number", "boolean", "array", "object"]
Format = Literal["date", "uri", "email"]
Count = Annotated[int, Field(ge=0, le=MAX_LENGTH), BeforeValidator(integral)]
if TYPE_CHECKING:
    KindName = str
else:
    KindName = Literal[tuple(KIND_FACTS)]


class Declaration(BaseModel):
    """What the value of a custom field, an item of its list or a property of its mapping must be."""

    model_config = ConfigDict(title="Custom field", **CLOSED)

    type: Optional[ValueType] = Field(
        None,
        title="Type",
        description="What the value is; absent: what the other keywords speak of.",
    )
    enum: Optional[Items[Any]] = Field(
        None,
        title="Choices",
        description="The values that are allowed.",
        examples=[["high", "medium", "low"]],
        min_length=1,
        max_length=MAX_CHOICES,
    )
    const: Any = Field(None, title="Constant", description="The one value that is allowed.")
    pattern: Optional[Text] = Field(
        None,
        title="Pattern",
        description="A regular expression that is found in the text; `^` and `$` are its ends.",
        examples=["^[A-Z]+-[0-9]+$"],
    )
    format: Optional[Format] = Field(
        None, title="Format", description="What the text is: a date, an absolute URI, an e-mail address."
    )
    minimum: Optional[float] = Field(
        None, title="Minimum", description="The least number.", allow_inf_nan=False
    )
    maximum: Optional[float] = Field(
        None, title="Maximum", description="The greatest number.", allow_inf_nan=False
    )
    min_length: Optional[Count] = Field(
        None, alias="minLength", title="Least length", description="The least number of characters."
    )
    max_length: Optional[Count] = Field(
        None, alias="maxLength", title="Greatest length", description="The greatest number of characters."
    )
    min_items: Optional[Count] = Field(
        None, alias="minItems", title="Least number of items", description="The least number of items."
    )
    max_items: Optional[Count] = Field(
        None,
        alias="maxItems",
        title="Greatest number of items",
        description="The greatest number of items.",
    )
    items: "Declaration | None" = Field(None, title="Items", description="What each item of a list must be.")
    properties: "dict[str, Declaration] | None" = Field(
        None,
        title="Properties",
        description="The keys of a mapping, and what their values must be.",
        max_length=MAX_PROPERTIES,
    )
    required: bool | Annotated[Items[str], Field(max_length=MAX_PROPERTIES)] = Field(
        default=False,
        title="Required",
        description="`true`: every entity of the kind has the field. A list: the properties that a mapping must have.",
    )
    reference: Optional[KindName] = Field(
        None,
        title="Reference",
        description="The value is the id or handle of an entity of this kind; it resolves and follows as those of the model do.",
    )
    description: Optional[str] = Field(
        None,
        title="Description",
        description="What the field is for; editors show it.",
        examples=["How bad it is when this fails"],
    )
    examples: Optional[Items[Any]] = Field(
        None,
        title="Examples",
        description="Values that would be right; editors show the first.",
        examples=[["QA-7", "QA-12"]],
        max_length=MAX_CHOICES,
    )


def _of(plural: str) -> Any:
    return Field(
        default_factory=dict,
        title=plural,
        description=f"Custom fields of {plural.lower()}, by their key, which begins with `x-`.",
        examples=[{"x-priority": {"enum": ["high", "medium", "low"], "required": True}}],
    )


Declarations: type[BaseModel] = create_model(
    "Declarations",
    __config__=CLOSED,
    __doc__="The custom fields of each kind; secrets take no keys of one's own.",
    **{
        kind: (dict[str, Declaration], _of(facts.plural))
        for kind, facts in KIND_FACTS.items()
        if kind != SECRET
    },  # type: ignore[call-overload]  # one field for each kind
)
