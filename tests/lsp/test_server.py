"""The language server over stdio, as an editor has it."""

import os
import re
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

import qafiles
from tests.conftest import committed, git, write
from tests.lsp.client import Editor, path_of
from tests.lsp.conftest import PROJECT, Start

_DELETED = types.FileChangeType.Deleted


def _first(editor: Editor, path: Path) -> types.Diagnostic:
    return editor.diagnostics[path.as_uri()][0]


def _is_gone(editor: Editor, path: Path, code: str) -> bool:
    return code not in editor.codes(path)


def test_a_finding_appears_while_one_types_and_goes_when_it_is_mended(editor: Editor, case: Path) -> None:
    text = editor.texts[case.as_uri()]
    version = editor.change(case, text.replace("[smoke,", "[smoek,"))
    editor.until(lambda: editor.codes(case) == ["QF401"])
    found = _first(editor, case)
    assert found.range == types.Range(types.Position(17, 7), types.Position(17, 12))
    assert (found.source, found.severity) == ("qafiles", types.DiagnosticSeverity.Error)
    assert found.message == "no tag is called `smoek`\ndid you mean `smoke`?"
    assert editor.published[-1].version == version
    editor.change(case, text)
    editor.until(lambda: editor.codes(case) == [])


def test_what_all_rules_find_comes_after_a_pause_and_stays_while_other_lines_are_typed(
    editor: Editor, acme: Path, case: Path
) -> None:
    text = editor.texts[case.as_uri()]
    copied = text.replace("ls2jq7o8qrns49ksailyjtad", "zfsncchy387l36yglgtby7fo")
    editor.change(case, copied)
    editor.until(lambda: "QF301" in editor.codes(case))
    (related,) = _first(editor, case).related_information or []
    assert path_of(related.location.uri) == acme / PROJECT / "documents/persistence.yaml"
    editor.published.clear()
    editor.change(case, "# a comment above\n" + copied)
    editor.until(lambda: editor.published)
    shown = [item for item in editor.published[0].diagnostics if item.code == "QF301"]
    assert [item.range.start.line for item in shown] == [1]


def test_renaming_a_tag_on_disk_shows_findings_in_closed_files(editor: Editor, acme: Path) -> None:
    tag = acme / PROJECT / "tags/persistence.yaml"
    tag.rename(tag.with_name("storage.yaml"))
    editor.on_disk(tag, kind=_DELETED)
    editor.on_disk(tag.with_name("storage.yaml"), kind=types.FileChangeType.Created)
    closed = acme / PROJECT / "test_cases/persistence/open-edit-is-not-kept.yaml"
    editor.until(lambda: editor.codes(closed) == ["QF401"])
    assert closed.as_uri() not in editor.texts
    tag.with_name("storage.yaml").rename(tag)
    editor.on_disk(tag, tag.with_name("storage.yaml"))
    editor.until(lambda: editor.codes(closed) == [])


@pytest.mark.slow
def test_a_tag_that_is_typed_but_not_saved_can_be_referred_to(editor: Editor, acme: Path, case: Path) -> None:
    tag = acme / PROJECT / "tags/brand-new.yaml"
    editor.open(tag, "id: abcdefghijklmnopqrstuvwx\nname: Brand new\ncolor: teal\n")
    text = editor.texts[case.as_uri()].replace("[smoke,", "[brand-new,")
    editor.change(case, text)
    assert "Brand new" in str(editor.hover(case, "[brand-n"))
    time.sleep(0.8)
    assert editor.published == []
    editor.close(tag)
    editor.until(lambda: editor.codes(case) == ["QF401"])
    assert not tag.exists()


def test_positions_behind_an_emoji_are_counted_as_the_editor_counts_them(editor: Editor, case: Path) -> None:
    line = next(i for i, line in enumerate(editor.texts[case.as_uri()].split("\n")) if "🦆" in line)
    found = editor.hover(case, "secret.ADMIN")
    assert found is not None
    assert found.range == types.Range(types.Position(line, 19), types.Position(line, 46))
    editor.change(case, editor.texts[case.as_uri()].replace("secret.ADMIN", "secret.ADMN"))
    editor.until(lambda: editor.codes(case) == ["QF406"])
    assert _first(editor, case).range == types.Range(types.Position(line, 19), types.Position(line, 45))
    (fix,) = editor.fixes(case, "QF406")
    assert fix.edit is not None
    edits = [*(fix.edit.changes or {})[case.as_uri()]]
    assert "🦆 survive {{ secret.ADMIN_PASSWORD }}\n" in editor.edited(editor.texts[case.as_uri()], edits)


