"""Where an entity came from: the tool that had it before, and what it is called there."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qafiles.models.text_patterns import END, INVISIBLE
from qafiles.models.values import CLOSED, Optional, Url

TOOL_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,98}" + END
# No white space at its ends and no line breaks: it is typed on command lines.
KEY_PATTERN: Final = rf"^[^{INVISIBLE}=]+(?: [^{INVISIBLE}=]+)*" + END


class Origin(BaseModel):
    """Where an entity came from; `key` is one of its names, unique among what came from the tool."""

    model_config = ConfigDict(title="Source", **CLOSED)

    tool: Annotated[str, StringConstraints(pattern=TOOL_PATTERN)] = Field(
        title="Tool",
        description="The tool that had the entity before: letters, digits, `.`, `_` and `-`.",
        examples=["testrail"],
        json_schema_extra={"$comment": "letters, digits, `.`, `_` and `-`"},
    )
    key: Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=200)] = Field(
        title="Key",
        description="What the entity is called there; unique per tool and project, and a name wherever an entity is named.",
        examples=["C123"],
        json_schema_extra={"$comment": "text without line breaks, `=` and blanks at its ends"},
    )
    url: Optional[Url] = Field(
        None,
        title="URL",
        description="The page of the entity there.",
        examples=["https://acme.testrail.io/index.php?/cases/view/123"],
        json_schema_extra={"format": "uri"},
    )
