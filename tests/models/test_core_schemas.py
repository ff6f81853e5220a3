"""The stored core schemas are what the models give, and judge every document as they do."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pydantic_core
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qafiles.declared_fields import NOTHING_DECLARED
from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.models.conversions import CONVERSIONS
from qafiles.models.settings import settings_of
from qafiles.parsing import parse
from qafiles.parsing.yaml_rs_reader import INSTALLED
from qafiles.schema import core
from qafiles.schema.core import STORED, core_accepts
from qafiles.schema.core_generated import core_schemas_text
from qafiles.schema.generated import SCHEMA_NAMES
from qafiles.schema.validators import _model, problems
from tests.conftest import samples, write
from tests.models.declarations import DECLARATIONS, VALUES
from tests.models.documents import GOOD, OTHERS, mutated

TOP = Path(__file__).parents[2]
TAG = {"id": "tz4a98xxat96iws9zmbrgj3a", "name": "smoke", "color": "teal"}
CORPUS = os.environ.get("QAFILES_CORPUS")
IS_STORED_VERSION = f'"pydantic_core": "{pydantic_core.__version__}"' in STORED.read_text(encoding="utf-8")
of_this_version = pytest.mark.skipif(not IS_STORED_VERSION, reason="stored for another pydantic-core")


def judged_alike(name: str, document: Any, declared: Any = NOTHING_DECLARED) -> bool:
    """Return the verdict of the core, which is that of the model."""
    accepts = core_accepts(name, declared)
    assert accepts is not None
    verdict = accepts(document)
    model = _model(name, declared, document)
    model.model_rebuild()
    assert model.__pydantic_validator__.isinstance_python(document) == verdict, (name, document)
    return verdict


@of_this_version
def test_the_committed_file_is_what_the_models_give() -> None:
    again = "write the file again: python -m qafiles.schema.core_generated"
    assert STORED.read_text(encoding="utf-8") == core_schemas_text(), again


@of_this_version
@pytest.mark.parametrize("name", SCHEMA_NAMES)
@pytest.mark.parametrize("count", [20, pytest.param(samples(5000, 250), marks=pytest.mark.slow)])
def test_documents_are_judged_as_by_the_models(name: str, count: int) -> None:
    @settings(max_examples=count)
    @given(GOOD[name] | mutated(GOOD[name]) | OTHERS)
    def check(document: Any) -> None:
        judged_alike(name, document)

    check()


@of_this_version
@pytest.mark.parametrize("count", [60, pytest.param(samples(5000, 250), marks=pytest.mark.slow)])
def test_declared_fields_are_judged_as_by_the_models(count: int) -> None:
    names = st.sampled_from(["x-a", "x-b", "x-c"])

    @settings(max_examples=count)
    @given(
        st.dictionaries(names, st.tuples(DECLARATIONS, st.booleans()), min_size=1),
        st.dictionaries(names, VALUES, max_size=3),
        st.sampled_from(["tag", "browser_config"]),
    )
    def check(declarations: dict[str, tuple[Any, bool]], values: dict[str, Any], kind: str) -> None:
        written = {name: {**part, "required": required} for name, (part, required) in declarations.items()}
        declared = settings_of({"fields": {kind: written}}).fields
        assume(not declared.faults)
        good = TAG if kind == "tag" else {"id": TAG["id"], "browser_config": {"headless": True}}
        judged_alike(kind, {**good, **values}, declared)

    check()


@of_this_version
@pytest.mark.corpus
@pytest.mark.skipif(CORPUS is None, reason="QAFILES_CORPUS names no corpus")
def test_real_files_are_judged_as_by_the_models(tmp_path: Path) -> None:
    with tarfile.open(str(CORPUS)) as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = (place.parent for place in tmp_path.glob(f"*/{SETTINGS_FILE}"))
    verdicts = []
    for path in sorted(root.rglob("*.yaml")):
        place = classify(path.relative_to(root).as_posix())
        name = place.kind if isinstance(place, Place) else "settings" if path.name == SETTINGS_FILE else None
        if name is None:
            continue
        data, _ = parse(path.read_bytes(), 1 << 20)
        verdicts.append(judged_alike(name, data))
        for key in data:
            # Each field away, empty and of another type.
            verdicts.append(judged_alike(name, {kept: data[kept] for kept in data if kept != key}))
            changed: tuple[Any, ...] = (None, 7, f"{data[key]}\n", {})
            verdicts += [judged_alike(name, {**data, key: value}) for value in changed]
    assert len(verdicts) > 50_000
    assert {True, False} == {*verdicts}


def test_what_another_version_of_the_core_stored_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ('{"pydantic_core": "0.0.1", "tag": {}}', "{", '{"tag": {}}', "[]", None):
        place = tmp_path / "core_schemas.json"
        place.unlink(missing_ok=True)
        if text is not None:
            place.write_text(text)
        monkeypatch.setattr(core, "STORED", place)
        core_accepts.cache_clear()
        core.stored_cores.cache_clear()
        try:
            assert core_accepts("tag") is None
            assert problems("tag", TAG) == []
            assert [problem.code for problem in problems("tag", {**TAG, "color": 1})] == ["QF203"]
        finally:
            core_accepts.cache_clear()
            core.stored_cores.cache_clear()


def test_every_conversion_is_used_by_some_model() -> None:
    text = STORED.read_text(encoding="utf-8")
    assert {name for name in CONVERSIONS if f'"{name}"' not in text} == {"plain_choice"}


def _imported_by_validate(root: Path) -> set[str]:
    program = (
        "import sys\nfrom qafiles.__main__ import run\ncode = run(['-C', sys.argv[1], 'validate'])\n"
        "print(*sys.modules, file=sys.stderr)\nsys.exit(code)\n"
    )
    result = subprocess.run([sys.executable, "-c", program, root], capture_output=True, text=True, check=True)
    assert "All good" in result.stdout
    return {*result.stderr.split()}


@of_this_version
def test_a_clean_run_imports_no_pydantic() -> None:
    modules = _imported_by_validate(TOP / "examples" / "acme-qa")
    assert "pydantic_core._pydantic_core" in modules
    assert not modules & {"pydantic", "pydantic_core", "jsonschema", "ruamel", "jinja2"}


@of_this_version
@pytest.mark.skipif(not INSTALLED, reason="yaml-rs is not installed")
def test_a_clean_run_of_plainly_written_files_imports_no_reader_of_others(tmp_path: Path) -> None:
    files = {
        SETTINGS_FILE: "version: 1\n",
        "users/ada.yaml": "id: tz4a98xxat96iws9zmbrgj3a\nname: Ada\nemail: ada@example.com\n",
    }
    modules = _imported_by_validate(write(tmp_path / "root", files))
    assert not modules & {"yaml", "pydantic", "qafiles.rules.yaml_syntax", "qafiles.rules.changed_id"}
