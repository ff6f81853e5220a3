import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import write

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
_PROJECT = "organizations/acme/projects/shop"
_SMOKE = "e1bo6qzu3vn8dx0atf5rg2ch"
_OPEN = "f2cp7rav4wo9ey1bug6sh3di"


@pytest.mark.parametrize("kind", ["test_case", "test_cases", "test-case", "Test-Cases"])
def test_a_kind_is_written_in_the_singular_or_plural(root: Path, qafiles: Qafiles, kind: str) -> None:
    assert qafiles("list", kind, "--format", "ids").out == f"{_OPEN}\n"
    assert root.is_dir()


def test_an_unknown_kind_is_told_the_nearest_one(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("list", "test_csae")
    assert result.code == 2
    assert "Did you mean test_case?" in result.err
    assert root.is_dir()


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "ids", "paths"])
def test_the_listing_of_the_example_is_as_recorded(
    format_: str, qafiles: Qafiles, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    golden(
        f"list-{format_}.txt",
        qafiles("-C", _EXAMPLE, "list", "tag", "--format", format_).out.replace("\r\n", "\n"),
    )


def test_every_format_lists_the_same_entities(qafiles: Qafiles) -> None:
    def out(format_: str) -> str:
        return qafiles("-C", _EXAMPLE, "list", "test_case", "--format", format_).out

    records = json.loads(out("json"))
    ids = [record["id"] for record in records]
    assert len(ids) > 50
    assert out("ids").split() == ids
    assert out("paths").split() == [record["path"] for record in records]
    assert [json.loads(line) for line in out("jsonl").splitlines()] == records
    assert [row["id"] for row in csv.DictReader(io.StringIO(out("csv"), newline=""))] == ids
    assert [line.split()[-1] for line in out("table").splitlines()[1:]] == ids


def test_a_record_resolves_references_to_ids_and_has_its_project(root: Path, qafiles: Qafiles) -> None:
    (record,) = json.loads(qafiles("list", "test_case", "--format", "json").out)
    assert record == {
        "id": _OPEN,
        "kind": "test_case",
        "handle": "acme/shop/open",
        "path": f"{_PROJECT}/test_cases/open.yaml",
        "project_id": "tz4a98xxat96iws9zmbrgj3b",
        "tags": [_SMOKE],
        "browser_configs": ["h4dy9cn2btm7rz5jx3w8qk1v"],
        "url_route": "/",
        "test_description": "The start page opens\n",
    }
    (record,) = json.loads(qafiles("list", "test_case", "--format", "json", "--resolve").out)
    assert record["tags"] == [{"id": _SMOKE, "handle": "acme/shop/smoke"}]
    assert root.is_dir()


def test_a_dangling_reference_is_null_in_a_record(root: Path, qafiles: Qafiles) -> None:
    (root / _PROJECT / "tags" / "smoke.yaml").unlink()
    (record,) = json.loads(qafiles("list", "test_case", "--format", "json").out)
    assert record["tags"] == [None]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--where", "url_route=/"], 1),
        (["--where", "url_route=/nope"], 0),
        (["--where", "tags=smoke"], 1),
        (["--where", f"tags={_SMOKE}"], 1),
        (["--where", "tags=acme/shop/smoke"], 1),
        (["--where", "project=shop"], 1),
        (["--where", "project_id=acme/shop"], 1),
        (["--where", "organization=other"], 0),
        (["--where", "handle=acme/shop/open", "--where", "url_route=/"], 1),
        (["--tag", "smoke"], 1),
        (["--tag", "acme/shop/smoke"], 1),
        (["--grep", "START page"], 1),
        (["--grep", "shop/open"], 1),
        (["--grep", "nowhere"], 0),
    ],
)
def test_conditions_select_by_field_tag_and_text(
    root: Path, qafiles: Qafiles, options: list[str], found: int
) -> None:
    result = qafiles("list", "test_case", "--format", "ids", *options)
    assert (result.code, len(result.out.split())) == (0, found)
    assert root.is_dir()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["test_case", "--where", "url_rout=/"], "did you mean `url_route`?"),
        (["test_case", "--where", "url_route"], "write FIELD=VALUE"),
        (["test_case", "--tag", "smok"], "no tag is called `smok`; did you mean `smoke`?"),
        (["tag", "--tag", "smoke"], "--tag selects test cases"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(
    root: Path, qafiles: Qafiles, options: list[str], words: str
) -> None:
    result = qafiles("list", *options)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert root.is_dir()


def test_formulas_are_made_harmless_in_csv(root: Path, qafiles: Qafiles) -> None:
    write(
        root,
        {f"{_PROJECT}/tags/evil.yaml": "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: =HYPERLINK(1)\ncolor: navy\n"},
    )
    rows = [*csv.DictReader(io.StringIO(qafiles("list", "tag", "--format", "csv").out, newline=""))]
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "smoke"]


