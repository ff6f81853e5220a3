"""What rules found in an earlier state of a data root, of which they need not be asked again.

A finding is carried over where nothing has changed of what its rule reads. What is doubtful is looked for again.
"""

from _blake2 import blake2b
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from qafiles.diagnostics import NO_SPANS, Finding, RuleFindings, Spans
from qafiles.layout import Place, classify
from qafiles.rules.reads import ASKING_GIT, reads_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.aspects import State, changed_aspects, meets
from qafiles.snapshot.row_lookups import paths_beside

MOST_FINDINGS: Final = 20_000
"""Findings up to which they are carried over."""


class Earlier(NamedTuple):
    """An earlier state of a data root: what rules found in it, and the files that are not the same any more, as they were.

    `files` are by path, None for one that was not there. Settings, git's history and everything else that is no entity's file
    are the same as then.
    """

    findings: RuleFindings
    files: Mapping[str, EntityFile | None]


class Carried(NamedTuple):
    """The findings that are carried over, by the code of each rule that need not run, and the places that are known of them."""

    findings: Mapping[str, tuple[Finding, ...]]
    spans: Spans


NOTHING_CARRIED: Final = Carried(MappingProxyType({}), NO_SPANS)


def carried_over(snapshot: Snapshot, earlier: Earlier | None, codes: Iterable[str]) -> Carried:
    """Return what was found earlier and would be found again by the rules with some codes."""
    if earlier is None or not _is_comparable(snapshot, earlier):
        return NOTHING_CARRIED
    findings = earlier.findings
    changed = changed_aspects(
        (
            State(file, path not in findings.illegible),
            State(new := snapshot.files.get(path), new is None or snapshot.is_legible(new)),
        )
        for path, file in earlier.files.items()
    )
    carried: dict[str, tuple[Finding, ...]] = {}
    for code in codes:
        known = findings.by_code.get(code)
        reads = reads_of(code, snapshot.settings)
        if known is None or reads is None or meets(reads, changed) or (known and code in ASKING_GIT):
            continue
        # A place that a rule has told by itself may have moved.
        if any(finding.span is not None and finding.path in earlier.files for finding in known):
            continue
        carried[code] = known
    spans = {path: places for path, places in findings.spans.items() if path not in earlier.files}
    return Carried(carried, spans)


def _is_comparable(snapshot: Snapshot, earlier: Earlier) -> bool:
    """Return whether nothing differs but entity files."""
    return (
        not snapshot.carriers
        and all(isinstance(classify(path), Place) for path in earlier.files)
        and earlier.findings.others == others_of(snapshot)
    )


def others_of(snapshot: Snapshot) -> bytes:
    """Return a digest of what the source of a snapshot lists beside the files that are there."""
    files, entries = snapshot.files, snapshot.entries
    # By path, as most entries are of files and made for who asks.
    others = [(path, entries[path].refused, entries[path].unmerged) for path in paths_beside(files, entries)]
    return blake2b(repr(others).encode("utf-8", "surrogatepass"), digest_size=20).digest()