@pytest.mark.parametrize(
    "encoding", ["utf-16", *(pytest.param(name, marks=pytest.mark.slow) for name in ("utf-8", "utf-32"))]
)
def test_the_units_are_those_that_the_editor_asks_for(
    acme: Path, case: Path, start: Start, encoding: str
) -> None:
    general = types.GeneralClientCapabilities(position_encodings=[encoding])
    editor = start(acme, capabilities=types.ClientCapabilities(general=general))
    assert editor.answer.capabilities.position_encoding == encoding
    editor.open(case)
    editor.change(case, editor.texts[case.as_uri()].replace("secret.ADMIN", "secret.ADMN"))
    editor.until(lambda: editor.codes(case) == ["QF406"])
    assert _first(editor, case).range.start.character == {"utf-8": 21, "utf-16": 19, "utf-32": 18}[encoding]


def test_completion_proposes_what_fits_with_title_and_id(editor: Editor, case: Path) -> None:
    items = editor.complete(case, "tags: [smo")
    assert [item.label for item in items] == ["smoke"]
    assert items[0].detail == "smoke (tag)"
    assert isinstance(items[0].documentation, types.MarkupContent)
    assert "id: `" in items[0].documentation.value
    documents = editor.complete(case, "document_id: ")
    assert "persistence" in [item.label for item in documents]


def test_completion_works_in_a_text_that_is_no_yaml_yet(editor: Editor, case: Path) -> None:
    text = editor.texts[case.as_uri()].replace("tags: [smoke, persistence]", "tags: [smoke, pers")
    editor.change(case, text)
    editor.until(lambda: "QF106" in editor.codes(case))
    (item,) = editor.complete(case, "tags: [smoke, pers")
    assert isinstance(item.text_edit, types.TextEdit)
    assert "tags: [smoke, persistence\n" in editor.edited(text, [item.text_edit])


def test_completion_of_a_secret_behind_an_emoji(editor: Editor, case: Path) -> None:
    text = editor.texts[case.as_uri()].replace("{{ secret.ADMIN_PASSWORD }}", "{{")
    editor.change(case, text)
    (item,) = editor.complete(case, "survive {{")
    assert item.label == "ADMIN_PASSWORD"
    assert isinstance(item.text_edit, types.TextEdit)
    assert "🦆 survive {{ secret.ADMIN_PASSWORD }}\n" in editor.edited(text, [item.text_edit])


def test_hover_says_what_is_meant_and_never_shows_a_secret(editor: Editor, case: Path) -> None:
    document = str(editor.hover(case, "document_id: pers"))
    assert "**document** Persistence" in document
    assert "zfsncchy387l36yglgtby7fo" in document
    secret = str(editor.hover(case, "secret.ADMIN"))
    assert "version 3" in secret
    assert "ENC[" not in secret
    assert "1 reference" not in secret
    assert "references to it" in str(editor.hover(case, "id: ls2j"))
    assert editor.hover(case, "browser_conf") is None


def test_definition_leads_to_the_id_of_the_entity(editor: Editor, acme: Path, case: Path) -> None:
    found = editor.definition(case, "document_id: pers")
    assert found is not None
    assert found.uri == (acme / PROJECT / "documents/persistence.yaml").as_uri()
    assert found.range == types.Range(types.Position(0, 4), types.Position(0, 28))
    assert editor.definition(case, "url_route: ht") is None


def test_references_are_found_from_both_ends_placeholders_included(
    editor: Editor, acme: Path, case: Path
) -> None:
    from_reference = editor.references(case, ", persist")
    tag = acme / PROJECT / "tags/persistence.yaml"
    editor.open(tag)
    assert editor.references(tag, "id: kya0") == from_reference
    assert len(from_reference) == 3
    assert editor.references(tag, "id: kya0", own=True)[0].uri == tag.as_uri()
    (placeholder,) = editor.references(case, "secret.ADMIN")
    assert placeholder.range.start.character == 29


def test_a_rename_changes_the_file_and_every_reference_and_validates_clean(
    editor: Editor, acme: Path, case: Path
) -> None:
    assert editor.prepare_rename(case, ", persist").placeholder == "persistence"
    before = {path: path.read_bytes() for path in acme.rglob("*.yaml")}
    editor.apply(editor.rename(case, ", persist", "storage"))
    tag = acme / PROJECT / "tags/persistence.yaml"
    assert not tag.exists()
    assert tag.with_name("storage.yaml").read_bytes() == before[tag]
    changed = {path for path in before if path.exists() and path.read_bytes() != before[path]}
    assert len(changed) == 3
    for path in changed:
        assert path.read_bytes() == re.sub(rb"(tags: \[.*)persistence", rb"\1storage", before[path])
    assert qafiles.validate(acme) == ()


