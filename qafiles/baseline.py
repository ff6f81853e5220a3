"""Baselines: findings that a repository has already and that are not to be reported, by their fingerprints."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.atomic_write import write_atomically
from qafiles.diagnostics import Diagnostic
from qafiles.errors import UsageError

VERSION: Final = 1
_MOST_BYTES: Final = 64 * 1024 * 1024


class Compared(NamedTuple):
    """Diagnostics without those in a baseline, how many those are, and the entries that fit no finding any more."""

    new: tuple[Diagnostic, ...]
    known: int
    stale: tuple[str, ...]


def read_baseline(file: Path) -> Mapping[str, str]:
    """Return the entries of a baseline: fingerprints, each with what was found.

    Raises UsageError when the file is none.
    """
    try:
        with file.open("rb") as stream:
            data = json.loads(stream.read(_MOST_BYTES))
    except OSError as error:
        raise UsageError(
            f"the baseline {file} can't be read: {error.strerror}; `--write-baseline {file}` makes it"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{file} is no baseline: it is no JSON; `--write-baseline {file}` makes it anew"
        ) from error
    version = data.get("version") if isinstance(data, dict) else None
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(findings, dict) or not all(isinstance(text, str) for text in findings.values()):
        raise UsageError(
            f"{file} is no baseline: it has no `findings`; `--write-baseline {file}` makes it anew"
        )
    if version != VERSION:
        raise UsageError(
            f"{file} is a baseline of version {version!r}, and this qafiles reads version {VERSION} only"
        )
    return findings


def write_baseline(file: Path, diagnostics: Iterable[Diagnostic]) -> int:
    """Return the number of entries that a baseline of these diagnostics has, after writing it.

    There is a line for each, in the order of the diagnostics, so that a change is read and merged easily. Raises
    UsageError when the file can't be written.
    """
    findings = {item.fingerprint: f"{item.path}: {item.code} {item.message}" for item in diagnostics}
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(text)}" for key, text in findings.items())
    text = f'{{"version": {VERSION}, "findings": {{\n{lines}\n}}}}\n'
    try:
        write_atomically(file, text.encode("ascii"), follow_links=True)
    except OSError as error:
        raise UsageError(f"the baseline {file} can't be written: {error.strerror}") from error
    return len(findings)


def without(diagnostics: Iterable[Diagnostic], baseline: Mapping[str, str]) -> Compared:
    """Return the diagnostics that are not in a baseline, and what the baseline holds beside them."""
    found = [*diagnostics]
    new = tuple(item for item in found if item.fingerprint not in baseline)
    present = {item.fingerprint for item in found}
    stale = tuple(text for key, text in baseline.items() if key not in present)
    return Compared(new, len(found) - len(new), stale)
