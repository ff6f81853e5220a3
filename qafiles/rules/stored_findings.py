"""What rules found in the state of a data root that was last checked, kept between runs for the next one.

    stored = StoredFindings.of(snapshot)           # None where nobody knows of which bytes the snapshot was made
    checked = check(snapshot, earlier=stored.earlier())
    stored.write(checked)

It is kept with the names of all files that it is about, by which those are known that differ now.
"""

import marshal
from _blake2 import blake2b
from collections.abc import Mapping
from typing import Any, Final

from qafiles.cache.file_rows import NAME
from qafiles.cache.store import Store
from qafiles.diagnostics import Finding, Location, RuleFindings, Span
from qafiles.git import GitRepository
from qafiles.rules.carried import Earlier
from qafiles.rules.locating import hidden_values
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.read_state import ReadState
from qafiles.sources import FolderSource

_FORMAT: Final = b"qafiles rules 1\0"
_KIND: Final = "rules-"
_MOST_RECORDS: Final = 16
_MOST_TOUCHED: Final = 500
"""Files from which on, where so many differ, everything is looked at again."""


class StoredFindings:
    """What is kept of the data root of a snapshot."""

    def __init__(self, source: FolderSource, repository: GitRepository, state: ReadState) -> None:
        """Take where a snapshot comes from, and of which bytes it was made."""
        self._state = state
        self._others = state.others()
        own = f"{repository.git_dir}\n{source.root}\n{source.folder}".encode("utf-8", "surrogateescape")
        self._store = Store.of(repository.common_dir)
        self._name = f"{_KIND}{blake2b(own, digest_size=8).hexdigest()}"
        self._key = b"\0".join((_FORMAT, own, state.surroundings))

    @classmethod
    def of(cls, snapshot: Snapshot) -> "StoredFindings | None":
        """Return that of a snapshot's data root; None where nobody knows of which bytes it was made."""
        source, state = snapshot.source, snapshot.read_state
        if state is None or not isinstance(source, FolderSource) or source.repository is None:
            return None
        return cls(source, source.repository, state)

    def earlier(self) -> Earlier | None:
        """Return the state that was last checked; None where it is not known, or more differs than files of entities."""
        body = self._store.read(self._name, self._key) if self._others is not None else None
        if body is None:
            return None
        try:
            others, paths, names, plain = marshal.loads(body)  # noqa: S302  # the user's own, and whole
            if others != self._others:
                return None
            findings = _findings(*plain)
            before = self._differing(paths, names)
        except (ValueError, EOFError, TypeError, AttributeError):
            return None
        files = self._touched(before)
        return Earlier(findings, files) if files is not None else None

    def _differing(self, paths: str, names: list[bytes]) -> Mapping[str, bytes | None]:
        """Return the names, by path, of those files that differ now, None for one that was not there; raises ValueError."""
        rows = self._state.rows
        if paths == "\0".join(rows):
            # Which is so unless files have come or gone.
            now = zip(rows.items(), names, strict=True)
            return {path: name for (path, row), name in now if row[NAME] != name}
        before = dict(zip(paths.split("\0"), names, strict=True))
        differing = {path: name for path, row in rows.items() if (name := before.get(path)) != row[NAME]}
        return {**differing, **{path: name for path, name in before.items() if path not in rows}}

    def _touched(self, names: Mapping[str, bytes | None]) -> Mapping[str, EntityFile | None] | None:
        """Return the files that differ now as they were, given their names then; None for too many, and where one is not kept any more."""
        if len(names) > _MOST_TOUCHED:
            return None
        files: dict[str, EntityFile | None] = {}
        for path, name in names.items():
            files[path] = self._state.earlier(path, name.hex()) if name is not None else None
            if name is not None and files[path] is None:
                return None
        return files

    def write(self, checked: Snapshot) -> None:
        """Keep what was found, where nothing beside the files of entities has changed meanwhile."""
        findings = checked.rule_findings
        if findings is None or self._others is None or self._state.others() != self._others:
            return
        rows = self._state.rows
        paths, names = "\0".join(rows), [row[NAME] for row in rows.values()]
        body = marshal.dumps((self._others, paths, names, _plain(checked, findings)))
        if self._store.write(self._name, self._key, body):
            self._store.keep_latest(_KIND, _MOST_RECORDS)


def _plain(snapshot: Snapshot, findings: RuleFindings) -> tuple[Any, ...]:
    """Return findings as plain values, without those of rules that quote what nobody may see."""
    by_code = {
        code: [finding.to_plain() for finding in of_rule]
        for code, of_rule in findings.by_code.items()
        if not any(_quotes_secrets(snapshot, finding) for finding in of_rule)
    }
    spans = {
        path: [(tuple(location), tuple(span)) for location, span in places.items()]
        for path, places in findings.spans.items()
    }
    return by_code, spans, [*findings.illegible], findings.others


def _quotes_secrets(snapshot: Snapshot, finding: Finding) -> bool:
    """Return whether a finding may say something of a secret's file that is not shown."""
    paths = (finding.path, *(related.path for related in finding.related))
    files = (snapshot.files[path] for path in paths if path in snapshot.files)
    return any(file.is_secret and hidden_values(file) for file in files)


def _findings(by_code: Any, spans: Any, illegible: Any, others: Any) -> RuleFindings:
    """Return the findings that plain values stand for; raises ValueError or TypeError for values that are none."""
    return RuleFindings(
        {code: tuple(map(Finding.from_plain, of_rule)) for code, of_rule in by_code.items()},
        {
            path: {Location(*location): Span(*span) for location, span in places}
            for path, places in spans.items()
        },
        frozenset(illegible),
        others,
    )