@pytest.mark.parametrize(
    ("path", "before", "name"),
    [
        (f"{PROJECT}/project.yaml", "id: wtz3", "lists"),
        ("organizations/acme/organization.yaml", "id: ", "umbrella"),
        (f"{PROJECT}/test_cases/persistence/todos-survive-a-reload.yaml", "id: ls2", "2024"),
        ("browser_configs/slow-network.yaml", "id: ", "slow"),
        ("users/nora.yaml", "id: ", "1e5"),
    ],
)
def test_a_rename_of_any_kind_validates_clean(
    editor: Editor, acme: Path, path: str, before: str, name: str
) -> None:
    place = acme / path
    editor.open(place)
    editor.apply(editor.rename(place, before, name))
    assert not place.exists()
    assert qafiles.validate(acme) == ()


@pytest.mark.parametrize(
    ("before", "name", "told"),
    [
        (", persist", "smoke", "there is a tag `acme/todomvc/smoke` already"),
        (", persist", "SMOKE", "already"),
        (", persist", "a b", "a name is made of"),
        (", persist", "CON", "device name"),
        (", persist", "x/y", "the last part of the handle alone"),
        (", persist", "ls2jq7o8qrns49ksailyjtae", "shaped like an id"),
        ("secret.ADMIN", "OTHER", "under the seal"),
        ("test_descr", "other", "there is no entity here"),
    ],
)
def test_a_rename_that_would_break_something_is_refused(
    editor: Editor, case: Path, before: str, name: str, told: str
) -> None:
    with pytest.raises(JsonRpcException, match=told):
        editor.rename(case, before, name)


@pytest.mark.slow
def test_a_rename_is_refused_where_the_editor_renames_no_files(acme: Path, case: Path, start: Start) -> None:
    editor = start(acme, capabilities=types.ClientCapabilities())
    editor.open(case)
    with pytest.raises(JsonRpcException, match="this editor renames no files"):
        editor.rename(case, ", persist", "storage")


def test_symbols_of_a_file_and_of_all_files(editor: Editor, case: Path) -> None:
    (entity,) = editor.outline(case)
    assert entity.name.startswith("Todos 🦆 survive")
    assert [field.name for field in entity.children or []][:3] == ["id", "document_id", "test_description"]
    assert "acme/todomvc/smoke: smoke" in editor.symbols("todomvc smoke")


def test_quick_fixes_leave_a_file_that_validates(editor: Editor, acme: Path, case: Path) -> None:
    text = editor.texts[case.as_uri()]
    broken = text.replace("[smoke, persistence]", "[smoek, persistence, acme/todomvc/persistence]")
    editor.change(case, broken)
    editor.until(lambda: editor.codes(case) == ["QF401", "QF405"])
    for code in ("QF401", "QF405"):
        (fix,) = editor.fixes(case, code)
        assert fix.edit is not None
        edits = [*(fix.edit.changes or {})[case.as_uri()]]
        editor.change(case, editor.edited(editor.texts[case.as_uri()], edits))
        editor.until(partial(_is_gone, editor, case, code))
    assert editor.texts[case.as_uri()] == text
    assert qafiles.validate(acme) == ()


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_windows_line_breaks_and_byte_order_marks_move_nothing(editor: Editor, case: Path, bom: str) -> None:
    text = bom + editor.texts[case.as_uri()].replace("\n", "\r\n").replace("[smoke,", "[smoek,")
    editor.change(case, text)
    editor.until(lambda: editor.codes(case) == ["QF401"])
    assert _first(editor, case).range == types.Range(types.Position(17, 7), types.Position(17, 12))
    found = editor.hover(case, f"{bom}id: ls2")
    assert found is not None
    assert found.range is not None
    assert found.range.start.character == 4 + len(bom)


@pytest.mark.slow
def test_several_data_roots_of_one_workspace(acme: Path, tmp_path: Path, start: Start) -> None:
    other = tmp_path / "deep" / "er" / "qa"
    shutil.copytree(acme, other)
    (other / PROJECT / "tags/smoke.yaml").unlink()
    editor = start(tmp_path)
    here = PROJECT + "/test_cases/persistence/todos-survive-a-reload.yaml"
    editor.until(lambda: editor.codes(other / here) == ["QF401"])
    assert editor.codes(acme / here) == []


