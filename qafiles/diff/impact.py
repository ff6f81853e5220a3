"""The test cases that a change concerns: what they say, and what they run with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from qafiles.diagnostics import NOTHING_LEFT_OUT, LeftOut
from qafiles.diff.changes import Diff, EntityChange
from qafiles.diff.comparison import diff
from qafiles.diff.users import Users
from qafiles.history.shared_ids import settled
from qafiles.kinds import SECRET, Kind
from qafiles.layout import LABELS, SETTINGS_FILE
from qafiles.loading.earlier import load_both
from qafiles.loading.loader import load
from qafiles.models.environments import Environment
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import effective_url, environments_unread, uses_of_secrets
from qafiles.snapshot.field_changes import FieldChange
from qafiles.snapshot.unread import left_out
from qafiles.sources import Source

_READ: tuple[Kind, ...] = ("project", "test_case", "document", "test_traversal", "browser_config")

What = Literal["added", "removed", "renamed", "moved", "changed", "url", "secret"]


class Reason(NamedTuple):
    """Why a change concerns a test case, in words, and as what happened to which entity, in which fields.

    `via` is the entity through which the test case uses it, and `environment` the one that is meant; None for neither.
    """

    text: str
    what: What
    entity: EntityFile | None = None
    fields: tuple[str, ...] = ()
    via: EntityFile | None = None
    environment: str | None = None


class ConcernedCase(NamedTuple):
    """A test case as it is after a change, and why the change concerns it."""

    file: EntityFile
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """The test cases that a change concerns, and those that it deleted, each sorted by path; and what could not be read."""

    cases: tuple[ConcernedCase, ...] = ()
    deleted: tuple[EntityFile, ...] = ()
    left_out: LeftOut = field(default=NOTHING_LEFT_OUT, compare=False)


def impact(before: Source, after: Source) -> Impact:
    """Return the test cases that the change from one state to another concerns; where nothing differs, nothing is loaded.

    Raises DataRootError and GitError.
    """
    differences = diff(before, after)
    if not differences:
        return Impact(left_out=differences.left_out)
    was, now = map(_settled, _loaded(before, after))
    cases: dict[str, EntityFile] = {}
    reasons: dict[str, dict[tuple[str | None, ...], Reason]] = {}
    for case, reason in _all_reasons(differences, was, now):
        cases[case.path] = case
        by_key = reasons.setdefault(case.path, {})
        about = reason.entity.path if reason.entity is not None else reason.text
        key = (reason.what, about, reason.environment)
        if key not in by_key or (by_key[key].via is not None and reason.via is None):
            by_key[key] = reason
    concerned = tuple(ConcernedCase(cases[path], tuple(reasons[path].values())) for path in sorted(cases))
    deleted = tuple(c.before for c in differences.changes if c.before and c.what == "removed" and _is_case(c))
    without = differences.left_out
    for name, snapshot in (("before", was), ("after", now)):
        without += _unread(name, snapshot)
    return Impact(concerned, deleted, without)


def _loaded(before: Source, after: Source) -> tuple[Snapshot | None, Snapshot | None]:
    """Return two states, None for one that is no data root yet, or no longer."""
    if _is_data_root(before) and _is_data_root(after):
        return load_both(before, after)
    was, now = (load(source) if _is_data_root(source) else None for source in (before, after))
    return was, now


def _settled(snapshot: Snapshot | None) -> Snapshot | None:
    return settled(snapshot) if snapshot is not None else None


def _all_reasons(
    differences: Diff, was: Snapshot | None, now: Snapshot | None
) -> Iterator[tuple[EntityFile, Reason]]:
    """Yield the test cases that are there after the change, and each reason for which it concerns them."""
    if now is None:
        return
    yield from _reasons(differences, now, is_now=True)
    if was is not None:
        for case, reason in _reasons(differences, was, is_now=False):
            file = _same_case(case, now)
            if file is not None:
                yield file, reason
        yield from _of_environments(differences, was, now)


def _is_data_root(source: Source) -> bool:
    return any(entry.path == SETTINGS_FILE for entry in source.entries())


def _is_case(change: EntityChange) -> bool:
    return change.kind == "test_case"


def _unread(name: str, snapshot: Snapshot | None) -> LeftOut:
    """Return what may refer to what changed and can't be read."""
    if snapshot is None:
        return NOTHING_LEFT_OUT
    files = [file for kind in _READ for file in snapshot.of_kind(kind)]
    without = left_out(snapshot, files)
    sentences = [*without.sentences]
    if environments_unread(snapshot):
        sentences.append(
            f"`environments` in {SETTINGS_FILE} can't be read, so that their URLs and secrets are left out; "
            f"`qafiles validate {SETTINGS_FILE}` says why"
        )
    return LeftOut(tuple(f"{name}: {sentence}" for sentence in sentences), without.is_missing)


