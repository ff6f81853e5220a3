"""Values of one entity in its states: which state says the same, references compared by what they name."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.history.comparisons import Comparisons
from qafiles.history.facts import digest_of
from qafiles.history.state import State
from qafiles.kinds import KIND_FACTS, SECRET_FIELDS, ReferenceField
from qafiles.references import BY_PLACE, parents
from qafiles.snapshot import EntityFile
from qafiles.snapshot.field_changes import items_of

Leaf = tuple[Pointer, str, int | None]
"""A value: its pointer (of the list, for an item), its digest, and for an item how many equal ones stand before it."""


class _Place(NamedTuple):
    """Where a value stands: a commit, the entity's file there, and what of it the value is.

    `word` is a reference as written, None for what the folder implies and for values that are no references; `field` is
    None for the latter alone.
    """

    commit: str
    file: EntityFile | None
    leaf: Leaf
    field: ReferenceField | None = None
    word: str | None = None


class ValuesOfStates:
    """The values of an entity's states, of which references are the same where they name the same, as for `log` and `diff`."""

    def __init__(self, compared: Comparisons, *, secret: bool) -> None:
        self.compared = compared
        self._file = cache(compared.file)
        self._leaves = {
            blob: {leaf for _, leaf, _ in walk(data or {}, (), secret=secret)}
            for blob, data in compared.data_by_blob.items()
        }

    def knows(self, state: State) -> bool:
        """Return whether it is known what a state's file says."""
        return state.blob in self._leaves

    def first(self, state: State, leaf: Leaf, value: Any) -> _Place | None:
        """Return where a state says what a value does that may not be committed, None where it does not."""
        file = self._file(state)
        fields = file.reference_fields if file is not None and isinstance(value, str) else ()
        field = next((field for field in fields if (field.name,) == leaf[0]), None)
        word = value if field is not None else None
        return self._same(_Place(state.commit.name, file, leaf, field, word), state, state.commit.name)

    def before(self, state: State, place: _Place) -> tuple[State, _Place] | None:
        """Return the first parent of a state that says what the state does at a place, and where; None without one."""
        for number, parent in enumerate(state.parents):
            if parent is None:
                continue
            names = state.commit.parents
            commit = names[number] if number < len(names) else parent.commit.name
            same_value = self._same(place, parent, commit)
            if same_value is not None:
                return parent, same_value
        return None

    def _same(self, place: _Place, state: State, commit: str) -> _Place | None:
        """Return where a state, whose references mean what they do at a commit, says what stands at a place."""
        old, new, field = self._file(state), place.file, place.field
        # In another project the same words may name other entities.
        is_local = field is not None and KIND_FACTS[field.target].within != "root"
        same_words = not is_local or old is None or new is None or old.project == new.project
        if same_words and place.leaf in self._leaves.get(state.blob or "", ()):
            return place._replace(commit=state.commit.name, file=old)
        if field is None or old is None or new is None:
            return None
        named = self._identity(place.commit, new, field, place.word)
        for word in _words(old, field):
            if self._identity(commit, old, field, word) == named:
                leaf = ((field.name,), digest_of(word), 0 if field.many else None)
                return _Place(state.commit.name, old, leaf, field, word)
        return None

    def _identity(self, commit: str, file: EntityFile, field: ReferenceField, word: str | None) -> str | None:
        """Return a text that is equal for references which name the same entity; None where the folder implies none."""
        names = self.compared.names.at(commit)
        if word is not None:
            return names.identity(field.target, word, file.project, read=True)
        parent = parents(file.kind, file.handle).get(field.name)
        return names.identity(*parent, None, read=True) if parent is not None else None


def _words(file: EntityFile, field: ReferenceField) -> Iterator[str | None]:
    """Yield the references of a field as written; None for what the folder implies where the field is not there."""
    if field.name in BY_PLACE and field.name not in file.data:
        yield None
    for item in items_of(file.data.get(field.name)):
        if isinstance(item, str):
            yield item


def walk(value: Any, pointer: Pointer, *, secret: bool) -> Iterator[tuple[Pointer, Leaf, Any]]:
    """Yield every scalar and item of a list inside a value: its pointer, the leaf that it is, and itself."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            own = (*pointer, key)
            if secret and not pointer and key not in SECRET_FIELDS:
                continue
            if secret and own == ("secret_value",):
                # Each encryption gives another text, so that the version tells whether the value is another.
                yield own, (own, digest_of(value.get("version")), None), item
            else:
                yield from walk(item, own, secret=secret)
    elif isinstance(value, list) and value:
        seen: dict[str, int] = {}
        for index, item in enumerate(value):
            text = digest_of(item)
            number = seen.get(text, 0)
            seen[text] = number + 1
            yield (*pointer, index), (pointer, text, number), item
    else:
        yield pointer, (pointer, digest_of(value), None), value
