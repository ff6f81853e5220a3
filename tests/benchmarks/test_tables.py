import json
import statistics
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from qafiles.layout import classify
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.benchmarks import peer_data
from tests.benchmarks.__main__ import main
from tests.benchmarks.corpus import files_of, multiplied
from tests.benchmarks.custom_fields import with_custom_fields
from tests.benchmarks.real_like import data_root


def _codes(files: Iterable[tuple[str, str]]) -> set[str]:
    return {item.code for item in check(load(MemorySource(dict(files)))).diagnostics}


def _depth(value: object) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, parts), default=0) if isinstance(value, dict | list) else 0


def _values(value: object) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_values, parts)) or 1


def _figures(files: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Return the figures of each kind and of all: the share, then means of what a file has."""
    rows: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for path, text in files:
        if path == "qafiles.yaml":
            continue
        data: Any = yaml.load(text, yaml.CSafeLoader)  # the safe loader in C
        row = (len(text.encode()), text.count("\n"), len(data), _depth(data), _values(data), path.count("/"))
        rows["all"].append(row)
        rows[str(getattr(classify(path), "kind", None))].append(row)
    names = ("bytes", "lines", "keys", "depth", "values", "folders")
    return {
        kind: {
            "share": len(found) / len(rows["all"]),
            "median bytes": statistics.median(row[0] for row in found),
            **{
                name: statistics.mean(column)
                for name, column in zip(names, zip(*found, strict=True), strict=True)
            },
        }
        for kind, found in rows.items()
    }


def test_generated_files_are_as_many_as_asked_for_and_have_no_finding() -> None:
    files = dict(data_root(900))
    assert len(files) == 900
    assert files == dict(data_root(900))
    assert len({path.split("/")[3] for path in files if path.count("/") > 3}) == 2
    assert not _codes(files.items()) - {"QF614"}


def test_ten_declared_fields_of_test_cases_are_checked() -> None:
    files = dict(with_custom_fields(data_root(400)))
    assert not _codes(files.items()) - {"QF614"}
    wrong = {path: text.replace("x-owner: lead", "x-owner: nobody") for path, text in files.items()}
    assert "QF401" in _codes(wrong.items())


@pytest.mark.corpus
@pytest.mark.slow
def test_generated_files_resemble_the_real_ones(corpus: Path) -> None:
    real = _figures(files_of(corpus).items())
    generated = _figures(data_root(4_000))
    for kind, near in (("all", 0.06), ("test_case", 0.06), ("document", 0.12), ("test_traversal", 0.06)):
        for name, figure in real[kind].items():
            wide = 0.15 if name == "share" else near
            assert generated[kind][name] == pytest.approx(figure, rel=wide), (kind, name)


@pytest.mark.corpus
@pytest.mark.slow
def test_a_real_data_root_twice_over_has_twice_the_projects_and_no_new_finding(corpus: Path) -> None:
    files = files_of(corpus)
    twice = dict(multiplied(files, 2))
    snapshot = load(MemorySource(twice))
    assert len(snapshot.of_kind("project")) == 2 * sum(path.endswith("/project.yaml") for path in files)
    assert {item.code for item in check(snapshot).diagnostics} == _codes(files.items())


@pytest.mark.slow
def test_a_tiny_run_prints_each_row_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QAFILES_CORPUS", raising=False)
    names = "validate-one,complete-handle,set,mv,rev-known,lsp-first,version,memory,history"
    written = tmp_path / "figures.json"
    main(["--files", "60", "--rounds", "1", "--history", "3", "--rows", names, "--json", str(written)])
    document = json.loads(written.read_text())
    first, history = document["tables"]
    assert [row["name"] for row in first["rows"]] == names.split(",")[:-1]
    assert all(row["name"].startswith("history-") for row in history["rows"])
    assert all(row["ratio"] > 0 for table in document["tables"] for row in table["rows"])
    printed = capsys.readouterr().out
    assert all(row["work"] in printed for table in document["tables"] for row in table["rows"])


def test_an_unknown_row_is_refused_with_the_names_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--rows", "validate-warm"])
    assert "no row is called validate-warm; rows: validate-cold" in capsys.readouterr().err


def test_the_part_of_a_data_root_that_other_tools_get_is_whole_and_the_same_in_every_form(
    tmp_path: Path,
) -> None:
    files = peer_data.part_of(dict(data_root(900)), 20)
    assert not _codes(files.items()) - {"QF407", "QF614"}
    peer_data.as_fmf(tmp_path / "fmf", files)
    peer_data.as_doorstop(tmp_path / "doorstop", files)
    peer_data.as_strictdoc(tmp_path / "strictdoc", files)
    assert len([*(tmp_path / "fmf").rglob("?*.fmf")]) == 20
    assert len([*(tmp_path / "doorstop" / "tests").glob("TC*.yml")]) == 20
    assert (tmp_path / "strictdoc" / "test_cases.sdoc").read_text().count("TYPE: Parent") == 20