@pytest.mark.slow
def test_a_data_root_around_the_folder_and_one_far_from_it(
    acme: Path, case: Path, tmp_path: Path, start: Start
) -> None:
    inside = start(acme / PROJECT)
    tag = acme / PROJECT / "tags/smoke.yaml"
    tag.unlink()
    inside.on_disk(tag, kind=_DELETED)
    inside.until(lambda: inside.codes(case) == ["QF401"])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    outside = start(elsewhere)
    outside.open(case)
    outside.until(lambda: outside.codes(case) == ["QF401"])


@pytest.mark.slow
def test_without_a_data_root_the_server_is_quiet(tmp_path: Path, start: Start) -> None:
    place = tmp_path / "tags" / "smoke.yaml"
    write(tmp_path, {"tags/smoke.yaml": "id: [\n"})
    editor = start(tmp_path)
    editor.open(place)
    assert editor.hover(place, "id") is None
    assert editor.complete(place, "id: ") == []
    assert editor.symbols("smoke") == []
    assert (editor.published, editor.messages) == ([], [])
    write(tmp_path, {"qafiles.yaml": "version: 1\n", "users/ada.yaml": "id: [\n"})
    editor.on_disk(tmp_path / "qafiles.yaml", kind=types.FileChangeType.Created)
    editor.until(lambda: editor.codes(tmp_path / "users/ada.yaml") == ["QF106"])
    (tmp_path / "qafiles.yaml").unlink()
    editor.on_disk(tmp_path / "qafiles.yaml", kind=_DELETED)
    editor.until(lambda: editor.codes(tmp_path / "users/ada.yaml") == [])


def test_files_outside_the_tree_and_texts_without_a_file_have_no_findings(editor: Editor, acme: Path) -> None:
    place = acme / "notes.yaml"
    editor.open(place, "id: [\n")
    assert editor.hover(place, "id") is None
    item = types.TextDocumentItem("untitled:Untitled-1", "yaml", 1, "id: [\n")
    editor.call(lambda: editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item)))
    assert editor.symbols("persistence")
    time.sleep(0.5)
    assert editor.published == []


@pytest.mark.slow
def test_a_file_that_git_ignores_has_no_findings(tmp_path: Path, start: Start) -> None:
    root = committed(tmp_path / "repo", {"qafiles.yaml": "version: 1\n", ".gitignore": "draft.yaml\n"})
    write(root, {"users/draft.yaml": "id: [\n", "users/ada.yaml": "id: [\n"})
    editor = start(root)
    editor.open(root / "users/draft.yaml")
    editor.until(lambda: editor.codes(root / "users/ada.yaml") == ["QF106"])
    editor.change(root / "users/draft.yaml", "id: [[\n")
    assert editor.hover(root / "users/draft.yaml", "id: ") is None
    time.sleep(0.5)
    assert editor.codes(root / "users/draft.yaml") == []


@pytest.mark.slow
def test_switching_branches_is_followed(acme: Path, case: Path, start: Start) -> None:
    git(acme, "init", "-q")
    git(acme, "add", ".")
    git(acme, "commit", "-qm", "first")
    git(acme, "switch", "-qc", "other")
    git(acme, "mv", f"{PROJECT}/tags/smoke.yaml", f"{PROJECT}/tags/quick.yaml")
    git(acme, "commit", "-qm", "renamed")
    editor = start(acme)
    editor.until(lambda: editor.codes(case) == ["QF401"])
    git(acme, "switch", "-q", "main")
    # An editor may tell of one file of many.
    editor.on_disk(acme / PROJECT / "tags/smoke.yaml", kind=types.FileChangeType.Created)
    editor.until(lambda: not any(editor.diagnostics.values()))
    assert git(acme, "status", "--porcelain") == ""


def test_an_unknown_format_version_is_told_once_and_mended_in_the_editor(
    editor: Editor, acme: Path, case: Path
) -> None:
    assert editor.hover(case, "document_id: p") is not None
    settings = acme / "qafiles.yaml"
    editor.open(settings)
    editor.change(settings, "version: 2\n")
    editor.until(lambda: editor.codes(settings) == ["None"])
    assert "`version: 2`" in _first(editor, settings).message
    editor.change(settings, "version: 1\nrequires: '>=9'\nnew: 1\n")
    editor.until(lambda: "requires qafiles >=9" in _first(editor, settings).message)
    assert _first(editor, settings).range.start == types.Position(1, 10)
    editor.change(settings, "version: 1\n")
    editor.until(lambda: editor.codes(settings) == [])
    editor.close(settings)
    settings.write_text("version: 3\n")
    editor.on_disk(settings)
    editor.until(lambda: editor.codes(settings) == ["None"] or editor.messages)
    settings.write_text("version: 1\n")
    editor.on_disk(settings)
    editor.until(lambda: editor.codes(settings) == [])
    assert editor.hover(case, "document_id: p") is not None
    editor.errors.clear()


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "[" * 5000,
        "\ud800",
        "&a [*a",
        "- " * 3000,
        "tags: [\n" * 50,
        "\u2028id: x\u2028",
        "x" * 1_100_000,
    ],
)
def test_garbage_is_reported_and_survived(editor: Editor, case: Path, text: str) -> None:
    good = editor.texts[case.as_uri()]
    editor.change(case, text)
    editor.until(lambda: editor.codes(case))
    for ask in (editor.complete, editor.hover, editor.definition, editor.references):
        ask(case, "")
    editor.outline(case)
    editor.change(case, good)
    editor.until(lambda: editor.codes(case) == [])


