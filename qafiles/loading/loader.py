"""Loading: every file of a source is listed, classified, parsed and validated, and nothing in it raises."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from qafiles.codes import NAMES
from qafiles.diagnostics import Diagnostic, EntityName, Pointer, RelatedLocation, Span
from qafiles.errors import DataRootError
from qafiles.fingerprints import with_fingerprints
from qafiles.layout import SETTINGS_FILE, Kind, Place, classify, is_id
from qafiles.models import Settings
from qafiles.parsing import MAX_SECRET_SIZE, MAX_SIZE, Positions, Refusal, cut_texts, parse
from qafiles.processes import collector_paused, map_in_processes
from qafiles.schema.problems import QUOTE_IT
from qafiles.schema.validators import MAX_PROBLEMS, Problem, problems, warm_up
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import Content, Source, SourceEntry, Unreadable

FORMAT_VERSION: Final = 1

_LEGIBLE_ID = re.compile(
    rb"(?m)^(?:\xef\xbb\xbf)?(['\"]?)id\1[ \t]*:[ \t]*(['\"]?)([a-z][0-9a-z]{23}|c[0-9a-z]{24})\2[ \t]*,?[ \t]*(?:#.*)?\r?$"
)
_LEGIBLE_ID_IN_BRACES = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\{\s*(['\"]?)id\1\s*:\s*(['\"]?)([a-z][0-9a-z]{23}|c[0-9a-z]{24})\2(?![0-9a-z])"
)
_NONE_BROKEN: Final = frozenset[str]()
_START: Final = (1, 1, 1, 1)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
_TOLD: Final = 256
"""Files after which progress is told."""

# What a worker sends for one file: (data, id, [problem, …]), or None for a file that is gone.
FileResult = tuple[Any, str | None, list[tuple[Any, ...]]] | None


@collector_paused()
def load(source: Source, progress: Progress | None = None) -> Snapshot:
    """Return the snapshot of a source, with the diagnostics of families QF1 and QF2.

    Raises DataRootError when the source has no qafiles.yaml or one of an unknown format version.
    """
    entries = source.entries()
    settings, diagnostics = _settings(source, entries)
    placed: list[tuple[SourceEntry, Place]] = []
    other_paths: list[str] = []
    for entry in entries:
        place = classify(entry.path)
        if isinstance(place, Place):
            placed.append((entry, place))
        elif entry.refused is not None and place is None and not entry.path.endswith(".yaml"):
            diagnostics.append(_diagnostic(entry.path, None, _refused(entry.refused)))
        elif entry.path != SETTINGS_FILE:
            other_paths.append(entry.path)
    warm_up(sorted({place.kind for _, place in placed}))

    def work(share: Sequence[tuple[SourceEntry, Place]]) -> Iterator[FileResult]:
        contents = source.read([entry for entry, _ in share])
        for (entry, place), content in zip(share, contents, strict=True):
            yield load_file(place.kind, content, unmerged=entry.unmerged)

    files: dict[str, EntityFile] = {}
    results = zip(placed, map_in_processes(work, placed), strict=True)
    for number, ((entry, place), result) in enumerate(results):
        if progress is not None and number % _TOLD == 0:
            progress("files", number, len(placed))
        if result is None:
            continue
        data, id_, found = result
        fields = data if isinstance(data, dict) else {}
        broken = frozenset(str(item[4][0]) for item in found if item[4]) if found else _NONE_BROKEN
        if len(found) >= MAX_PROBLEMS:
            broken = frozenset(fields)  # the list of problems was cut, so that any field may have one
        file = EntityFile(
            entry.path, place.kind, place.handle, id_, MappingProxyType(fields), not found, broken
        )
        files[entry.path] = file
        diagnostics.extend(_diagnostic(entry.path, file.name, item) for item in found)
    return Snapshot(
        MappingProxyType(files),
        tuple(other_paths),
        settings,
        with_fingerprints(diagnostics),
        source=source,
        entries=MappingProxyType({entry.path: entry for entry in entries}),
    )


def _settings(source: Source, entries: list[SourceEntry]) -> tuple[Settings, list[Diagnostic]]:
    """Return the settings, which are the defaults where the file is refused, and its diagnostics."""
    entry = next((entry for entry in entries if entry.path == SETTINGS_FILE), None)
    content = next(iter(source.read([entry]))) if entry else None
    if content is None:
        raise DataRootError(f"there is no {SETTINGS_FILE} in this data root; `qafiles init` makes one")
    result = load_file("settings", content, unmerged=entry is not None and entry.unmerged)
    data, _, found = result if result is not None else ({}, None, [])
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version != FORMAT_VERSION:
        raise DataRootError(
            f"{SETTINGS_FILE} says `version: {version}`, and this qafiles reads version {FORMAT_VERSION} only; "
            "install the release that the repository asks for"
        )
    settings = Settings(version=FORMAT_VERSION) if found else Settings.model_validate(data)
    return settings, [_diagnostic(SETTINGS_FILE, None, item) for item in found]


def load_file(name: Kind | str, content: Content, *, unmerged: bool = False) -> FileResult:
    """Return the data of one file, its id where legible, and its problems; None for a file that is gone.

    `name` is a kind or `settings`. A problem is (code, message, span, at_key, pointer, hint, related, fixable).
    """
    if content is None:
        return None
    if isinstance(content, Unreadable):
        return None, None, [_refused(content)]
    parsed = parse(content, MAX_SECRET_SIZE if name == "secret_value" else MAX_SIZE)
    found: list[tuple[Any, ...]] = []
    refused: list[Pointer] = []
    refusals = (
        parsed.refusals if name != "secret_value" else [_without_text(item) for item in parsed.refusals]
    )
    for item in refusals:
        related = tuple((tuple(span), text) for span, text in item.related)
        found.append(
            (
                item.code,
                item.message,
                tuple(item.span),
                False,
                item.pointer or (),
                item.hint,
                related,
                item.fixable and name != "settings",
            )
        )
        if item.pointer is not None:
            refused.append(item.pointer)
    if unmerged and not any(item.code == "QF107" for item in parsed.refusals):
        hint = "resolve the conflict, then `git add` the file"
        found.append(
            ("QF107", "the index holds an unresolved merge conflict here", _START, False, (), hint, (), False)
        )
    if parsed.data is not None or not parsed.refusals:
        wrong = [
            problem
            for problem in problems(name, parsed.data)
            if not any(problem.pointer[: len(pointer)] == pointer for pointer in refused)
        ]
        if wrong:
            positions = Positions(content)
            legible = all(item.fixable for item in refusals)
            for problem in wrong:
                span = positions.span(problem.pointer, "key" if problem.at_key else "value")
                told = problem
                if name != "secret_value":
                    told = _as_written(_unquoted_hash(problem, span, positions), span, positions)
                fixable = legible and name not in {"secret_value", "settings"} and _is_fixable(told)
                found.append(
                    (told.code, told.message, tuple(span), told.at_key, told.pointer, told.hint, (), fixable)
                )
    if not parsed.refusals and name != "secret_value":
        for pointer, span, comment in cut_texts(content):
            message = f"`{comment[:60]}` is cut off: an unquoted ` #` begins a comment"
            hint = "put the whole text in quotes; if a comment is meant, write `# ` with a space"
            found.append(("QF117", message, tuple(span), False, pointer, hint, (), False))
    return parsed.data, legible_id(parsed.data, content), found


def _is_fixable(problem: Problem) -> bool:
    """Return whether `fix` mends a problem: quotes around a number or behind a `#`, and an id where there is none."""
    if problem.code == "QF203":
        return (problem.hint or "").startswith("put it in quotes")
    return problem.code == "QF117" or (problem.code == "QF201" and problem.pointer == ("id",))


def _without_text(item: Refusal) -> Refusal:
    """Return a refusal of a secret's file without words of the file: what is refused may be the secret itself."""
    what = NAMES[item.code].replace("-", " ")
    related = tuple((span, "the other place") for span, _ in item.related)
    hint = "open the file in an editor, or write the secret again"
    return replace(
        item,
        message=f"{what} (the text of a secret's file is not shown)",
        hint=hint,
        related=related,
        fixable=False,
    )