def _same_case(case: EntityFile, snapshot: Snapshot) -> EntityFile | None:
    """Return a test case as it is in the other state, None where it is not there."""
    file = snapshot.by_id.get(case.id) if case.id is not None else snapshot.files.get(case.path)
    return file if file is not None and file.kind == "test_case" else None


def _reasons(differences: Diff, snapshot: Snapshot, *, is_now: bool) -> Iterator[tuple[EntityFile, Reason]]:
    """Yield the test cases of one of the two states that use what changed, and why."""
    users = Users(snapshot)
    for change in differences.changes:
        side = change.after if is_now else change.before
        file = snapshot.files.get(side.path) if side is not None else None
        if file is None or (change.carried and not change.fields):
            continue
        for case, via in users.of(file):
            yield case, _reason(change, via, own=case.path == file.path)


def _reason(change: EntityChange, via: EntityFile | None, *, own: bool) -> Reason:
    changed = change.fields if change.what not in {"added", "removed"} else ()
    names = tuple(name for item in changed for name in _paths(item))
    happened = {"renamed": _renamed(change), "moved": _renamed(change)}.get(change.what, change.what)
    if change.illegible and change.what not in {"added", "removed"}:
        happened += f" (can't be read {' and '.join(change.illegible)})"
    if change.secret is not None:
        happened = "changed"
    detail = f": {', '.join(names)}" if names and change.kind != SECRET else ""
    label = "" if own else f"{LABELS[change.kind]} {change.file.handle} "
    through = f", through {LABELS[via.kind]} {via.handle}" if via is not None else ""
    return Reason(f"{label}{happened}{detail}{through}", change.what, change.file, names, via)


def _paths(item: FieldChange) -> list[str]:
    """Return the dotted paths of what changed in a field."""
    inner = [".".join(map(str, part[0])) for part in item.parts]
    return inner or [item.name]


def _renamed(change: EntityChange) -> str:
    return f"{change.what} from {change.before.handle}" if change.before is not None else change.what


def _of_environments(differences: Diff, was: Snapshot, now: Snapshot) -> Iterator[tuple[EntityFile, Reason]]:
    """Yield the test cases that begin at another URL, or take other secrets, since a project or an environment changed."""
    settings = any(item.name == "environments" for item in differences.settings)
    projects = [change for change in differences.changes if change.kind == "project"]
    if settings or projects:
        names = [None, *sorted({*was.settings.environments, *now.settings.environments})]
        for case in now.of_kind("test_case"):
            earlier = _same_case(case, was)
            if earlier is not None and earlier.get("url_route") == case.get("url_route"):
                yield from _urls(was, now, earlier, case, names)
    if settings:
        yield from _secrets(was, now)


def _urls(
    was: Snapshot, now: Snapshot, earlier: EntityFile, case: EntityFile, names: list[str | None]
) -> Iterator[tuple[EntityFile, Reason]]:
    for name in names:
        olds, news = (_environment(snapshot, name) for snapshot in (was, now))
        if effective_url(was, earlier, olds) != effective_url(now, case, news):
            where = f"environment {name}: " if name is not None else ""
            text = f"{where}project {case.project} has another URL"
            project = now.parent(case)
            yield case, Reason(text, "url", project, ("default_url_route",), environment=name)
            if name is None:
                return  # the environments without a URL of their own have it, too


def _environment(snapshot: Snapshot, name: str | None) -> Environment | None:
    return snapshot.settings.environments.get(name) if name is not None else None


def _secrets(was: Snapshot, now: Snapshot) -> Iterator[tuple[EntityFile, Reason]]:
    """Yield the test cases that name a secret which means another one in an environment."""
    olds: Mapping[str, Any] = was.settings.environments
    news: Mapping[str, Any] = now.settings.environments
    users = Users(now)
    for name in sorted({*olds, *news}):
        old, new = olds.get(name, Environment(name)), news.get(name, Environment(name))
        for use in uses_of_secrets(now):
            meant = new.secret_name(use.name)
            if meant != old.secret_name(use.name):
                for case, via in users.through(use.link.source, use.project):
                    text = f"environment {name}: {use.name} means {meant}"
                    yield case, Reason(text, "secret", via=via, environment=name)