@pytest.mark.parametrize(
    "argument",
    [_SMOKE, _SMOKE[:4], "acme/shop/smoke", "tag:acme/shop/smoke", f"{_PROJECT}/tags/smoke.yaml"],
)
def test_an_entity_is_named_by_id_prefix_handle_or_path(root: Path, qafiles: Qafiles, argument: str) -> None:
    record = json.loads(qafiles("show", argument, "--format", "json").out)
    assert (record["id"], record["kind"], record["name"]) == (_SMOKE, "tag", "smoke")
    assert root.is_dir()


def test_a_path_is_one_from_the_current_folder_or_from_the_data_root(
    root: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = root / "organizations/acme/projects/shop/tags"
    below = "organizations/acme/projects/shop/tags/smoke.yaml"
    for folder, argument in ((tags, "smoke.yaml"), (tags.parent, "tags/../tags/smoke.yaml"), (tags, below)):
        monkeypatch.chdir(folder)
        assert json.loads(qafiles("show", argument, "--format", "json").out)["id"] == _SMOKE
    monkeypatch.chdir(root.parent)
    for argument in (str(tags / "smoke.yaml"), below):
        assert json.loads(qafiles("-C", root, "show", argument, "--format", "json").out)["id"] == _SMOKE


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("acme/shop/smoek", "no entity is called `acme/shop/smoek`; did you mean `acme/shop/smoke`?"),
        ("e1b", "no entity is called `e1b`"),
        ("tag:acme/shop/open", "no entity is called `tag:acme/shop/open`"),
        ("acme/shop/smoke@", "has no revision behind the '@'"),
    ],
)
def test_an_unknown_entity_is_told_the_nearest_one(
    root: Path, qafiles: Qafiles, argument: str, words: str
) -> None:
    result = qafiles("show", argument)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert root.is_dir()


def test_a_handle_that_two_kinds_share_needs_its_kind(root: Path, qafiles: Qafiles) -> None:
    write(root, {"browser_configs/ada.yaml": "id: ux5q1gpzr2kh0jmz8w3vcd7n\nbrowser_config: {}\n"})
    result = qafiles("show", "ada")
    assert result.code == 2
    assert "names more than one entity: browser_config:ada, user:ada" in result.err
    assert qafiles("show", "user:ada").code == 0


def test_an_entity_is_shown_as_it_was_at_a_revision(root: Path, qafiles: Qafiles) -> None:
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
    for step in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *step], cwd=root, check=True)
    path = f"{_PROJECT}/tags/smoke.yaml"
    write(root, {path: (root / path).read_text().replace("teal", "navy")})
    assert "color: navy" in qafiles("show", "acme/shop/smoke").out
    assert "color: teal" in qafiles("show", "acme/shop/smoke@HEAD").out
    assert (
        qafiles("show", "acme/shop/smoke@HEAD").out == qafiles("show", "acme/shop/smoke", "--rev", "HEAD").out
    )
    assert qafiles("show", "acme/shop/smoke@HEAD", "--rev", "HEAD").code == 2


def test_a_text_is_shown_as_a_block(root: Path, qafiles: Qafiles) -> None:
    assert "test_description: |\n  The start page opens\n" in qafiles("show", "acme/shop/open").out
    assert root.is_dir()


