import io
import json
import subprocess
from pathlib import Path

import pytest

from qafiles import load
from tests.conftest import git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents, head

_ID = "v1kq8w3xj5zr7mtb2nc9yd4h"


def test_new_writes_the_fields_in_order_behind_a_fresh_id(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("new", "tag", "acme/shop/slow", "color=#0483ac", "name=slow")
    assert (result.code, result.out.splitlines()[0]) == (0, f"added {PROJECT}/tags/slow.yaml")
    text = (repository / PROJECT / "tags/slow.yaml").read_text()
    first, *rest = text.splitlines()
    assert first.startswith("id: ")
    assert len(first) == 28
    assert rest == ["name: slow", "color: '#0483ac'"]
    assert head(repository) == git(repository, "rev-parse", "HEAD")
    assert git(repository, "status", "--short") == f"?? {PROJECT}/tags/slow.yaml"


def test_new_names_all_missing_fields_at_once(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("new", "test_case", "acme/shop/pay", "tags=smoke")
    assert result.code == 2
    assert "a test case needs test_description, url_route; add `test_description=… url_route=…`" in result.err
    assert git(repository, "status", "--short") == ""


def test_a_copy_has_a_fresh_id_and_keeps_comments_but_no_history(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {
            OPEN: "# about\nid: f2cp7rav4wo9ey1bug6sh3di\nproject_id: acme/shop # its project\nurl_route: /\n"
            "created_at: '2026-01-01T00:00:00Z'\ntags: [smoke]\ntest_description: |\n  Opens\n"
        },
    )
    result = qafiles("new", "test_case", "acme/shop/again", "--from", "acme/shop/open", "url_route=/x")
    assert result.code == 0, result.err
    lines = (repository / PROJECT / "test_cases/again.yaml").read_text().splitlines()
    assert lines[0] == "# about"
    assert lines[1].startswith("id: ")
    assert "f2cp7rav4wo9ey1bug6sh3di" not in lines[1]
    assert lines[2:] == [
        "project_id: acme/shop # its project",
        "url_route: /x",
        "tags: [smoke]",
        "test_description: |",
        "  Opens",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["tag", "acme/shop/smoke", "name=x", "color=red"], 1, "is there already"),
        (["tag", "smoke2", "name=x", "color=red"], 2, "`smoke2` is no handle of a tag"),
        (["tag", "acme/shop/con", "name=x", "color=red"], 2, "device name"),
        (["tag", f"acme/shop/{_ID}", "name=x", "color=red"], 2, "shaped like an id"),
        (["tag", "acme/shop/a b", "name=x", "color=red"], 2, "a name is made of letters"),
        (["tag", "acme/nope/x", "name=x", "color=red"], 2, "did you mean `acme/shop`?"),
        (["tag", "shop/x", "name=x", "color=red"], 2, "`shop/x` is no handle of a tag"),
        (["test_case", "shop/pay/x", "url_route=/"], 2, "did you mean `acme/shop/pay/x`?"),
        (["tag", "acme/shop/x", "name=x", "priority=high"], 2, "begins with `x-`: `x-priority`"),
        (["tag", "acme/shop/x", "name=x", "color=rde"], 1, "would leave an error"),
        (["tag", "acme/shop/x", "name=x", "colour=red"], 2, "did you mean `color`?"),
        (["tag", "acme/shop/x", "--from", "acme/shop/open"], 2, "only a tag can be copied to a tag"),
        (["secret_value", "acme/shop/KEY", "secret_name=KEY"], 2, "`qafiles secret` writes it"),
    ],
)
def test_what_can_not_be_made_is_refused_and_nothing_is_written(
    repository: Path, qafiles: Qafiles, arguments: list[str], code: int, words: str
) -> None:
    before = contents(repository)
    result = qafiles("new", *arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err
    assert contents(repository) == before


def test_set_changes_the_line_of_its_field_and_no_other(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {SMOKE: "# top\nid: e1bo6qzu3vn8dx0atf5rg2ch   # never\r\nname:   smoke\ncolor: 'teal' # sea\n"},
    )
    assert qafiles("set", "acme/shop/smoke", "color=red").code == 0
    assert (repository / SMOKE).read_bytes() == (
        b"# top\nid: e1bo6qzu3vn8dx0atf5rg2ch   # never\r\nname:   smoke\ncolor: 'red' # sea\n"
    )


def test_lists_gain_and_lose_items_by_any_name_of_an_entity(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {f"{PROJECT}/tags/slow.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: slow\ncolor: red\n"})
    assert qafiles("set", "acme/shop/open", "tags+=slow,e1bo6qzu3vn8dx0atf5rg2ch").code == 0
    assert "tags: [slow, smoke]\n" in (repository / OPEN).read_text()
    assert qafiles("set", "acme/shop/open", "tags-=e1bo6qzu3vn8dx0atf5rg2ch").code == 0
    assert "tags: [slow]\n" in (repository / OPEN).read_text()
    assert qafiles("set", "acme/shop/open", "tags-=slow").code == 0
    assert "tags" not in (repository / OPEN).read_text()
    result = qafiles("set", "acme/shop/open", "tags-=slow")
    assert (result.code, "`slow` is not in the list, which holds nothing" in result.err) == (2, True)


def test_values_are_typed_by_the_schema(repository: Path, qafiles: Qafiles) -> None:
    config = repository / "browser_configs/desktop.yaml"
    assert (
        qafiles("set", "desktop", "browser_config.viewport.width=800", "browser_config.locale=no").code == 0
    )
    assert "width: 800" in config.read_text()
    assert "locale: 'no'" in config.read_text()
    result = qafiles("set", "desktop", "browser_config.viewport.width=wide")
    assert (result.code, "takes a whole number" in result.err or "a number" in result.err) == (2, True)
    assert qafiles("set", "ada", "name=123").code == 0
    assert "name: '123'" in (repository / "users/ada.yaml").read_text()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("see #12 for details", "see #12 for details"),
        ("a: b", "a: b"),
        ("007", "007"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("null", "null"),
        ("~", "~"),
        ("'quoted'", "'quoted'"),
        ("- a", "- a"),
        (" x ", " x "),
        ("*.x", "*.x"),
        ("[see] #12 [x]", "[see] #12 [x]"),
        ("[a], [b]", "[a], [b]"),
        ("{a: 1} {b: 2}", "{a: 1} {b: 2}"),
        ("[open", "[open"),
        ("7", 7),
        ("-0.5", -0.5),
        ("true", True),
        ("[1, a b]", [1, "a b"]),
        ("{a: {b: true}}", {"a": {"b": True}}),
    ],
)
def test_what_is_no_plain_value_is_text_as_it_is_typed(
    repository: Path, qafiles: Qafiles, typed: str, value: object
) -> None:
    assert qafiles("set", "ada", f"x-note={typed}").code == 0
    written = load(repository).find("ada").data["x-note"]
    assert (written, type(written)) == (value, type(value))


