"""Entities that fit conditions: fields by dotted paths, tags and text, as `qafiles list` takes them."""

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from qafiles.errors import UsageError
from qafiles.kinds import SECRET, Kind
from qafiles.layout import LABELS, name_part, nearest
from qafiles.schema.declared_words import either
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.field_paths import paths_in, values_at
from qafiles.snapshot.field_schema import allowed_texts, own_paths
from qafiles.snapshot.records import known_fields, shown_field, shown_fields
from qafiles.snapshot.unread import unread_reason

Operator = Literal["=", "!=", "~"]

_FORM: Final = re.compile(r"(.*?)(!=|=|~)(.*)", re.DOTALL)
_BY_PATH: Final = frozenset({"handle", "path", "project", "organization"})
_OF_EVERY_RECORD: Final = _BY_PATH | {"id"}
OPERATORS: Final = "FIELD=VALUE, FIELD!=VALUE or FIELD~PATTERN"


class Condition(NamedTuple):
    """What a field must be: one of its values is equal, none is, or a pattern is found in one."""

    field: str
    operator: Operator
    value: str

    def fits(self, values: "set[str]") -> bool:
        """Return whether the texts of a field's values fit; a field without any is an empty text."""
        texts = values or {""}
        if self.operator == "~":
            return any(re.search(self.value, text) for text in texts)
        return (self.value in texts) == (self.operator == "=")


def select(
    snapshot: Snapshot,
    kind: Kind,
    *,
    where: Iterable[str] = (),
    tags: Iterable[str] = (),
    grep: str | None = None,
) -> Iterator[EntityFile]:
    """Yield the entities of a kind that fit all conditions, sorted by path.

    `where` are `FIELD=VALUE`, `FIELD!=VALUE` and `FIELD~PATTERN` (a regular expression), where values are compared as text
    and references also by handle; `tags` are ids or handles; `grep` is text that a field or the handle contains, in
    whatever case. Raises UsageError.
    """
    conditions = [_condition(snapshot, kind, text) for text in where]
    wanted_tags = [*tags]
    if wanted_tags and kind != "test_case":
        raise UsageError("--tag selects test cases; this kind has no tags")
    _check_tags(snapshot, wanted_tags)
    needle = grep.casefold() if grep is not None else None
    if not (conditions or wanted_tags or needle is not None):
        yield from snapshot.of_kind(kind)
        return
    for file in snapshot.of_kind(kind):
        names = _tag_names(snapshot, file) if wanted_tags else set()
        if (
            all(tag in names for tag in wanted_tags)
            and all(_fits(snapshot, file, condition) for condition in conditions)
            and (needle is None or _contains(file, needle))
        ):
            yield file


def undecided(
    snapshot: Snapshot, kind: Kind, where: Iterable[str], matched_paths: Container[str]
) -> Iterator[EntityFile]:
    """Yield the entities of a kind that can't be read and may meet conditions, without the paths that were found.

    What an entity's place says is known of them, too.
    """
    known = [text for text in where if _condition(snapshot, kind, text).field in _BY_PATH]
    for file in select(snapshot, kind, where=known):
        if file.path not in matched_paths and unread_reason(snapshot, file) is not None:
            yield file


def checked_fields(snapshot: Snapshot, kind: Kind, names: Sequence[str], more: Sequence[str] = ()) -> None:
    """Raise UsageError for a name that is no field of a kind, nor of any entity of it, with the nearest one.

    `more` are names that are fine, too.
    """
    for name in names:
        if name not in more:
            _check_field(snapshot, kind, name, more)


def problem_of(snapshot: Snapshot, kind: Kind, condition: str) -> str | None:
    """Return why nothing can be selected by a condition, None where it can."""
    try:
        _condition(snapshot, kind, condition)
    except UsageError as error:
        return str(error)
    return None


def _condition(snapshot: Snapshot, kind: Kind, text: str) -> Condition:
    match = _FORM.fullmatch(text)
    if match is None or not match[1]:
        raise UsageError(f"`{text}` is no condition; write {OPERATORS}")
    operator: Operator = "~" if match[2] == "~" else "!=" if match[2] == "!=" else "="
    _check_field(snapshot, kind, match[1])
    if operator == "~":
        try:
            re.compile(match[3])
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageError(
                f"`{match[3]}` is no pattern: {error}; a regular expression is expected behind the `~`"
            ) from None
    condition = Condition(match[1], operator, match[3])
    _check_value(snapshot, kind, condition)
    return condition


