"""The output formats of `validate`, one module each, in one explicit table."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from qafiles.render.validation.findings import Findings

__all__ = ["FORMATS", "Findings"]


def _renderer(module: str) -> Callable[[Findings], Iterator[str]]:
    """Return what renders a format, which is imported when it is used."""

    def render(findings: Findings) -> Iterator[str]:
        pieces: Iterator[str] = import_module(f"{__name__}.{module}").render(findings)
        return pieces

    return render


FORMATS: Final[Mapping[str, Callable[[Findings], Iterator[str]]]] = MappingProxyType(
    {
        "text": _renderer("text"),
        "concise": _renderer("concise"),
        "json": _renderer("json_format"),
        "github": _renderer("github"),
        "gitlab": _renderer("gitlab"),
        "sarif": _renderer("sarif"),
        "junit": _renderer("junit"),
        "rdjson": _renderer("rdjson"),
        "summary": _renderer("summary"),
        "badge": _renderer("badge"),
    }
)
"""The renderer of each format; the first one is the default."""