def test_a_value_comes_from_a_file_or_from_stdin(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "text.md").write_bytes("Öffnet\r\n\r\nWhen …\r\n".encode())
    assert qafiles("set", "acme/shop/open", "test_description=@text.md").code == 0
    assert (repository / OPEN).read_text().endswith("test_description: |\n  Öffnet\n\n  When …\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"From stdin\n")))
    assert qafiles("set", "acme/shop/open", "test_description=@-").code == 0
    assert (repository / OPEN).read_text().endswith("test_description: |\n  From stdin\n")
    assert qafiles("set", "acme/shop/open", "test_description=@@home").code == 0
    assert "test_description: '@home'" in (repository / OPEN).read_text()
    result = qafiles("set", "acme/shop/open", "test_description=@missing")
    assert (result.code, "missing can't be read: No such file" in result.err) == (2, True)


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        (["tags+=nope"], 1, "QF401"),
        (["url_route="], 1, "QF201"),
        (["id=abc"], 2, "never changes"),
        (["path=x"], 2, "`qafiles mv`"),
        (["url_route"], 2, "is no assignment"),
        (["tags.a=1"], 1, "/tags"),
        (["url_route=/a", "url_route=/b"], 2, "given twice"),
    ],
)
def test_what_can_not_be_set_is_refused_and_nothing_is_written(
    repository: Path, qafiles: Qafiles, fields: list[str], code: int, words: str
) -> None:
    before = contents(repository)
    result = qafiles("set", "acme/shop/open", *fields)
    assert (result.code, result.out) == (code, "")
    assert words in result.err
    assert contents(repository) == before


