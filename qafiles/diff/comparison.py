"""Two states of a data root compared: which entities differ, and how."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from qafiles.diagnostics import LeftOut
from qafiles.diff.carriers import carriers
from qafiles.diff.changes import Diff, EntityChange
from qafiles.diff.names import Names
from qafiles.diff.pairs import Pair, pairs
from qafiles.diff.readers import Readers
from qafiles.diff.sides import Side, differ, differing
from qafiles.kinds import SECRET
from qafiles.layout import FOLDER_KINDS
from qafiles.parsing.values import ABSENT, same
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_changes import fields, whole
from qafiles.snapshot.field_changes import FieldChange, value_change
from qafiles.snapshot.unread import missing_sentence, nested_sentence, refused_sentence
from qafiles.sops_files.config import CONFIG_FILE
from qafiles.sources import Source


def diff(before: Source | Snapshot, after: Source | Snapshot) -> Diff:
    """Return what differs between two states of a data root, in entities and fields.

    Of two sources only the files that differ are read, and those that `Names` needs. Raises DataRootError and GitError.
    """
    sides = differing(before, after)
    old, new = sides
    names = Names(old), Names(new)
    differing_pairs = [
        (was, now)
        for was, now in pairs(old.files, new.files, lambda ids: (carriers(old, ids), carriers(new, ids)))
        if was is None
        or now is None
        or differ(was, now)
        or (not old.whole and len(_illegible(was, now)) == 2)
    ]
    folders = _moved_folders(differing_pairs)
    taken = {
        (was.kind, was.handle): was
        for was, now in differing_pairs
        if was is not None and was.path != _path(now)
    }
    changes, rewritten = [], []
    for pair in differing_pairs:
        change = _change(pair, names, folders)
        if pair[1] is not None and pair[1].path != _path(pair[0]):
            change = replace(change, instead_of=taken.get((pair[1].kind, pair[1].handle)))
        if _says_something(change):
            changes.append(change)
        elif change.rewritten:
            rewritten.append(change)
    readers = Readers(old, new)
    without = _left_out(names[0], "before", rules_missing=readers.missing[0])
    without += _left_out(names[1], "after", rules_missing=readers.missing[1])
    changes = [
        replace(change, readers=readers.of_secret(change.before, change.after))
        if change.kind == SECRET
        else change
        for change in changes
    ]
    return Diff(tuple(changes), tuple(rewritten), _settings(*sides), readers.of_config(), without)


def _left_out(names: Names, when: str, *, rules_missing: bool) -> LeftOut:
    """Return what could not be read of one side."""
    side = names.side
    config = [CONFIG_FILE] if rules_missing else []
    missing, refused = (
        sorted({*side.missing, *names.missing, *config}),
        sorted({*side.refused, *names.refused}),
    )
    sentences = [f"{when}: {missing_sentence(side.source, missing)}"] if missing else []
    if refused:
        sentences.append(f"{when}: {refused_sentence(refused)}")
    if side.nested:
        sentences.append(f"{when}: {nested_sentence([*side.nested])}")
    return LeftOut(tuple(sentences), bool(missing))


def _path(file: EntityFile | None) -> str | None:
    return None if file is None else file.path


def _says_something(change: EntityChange) -> bool:
    return bool(change.what != "changed" or change.fields or change.illegible)


def _change(pair: Pair, names: tuple[Names, Names], folders: Mapping[str, str]) -> EntityChange:
    was, now = pair
    if was is None or now is None:
        file = now or was
        assert file is not None  # noqa: S101  # a pair has at least one side
        return EntityChange(
            was, now, whole(file, names[was is None], added=was is None), illegible=_illegible(was, now)
        )
    if was.path in names[0].side.missing or now.path in names[1].side.missing:
        return EntityChange(was, now, illegible=_illegible(was, now))
    changed, rewritten = fields(was, now, names)
    carried = was.path != now.path and _carried(was.path, folders) == now.path
    return EntityChange(was, now, changed, rewritten, carried, _illegible(was, now))


def _illegible(was: EntityFile | None, now: EntityFile | None) -> tuple[Literal["before", "after"], ...]:
    """Return the states in which a file can't be read at all."""
    sides: tuple[tuple[Literal["before", "after"], EntityFile | None], ...] = (
        ("before", was),
        ("after", now),
    )
    return tuple(name for name, file in sides if file is not None and not file.valid and not file.data)


def _moved_folders(differing_pairs: list[Pair]) -> Mapping[str, str]:
    """Return the folders of organizations and projects that have another name now, the deepest first."""
    moved = {
        was.path.rpartition("/")[0] + "/": now.path.rpartition("/")[0] + "/"
        for was, now in differing_pairs
        if was and now and was.path != now.path and now.kind in FOLDER_KINDS
    }
    return dict(sorted(moved.items(), key=lambda item: -len(item[0])))


def _carried(path: str, folders: Mapping[str, str]) -> str | None:
    """Return where a file is when it only went along with its project or organization."""
    for old, new in folders.items():
        if path.startswith(old) and path.rpartition("/")[0] + "/" != old:
            return new + path[len(old) :]
    return None


def _by_kind(was: Any, now: Any) -> tuple[Any, Any]:
    """Return declarations of custom fields with every kind of the other side, so that each differs by itself."""
    if not all(value is ABSENT or isinstance(value, Mapping) for value in (was, now)):
        return was, now
    olds, news = ({} if value is ABSENT else value for value in (was, now))
    kinds = [*dict.fromkeys((*news, *olds))]
    return {kind: olds.get(kind, {}) for kind in kinds}, {kind: news.get(kind, {}) for kind in kinds}


def _settings(old: Side, new: Side) -> tuple[FieldChange, ...]:
    field_changes = []
    for name in (*new.settings, *(name for name in old.settings if name not in new.settings)):
        was: Any = old.settings.get(name, ABSENT)
        now: Any = new.settings.get(name, ABSENT)
        if not same(was, now):
            field_changes.append(
                value_change(name, *(_by_kind(was, now) if name == "fields" else (was, now)))
            )
    return tuple(field_changes)