def _unquoted_hash(problem: Problem, span: Span, positions: Positions) -> Problem:
    """Return what to say of an empty value: after `key: #…` the text was meant and YAML read a comment."""
    if problem.code == "QF203":
        line = positions.lines[span.line - 1][span.column - 1 :]
        match = re.match(r"[^:#]+:[ \t]+(#[^ ].*)|-[ \t]+(#[^ ].*)", line)
        if match:
            text = (match[1] or match[2]).split(" #")[0].rstrip()[:60]
            message = f"`{text}` needs quotes: an unquoted `#` begins a comment"
            return problem._replace(code="QF117", message=message, hint=f"write '{text}'")
    return problem


def _as_written(problem: Problem, span: Span, positions: Positions) -> Problem:
    """Return what to say of a number in the place of text, with its digits as they stand in the file."""
    if problem.hint == QUOTE_IT and span.line == span.end_line:
        text = positions.lines[span.line - 1][span.column - 1 : span.end_column - 1]
        return problem._replace(hint=f"{QUOTE_IT}: '{text[:60]}'")
    return problem


def legible_id(data: Any, content: bytes) -> str | None:
    """Return the id of a file, from its text where the data is not legible, so that references to it still hold."""
    if isinstance(data, dict):
        value = data.get("id")
        return value if isinstance(value, str) and is_id(value) else None
    match = _LEGIBLE_ID.search(content) or _LEGIBLE_ID_IN_BRACES.match(content)
    return match[3].decode() if match else None


def _refused(content: Unreadable) -> tuple[Any, ...]:
    return content.code, content.message, _START, False, (), content.hint, (), False


def _diagnostic(path: str, name: EntityName | None, item: tuple[Any, ...]) -> Diagnostic:
    code, message, span, _, pointer, hint, related, fixable = item
    ends = tuple(RelatedLocation(path, place[0], place[1], text) for place, text in related)
    return Diagnostic(
        code, NAMES[code], "error", message, path, Span(*span), name, pointer, hint, fixable, related=ends
    )
