"""Baselines: findings that a repository has already and that are not to be reported, by their fingerprints.

What gives access to something is hidden less easily than the rest: a credential that can still be read never is, and
one that only a commit holds for a reason and until a day.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from qafiles.atomic_write import write_atomically
from qafiles.diagnostics import Diagnostic
from qafiles.errors import GitError, QafilesError, UsageError
from qafiles.git import GitRepository, find_repository
from qafiles.rules import all_rules
from qafiles.rules.committed_secret import holds_clear_text
from qafiles.validation.verdict import Verdict

VERSION: Final = 1
NEVER_HIDDEN: Final = frozenset({"QF501", "QF502"})
"""The rules about what anybody who can read the files can use."""

_MOST_BYTES: Final = 64 * 1024 * 1024


class Entry(NamedTuple):
    """What a baseline says of one finding: the words of it, why it is hidden, and the last day on which it is."""

    finding: str
    reason: str = ""
    until: date | None = None


Baseline = Mapping[str, Entry]
"""Entries by the fingerprints of findings."""


class Compared(NamedTuple):
    """The diagnostics that a baseline leaves to be reported, and what it has to do with the others.

    `known` is how many are hidden, `ineffective` sentences about entries that hide nothing, `stale` the entries that fit no
    finding any more.
    """

    new: tuple[Diagnostic, ...]
    known: int
    ineffective: tuple[str, ...]
    stale: tuple[str, ...]


def read_baseline(file: Path) -> Baseline:
    """Return the entries of a baseline. Raises UsageError when the file is none."""
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(
            f"the baseline {file} can't be read: {error.strerror}; `--write-baseline {file}` makes it"
        ) from error
    return _parsed(content, str(file), f"`--write-baseline {file}` makes it anew")


def baseline_at(file: Path, folder: str | Path, revision: str) -> Baseline | None:
    """Return the entries of a baseline as a revision of a folder's repository holds it; None where it holds none.

    What is to be merged must not say by itself what is hidden of it. A file outside the working tree is no part of any
    revision, and is read as it is. Raises UsageError when the file is none, and GitError.
    """
    repository = find_repository(Path(folder).absolute())
    path = _in_repository(file, repository) if repository is not None else None
    if repository is None or path is None:
        return read_baseline(file)
    commit = repository.commit(revision)
    if not repository.paths_in(commit, [path]):
        return None
    parent, _, name = path.rpartition("/")
    entries = [entry for entry in repository.tree_entries(commit, parent) if entry.path == name]
    content = next(repository.blobs([entry.blob for entry in entries], _MOST_BYTES), None)
    what = f"{path} as of {revision}"
    if not entries or entries[0].mode == "120000":
        raise UsageError(f"{what} is no file; name the baseline itself")
    if content is None:
        raise GitError(f"git can't read {what}; in a partial clone `git fetch --refetch --no-filter` gets it")
    return _parsed(content, what, "write it anew with `--write-baseline` and commit it")


def _in_repository(file: Path, repository: GitRepository) -> str | None:
    """Return a file's path from the top of the working tree that it lies in; None where it lies in none."""
    if repository.top is None:
        return None
    top = repository.top.resolve()
    absolute = file.absolute()
    # A link in the working tree that leads out of it belongs to the revision as much as a file.
    for place in (absolute.parent.resolve() / absolute.name, absolute.resolve()):
        if place.is_relative_to(top):
            return place.relative_to(top).as_posix()
    return None


def _parsed(content: bytes, what: str, remedy: str) -> Baseline:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} is no baseline: it is no JSON; {remedy}") from error
    version = data.get("version") if isinstance(data, dict) else None
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(findings, dict):
        raise UsageError(f"{what} is no baseline: it has no `findings`; {remedy}")
    if version != VERSION:
        raise UsageError(
            f"{what} is a baseline of version {version!r}, and this qafiles reads version {VERSION} only"
        )
    return {fingerprint: _entry(fingerprint, value, what) for fingerprint, value in findings.items()}