def test_the_ciphertext_of_a_secret_is_never_shown(root: Path, qafiles: Qafiles) -> None:
    canary = "ENC[AES256_GCM,data:Y2FuYXJ5,iv:canary,tag:canary,type:str]"
    path = f"{_PROJECT}/secret_values/PIN.yaml"
    text = (
        "id: ux5q1gpzr2kh0jmz8w3vcd7n\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: PIN\n"
        'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\nversion: 1\n'
        f"secret_value: {canary}\nsops:\n    mac: canary\n"
    )
    write(root, {path: text})
    for format_ in ("table", "json", "jsonl", "csv"):
        assert "canary" not in qafiles("list", "secret_value", "--format", format_, "--resolve").out
    assert "canary" not in qafiles("show", "acme/shop/PIN").out
    assert "canary" not in qafiles("list", "secret_value", "--grep", "canary").out
    for format_ in ("text", "concise", "json", "github"):
        assert "canary" not in qafiles("validate", "--format", format_).out


@pytest.mark.parametrize("format_", ["tree", "json", "dot", "mermaid"])
def test_the_references_of_the_example_are_as_recorded(
    format_: str, qafiles: Qafiles, golden: Callable[[str, str], None]
) -> None:
    handle = "acme/swag-labs/checkout/order-totals"
    golden(f"refs-{format_}.txt", qafiles("-C", _EXAMPLE, "refs", handle, "--format", format_).out)


def test_references_are_given_in_both_directions_with_their_lines(root: Path, qafiles: Qafiles) -> None:
    found = json.loads(qafiles("refs", "acme/shop/open", "--format", "json").out)
    assert [(edge["field"], edge["handle"], edge["line"]) for edge in found["outgoing"]] == [
        ("project_id", "acme/shop", None),
        ("tags", "acme/shop/smoke", 2),
        ("browser_configs", "desktop", 3),
    ]
    found = json.loads(qafiles("refs", "acme/shop/smoke", "--format", "json").out)
    assert found["incoming"] == [
        {
            "field": "tags",
            "pointer": "/tags/0",
            "id": _OPEN,
            "kind": "test_case",
            "handle": "acme/shop/open",
            "path": f"{_PROJECT}/test_cases/open.yaml",
            "line": 2,
        }
    ]
    found = json.loads(qafiles("refs", "acme/shop", "--format", "json").out)
    assert {edge["handle"] for edge in found["incoming"]} == {"acme/shop/open", "acme/shop/smoke"}
    assert root.is_dir()


def test_a_graph_quotes_whatever_a_reference_holds(root: Path, qafiles: Qafiles) -> None:
    write(root, {f"{_PROJECT}/test_cases/open.yaml": f"id: {_OPEN}\ntags: ['a\"]; evil [\\n']\n"})
    assert '"?a\\"]; evil [\\\\n"' in qafiles("refs", "acme/shop/open", "--format", "dot").out
    assert "evil [" not in qafiles("refs", "acme/shop/open", "--format", "mermaid").out


def test_dot_is_read_by_a_parser_of_its_own(qafiles: Qafiles) -> None:
    text = qafiles("-C", _EXAMPLE, "refs", "acme/swag-labs", "--format", "dot").out
    assert text.startswith("digraph refs {\n")
    assert text.endswith("}\n")
    assert text.count("{") == text.count("}") == 1
    nodes = {
        line.split('"')[1] for line in text.splitlines() if line.startswith('  "') and " -> " not in line
    }
    ends = [line.split('"')[1:4:2] for line in text.splitlines() if " -> " in line]
    assert ends
    assert all(end in nodes for pair in ends for end in pair)


def test_no_text_of_a_file_steers_a_terminal_or_a_runner(root: Path, qafiles: Qafiles) -> None:
    text = "test_description: |\n  ::error::x\n  ##[error]x \u202egnp \x85\n"
    write(root, {f"{_PROJECT}/test_cases/open.yaml": f"id: {_OPEN}\nurl_route: /\n{text}"})
    for arguments in (["show", "acme/shop/open"], ["list", "test_case", "--format", "csv"]):
        out = qafiles(*arguments).out
        assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]
    for arguments in (["show", "acme/shop/open"], ["show", "acme/shop/open", "--format", "json"]):
        out = qafiles(*arguments).out
        assert "##[" not in out
        assert "\u202e" not in out