def test_messages_that_are_no_requests_are_survived(editor: Editor, case: Path) -> None:
    stream = editor.process.stdin
    assert stream is not None
    for junk in (
        b"nonsense\r\n",
        b"Content-Length: 3\r\n\r\n{]}",
        b'Content-Length: 17\r\n\r\n{"jsonrpc":"2.0"}',
    ):
        editor.call(partial(stream.write, junk))
    assert editor.hover(case, "document_id: p") is not None
    editor.until(lambda: editor.errors)
    editor.errors.clear()


def test_what_turns_the_direction_of_writing_is_shown_as_an_escape(editor: Editor, case: Path) -> None:
    editor.change(case, editor.texts[case.as_uri()].replace("[smoke,", "[smo\u202eke,"))
    editor.until(lambda: editor.codes(case) == ["QF401"])
    assert _first(editor, case).message.startswith("no tag is called `smo\\u202eke`")


def test_the_editor_is_asked_to_watch_a_data_root_wherever_it_lies(editor: Editor, acme: Path) -> None:
    pattern = {"baseUri": acme.as_uri(), "pattern": "{organizations,users,browser_configs}/**"}
    editor.until(lambda: pattern in [watcher["globPattern"] for watcher in editor.watched])


@pytest.mark.slow
def test_the_server_writes_nothing_into_the_data_root(start: Start, acme: Path, case: Path) -> None:
    def state() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in acme.rglob("*")}

    before = state()
    editor = start(acme)
    editor.open(case)
    editor.change(case, "id: [\n")
    editor.until(lambda: editor.codes(case))
    tag = acme / PROJECT / "tags/smoke.yaml"
    editor.open(tag)
    assert editor.rename(tag, "id: ", "quick").document_changes
    editor.stop()
    assert state() == before


@pytest.mark.slow
@pytest.mark.parametrize(("way", "code"), [("politely", 0), ("at once", 1)])
def test_the_exit_code_says_whether_the_editor_shut_the_server_down(
    acme: Path,
    start: Start,
    way: str,
    code: int,
) -> None:
    assert start(acme).stop(politely=way == "politely") == code


@pytest.mark.slow
def test_an_editor_that_dies_takes_the_server_with_it(start: Start) -> None:
    editor = start()
    stream = editor.process.stdin
    assert stream is not None
    editor.call(stream.close)
    assert editor.ended() == 1


@pytest.mark.slow
def test_without_the_extra_the_command_says_how_to_install_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; from qafiles.__main__ import run; sys.exit(run(['lsp']))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (3, "")
    assert found.stderr == (
        "qafiles: the language server needs pygls: `pip install pygls` into the environment of qafiles\n"
    )


@pytest.mark.corpus
def test_a_large_real_data_root_in_an_editor(corpus: Path, tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(corpus, folder)
    snapshot = qafiles.load(folder)
    tag = max(snapshot.of_kind("tag"), key=lambda file: len(snapshot.incoming(file)))
    editor = start(folder)
    place = folder / tag.path
    editor.open(place)
    incoming = snapshot.incoming(tag)
    assert len(editor.references(place, "id: ")) == len(incoming) > 10
    user = folder / incoming[0].source.path
    editor.open(user)
    written = incoming[0].reference.value
    found = editor.definition(user, written) if editor.texts[user.as_uri()].count(written) == 1 else None
    assert found is None or found.uri == place.as_uri()
    editor.apply(editor.rename(place, "id: ", "renamed-in-an-editor"))
    # The browser config of this data root does not say its browser.
    assert [found.code for found in qafiles.validate(folder)] == ["QF614"]
    published = [item for params in editor.published for item in params.diagnostics]
    assert {item.code for item in published} <= {"QF614"}