def _entry(fingerprint: str, value: Any, what: str) -> Entry:
    """Return an entry: the words of the finding alone, or an object with `finding`, `reason` and `until`."""
    if isinstance(value, str):
        return Entry(value)
    if not isinstance(value, dict) or not {*value} <= {"finding", "reason", "until"}:
        raise UsageError(
            f"{what} is no baseline: {fingerprint} is neither a text nor an object of `finding`, `reason` and `until`"
        )
    finding, reason, until = (value.get(name, "") for name in ("finding", "reason", "until"))
    if not (isinstance(finding, str) and isinstance(reason, str) and isinstance(until, str)):
        raise UsageError(
            f"{what} is no baseline: `finding`, `reason` and `until` of {fingerprint} are not all texts"
        )
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise UsageError(f"{what}: `until` of {fingerprint} is no day; write it as 2026-01-31") from error
    return Entry(finding, reason.strip(), day)


def write_baseline(file: Path, diagnostics: Iterable[Diagnostic], earlier: Baseline | None = None) -> int:
    """Return the number of entries that a baseline of these diagnostics has, after writing it.

    There is a line for each, in the order of the diagnostics, so that a change is read and merged easily; a `reason` and an
    `until` stay those of an earlier one. Raises QafilesError when the file can't be written.
    """
    findings = {
        item.fingerprint: _written(item, (earlier or {}).get(item.fingerprint)) for item in diagnostics
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in findings.items())
    text = f'{{"version": {VERSION}, "findings": {{\n{lines}\n}}}}\n'
    try:
        write_atomically(file, text.encode("ascii"), follow_links=True)
    except OSError as error:
        raise QafilesError(f"the baseline {file} can't be written: {error.strerror}") from error
    return len(findings)


def _written(item: Diagnostic, earlier: Entry | None) -> str | dict[str, str]:
    text = f"{item.path}: {item.code} {item.message}"
    reason, until = (earlier.reason, earlier.until) if earlier is not None else ("", None)
    if not reason and until is None and item.code not in about_commits():
        return text
    return {"finding": text, "reason": reason, "until": until.isoformat() if until is not None else ""}


def about_commits() -> frozenset[str]:
    """Return the codes of the rules about commits, whose findings no later commit can mend."""
    return frozenset(rule.code for rule in all_rules() if rule.check_commits is not None)


def never_hidden(verdict: Verdict, diagnostics: Iterable[Diagnostic]) -> frozenset[str]:
    """Return the fingerprints of those findings that no baseline hides: what can be read in the files can be used."""
    findings = [*diagnostics]
    paths = sorted(verdict.paths.intersection(item.path for item in findings if item.code in about_commits()))
    # What can't be read may hold anything.
    contents = zip(paths, verdict.read(paths), strict=True)
    clear = {path for path, text in contents if text is None or holds_clear_text(text)}
    return frozenset(
        item.fingerprint
        for item in findings
        if item.code in NEVER_HIDDEN or (item.code in about_commits() and item.path in clear)
    )


def without(
    verdict: Verdict, diagnostics: Iterable[Diagnostic], baseline: Baseline, today: date | None = None
) -> Compared:
    """Return the diagnostics that a baseline leaves to be reported, and what it holds beside them.

    `today` is the day that decides which entries are over, by default that of the clock, in UTC.
    """
    findings = [*diagnostics]
    never = never_hidden(verdict, findings)
    on = today or datetime.now(UTC).date()
    why = {
        item.fingerprint: _why_not(item, baseline[item.fingerprint], never, on)
        for item in findings
        if item.fingerprint in baseline
    }
    new = tuple(item for item in findings if why.get(item.fingerprint, "new") is not None)
    ineffective = tuple(
        f"{item.path}: {item.code} {why[item.fingerprint]}" for item in new if item.fingerprint in why
    )
    present = {item.fingerprint for item in findings}
    stale = tuple(entry.finding for key, entry in baseline.items() if key not in present)
    return Compared(new, len(findings) - len(new), ineffective, stale)


def _why_not(item: Diagnostic, entry: Entry, never: frozenset[str], today: date) -> str | None:
    """Return why an entry does not hide its finding; None where it does."""
    if item.fingerprint in never:
        return "is never hidden: whoever can read the files can read the value"
    if item.code in about_commits() and not (entry.reason and entry.until):
        return 'needs a "reason" and an "until" to be hidden'
    if entry.until is not None and entry.until < today:
        return f"was hidden until {entry.until.isoformat()}"
    return None
