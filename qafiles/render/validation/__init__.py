"""The output formats of `validate`, one module each, in one explicit table."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from qafiles.render.validation import (
    badge,
    concise,
    github,
    gitlab,
    json_format,
    junit,
    rdjson,
    sarif,
    summary,
    text,
)
from qafiles.render.validation.findings import Findings

__all__ = ["FORMATS", "Findings"]

FORMATS: Final[Mapping[str, Callable[[Findings], Iterator[str]]]] = MappingProxyType(
    {
        "text": text.render,
        "concise": concise.render,
        "json": json_format.render,
        "github": github.render,
        "gitlab": gitlab.render,
        "sarif": sarif.render,
        "junit": junit.render,
        "rdjson": rdjson.render,
        "summary": summary.render,
        "badge": badge.render,
    }
)
"""The renderer of each format; the first one is the default."""
