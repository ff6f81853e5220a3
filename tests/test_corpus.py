import random
import shutil
from pathlib import Path

import pytest

from qafiles.loading.loader import load
from qafiles.parsing import Positions
from qafiles.rules.check import check
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from tests.conftest import samples

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def files(corpus: Path) -> dict[str, bytes | str]:
    return {
        path.relative_to(corpus).as_posix(): path.read_bytes() for path in corpus.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def loaded(corpus: Path) -> Snapshot:
    return load(open_source(corpus))


def test_a_large_real_data_root_has_no_finding(loaded: Snapshot) -> None:
    assert len(loaded.files) > 3_900
    # Its browser config leaves the browser to whoever runs it.
    assert [item.code for item in check(loaded).diagnostics] == ["QF614"]


@pytest.mark.slow
@pytest.mark.parametrize("quarter", range(4))
def test_deleting_an_entity_reports_exactly_the_references_that_dangle(
    files: dict[str, bytes | str], loaded: Snapshot, quarter: int
) -> None:
    """The expected places are read from the texts, without the tool's own look-ups."""
    chance, sample = random.Random(20_26), list[EntityFile]()  # noqa: S311  # a sample, no secret
    for kind in ("tag", "document", "test_case"):
        candidates = loaded.of_kind(kind)
        sample += chance.sample(candidates, min(samples(68, 4), len(candidates)))[quarter::4]
    dangling = 0
    texts = {
        path: content.decode()
        for path, content in files.items()
        if isinstance(content, bytes) and path.endswith(".yaml")
    }
    for file in sample:
        project = "/".join(file.handle.split("/")[:2]) + "/"
        folder = "/".join(file.path.split("/")[:4]) + "/"
        names = {str(file.id), file.handle.removeprefix(project), file.handle}
        field = {"tag": "tags", "document": "document_id", "test_case": "test_case_id"}[file.kind]
        expected = sorted(
            (path, number)
            for path, text in texts.items()
            if path.startswith(folder) and path != file.path
            for number in _lines(text, field, names)
        )
        dangling += len(expected)
        left = {path: content for path, content in files.items() if path != file.path}
        found = check(load(MemorySource(left))).diagnostics
        assert sorted((item.path, item.line) for item in found if item.code == "QF401") == expected
        assert all(item.severity == "info" for item in found if item.code != "QF401")
    assert dangling > 0


def _lines(text: str, field: str, names: set[str]) -> list[int]:
    """Return the lines on which a field, or an item of its block list, holds one of the names."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), start=1):
        key, _, value = line.partition(":")
        if not line.startswith((" ", "-", "\t")) and _ == ":":
            inside = key == field
            if inside and value.strip() in names:
                found.append(number)
        elif inside and line.strip().startswith("- ") and line.strip()[2:].strip() in names:
            found.append(number)
    return found


def test_positions_are_found_for_every_value(files: dict[str, bytes | str], loaded: Snapshot) -> None:
    for path in [*loaded.files][::50]:
        content = files[path]
        assert isinstance(content, bytes)
        positions = Positions(content)
        lines = content.decode().splitlines()
        for key in loaded.files[path].data:
            span = positions.span((key,), "key")
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1].strip("'\"") == key


def test_copying_a_test_case_gives_one_duplicate_id_that_names_both_files(
    corpus: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(corpus, folder)
    case = load(open_source(folder)).of_kind("test_case")[7]
    copy = case.path.replace(".yaml", "-copy.yaml")
    shutil.copy(folder / case.path, folder / copy)
    (found,) = (item for item in check(load(open_source(folder))).diagnostics if item.code != "QF614")
    assert found.code == "QF301"
    assert {found.path, found.related[0].path} == {case.path, copy}


def test_renaming_a_tag_gives_one_error_for_each_use_by_handle_and_none_by_id(
    files: dict[str, bytes | str], loaded: Snapshot
) -> None:
    links = [link for link in loaded.links if link.target is not None and link.target.kind == "tag"]
    tag = max(loaded.of_kind("tag"), key=lambda tag: sum(link.target is tag for link in links))
    uses = [link for link in links if link.target is tag]
    by_handle = sorted(
        (link.reference.path, link.reference.pointer) for link in uses if link.reference.value != tag.id
    )
    moved = {
        (path.replace(".yaml", "-renamed.yaml") if path == tag.path else path): content
        for path, content in files.items()
    }
    found = check(load(MemorySource(moved))).diagnostics
    assert sorted((item.path, item.pointer) for item in found if item.code != "QF614") == by_handle
    assert len(by_handle) < len(uses)