def _check_value(snapshot: Snapshot, kind: Kind, condition: Condition) -> None:
    """Raise UsageError for a value that a field can't have, and that no file has all the same."""
    field, operator, value = condition
    if operator == "~" or not value or field in _OF_EVERY_RECORD:
        return
    allowed = allowed_texts(kind, field, snapshot.settings.fields)
    if not allowed or value in allowed:
        return
    if not any(value in _values(snapshot, file, field) for file in snapshot.of_kind(kind)):
        near = nearest(value, allowed)
        hint = f"; did you mean `{near}`?" if near else ""
        raise UsageError(f"no {LABELS[kind]} can have `{field}={value}`: it is {either(allowed)}{hint}")


def _check_field(snapshot: Snapshot, kind: Kind, name: str, more: Sequence[str] = ()) -> None:
    declared = snapshot.settings.fields
    known = known_fields(kind, declared)
    if name in known:
        return
    files = snapshot.of_kind(kind)
    field_paths = {path for file in files for path in paths_in(shown_fields(file))}
    own = {name for name in field_paths if name.startswith("x-")} | {*declared.of(kind)}
    if name.startswith("x-") and kind != SECRET:
        field_paths |= {*own_paths(kind, declared)}
    if name in field_paths:
        return
    first = name.partition(".")[0]
    label = LABELS[kind]
    fields = [*dict.fromkeys((*known, *more, *sorted(field_paths)))]
    near = nearest(name.rstrip("<>=!~ "), [field for field in fields if "." in field or "." not in name])
    # As the field `size>` of `size>=3`.
    operators_hint = "" if name[-1:] not in "<>!~" else f"; conditions are {OPERATORS}"
    if name.startswith("x-") or first in known:
        hint = f"did you mean `{near}`?" if near else _those_with_x(own)
        raise UsageError(f"no {label} has `{name}`; {hint}{operators_hint}")
    hint = (
        f"did you mean `{near}`?" if near else f"known are {', '.join(known)}, and names that begin with `x-`"
    )
    raise UsageError(f"`{name}` is no field of this kind; {hint}{operators_hint}")


def _those_with_x(names: "set[str]") -> str:
    own = sorted(name for name in names if "." not in name)
    return f"there are {', '.join(own[:10])}" if own else "none has a field that begins with `x-`"


def _check_tags(snapshot: Snapshot, wanted: Sequence[str]) -> None:
    if not wanted:
        return
    tags = snapshot.of_kind("tag")
    names = {name for tag in tags for name in (tag.id, tag.handle, tag.name_part)}
    for name in wanted:
        if name not in names:
            near = nearest(name, sorted({tag.name_part for tag in tags}))
            raise UsageError(f"no tag is called `{name}`" + (f"; did you mean `{near}`?" if near else ""))


def _fits(snapshot: Snapshot, file: EntityFile, condition: Condition) -> bool:
    """Return whether an entity is known to meet a condition: of a file in which nothing can be read, its place alone is."""
    return (bool(file.data) or condition.field in _BY_PATH) and condition.fits(
        _values(snapshot, file, condition.field)
    )


def _values(snapshot: Snapshot, file: EntityFile, name: str) -> set[str]:
    """Return every text that a condition on a field may name: the value as written, and its target's names."""
    if name in {"id", "handle", "path"}:
        return {str(getattr(file, name) or "")}
    if name in {"project", "organization"}:
        full = str(getattr(file, name) or "")
        return {full, name_part(full)}
    values = values_at(shown_fields(file), name) if "." in name else (shown_field(file, name),)
    texts = {text for value in values for text in _texts_of(value)}
    targets = snapshot.targets_of(file, name)
    parent = snapshot.place_of(file).get(name)
    for target in [*targets, *([parent] if parent else [])]:
        texts |= {str(target.id), target.handle, target.name_part}
        if target.project and file.project == target.project:
            texts.add(target.handle.removeprefix(f"{target.project}/"))
    return texts


def _texts_of(value: Any) -> Iterator[str]:
    """Yield a value as texts: each item of a list, a mapping as JSON, nothing for null."""
    if isinstance(value, list):
        for item in value:
            yield from _texts_of(item)
    elif value is not None:
        yield json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tag_names(snapshot: Snapshot, file: EntityFile) -> set[str]:
    tags = snapshot.targets_of(file, "tags")
    return {name for tag in tags for name in (str(tag.id), tag.handle, tag.name_part)}


def _contains(file: EntityFile, needle: str) -> bool:
    return needle in file.handle.casefold() or any(
        needle in text.casefold() for _, value in shown_fields(file).items() for text in _texts(value)
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield _text(value)
