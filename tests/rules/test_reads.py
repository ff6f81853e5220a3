"""What rules are said to read of entity files is compared with what they read."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from qafiles.diagnostics import Finding, Pointer
from qafiles.kinds import Kind
from qafiles.layout import Place, classify
from qafiles.loading.loader import load
from qafiles.references import Reference
from qafiles.rules import all_rules, checking_codes, reads, rule
from qafiles.rules.reads import codes_in_files, reads_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.aspects import (
    ALL,
    BROKEN,
    BYTES,
    FIELD,
    ID,
    KEYS,
    LEGIBLE,
    MARKED_TEXTS,
    PATHS,
    PLACEHOLDERS,
    REFERENCES,
    UNREAD,
    VALID,
    Aspect,
)
from qafiles.snapshot.entity_fields import EntityFields
from qafiles.snapshot.lazy import lazy
from qafiles.sources import Content, MemorySource, SourceEntry
from tests.conftest import samples
from tests.rules.data_root import data_root
from tests.rules.test_pages import files_of_example
from tests.rules.test_scopes import _WIDE
from tests.sealed import SOPS_CONFIG
from tests.validation.edits_of_texts import EDITS
from tests.validation.rich_root import rich_root

_EXAMPLES = Path(__file__).parents[2] / "examples"
_CODES = [code for code in checking_codes() if rule(code).check is not None]
K = TypeVar("K")
V = TypeVar("V")
Say = Callable[[Kind, str], None]


class _Fields(EntityFields):
    """Fields that say what is asked of them."""

    __slots__ = ("kind", "references", "say")

    def __init__(self, file: EntityFile, say: Say) -> None:
        data = file.data
        assert isinstance(data, EntityFields)
        super().__init__(data._packed, data._at_hand, data._numbers)  # noqa: SLF001  # a copy
        self.kind, self.say = file.kind, say
        self.references = {field.name for field in file.reference_fields}

    def _say_field(self, name: object) -> None:
        self.say(self.kind, REFERENCES if name in self.references else f"{FIELD}{name}")

    def __getitem__(self, name: str) -> Any:
        self._say_field(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._say_field(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._say_field(name)
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self.say(self.kind, KEYS)
        return super().__iter__()

    def __len__(self) -> int:
        self.say(self.kind, KEYS)
        return super().__len__()

    def may_hold(self, texts: Iterable[bytes]) -> bool:
        self.say(self.kind, ALL)
        return super().may_hold(texts)

    @property
    def at_hand(self) -> tuple[Any, ...]:
        self.say(self.kind, REFERENCES)
        return super().at_hand


class _File:
    """An entity's file that says what is asked of it; all else, and what its path says, are the file's own."""

    def __init__(self, file: EntityFile, say: Say) -> None:
        self.file, self.say = file, say
        self.data = _Fields(file, say)

    __class__ = EntityFile  # type: ignore[assignment]  # for isinstance

    def __getattr__(self, name: str) -> Any:
        what = {"id": ID, "valid": VALID, "broken": BROKEN}.get(name)
        if what is not None:
            self.say(self.file.kind, what)
        elif name == "name":
            self.say(self.file.kind, ID)
        elif name not in {
            "path",
            "kind",
            "handle",
            "project",
            "organization",
            "name_part",
            "is_secret",
            "reference_fields",
        }:
            raise AssertionError(f"nobody says what it means to read {name}")
        return getattr(self.file, name)

    def get(self, name: str) -> Any:
        self.data._say_field(name)  # noqa: SLF001  # of this test
        return self.file.get(name)

    @property
    def secret_name(self) -> str:
        return str(self.get("secret_name") or self.file.name_part)

    def plain_references(self) -> Iterator[Reference]:
        self.say(self.file.kind, REFERENCES)
        return self.file.plain_references()

    def placeholders(self) -> Iterator[Reference]:
        self.say(self.file.kind, PLACEHOLDERS)
        return self.file.placeholders()

    def references(self) -> Iterator[Reference]:
        yield from self.plain_references()
        yield from self.placeholders()

    def marked_texts(self) -> Iterator[tuple[Pointer, str]]:
        self.say(self.file.kind, MARKED_TEXTS)
        return self.file.marked_texts()


class _Mapping(Mapping[K, V]):
    """A mapping that says which keys are asked for, ALL for any."""

    def __init__(self, values: Mapping[K, V], say: Callable[[Any], None]) -> None:
        self.values_by_key, self.say = values, say

    def __getitem__(self, key: K) -> V:
        self.say(key)
        return self.values_by_key[key]

    def __contains__(self, key: object) -> bool:
        self.say(key)
        return key in self.values_by_key

    def __iter__(self) -> Iterator[K]:
        self.say(ALL)
        return iter(self.values_by_key)

    def __len__(self) -> int:
        self.say(ALL)
        return len(self.values_by_key)


class _Source(MemorySource):
    """A source that says which files of entities are read."""

    say: Say

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        for entry in entries:
            place = classify(entry.path)
            if isinstance(place, Place):
                self.say(place.kind, BYTES)
        return super().read(entries)


class _Snapshot(Snapshot):
    """A snapshot that says what is asked of it, and of its files."""

    plain: Snapshot
    say: Say

    @lazy
    def by_id(self) -> Mapping[str, EntityFile]:
        values = {id_: self.files[file.path] for id_, file in self.plain.by_id.items()}
        return _Mapping(values, lambda _: self.say(ALL, ID))

    @lazy
    def by_handle(self) -> Mapping[tuple[Kind, str], EntityFile]:
        values = {key: self.files[file.path] for key, file in self.plain.by_handle.items()}
        return _Mapping(values, lambda key: self.say(key[0], PATHS))

    @lazy
    def by_kind(self) -> Mapping[Kind, tuple[EntityFile, ...]]:
        values = {
            kind: tuple(self.files[file.path] for file in files) for kind, files in self.plain.by_kind.items()
        }
        return _Mapping(values, lambda kind: self.say(kind, PATHS))

    @lazy
    def _unread(self) -> frozenset[tuple[Kind, str | None, frozenset[str]]]:
        self.say(ALL, UNREAD)
        return self.plain._unread  # noqa: SLF001  # the same

    @lazy
    def illegible(self) -> frozenset[str]:
        raise AssertionError("ask for a file whether it is legible")

    def is_legible(self, file: EntityFile) -> bool:
        self.say(file.kind, LEGIBLE)
        return self.plain.is_legible(file)


def _recording(plain: Snapshot) -> tuple[_Snapshot, set[Aspect]]:
    """Return a snapshot that notes what is read, and the notes."""
    aspects: set[Aspect] = set()

    def say(kind: Kind, what: str) -> None:
        aspects.add(Aspect(kind, what))

    def say_path(path: str) -> None:
        place = classify(path) if path != ALL else None
        if path == ALL or isinstance(place, Place):
            say(place.kind if isinstance(place, Place) else ALL, PATHS)

    assert isinstance(plain.source, MemorySource)
    source = _Source(plain.source.files)
    object.__setattr__(source, "say", say)
    values: dict[str, Any] = {name: getattr(plain, name) for name in Snapshot.__annotations__}
    files: Mapping[str, Any] = {path: _File(file, say) for path, file in plain.files.items()}
    values |= {
        "files": _Mapping(files, say_path),
        "entries": _Mapping(plain.entries, say_path),
        "source": source,
    }
    snapshot = _Snapshot(**values)
    object.__setattr__(snapshot, "plain", plain)
    object.__setattr__(snapshot, "say", say)
    # What is there already is no reading.
    for name in ("by_id", "by_handle", "by_kind"):
        getattr(snapshot, name)
    aspects.clear()
    return snapshot, aspects


def _edited(files: Mapping[str, bytes], seed: int) -> dict[str, bytes]:
    r = random.Random(seed)  # noqa: S311  # no secret
    texts = dict(files)
    for _ in range(12):
        r.choice(EDITS)(texts, r)
    return texts


@cache
def _roots() -> Sequence[Snapshot]:
    """Return data roots in which rules find much: an example of each rule, and what random edits make of some."""
    broken = {
        path.relative_to(_EXAMPLES / "broken").as_posix(): path.read_bytes()
        for path in sorted((_EXAMPLES / "broken").rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    rich = {path: text.encode() for path, text in rich_root().items()}
    wide = broken | {path: text if isinstance(text, bytes) else text.encode() for path, text in _WIDE.items()}
    examples = [
        {
            path: text.encode()
            for path, text in data_root({".sops.yaml": SOPS_CONFIG} | files_of_example(item)).items()
        }
        for item in all_rules()
        if item.check is not None
    ]
    texts = [rich, wide, *examples, *(_edited(rich, seed) for seed in range(samples(400, 24)))]
    return [load(MemorySource(files)) for files in texts]


def _is_declared(aspect: Aspect, declared: Iterable[Aspect]) -> bool:
    return any(kind in {ALL, aspect.kind} and what in {ALL, aspect.what} for kind, what in declared)


@pytest.mark.parametrize("code", _CODES)
def test_a_rule_reads_nothing_but_what_the_table_says(code: str) -> None:
    check = rule(code).check
    assert check is not None
    for root in _roots():
        declared = reads_of(code, root.settings)
        if declared is None:
            continue
        snapshot, aspects = _recording(root)
        findings = [*check(snapshot)]
        if findings and code in reads.ASKING_GIT:
            continue  # they are looked for again whatever has changed
        assert {item for item in aspects if not _is_declared(item, declared)} == set()
        # Whoever is watched does the same.
        assert findings == [*check(root)]


def test_a_rule_that_reads_more_than_it_says_is_noticed() -> None:
    snapshot, aspects = _recording(_roots()[0])
    check = rule("QF315").check
    assert check is not None
    assert [*check(snapshot)]
    assert Aspect("user", f"{FIELD}x-source") in aspects
    for declared in ("*.paths", "tag/x-source *.paths", ""):
        words = tuple(reads._aspects(declared.split()))  # noqa: SLF001  # as the table is read
        assert not all(_is_declared(item, words) for item in aspects)


def test_every_rule_that_runs_on_a_snapshot_says_what_it_reads() -> None:
    settings = _roots()[0].settings
    assert [code for code in checking_codes() if reads_of(code, settings) is None] == []
    assert [code for code in reads._READS if code not in checking_codes()] == []  # noqa: SLF001  # the whole table


class _ByKind(dict[Kind, list[EntityFile]]):
    """Files by kind that note which kinds are asked for."""

    asked: set[Kind]

    def __getitem__(self, kind: Kind) -> list[EntityFile]:
        self.asked.add(kind)
        return super().__getitem__(kind)

    def items(self) -> Any:
        self.asked.update(self)
        return super().items()

    def values(self) -> Any:
        self.asked.update(self)
        return super().values()

    def __iter__(self) -> Iterator[Kind]:
        self.asked.update(self.keys())
        return super().__iter__()


def test_the_rules_that_look_at_one_file_alone_look_at_no_other_kinds_than_the_table_says() -> None:
    rules = [item for item in map(rule, checking_codes()) if item.looks_at_files]
    assert [item.code for item in rules] == [*reads._IN_FILES]  # noqa: SLF001  # the whole table
    for item in rules:
        words = {*reads._IN_FILES[item.code].split()}  # noqa: SLF001  # as above
        if item.check_contents is not None:
            assert words == {ALL}
            continue
        assert item.check_files is not None
        findings: list[Finding] = []
        for root in _roots()[:2]:
            files = _ByKind({kind: [*of_kind] for kind, of_kind in root.by_kind.items()})
            files.asked = set()
            findings += item.check_files(files)
            assert words == {ALL} or files.asked <= words
        assert findings
    assert codes_in_files(["tag"]) == ("QF508", "QF609", "QF610", "QF613")
