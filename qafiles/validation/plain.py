"""A verdict as plain values, and a verdict of plain values that somebody may have written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qafiles.diagnostics import SEVERITIES, Diagnostic, EntityName, RelatedLocation, Span
from qafiles.layout import KINDS
from qafiles.validation.verdict import Verdict

Plain = tuple[Any, ...]


def plain_of(verdict: Verdict) -> Plain:
    """Return the values of a verdict on a working tree, of which nothing is undecided."""
    return (
        tuple(_plain(item) for item in verdict.diagnostics),
        verdict.unchecked,
        verdict.root,
        tuple((kind, verdict.valid.get(kind, 0), "\0".join(verdict.files.get(kind, ()))) for kind in KINDS),
        "\0".join(verdict.others),
    )


def verdict_of_plain(
    plain: Any, folder: str, read: Callable[[Sequence[str]], Iterator[bytes | None]]
) -> Verdict:
    """Return the verdict that values stand for; raises ValueError or TypeError for values that are none."""
    diagnostics, unchecked, root, kinds, others = plain
    are_lists = isinstance(diagnostics, tuple) and isinstance(kinds, tuple)
    if not (are_lists and isinstance(root, str) and isinstance(others, str) and _are_texts(unchecked)):
        raise TypeError(root)
    if tuple(kind for kind, _, _ in kinds) != KINDS or not all(type(number) is int for _, number, _ in kinds):
        raise ValueError(kinds)
    return Verdict(
        tuple(map(_diagnostic, diagnostics)),
        unchecked=tuple(unchecked),
        folder=folder,
        root=root,
        files={kind: _split(paths) for kind, _, paths in kinds},
        valid={kind: number for kind, number, _ in kinds},
        others=_split(others),
        read=read,
    )


def plain_of_commit(verdict: Verdict, names: Mapping[str, str]) -> Plain:
    """Return the values of a verdict on a commit or on the index, of which nothing is undecided.

    `names` are git's names of the contents by path.
    """
    asked = "\0".join(names.get(path, "") for path in _paths(verdict))
    return plain_of(verdict), verdict.folder, verdict.revision, asked


def verdict_of_commit(plain: Any, read: Callable[[Sequence[str]], Iterator[bytes | None]]) -> Verdict:
    """Return the verdict that values stand for; raises ValueError or TypeError for values that are none.

    `read` yields the contents that git's names stand for.
    """
    values, folder, revision, joined = plain
    if not (isinstance(folder, str) and isinstance(revision, str | None) and isinstance(joined, str)):
        raise TypeError(folder)

    def contents(paths: Sequence[str]) -> Iterator[bytes | None]:
        names = dict(zip(_paths(verdict), joined.split("\0"), strict=False))
        return read([names.get(path, "") for path in paths])

    verdict = verdict_of_plain(values, folder, contents)._replace(revision=revision)
    return verdict


def names_of_commit(plain: Plain) -> list[str]:
    """Return git's names of the contents that the values of a verdict on a commit or on the index are about."""
    _, _, _, joined = plain
    return [name for name in joined.split("\0") if name]


def _paths(verdict: Verdict) -> list[str]:
    """Return every path of a verdict, in one order."""
    return [*(path for kind in KINDS for path in verdict.files.get(kind, ())), *verdict.others]


def _split(paths: str) -> tuple[str, ...]:
    return tuple(paths.split("\0")) if paths else ()


def _are_texts(values: Any) -> bool:
    return isinstance(values, tuple) and all(isinstance(value, str) for value in values)


def _plain(item: Diagnostic) -> Plain:
    return (
        item.code,
        item.name,
        item.severity,
        item.message,
        item.path,
        tuple(item.span),
        None if item.entity is None else tuple(item.entity),
        item.pointer,
        item.hint,
        item.fixable,
        item.fingerprint,
        tuple((place.path, place.line, place.column, place.message) for place in item.related),
    )


def _diagnostic(plain: Any) -> Diagnostic:
    code, name, severity, message, path, span, entity, pointer, hint, fixable, fingerprint, related = plain
    if not _are_texts((code, name, message, path, fingerprint)) or severity not in SEVERITIES:
        raise TypeError(code)
    if not isinstance(hint, str | None) or type(fixable) is not bool or not _are_numbers(span, 4):
        raise TypeError(code)
    if pointer is not None and not isinstance(pointer, tuple):
        raise TypeError(pointer)
    if not isinstance(related, tuple) or not all(isinstance(part, str | int) for part in pointer or ()):
        raise TypeError(related)
    return Diagnostic(
        code,
        name,
        severity,
        message,
        path,
        Span(*span),
        None if entity is None else _entity(*entity),
        pointer,
        hint,
        fixable,
        fingerprint,
        tuple(_related(*place) for place in related),
    )


def _entity(kind: Any, id_: Any, handle: Any) -> EntityName:
    if kind not in KINDS or not isinstance(id_, str | None) or not isinstance(handle, str):
        raise TypeError(kind)
    return EntityName(kind, id_, handle)


def _related(path: Any, line: Any, column: Any, message: Any) -> RelatedLocation:
    if not _are_texts((path, message)) or not _are_numbers((line, column), 2):
        raise TypeError(path)
    return RelatedLocation(path, line, column, message)


def _are_numbers(values: Any, count: int) -> bool:
    return isinstance(values, tuple) and len(values) == count and all(type(value) is int for value in values)
