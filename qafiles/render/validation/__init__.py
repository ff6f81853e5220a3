"""The output formats of `validate`, one module each, in one explicit table."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from qafiles.render.validation.findings import Findings

__all__ = ["FORMATS", "JUNIT_DIALECTS", "Findings"]

JUNIT_DIALECTS: Final = ("default", "gitlab")
"""The variants of the format `junit`; the first one is the default."""


class _Formats(Mapping[str, Callable[[Findings], Iterator[str]]]):
    """Renderers by the names of their formats; the module of one is imported when it is asked for."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules: Final = MappingProxyType({**modules})

    def __getitem__(self, name: str) -> Callable[[Findings], Iterator[str]]:
        render: Callable[[Findings], Iterator[str]] = import_module(
            f"{__name__}.{self._modules[name]}"
        ).render
        return render

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


FORMATS: Final[Mapping[str, Callable[[Findings], Iterator[str]]]] = _Formats(
    {
        "text": "text",
        "concise": "concise",
        "json": "json_format",
        "github": "github",
        "gitlab": "gitlab",
        "sarif": "sarif",
        "junit": "junit",
        "rdjson": "rdjson",
        "summary": "summary",
        "badge": "badge",
    }
)
"""The renderer of each format; the first one is the default."""
