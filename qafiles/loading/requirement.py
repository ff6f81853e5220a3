"""What a data root asks of this release: that it is of a version that `requires:` names, and that it reads the format."""

import re
from collections.abc import Callable
from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.errors import DataRootError
from qafiles.layout import SETTINGS_FILE
from qafiles.models.text_patterns import SPECIFIER_PATTERN
from qafiles.parsing import Positions
from qafiles.version import __version__

FORMAT_VERSION: Final = 1

_is_specifier: Final[Callable[[str], re.Match[str] | None]] = re.compile(SPECIFIER_PATTERN).match
_at_least: Final[Callable[[str], re.Match[str] | None]] = re.compile(r">= *([0-9]+(?:\.[0-9]+)*)").fullmatch
_is_release: Final[Callable[[str], re.Match[str] | None]] = re.compile(r"[0-9]+(?:\.[0-9]+)*").fullmatch
_of_format: Final[Callable[[str], re.Match[str] | None]] = re.compile(r"-?[0-9]{1,18}(?:\.0)?").fullmatch
_release: Final[Callable[[str], re.Match[str] | None]] = re.compile(r"([0-9]+)(?:\.([0-9]+))?").match


def meet(data: Any, content: bytes, commit: str | None) -> None:
    """Raise DataRootError, whose text says what to install, where the data of a qafiles.yaml asks for another release.

    `commit` is where the file comes from, None for a working tree. What is malformed is left to the schemas.
    """
    if not isinstance(data, dict):
        return
    requires, written = data.get("requires"), data.get("version")
    if isinstance(requires, str) and len(requires) <= 200 and _is_specifier(requires) and not fits(requires):
        message = f"this data root requires qafiles {requires}, and this is {__version__}; {_how(requires)}"
        raise _at(("requires",), message, content, commit)
    version = int(float(str(written))) if _of_format(str(written)) else FORMAT_VERSION
    if version == FORMAT_VERSION:
        return
    says = f"says `version: {written}`, and this qafiles, {__version__}, reads version {FORMAT_VERSION} only"
    if version > FORMAT_VERSION:
        raise _at(("version",), f"{says}; {_how(None)}", content, commit)
    advice = f"no release has written an older one: write `version: {FORMAT_VERSION}`"
    raise _at(("version",), f"{says}; {advice}", content, commit)


def fits(specifier: str, version: str = __version__) -> bool:
    """Return whether a version is one of a specifier; development versions and pre-releases are compared like others."""
    simple = _at_least(specifier)
    if simple is not None and _is_release(version):
        # What `init` writes, answered without a library whose import takes as long as reading a hundred files.
        least, ours = ([*map(int, text.split("."))] for text in (simple[1], version))
        length = max(len(least), len(ours))
        return ours + [0] * (length - len(ours)) >= least + [0] * (length - len(least))
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415  # as above

    return SpecifierSet(specifier).contains(version, prereleases=True)


def specifier_of(version: str = __version__) -> str:
    """Return what a new data root requires: the minor version that made it or a later one; a pre-release names itself."""
    public = version.partition("+")[0]
    match = _release(public)
    if match is None or not _is_release(public):
        return f">={public}"
    return f">={match[1]}.{match[2] or 0}"


def _how(specifier: str | None) -> str:
    from qafiles.loading.installed import how_to_get  # noqa: PLC0415  # where nothing is wrong, nobody asks

    return how_to_get(specifier)


def _at(pointer: Pointer, message: str, content: bytes, commit: str | None) -> DataRootError:
    span = Positions(content).span(pointer, "value")
    of = f" of commit {commit[:10]}" if commit is not None else ""
    return DataRootError(f"{SETTINGS_FILE}:{span.line}:{span.column}{of}: {message}", span)
