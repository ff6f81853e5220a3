"""Files that are read as rows to be kept, each under git's name of its bytes; what is known by that name is not parsed."""

import marshal
import re
from _blake2 import blake2b
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from qafiles.cache.file_rows import HAS_FINDINGS, HAS_PROBLEMS, IS_EXAMINED, VALID, Row
from qafiles.declared_fields import DeclaredFields
from qafiles.kinds import SECRET, Kind
from qafiles.layout import KINDS, Place
from qafiles.loading.reading_ahead import MOST_FILES, ReadingAhead, Task
from qafiles.processes import WORTHWHILE, map_in_processes
from qafiles.snapshot.entity_fields import fields_at_hand
from qafiles.snapshot.entity_file import Examine
from qafiles.snapshot.titles import title
from qafiles.sources import Content, Source, SourceEntry
from qafiles.sources.batches import in_batches
from qafiles.sources.source import name_of

Placed = tuple[SourceEntry, Place]
Known = Callable[[str, bytes], Row | None]
"""Tells what is kept of a path whose bytes have a name."""

Batch = Sequence[tuple[Placed, Content]]
NewRow = tuple[str | None, int, bytes, str | None, tuple[Any, ...] | None]
"""Id, flags, what is kept, with the title, and what is not."""

_NO_NAME: Final = b""
_WITHOUT_SHARING: Final = 2
"""The version of `marshal` in which equal values are equal bytes."""
_ODD: Final = b"!"
"""What the name begins with of what has no bytes, or is not known by them alone."""


class ReadRow(NamedTuple):
    """What one file was read as: a row that is known by its name, or a new one, of which `plain` is what is not kept."""

    name: bytes
    is_known: bool = True
    id: str | None = None
    flags: int = 0
    body: bytes = b""
    title: str | None = None
    plain: tuple[Any, ...] | None = None


class Reading(NamedTuple):
    """How files are read: with which custom fields, numbers of fields and rules, and which hash names their bytes.

    `elsewhere` reads new files in another process, None where it does not.
    """

    declared: DeclaredFields
    numbers: Mapping[Kind, Mapping[str, int]]
    examine: Examine | None
    is_sha_1: bool = True
    elsewhere: "Callable[[Batch], Sequence[NewRow | None] | None] | None" = None


def read_rows(
    source: Source, placed: Sequence[Placed], reading: Reading, known: Known
) -> Iterator[ReadRow | None]:
    """Yield what is read of each entry's file; None for a file that is gone."""
    if len(placed) >= WORTHWHILE:
        _import_for_all(placed, reading.declared)
    if len(placed) > MOST_FILES:
        # Several processes may read them, of which one would take the answer to another for its own.
        reading = reading._replace(elsewhere=None)

    def work(share: Sequence[Placed]) -> Iterator[tuple[Any, ...] | None]:
        contents = source.read([entry for entry, _ in share])
        for batch in in_batches(zip(share, contents, strict=True)):
            yield from _rows_of(batch, reading, known)

    return (ReadRow(*plain) if plain is not None else None for plain in map_in_processes(work, placed))


def _import_for_all(placed: Sequence[Placed], declared: DeclaredFields) -> None:
    """Import what reads files, so that processes forked afterwards share it."""
    from qafiles.loading import loader  # noqa: F401, PLC0415  # where nothing is parsed, nothing of it is needed
    from qafiles.schema.validators import warm_up  # noqa: PLC0415  # as above

    warm_up(sorted({place.kind for _, place in placed}), declared)


def _rows_of(batch: Batch, reading: Reading, known: Known) -> Iterator[tuple[Any, ...] | None]:
    """Yield the values of `ReadRow` for each file of a batch, None for one that is gone."""
    names = [_name(entry, content, reading) for (entry, _), content in batch]
    rows = [
        known(entry.path, name) if name else None for ((entry, _), _), name in zip(batch, names, strict=True)
    ]
    new = [item for item, row in zip(batch, rows, strict=True) if row is None]
    there = reading.elsewhere(new) if new and reading.elsewhere is not None else None
    read = iter(there) if there is not None else _new_rows(new, reading) if new else iter(())
    for name, row in zip(names, rows, strict=True):
        if row is not None:
            yield (name,)
        else:
            values = next(read)
            yield (name or _odd_name(values), False, *values) if values is not None else None


