import json
from pathlib import Path

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.layout import KINDS
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.scaffold.companions import companions, hooks
from qafiles.scaffold.unedited import is_unedited, with_checksum
from qafiles.schema.dialects import Draft, file_name, published
from qafiles.schema.generated import json_schema, schema_text
from qafiles.schema.stored import stored_schema
from qafiles.sources import MemorySource
from qafiles.validation import validate
from tests.conftest import committed, write
from tests.rules.data_root import data_root

_NAMES = (*KINDS, "settings")
_HOOKS = ".pre-commit-config.yaml"
_DECLARED = "version: 1\nfields: {tag: {x-level: {type: integer}}}\n"


def _found(files: dict[str, str]) -> list[Diagnostic]:
    diagnostics = check(load(MemorySource(data_root(files)))).diagnostics
    return [found for found in diagnostics if found.code == "QF316"]


def _schemas(folder: str, draft: Draft) -> dict[str, str]:
    return {f"{folder}/{file_name(name)}": schema_text(name, draft) for name in _NAMES}


@pytest.mark.parametrize("draft", ["7", "2020-12"])
@pytest.mark.parametrize("name", _NAMES)
def test_a_schema_that_is_stored_is_published_as_the_generated_one(name: str, draft: Draft) -> None:
    assert json.dumps(published(stored_schema(name), name, draft)) == json.dumps(json_schema(name, draft))


@pytest.mark.parametrize("draft", ["7", "2020-12"])
@pytest.mark.parametrize("folder", [".qafiles/schemas", "schemas"])
def test_schemas_are_outdated_when_the_declared_fields_are_others(folder: str, draft: Draft) -> None:
    files = _schemas(folder, draft)
    assert _found(files) == []
    (found,) = _found({**files, "qafiles.yaml": _DECLARED})
    assert (found.severity, found.path) == ("info", f"{folder}/tag.schema.json")
    assert found.message.endswith(": tag")
    assert ("init --refresh" if folder[0] == "." else "schema --write schemas") in (found.hint or "")


def test_schemas_are_compared_as_data_and_one_finding_names_all_of_a_folder() -> None:
    files = _schemas("schemas", "7")
    files["schemas/tag.schema.json"] = json.dumps(json.loads(files["schemas/tag.schema.json"]))
    assert _found(files) == []
    del files["schemas/user.schema.json"]
    files["schemas/member.schema.json"] = files["schemas/member.schema.json"].replace("guest", "visitor")
    (found,) = _found(files)
    assert (found.path, found.message.rpartition(": ")[2]) == ("schemas/member.schema.json", "member, user")
    assert found.hint == "`qafiles schema --write schemas --draft 7` writes them"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 100_000, '{"$id": "tag.schema.json", "$schema": 1}', "\udcff"]
)
def test_a_file_that_is_no_schema_of_ours_is_left_alone(text: str) -> None:
    content = text.encode("utf-8", "surrogateescape")
    source = MemorySource({**data_root(), "schemas/tag.schema.json": content})
    assert [item.code for item in check(load(source)).diagnostics if item.code == "QF316"] == []


def test_hooks_are_outdated_as_long_as_nobody_has_edited_them() -> None:
    assert _found({_HOOKS: hooks("")}) == []
    older = with_checksum("repos: []\n")
    assert [found.hint for found in _found({_HOOKS: older})] == [
        "`qafiles init --refresh` shows what changes, and writes it"
    ]
    assert [found.code for found in _found({_HOOKS: older.replace("\n", "\r\n")})] == ["QF316"]
    assert _found({_HOOKS: older.replace("[]", "[ ]")}) == []
    assert _found({_HOOKS: hooks("").replace('entry: "qafiles', 'entry: "uv run qafiles')}) == []


def test_a_hook_that_passes_over_a_folder_is_told_at_its_pattern() -> None:
    (found,) = _found({_HOOKS: hooks("").replace("users|", "")})
    assert found.message == "the hook `qafiles-fmt` passes over `users/`"
    assert (found.line, found.pointer) == (9, ("repos", 0, "hooks", 0, "files"))
    assert _found({_HOOKS: "repos: [{hooks: [{id: qafiles-fmt, files: x}]}, 1, {hooks: 2}]\n"}) == []


def test_the_hooks_of_another_data_root_are_not_ours(tmp_path: Path) -> None:
    files = {**data_root(), _HOOKS: with_checksum("repos: []\n")}
    folder = committed(tmp_path, {f"qa/{path}": text for path, text in files.items()})
    assert validate(folder / "qa") == ()


def test_what_init_writes_is_not_outdated_in_a_data_root_with_custom_fields(tmp_path: Path) -> None:
    root = write(tmp_path, data_root({"qafiles.yaml": _DECLARED}))
    write(root, {place.relative_to(root).as_posix(): text for place, text in companions(root).items()})
    assert validate(root) == ()


@pytest.mark.parametrize("text", ["", "a: b", "a: b\n", "# qafiles init 0123456789abcdef: x\n"])
def test_a_text_with_its_checksum_is_unedited_until_a_character_of_it_changes(text: str) -> None:
    whole = with_checksum(text)
    assert is_unedited(whole)
    assert is_unedited(whole.replace("\n", "\r\n"))
    assert not is_unedited("x" + whole)
    assert not is_unedited(whole + "x: y\n")
    assert not is_unedited(text)
