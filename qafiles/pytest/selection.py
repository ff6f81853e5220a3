"""Tests selected by the test cases that they name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from qafiles.errors import QafilesError, UnknownEntityError
from qafiles.pytest.data import root_folder

if TYPE_CHECKING:
    from qafiles.pytest.data import Data
    from qafiles.snapshot import EntityFile

Named = Mapping[str, Iterable[str]]
"""The ids and handles that each test names, by its node id."""


class _Wanted(NamedTuple):
    """Test cases that are selected, by id and by handle: files and revisions know them by either."""

    ids: frozenset[str | None]
    handles: frozenset[str]

    def has(self, file: "EntityFile") -> bool:
        """Return whether a test case is selected."""
        return file.id in self.ids or file.handle in self.handles


def deselected(
    config: pytest.Config, named: Named, data_root: "Callable[[], Data]", notes: list[str]
) -> set[str]:
    """Return the node ids of the tests that the options leave out; `notes` gets what this is decided without.

    Raises UsageError where an option names nothing, and where git lacks what the answer depends on.
    """
    place = config.getoption("--qafiles-select")
    others = [config.getoption(name) for name in ("--qafiles-tag", "--qafiles-changed", "--qafiles-config")]
    lines = _lines(config.invocation_params.dir / str(place)) if place is not None else None
    if lines is not None and not any(others) and not _has_data_root(config):
        words = {word for line in lines for word in line}
        return {node for node, names in named.items() if not any(_is_among(name, words) for name in names)}
    data = data_root()
    try:
        wanted = [*_wanted(config, data, lines, notes)]
        resolved = {node: [*_resolved(data, node, names, notes)] for node, names in named.items()}
        out = {
            node for node, files in resolved.items() if not all(any(map(each.has, files)) for each in wanted)
        }
        handle = config.getoption("--qafiles-config")
        if handle is not None:
            of_config = data.snapshot.find(f"browser_config:{handle}")
            out |= {node for node, files in resolved.items() if not _runs_in(data, files, of_config)}
    except QafilesError as error:
        raise pytest.UsageError(f"qafiles: {error}") from None
    return out


def _has_data_root(config: pytest.Config) -> bool:
    from qafiles.sources.enclosing import enclosing_root  # noqa: PLC0415  # needed in this one case

    return enclosing_root(root_folder(config).absolute()) is not None


def _lines(place: Path) -> list[list[str]]:
    """Return the words of each line of a selection: an id, a handle or both; `#` begins a comment."""
    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise pytest.UsageError(f"--qafiles-select: {place} can't be read: {reason}") from None
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return [line for line in lines if line]


def _is_among(name: str, words: set[str]) -> bool:
    """Return whether a name, or a handle that ends in it, is among the words of a selection."""
    return name in words or any(word.endswith(f"/{name}") for word in words)


def _wanted(
    config: pytest.Config, data: "Data", lines: list[list[str]] | None, notes: list[str]
) -> Iterator[_Wanted]:
    """Yield what each option selects."""
    if lines is not None:
        files = [file for line in lines if (file := _of_line(data, line, notes)) is not None]
        yield _of(files)
    tags = config.getoption("--qafiles-tag")
    if tags:
        from qafiles.snapshot.selection import select  # noqa: PLC0415  # not without the option

        yield _of([*select(data.snapshot, "test_case", tags=tags)])
    changed = config.getoption("--qafiles-changed")
    if changed is not None:
        yield _of(_changed(data, str(changed), notes))


def _of(files: "Sequence[EntityFile]") -> _Wanted:
    ids = frozenset(file.id for file in files if file.id is not None)
    return _Wanted(ids, frozenset(file.handle for file in files))


def _of_line(data: "Data", words: list[str], notes: list[str]) -> "EntityFile | None":
    """Return the test case that a line names; of one that is gone, a note is taken."""
    for word in words:
        try:
            return data.find(word)
        except UnknownEntityError as error:
            reason = error
    notes.append(f"--qafiles-select: {reason}")
    return None


def _changed(data: "Data", revisions: str, notes: list[str]) -> "list[EntityFile]":
    from qafiles.diff.impact import impact  # noqa: PLC0415  # not without the option
    from qafiles.sources.revisions import states  # noqa: PLC0415  # as above

    concerned = impact(*states(data.folder, revisions))
    if concerned.left_out.is_missing:
        raise pytest.UsageError(f"--qafiles-changed {revisions}: {'; '.join(concerned.left_out.sentences)}")
    notes += concerned.left_out.sentences
    return [case.file for case in concerned.cases]


def _resolved(data: "Data", node: str, names: Iterable[str], notes: list[str]) -> "Iterator[EntityFile]":
    """Yield the test cases of a test; of a name that is that of none, a note is taken."""
    for name in names:
        try:
            yield data.find(name)
        except UnknownEntityError as error:
            notes.append(f"{node}: {error}")


def _runs_in(data: "Data", files: "Sequence[EntityFile]", config: "EntityFile") -> bool:
    """Return whether a test runs in a browser config: one of its test cases lists it, or none, or it has no test case."""
    listed = [
        [link.target for link in data.snapshot.outgoing(file) if link.reference.field == "browser_configs"]
        for file in files
    ]
    return not files or any(not configs or config in configs for configs in listed)
