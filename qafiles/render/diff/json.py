"""The format `json` of `diff`: everything, in a shape that is stable and has a version."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from qafiles.diagnostics import json_pointer
from qafiles.diff.changes import Diff, EntityChange
from qafiles.diff.readers import ReaderChange, RuleChange
from qafiles.diff.words import word_diff
from qafiles.parsing.values import ABSENT
from qafiles.render.diff.parts import finite
from qafiles.render.document import dump
from qafiles.snapshot.field_changes import FieldChange

VERSION: Final = 1


def render(diff: Diff, names: Mapping[str, Any]) -> Iterator[str]:
    """Yield the document, with one line for each entity; `names` says what is compared."""
    yield f'{{"version": {VERSION},'
    for key, value in names.items():
        yield f" {dump(key)}: {dump(value)},"
    yield f'\n "summary": {dump(dict(diff.counts))},\n "changes": ['
    separator = "\n  "
    for change in diff.changes:
        yield separator + dump(_change(change))
        separator = ",\n  "
    yield ("\n ]" if diff.changes else "]") + f',\n "settings": {dump([*map(_field, diff.settings)])},'
    yield f'\n "sops_config": {dump([*map(_rule, diff.rules)])},'
    yield f'\n "notes": {dump([*diff.left_out.sentences])}}}\n'


def _change(change: EntityChange) -> dict[str, Any]:
    old, new = change.before, change.after
    return {
        "what": change.what,
        "kind": change.kind,
        "id": change.file.id,
        "handle": change.file.handle,
        "path": change.file.path,
        "old_handle": old.handle if old and new else None,
        "old_path": old.path if old and new else None,
        "carried": change.carried,
        "secret": change.secret,
        "illegible": [*change.illegible],
        "instead_of": change.instead_of.id if change.instead_of else None,
        "fields": [*map(_field, change.fields)],
        **(_readers(change.readers) if change.file.is_secret else {}),
    }


def _readers(items: Sequence[ReaderChange]) -> dict[str, Any]:
    return {
        what: [
            {"recipient": item.recipient[1], "type": item.recipient[0], "who": item.who}
            for item in items
            if item.what == what
        ]
        for what in (
            "gained",
            "lost",
            *(["pending"] if any(item.what == "pending" for item in items) else []),
        )
    }


def _rule(rule: RuleChange) -> dict[str, Any]:
    return {"path_regex": rule.path_regex, **_readers(rule.readers)}


def _field(item: FieldChange) -> dict[str, Any]:
    result: dict[str, Any] = {"name": item.name, "form": item.form}
    if item.form == "prose":
        result["words"] = [[sign, text] for sign, text in word_diff(item.old, item.new)]
    elif item.form == "mapping":
        result["parts"] = [
            {"pointer": json_pointer(pointer), **_from_to(old, new)} for pointer, old, new in item.parts
        ]
    elif item.form == "items":
        result |= {"removed": finite(item.removed), "added": finite(item.added)}
    elif item.form == "value":
        old, new = (values[0] if values else ABSENT for values in (item.removed, item.added))
        result |= _from_to(old, new)
    return result


def _from_to(old: Any, new: Any) -> dict[str, Any]:
    """Return the values that there are: a field that is not there has none, which null would not say."""
    return {key: finite(value) for key, value in (("old", old), ("new", new)) if value is not ABSENT}
