import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator

import qafiles
from qafiles.__main__ import run
from qafiles.models import MODELS, browser_keys, browser_settings
from qafiles.models.browser_help import EXAMPLES, GROUPS
from qafiles.models.colors import COLOR_NAMES
from qafiles.render.escape import escape
from qafiles.scaffold.companions import companions, write_new
from qafiles.scaffold.editors import SCHEMA_FOLDER
from qafiles.schema.dialects import Draft, file_name
from qafiles.schema.generated import SCHEMA_NAMES, json_schema, schema_text, write_schemas
from tests.conftest import git, write
from tests.rules.data_root import data_root

_EXAMPLES = Path(__file__).parents[2] / "examples"
_VALIDATORS: dict[Draft, type[Validator]] = {"2020-12": Draft202012Validator, "7": Draft7Validator}


def _parts(schema: Any, path: str = "", *, by_name: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every mapping of a schema that holds keywords, with its path; a property may be called as one of them."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from _parts(item, f"{path}/{index}")
    elif isinstance(schema, dict):
        if not by_name:
            yield path, schema
        for key, value in schema.items():
            names = not by_name and key in {"properties", "$defs", "definitions", "patternProperties"}
            yield from _parts(value, f"{path}/{key}", by_name=names)


def _properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of a schema and of its definitions, each with its path."""
    for path, part in _parts(schema):
        yield from ((f"{path}/{name}", item) for name, item in part.get("properties", {}).items())


def _resolved(property_: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = property_.get("$ref")
    return {**schema["$defs"][reference.removeprefix("#/$defs/")], **property_} if reference else property_


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_property_has_a_title_and_a_sentence(name: str) -> None:
    schema = json_schema(name)
    for path, property_ in _properties(schema):
        shown = _resolved(property_, schema)
        assert shown.get("title"), path
        assert shown.get("description", "").endswith("."), path


@pytest.mark.parametrize("name", [name for name in SCHEMA_NAMES if name != "secret_value"])
def test_every_text_and_list_without_fixed_values_has_an_example(name: str) -> None:
    schema = json_schema(name)
    for path, property_ in _properties(schema):
        shown = _resolved(property_, schema)
        items = shown.get("items", {})
        offered = {"enum", "const", "default", "examples"} & {*shown, *items}
        choices = shown.get("oneOf") or shown.get("anyOf") or [shown]
        if "string" in [choice.get("type") for choice in choices] or shown.get("type") == "array":
            assert offered or any("enum" in choice for choice in choices), path


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_example_is_what_its_property_allows(name: str) -> None:
    schema = json_schema(name)
    examples = 0
    for path, property_ in _properties(schema):
        whole = {"$defs": schema.get("$defs", {}), **property_}
        for example in property_.get("examples", []):
            assert Draft202012Validator(whole).is_valid(example), (path, example)
            examples += 1
    assert examples


def test_the_help_on_browser_settings_is_about_settings_that_exist() -> None:
    assert not {*EXAMPLES} - {*browser_keys.ALIASES.values()}
    for group, keys in GROUPS.items():
        assert {*keys} == {*getattr(browser_settings, group).__annotations__}


def test_the_colours_that_editors_offer_are_those_that_the_model_accepts() -> None:
    (_, names) = json_schema("tag")["properties"]["color"]["oneOf"]
    assert names["enum"] == [*COLOR_NAMES]
    validator = Draft202012Validator(json_schema("tag")["properties"]["color"])
    tag = {"id": "tz4a98xxat96iws9zmbrgj3a", "name": "smoke"}
    for value in (*COLOR_NAMES, "#fff", "#FFFfff", "Teal", "#ffff", "#fff\n", "teal\n", "", "transparent"):
        try:
            accepted = bool(MODELS["tag"].model_validate({**tag, "color": value}))
        except ValueError:
            accepted = False
        assert accepted == validator.is_valid(value), value


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_schemas_are_valid_in_both_drafts(name: str) -> None:
    for draft, validator in _VALIDATORS.items():
        schema = json_schema(name, draft)
        validator.check_schema(schema)
        assert schema["$id"] == file_name(name)
    # What stands beside a reference does not count in draft 7.
    assert all(
        [*property_] == ["$ref"] or "$ref" not in property_
        for _, property_ in _properties(json_schema(name, "7"))
    )


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_schemas_for_editors_hold_nothing_that_an_editor_inserts_as_data(name: str) -> None:
    for path, part in _parts(json.loads(schema_text(name, "7"))):
        assert not {"default", "examples"} & {*part}, path


@pytest.mark.slow
@pytest.mark.parametrize("example", ["acme-qa", "broken"])
def test_both_drafts_and_the_models_have_one_opinion_of_the_examples(example: str) -> None:
    verdicts = set()
    for file in qafiles.load(_EXAMPLES / example).files.values():
        data = dict(file.data)
        seven, twenty = (
            _VALIDATORS[draft](json_schema(file.kind, draft)).is_valid(data) for draft in ("7", "2020-12")
        )
        assert seven == twenty, file.path
        verdicts.add(seven)
    assert verdicts == ({True} if example == "acme-qa" else {True, False})


@pytest.mark.parametrize("draft", ["2020-12", "7"])
def test_all_schemas_are_written(draft: Draft, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "schemas"
    assert run(["-C", str(tmp_path), "schema", "--write", "new/schemas", "--draft", draft]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.rpartition("/")[2] for line in told.err.splitlines()] == [
        f"{n}.schema.json" for n in SCHEMA_NAMES
    ]
    for name in SCHEMA_NAMES:
        assert (folder / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name, draft)


def test_only_schemas_that_changed_are_written_again(tmp_path: Path) -> None:
    assert len(write_schemas(tmp_path)) == len(SCHEMA_NAMES)
    assert write_schemas(tmp_path) == []
    place = tmp_path / file_name("tag")
    place.write_text("{}")
    assert write_schemas(tmp_path) == [place]
    assert place.read_text(encoding="utf-8") == schema_text("tag")


def test_one_kind_and_a_folder_exclude_each_other(tmp_path: Path) -> None:
    assert run(["schema", "tag", "--write", str(tmp_path)]) == 2
    assert not any(tmp_path.iterdir())


def test_init_writes_settings_for_editors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    assert told.count("schemas") == 1
    assert "settings.json" in told
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text())
    assert settings["yaml.validate"] is False
    assert settings["glspc.server.command"] == "qafiles"
    assert (settings["glspc.server.commandArguments"], settings["glspc.server.languageId"]) == (
        ["lsp"],
        ["yaml"],
    )
    assert {*settings["yaml.schemas"]} == {f"{SCHEMA_FOLDER}/{file_name(name)}" for name in SCHEMA_NAMES}
    for name in SCHEMA_NAMES:
        assert (tmp_path / SCHEMA_FOLDER / file_name(name)).read_text() == schema_text(name, "7")
    extensions = json.loads((tmp_path / ".vscode/extensions.json").read_text())
    assert extensions == {"recommendations": ["redhat.vscode-yaml", "zsol.vscode-glspc"]}
    assert qafiles.validate(tmp_path) == ()


def _seen_by_vs_code(matcher: Any, lines: list[str]) -> list[dict[str, str]]:
    """Return the problems that a matcher of two lines finds in what a task prints."""
    first, second = matcher["pattern"]
    found = []
    for line, below in pairwise(lines):
        one, other = re.search(first["regexp"], line), re.search(second["regexp"], below)
        if one and other:
            groups = [*(first.items()), *((key, value) for key, value in second.items())]
            found.append(
                {
                    key: (other if key in second else one)[number]
                    for key, number in groups
                    if isinstance(number, int)
                }
            )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("place", [".", "qa data"])
def test_the_task_finds_every_problem_that_validate_tells(place: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    root = tmp_path / place
    shutil.copytree(_EXAMPLES / "broken", root, symlinks=True, dirs_exist_ok=True)
    write_new(companions(root), root)
    (task,) = json.loads((root / ".vscode/tasks.json").read_text())["tasks"]
    assert (task["type"], task["command"], task["options"]["cwd"]) == (
        "process",
        "qafiles",
        "${workspaceFolder}",
    )
    assert task["problemMatcher"]["fileLocation"] == ["relative", "${workspaceFolder}"]
    ended = subprocess.run(
        [sys.executable, "-m", task["command"], *task["args"]],
        cwd=root,
        env={**os.environ, **task["options"]["env"]},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1
    seen = _seen_by_vs_code(task["problemMatcher"], ended.stdout.decode().splitlines())
    assert [
        (
            item["severity"],
            item["code"],
            item["message"],
            item["file"],
            int(item["line"]),
            int(item["column"]),
        )
        for item in seen
    ] == [
        (found.severity, found.code, escape(found.message), escape(found.path), found.line, found.column)
        for found in qafiles.validate(root)
    ]


def test_dot_folders_hold_no_entities(tmp_path: Path) -> None:
    root = write(tmp_path, data_root({".qafiles/users/x.yaml": "{", ".vscode/organizations/x.yaml": "{"}))
    assert qafiles.validate(root) == ()


def test_a_header_that_names_a_schema_is_a_comment_like_any(tmp_path: Path) -> None:
    base = data_root()
    headers = ("# $schema: https://example.com/x.json", "# yaml-language-server: $schema=none")
    files = {path: f"{headers[index % 2]}\n{text}" for index, (path, text) in enumerate(base.items())}
    assert qafiles.validate(write(tmp_path, files)) == ()


def test_files_that_are_there_are_kept_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = {".vscode/settings.json": "{}", ".gitattributes": "mine", ".pre-commit-config.yaml": "repos: []"}
    write(tmp_path, mine)
    assert run(["init", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    for path, text in mine.items():
        assert (tmp_path / path).read_text() == text
        assert "kept, as it was there already: " in told
        assert path in told
    assert (tmp_path / ".vscode/extensions.json").is_file()


@pytest.mark.parametrize(
    ("theirs", "lacking"),
    [
        ('{"yaml.validate": true, "editor.tabSize": 2}', {"glspc.server.command", "yaml.schemas"}),
        ('{\n  // mine\n  "editor.tabSize": 2\n}', {"glspc.server.command", "yaml.schemas", "yaml.validate"}),
        ("[]", {"glspc.server.command", "yaml.schemas", "yaml.validate"}),
    ],
)
def test_what_kept_settings_lack_is_said(
    theirs: str, lacking: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {".vscode/settings.json": theirs})
    write(
        tmp_path,
        {".vscode/extensions.json": '{"recommendations": ["redhat.vscode-yaml", "ms-python.python"]}'},
    )
    assert run(["init", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    named = re.findall(r"(?ms)^to be added to (?:[^\n]*/)?\.vscode/(\w+)\.json:\n(\{.*?^\})", told)
    added = {name: json.loads(text) for name, text in named}
    assert {*added} == {"settings", "extensions"}
    assert lacking <= {*added["settings"]}
    assert ("yaml.validate" in added["settings"]) == ("yaml.validate" in lacking)
    assert added["extensions"] == {"recommendations": ["zsol.vscode-glspc"]}
    assert (tmp_path / ".vscode/settings.json").read_text() == theirs


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", {})
    root = write(tmp_path / "root", data_root())
    (root / ".vscode").symlink_to(elsewhere)
    (root / ".gitattributes").symlink_to(elsewhere / "new")
    _, kept = write_new(companions(root), root)
    assert not any(elsewhere.iterdir())
    assert {path.name for path in kept} == {
        "settings.json",
        "extensions.json",
        "tasks.json",
        ".gitattributes",
    }


@pytest.mark.slow
def test_the_tree_has_the_same_line_ends_everywhere(tmp_path: Path) -> None:
    repository = write(tmp_path / "repository", {"other.yaml": "", "qa/notes.yaml": ""})
    git(repository, "init", "-q")
    subprocess.run(
        [sys.executable, "-m", "qafiles", "init", "qa"], cwd=repository, check=True, capture_output=True
    )
    paths = ["other.yaml", "qa/notes.yaml", *(f"qa/{path}" for path in qafiles.load(repository / "qa").files)]
    told = git(repository, "check-attr", "eol", "--", *paths).splitlines()
    assert [line.rpartition(": ")[2] for line in told] == ["unspecified"] * 2 + ["lf"] * (len(paths) - 2)