def test_errors_that_were_there_already_do_not_block_an_edit(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {"users/bob.yaml": "id: broken\n", OPEN: (repository / OPEN).read_text() + "document_id: gone\n"},
    )
    assert qafiles("set", "acme/shop/smoke", "color=red").code == 0
    assert qafiles("set", "acme/shop/open", "url_route=/x").code == 0
    assert qafiles("mv", "acme/shop/open", "acme/shop/start/open").code == 0


def test_setting_what_is_there_already_writes_nothing(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("set", "acme/shop/smoke", "color=teal", "--commit", "-m", "same")
    assert (result.code, result.out) == (0, "nothing to change\n")
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


def test_a_dry_run_prints_a_diff_that_git_applies_and_writes_nothing(example: Path, qafiles: Qafiles) -> None:
    before = contents(example)
    arguments = ["mv", "acme/swag-labs/smoke", "smoke-tests"]
    result = qafiles(*arguments, "--dry-run")
    assert result.code == 0
    assert contents(example) == before
    assert all(path.name.startswith("files-") for path in (example / ".git/qafiles").iterdir())
    subprocess.run(["git", "apply"], cwd=example, input=result.out.encode(), check=True)
    applied = contents(example)
    git(example, "checkout", "-q", ".")
    git(example, "clean", "-fdq")
    assert qafiles(*arguments).code == 0
    assert contents(example) == applied != before


def test_a_plan_and_a_refusal_as_json(repository: Path, qafiles: Qafiles) -> None:
    plan = json.loads(qafiles("mv", "acme/shop/smoke", "quick", "--dry-run", "--format", "json").out)
    assert (plan["version"], plan["written"], plan["commit"], plan["refused"]) == (1, False, None, None)
    assert [(c["action"], c["old_path"], c["path"]) for c in plan["changes"]] == [
        ("move", SMOKE, f"{PROJECT}/tags/quick.yaml"),
        ("change", None, OPEN),
    ]
    assert "-tags: [smoke]\n+tags: [quick]\n" in plan["changes"][1]["diff"]
    result = qafiles("rm", "acme/shop/smoke", "--format", "json")
    refused = json.loads(result.out)
    assert (result.code, refused["written"], refused["places"]) == (1, False, [f"{OPEN}:2: tags"])
    assert repository.is_dir()


@pytest.mark.parametrize("options", [["--commit"], ["-m", "text"], ["--commit", "-m", "x", "--dry-run"]])
def test_a_commit_needs_a_message_and_a_real_run(
    repository: Path, qafiles: Qafiles, options: list[str]
) -> None:
    assert qafiles("set", "acme/shop/smoke", "color=red", *options).code == 2
    assert git(repository, "status", "--short") == ""


def test_restore_brings_a_deleted_entity_back_to_its_place(repository: Path, qafiles: Qafiles) -> None:
    text = (repository / OPEN).read_bytes()
    assert qafiles("rm", "acme/shop/open", "--commit", "-m", "gone").code == 0
    assert not (repository / PROJECT / "test_cases").exists()
    assert qafiles("restore", "acme/shop/open@HEAD").code == 2
    assert qafiles("restore", "acme/shop/open@HEAD^").code == 0
    assert (repository / OPEN).read_bytes() == text


def test_restore_follows_a_rename_and_keeps_the_new_place(repository: Path, qafiles: Qafiles) -> None:
    text = (repository / SMOKE).read_bytes()
    assert qafiles("mv", "acme/shop/smoke", "quick", "--commit", "-m", "renamed").code == 0
    assert qafiles("set", "acme/shop/quick", "color=red", "--commit", "-m", "red").code == 0
    for name in ("acme/shop/quick", "acme/shop/smoke", "e1bo6qzu3vn8dx0atf5rg2ch"):
        assert qafiles("set", "acme/shop/quick", "color=red").code == 0
        result = qafiles("restore", f"{name}@HEAD~2")
        assert result.code == 0, result.err
        assert (repository / PROJECT / "tags/quick.yaml").read_bytes() == text
    assert not (repository / SMOKE).exists()


def test_restore_of_a_text_that_a_clone_lacks_says_what_gets_it(repository: Path, qafiles: Qafiles) -> None:
    blob = git(repository, "rev-parse", f"HEAD:{SMOKE}")
    assert qafiles("rm", "acme/shop/smoke", "--detach", "--commit", "-m", "rm").code == 0
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    before = contents(repository)
    result = qafiles("restore", "acme/shop/smoke@HEAD~1")
    assert (result.code, "git fetch --refetch" in result.err) == (3, True), result.err
    assert contents(repository) == before


def test_restore_never_overwrites_another_entity(repository: Path, qafiles: Qafiles) -> None:
    assert qafiles("rm", "acme/shop/open").code == 0
    other = "id: z9cp7rav4wo9ey1bug6sh3di\nurl_route: /\ntest_description: other\n"
    write(repository, {OPEN: other})
    result = qafiles("restore", "f2cp7rav4wo9ey1bug6sh3di@HEAD")
    assert (result.code, "is another entity now" in result.err) == (1, True)
    assert (repository / OPEN).read_text() == other


def test_edits_belong_to_a_working_tree(repository: Path, qafiles: Qafiles) -> None:
    git(repository.parent, "clone", "-q", "--bare", repository, "bare.git")
    result = qafiles("-C", repository.parent / "bare.git", "set", "acme/shop/smoke", "color=red")
    assert (result.code, "edit in a clone that has one" in result.err) == (3, True)


def test_a_move_names_the_globs_of_the_settings_that_it_leaves_behind(
    repository: Path, qafiles: Qafiles
) -> None:
    globs = ["organizations/acme/projects/shop/**", "organizations/acme/projects/*/tags/", "users/**"]
    rules = "".join(f"    {glob}: {{ignore: [QF407]}}\n" for glob in globs)
    write(repository, {"qafiles.yaml": f"version: 1\nrules:\n  paths:\n{rules}"})
    result = qafiles("mv", "acme/shop", "acme/store", "--dry-run", "--format", "json")
    notes = json.loads(result.out)["notes"]
    assert [note.partition(" under ")[0] for note in notes] == [f"`{globs[0]}`"]
    result = qafiles("mv", "acme/shop", "acme/store")
    assert [line for line in result.out.splitlines() if line.startswith("note: ")] == [f"note: {notes[0]}"]
    assert "note" not in qafiles("mv", "acme/store/smoke", "quick").out


def test_the_last_parts_of_a_handle_are_too_little_to_remove_by(repository: Path, qafiles: Qafiles) -> None:
    before = contents(repository)
    for name in ("smoke", "tag:smoke", "shop/smoke"):
        done = qafiles("rm", name, "--cascade")
        assert done.code == 2
        assert "`acme/shop/smoke`?" in done.err
    assert contents(repository) == before
    assert qafiles("show", "smoke").code == 0


@pytest.mark.parametrize(
    "text", ["[", "\x00", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 1\n"]
)
@pytest.mark.parametrize("name", ["acme/shop/smoke", "e1bo6qzu3vn8dx0atf5rg2ch", SMOKE])
def test_restore_replaces_a_file_that_nobody_can_read(
    repository: Path, qafiles: Qafiles, name: str, text: str
) -> None:
    good = (repository / SMOKE).read_bytes()
    write(repository, {SMOKE: text})
    refused = qafiles("restore", f"{name}@HEAD")
    assert (refused.code, "--force" in refused.err) == (1, True)
    assert qafiles("restore", f"{name}@HEAD", "--force").code == 0
    assert (repository / SMOKE).read_bytes() == good


def test_restore_follows_a_rename_to_a_file_that_nobody_can_read(repository: Path, qafiles: Qafiles) -> None:
    good = (repository / SMOKE).read_bytes()
    quick = SMOKE.replace("smoke", "quick")
    git(repository, "mv", SMOKE, quick)
    git(repository, "commit", "-qm", "rename")
    write(repository, {quick: "["})
    for name in ("acme/shop/quick@HEAD~1", "acme/shop/smoke@HEAD~1", f"{quick}@HEAD"):
        write(repository, {quick: "["})
        assert qafiles("restore", name, "--force").code == 0
        assert (repository / quick).read_bytes() == good
        assert not (repository / SMOKE).exists()


def test_fix_names_the_files_that_it_can_not_look_into(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {SMOKE: "[", OPEN: "id: [\n"})
    done = qafiles("fix", "--format", "json")
    (note,) = json.loads(done.out)["notes"]
    assert (done.code, f"2 files can't be read: {SMOKE} and 1 more" in note) == (0, True)
    assert f"note: {note}" in done.err
    assert SMOKE not in qafiles("fix", OPEN).err
