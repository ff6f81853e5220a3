import json
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import qafiles
from qafiles.models.browser_keys import KNOWN_KEYS
from qafiles.models.colors import COLOR_NAMES
from qafiles.scaffold.companions import companions, write_new
from qafiles.schema.generated import SCHEMA_NAMES, json_schema
from tests.conftest import git, write
from tests.integrations.language_server import LanguageServer
from tests.rules.data_root import data_root

_EXAMPLES = Path(__file__).parents[2] / "examples"
_PROJECT = "organizations/acme/projects/shop"
_TAG = f"{_PROJECT}/tags/smoke.yaml"
_CASE = f"{_PROJECT}/test_cases/open.yaml"
_MEMBER = "organizations/acme/members/ada.yaml"
_CONFIG = "browser_configs/desktop.yaml"
_PATHS = {
    "user": "users/ada.yaml",
    "browser_config": _CONFIG,
    "organization": "organizations/acme/organization.yaml",
    "member": _MEMBER,
    "project": f"{_PROJECT}/project.yaml",
    "document": f"{_PROJECT}/documents/about.yaml",
    "tag": _TAG,
    "test_case": _CASE,
    "test_traversal": f"{_PROJECT}/test_traversals/one.yaml",
    "secret_value": f"{_PROJECT}/secret_values/ONE.yaml",
    "settings": "qafiles.yaml",
}
_ID = "id: tz4a98xxat96iws9zmbrgj3a\n"

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small data root with the editor settings that init writes."""
    root = write(tmp_path_factory.mktemp("root"), data_root())
    write_new(companions(root), root)
    return root


@pytest.fixture(scope="module")
def server(folder: Path, node_modules: Path) -> Iterator[LanguageServer]:
    with LanguageServer(node_modules, folder, validate=True) as running:
        yield running


def _lines_of_both(folder: Path, server: LanguageServer, path: str) -> tuple[set[int], set[int]]:
    """Return the lines of a file that qafiles finds no fault with by schema, and those of the server."""
    schema = ("QF201", "QF202", "QF203", "QF204")
    ours = {found.line for found in qafiles.validate(folder) if found.path == path and found.code in schema}
    return ours, {found["range"]["start"]["line"] + 1 for found in server.open(path)}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (_MEMBER, f"{_ID}role: |", {"admin", "member", "guest"}),
        (_MEMBER, f"{_ID}|", {"user_id", "role", "created_at", "organization_id"}),
        (_TAG, f"{_ID}color: |", {*COLOR_NAMES}),
        (_CONFIG, f"{_ID}browser_config:\n  channel: |", {"chrome", "msedge-beta", "webkit-wsl", "null"}),
        (_CONFIG, f"{_ID}browser_config:\n  browserName: |", {"chromium", "firefox", "webkit", "safari"}),
        (_CONFIG, f"{_ID}browser_config:\n  hasTouch: |", {"true", "false"}),
        (_CONFIG, f"{_ID}browser_config:\n  |", KNOWN_KEYS),
        (_CONFIG, f"{_ID}browser_config:\n  viewport:\n    |", {"width", "height"}),
        (_CONFIG, f"{_ID}browser_config:\n  launchOptions:\n    |", {"headless", "slow_mo"}),
        (_CONFIG, f"{_ID}browser_config:\n  recordVideo:\n    size:\n      |", {"width", "height"}),
        ("qafiles.yaml", "version: 1\nunique_secret_names: |", {"repository", "project"}),
        ("qafiles.yaml", "version: 1\nrules:\n  severity:\n    QF602: |", {"error", "warning", "info"}),
    ],
)
def test_keys_and_values_are_completed(
    path: str, text: str, expected: set[str], server: LanguageServer
) -> None:
    assert expected <= server.completions(path, text)


@pytest.mark.parametrize(
    ("path", "text", "title", "help_"),
    [
        (_TAG, "|color: teal\n", "Colour", "or the name of a CSS colour"),
        (_MEMBER, "|role: guest\n", "Role", "admin everything, member test data, guest nothing"),
        (_CASE, "|tags: [smoke]\n", "Tags", "Tags of the same project, by id or handle"),
        (
            _CONFIG,
            "|browser_config: {}\n",
            "Browser options",
            "as Playwright, browser-use and WebDriver name",
        ),
        (
            _CONFIG,
            "browser_config: {|viewport: {width: 1, height: 1}}\n",
            "viewport",
            "Size of the page; null",
        ),
        (_CONFIG, "browser_config: {|proxy: {server: x}}\n", "proxy", "The proxy server of the browser"),
        (_CONFIG, "browser_config: {proxy: {|server: x}}\n", "Server", "Address of the proxy"),
        (_CONFIG, "browser_config: {|baseURL: x}\n", r"base\_url / baseURL", "URL that relative addresses"),
        (_CONFIG, "browser_config: {|channel: chrome}\n", "channel", "Distribution channel of the browser"),
        ("qafiles.yaml", "version: 1\n|rules: {}\n", "Rules", "Which rules report, and how severely"),
    ],
)
def test_hovering_over_a_key_shows_its_own_help(
    path: str, text: str, title: str, help_: str, server: LanguageServer
) -> None:
    before, _, after = text.partition("|")
    server.open(path, before + after)
    hover = server.at("hover", path, before.count("\n"), len(before.rpartition("\n")[2]) + 1)
    assert hover["contents"]["value"].startswith(f"#### {title}\n\n")
    assert help_ in hover["contents"]["value"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (_TAG, f"{_ID}name: smoke\n"),
        (_TAG, f"{_ID}name: smoke\ncolor: teal\ncolour: teal\nx-mine: 1\n"),
        (_TAG, f"{_ID}name:\ncolor: Teal\n"),
        (_TAG, "id: x\nname: 2024\ncolor: '#12'\n"),
        (_CASE, f"{_ID}url_route: checkout\ntest_description: ' '\ntags: smoke\nversion: 1\n"),
        (_CASE, f"{_ID}url_route: /\ntest_description: x\ntags:\n  - smoke\n  - 2024\n"),
        (_MEMBER, f"{_ID}user_id: ada\nrole: owner\ncreated_at: 2026-03-01\n"),
        (
            _CONFIG,
            f"{_ID}browser_config:\n  channel: crome\n  hasTouch: 1\n  headless: null\n  unheard_of: 1\n",
        ),
        (_CONFIG, f"{_ID}browser_config:\n  viewport:\n    width: 0\n    height: 1.5\n  locale: en_GB\n"),
        (_CONFIG, f"{_ID}browser_config:\n  launchOptions:\n    slowMo: -1\n    proxy: {{server: 1}}\n"),
    ],
)
def test_the_server_flags_the_lines_that_validate_flags(
    path: str, text: str, folder: Path, server: LanguageServer
) -> None:
    good = (folder / path).read_text()
    try:
        (folder / path).write_text(text)
        ours, theirs = _lines_of_both(folder, server, path)
    finally:
        (folder / path).write_text(good)
    assert ours
    assert theirs == ours


def test_a_suite_that_is_called_like_a_folder_of_the_tree_keeps_its_schema(
    folder: Path, server: LanguageServer
) -> None:
    for suite in ("users", "browser_configs", "tags", "deep/er/documents"):
        path = f"{_PROJECT}/test_cases/{suite}/open.yaml"
        assert server.open(path, (folder / _CASE).read_text()) == []
        assert len(server.open(path, f"{_ID}name: x\n")) == 3


@pytest.mark.parametrize("header", ["# yaml-language-server: $schema=", "# $schema: "])
def test_a_header_names_the_schema_where_no_settings_do(
    header: str, folder: Path, server: LanguageServer
) -> None:
    line = f"{header}../../.qafiles/schemas/tag.schema.json\n"
    assert server.open("drafts/tags/idea.yaml", f"{_ID}name: 1\n") == []
    assert len(server.open("drafts/tags/idea.yaml", f"{line}{_ID}name: 1\n")) == 2
    place = folder / _TAG
    good = place.read_text()
    try:
        place.write_text(f"{header}../../../../../.qafiles/schemas/tag.schema.json\n{good}")
        assert qafiles.validate(folder) == ()
        assert server.open(_TAG) == []
    finally:
        place.write_text(good)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("broken") / "root"
    # Its schemas are broken, too: QF316 finds them older than the program.
    shutil.copytree(_EXAMPLES / "broken", root, symlinks=True, ignore=shutil.ignore_patterns(".qafiles"))
    write_new(companions(root), root)
    return root


def test_the_schema_faults_of_the_broken_example_are_flagged_in_the_same_lines(
    broken: Path, node_modules: Path
) -> None:
    paths = sorted(path.relative_to(broken).as_posix() for path in broken.rglob("qf20[1-4]*.yaml"))
    assert len(paths) == 4
    with LanguageServer(node_modules, broken, validate=True) as server:
        for path in paths:
            ours, theirs = _lines_of_both(broken, server, path)
            assert ours
            assert theirs == ours, path


def _sample_is_clean(root: Path, node_modules: Path, size: int) -> None:
    paths = sorted(qafiles.load(root).files)
    sample = random.Random(1).sample(paths, size)  # noqa: S311  # which files are looked at is no secret
    with LanguageServer(node_modules, root, validate=True) as server:
        assert {path: found for path in [*sample, "qafiles.yaml"] if (found := server.open(path))} == {}


def test_the_good_example_has_no_diagnostics(tmp_path: Path, node_modules: Path) -> None:
    root = tmp_path / "acme-qa"
    shutil.copytree(_EXAMPLES / "acme-qa", root)
    write_new(companions(root), root)
    _sample_is_clean(root, node_modules, 20)


@pytest.mark.corpus
def test_the_corpus_has_no_diagnostics(corpus: Path, tmp_path: Path, node_modules: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(corpus, root, ignore=shutil.ignore_patterns(".git"))
    write_new(companions(root), root)
    _sample_is_clean(root, node_modules, 50)


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_nothing_is_inserted_but_keys_and_the_only_values_that_there_are(
    name: str, server: LanguageServer
) -> None:
    path = _PATHS[name]
    proposals = server.proposals(path, "|")
    for key in json_schema(name)["properties"]:
        proposals += server.proposals(path, f"{key}: |") + server.proposals(path, f"{key}:\n  - |")
        proposals += server.proposals(path, f"{key}:\n  |")
    assert any(item["label"] == [*json_schema(name)["properties"]][-1] for item in proposals)
    allowed = {*_values(json_schema(name, "7")), "true", "false", "null", "0", ""}
    for item in proposals:
        text = item.get("textEdit", {}).get("newText") or item.get("insertText", "")
        # A place to be filled in may be prepared with the least value of its type.
        text = re.sub(r"\$\{\d+:([^{}]*)\}|\$\{?\d+\}?", r"\1", text)
        for line in text.splitlines():
            value = re.sub(r"^[ -]*(?:[^ :]+:(?= |$))?", "", line).strip()
            assert value.strip("'\"") in allowed, (item["label"], line)


def test_an_empty_file_is_completed_without_an_id(server: LanguageServer) -> None:
    texts = [item["textEdit"]["newText"] for item in server.proposals(_TAG, "|")]
    assert "id: $1\nname: $2" in "\n".join(texts)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (_TAG, "id: x\nname: 2024\ncolor: '#12'\ncolour: 1\n"),
        (_TAG, "id: x\nid: y\n"),
        (_TAG, "id: *a\n"),
        (_TAG, "id: [\n"),
        ("qafiles.yaml", "version: 2\n"),
    ],
)
def test_with_the_settings_of_init_mistakes_are_left_to_the_language_server_of_qafiles(
    path: str, text: str, folder: Path, node_modules: Path
) -> None:
    with LanguageServer(node_modules, folder) as quiet:
        assert quiet.open(path, text) == []
        assert {"name", "color"} <= quiet.completions(_TAG, f"{_ID}|")


@pytest.mark.parametrize("place", ["qa", "teams/qa data ü", "a (b)/[qa]"])
@pytest.mark.parametrize("opened", ["the repository", "the data root"])
def test_the_globs_of_a_data_root_in_a_folder_match_in_it_alone_whichever_folder_is_opened(
    place: str, opened: str, tmp_path: Path, node_modules: Path
) -> None:
    git(tmp_path, "init", "-q")
    root = write(tmp_path / place, data_root())
    write_new(companions(root), root)
    folder = root
    if opened == "the repository":
        folder = tmp_path
        settings = json.loads((root / ".vscode/settings.json").read_text(encoding="utf-8"))
        schemas = {f"{place}/{name}": globs for name, globs in settings["yaml.schemas"].items()}
        write(tmp_path, {".vscode/settings.json": json.dumps({**settings, "yaml.schemas": schemas})})
    with LanguageServer(node_modules, folder, validate=True) as server:
        for path in (_TAG, _CASE, _MEMBER, _CONFIG, "users/ada.yaml", "qafiles.yaml"):
            assert server.open(os.path.relpath(root / path, folder), "unheard_of: 1\n"), path
        outside = ("src/users/foo.yaml", "users/foo.yaml", "browser_configs/x.yaml", _TAG, "qafiles.yaml")
        for path in outside:
            assert server.open(os.path.relpath(tmp_path / path, folder), "unheard_of: 1\n") == [], path
            below = os.path.relpath(root / "src" / path, folder)
            assert server.open(below, "unheard_of: 1\n") == [], path


def _values(schema: object) -> Iterator[str]:
    """Yield the values that a schema lists, and the names of its properties, which a proposal may be alone."""
    if isinstance(schema, list):
        for item in schema:
            yield from _values(item)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {})
        listed = schema.get("enum")
        if isinstance(listed, list):
            yield from (value if isinstance(value, str) else json.dumps(value) for value in listed)
        if "const" in schema:
            yield json.dumps(schema["const"]).strip('"')
        for value in schema.values():
            yield from _values(value)


def test_the_settings_name_files_that_are_there(folder: Path) -> None:
    settings = json.loads((folder / ".vscode/settings.json").read_text())
    assert all((folder / path).is_file() for path in settings["yaml.schemas"])