def _name(entry: SourceEntry, content: Content, reading: Reading) -> bytes:
    if entry.unmerged or not isinstance(content, bytes):
        return _NO_NAME
    return name_of(content, is_sha_1=reading.is_sha_1)


# The file of a secret in another folder, or a part of one.
_may_hold_secrets = re.compile(rb"ENC\[|secret_value[\"']?\s*:").search
_OF_SECRETS: Final = "QF5"
"""What the codes of rules begin with that find values of secrets."""


def _odd_name(values: tuple[Any, ...]) -> bytes:
    return _ODD + blake2b(marshal.dumps(values, _WITHOUT_SHARING), digest_size=20).digest()


def rows_ahead(ahead: ReadingAhead, declared: DeclaredFields, batch: Batch) -> Sequence[NewRow | None] | None:
    """Return the new rows of a batch as a process has read them that was started ahead; None where it can't."""
    files = [
        (entry.path, place.kind, place.handle, content)
        for (entry, place), content in batch
        if isinstance(content, bytes) and not entry.unmerged
    ]
    gone = [content is None for _, content in batch]
    if len(files) + sum(gone) != len(batch):
        return None
    if files and not ahead.ask((declared.to_plain(), files)):
        return None
    answer = ahead.answer() if files else []
    if answer is None or [path for path, _ in answer] != [path for path, *_ in files]:
        return None
    rows = (row for _, row in answer)
    return [None if is_gone else next(rows) for is_gone in gone]


def rows_of_task(task: Task, examine: Examine) -> Iterator[tuple[str, NewRow | None]]:
    """Yield the path and the new row of each file of a task, in the process that has it."""
    plain, files = task
    declared = DeclaredFields.from_plain(plain)
    numbers = {kind: fields_at_hand(kind, declared) for kind in KINDS}
    batch = [((SourceEntry(path), Place(kind, handle)), content) for path, kind, handle, content in files]
    rows = _new_rows(batch, Reading(declared, numbers, examine))
    return zip((path for path, *_ in files), rows, strict=True)


def _new_rows(batch: Batch, reading: Reading) -> Iterator[NewRow | None]:
    """Yield the new row of each file of a batch; None for one that is gone."""
    from qafiles.loading.entity_files import to_plain  # noqa: PLC0415  # where nothing is parsed, nothing of it is needed
    from qafiles.loading.loader import read_in_batch  # noqa: PLC0415  # as above

    for (entity, findings), ((entry, place), content) in zip(
        read_in_batch(batch, reading.declared, reading.examine), batch, strict=True
    ):
        if entity is None:
            yield None
            continue
        plain = to_plain(entity, findings, reading.numbers[place.kind])
        id_, fields, at_hand, is_valid, broken, problems, plain_findings, _ = plain
        flags = (
            (VALID if is_valid else 0)
            | (HAS_PROBLEMS if problems else 0)
            | (IS_EXAMINED if findings is not None else 0)
            | (HAS_FINDINGS if findings else 0)
        )
        # Values of secrets, wherever they lie, and what is no file to git, are read each time.
        if (
            place.kind == SECRET
            or entry.unmerged
            or not isinstance(content, bytes)
            or _may_hold_secrets(content)
            or any(code.startswith(_OF_SECRETS) for code, _ in findings or ())
        ):
            yield id_, flags, b"", None, plain
            continue
        body = marshal.dumps((fields, at_hand, broken, problems, plain_findings))
        # What is written with escapes is told from what it says.
        if b"ENC[" in body or b"secret_value" in body:
            yield id_, flags, b"", None, plain
        else:
            yield id_, flags, body, title(entity.file), None
