"""The answers themselves, without a server."""

from pathlib import Path

import pytest
from lsprotocol import types

from qafiles.diagnostics import Span
from qafiles.kinds import KIND_FACTS
from qafiles.loading.loader import load
from qafiles.lsp.completion import LIMIT, complete
from qafiles.lsp.context import placeholder_at, slot_at
from qafiles.lsp.edits import Client, Target, rename_edit
from qafiles.lsp.encoding import Encoding
from qafiles.lsp.hover import hover
from qafiles.lsp.lookups import Texts, incoming, resolve
from qafiles.lsp.markup import plain
from qafiles.lsp.navigation import definition, references, spot_at
from qafiles.lsp.positions import Document, Point
from qafiles.lsp.quick_fixes import fixes
from qafiles.lsp.rename import RenameRefusedError, rename
from qafiles.lsp.roots import root_of, roots_in
from qafiles.lsp.symbols import entities, outline
from qafiles.lsp.uris import to_path, to_uri
from qafiles.rules.check import check
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from tests.conftest import write
from tests.lsp.conftest import SEALED
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG

_SHOP = "organizations/acme/projects/shop"
_CASE = f"{_SHOP}/test_cases/checkout/pay.yaml"
_HEAD = "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: Pay\n"
_SEALED = SEALED.replace("wtz3hhilkekfkiw5uhg0sx5k", "tz4a98xxat96iws9zmbrgj3b")


def _case(text: str, **more: str) -> tuple[Snapshot, str, Document, Point]:
    """Return a data root with one more test case, and the place of the `|` in its text."""
    index = text.index("|")
    whole = text[:index] + text[index + 1 :]
    before = Document(text[:index])
    files = {
        _CASE: whole,
        f"{_SHOP}/tags/slow.yaml": "id: g3dq8sbw5xp0fz2cvh7ti4ej\nname: Slow ones\ncolor: teal\n",
        f"{_SHOP}/tags/2024.yaml": "id: h4er9tcx6yq1ga3dwi8uj5fk\nname: of the year\ncolor: teal\n",
        f"{_SHOP}/documents/checkout/cards.yaml": "id: i5fs0udy7zr2hb4exj9vk6gl\nname: Cards\ncontent: c\n",
        f"{_SHOP}/documents/about.yaml": "id: j6gt1vez8as3ic5fyk0wl7hm\nname: About\ncontent: c\n",
        ".sops.yaml": SOPS_CONFIG,
        f"{_SHOP}/secret_values/ADMIN_PASSWORD.yaml": _SEALED,
        "organizations/acme/projects/blog/tags/foreign.yaml": "id: k7hu2wfa9bt4jd6gzl1xm8in\nname: f\ncolor: teal\n",
        "organizations/acme/projects/blog/project.yaml": (
            "id: l8iv3xgb0cu5ke7ham2yn9jo\nname: Blog\ndefault_url_route: https://blog.example.com\n"
        ),
        **{name.replace("__", "/") + ".yaml": content for name, content in more.items()},
    }
    point = Point(len(before.lines), len(before.lines[-1]) + 1)
    return load(MemorySource(data_root(files))), _CASE, Document(whole), point


def _labels(text: str) -> list[str]:
    return [item.label for item in complete(*_case(text)).items]


def _completed(text: str, label: str) -> str:
    snapshot, path, document, point = _case(text)
    item = next(item for item in complete(snapshot, path, document, point).items if item.label == label)
    line = document.line(item.span.line)
    return line[: item.span.column - 1] + item.text + line[item.span.end_column - 1 :]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (f"{_HEAD}tags: [|]\n", ["2024", "slow", "smoke"]),
        (f"{_HEAD}tags: [|\n", ["2024", "slow", "smoke"]),
        (f"{_HEAD}tags: [smoke, |]\n", ["2024", "slow"]),
        (f"{_HEAD}tags: [smoke, s|]\n", ["slow"]),
        (f"{_HEAD}tags: [|, smoke, acme/shop/slow]\n", ["2024"]),
        (f"{_HEAD}tags: [smoke,\n  # not these: slow,\n  |\n]\n", ["2024", "slow"]),
        (f"{_HEAD}tags:\n  [\n    smoke,\n    sl|\n", ["slow"]),
        (f"{_HEAD}tags:\n  - |\n", ["2024", "slow", "smoke"]),
        (f"{_HEAD}tags:\n- smoke\n- |\n", ["2024", "slow"]),
        (f"{_HEAD}tags:\n  - 'sm|'\n", ["smoke"]),
        (f"{_HEAD}tags: ['slow', \"|\n", ["2024", "smoke"]),
        (f"{_HEAD}tags: year|\n", ["2024"]),
        (f"{_HEAD}tags: [e1bo6|]\n", ["smoke"]),
        (f"{_HEAD}document_id: |\n", ["checkout/cards", "about"]),
        (f"{_HEAD}document_id: ab|out # the old one\n", ["about"]),
        (f"{_HEAD}document_id:\n  ca|\n", ["checkout/cards"]),
        (f"{_HEAD}project_id: |\n", ["acme/shop"]),
        (f"{_HEAD}browser_configs: [desk|]\nurl: [", ["desktop"]),
        (f"{_HEAD}tags: [smoke] |\n", []),
        (f"{_HEAD}tags: [smoke] # [|\n", []),
        (f"{_HEAD}tags:|\n", []),
        (f"{_HEAD}document_id: x # |\n", []),
        (f"{_HEAD}name: |\n", []),
        (f"{_HEAD}ta|gs: []\n", []),
        ("|", []),
        ("- |\n", []),
        (f"{_HEAD}extra_rules: |2\n  tags: [|\n".replace("|2", "x"), []),
    ],
)
def test_completion_of_references(text: str, labels: list[str]) -> None:
    assert _labels(text) == labels


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        (f"{_HEAD}tags: [smoke, sl|ug]\n", "slow", "tags: [smoke, slow]"),
        (f"{_HEAD}tags: [sl|, smoke]\n", "slow", "tags: [slow, smoke]"),
        (f"{_HEAD}tags: ['sl|', smoke]\n", "slow", "tags: ['slow', smoke]"),
        (f"{_HEAD}tags: [|]\n", "2024", "tags: ['2024']"),
        (f"{_HEAD}tags: ['|']\n", "2024", "tags: ['2024']"),
        (f"{_HEAD}tags: sl|\n", "slow", "tags: [slow]"),
        (f"{_HEAD}tags:\n  - 🦆 |\n", "slow", ""),
        (f"{_HEAD}document_id: a|bo # why\n", "about", "document_id: about # why"),
        (
            f'{_HEAD}x: "🦆"\nextra_rules: 🦆 {{{{ |\n',
            "ADMIN_PASSWORD",
            "extra_rules: 🦆 {{ secret.ADMIN_PASSWORD }}",
        ),
        (
            f"{_HEAD}extra_rules: 'a {{{{secret.AD|}}}} b'\n",
            "ADMIN_PASSWORD",
            "extra_rules: 'a {{ secret.ADMIN_PASSWORD }} b'",
        ),
        (
            f"{_HEAD}extra_rules: >\n  a {{{{ sec| and\n",
            "ADMIN_PASSWORD",
            "  a {{ secret.ADMIN_PASSWORD }} and",
        ),
    ],
)
def test_what_completion_writes(text: str, label: str, line: str) -> None:
    if line:
        assert _completed(text, label) == line
    else:
        assert _labels(text) == []


def test_completion_in_other_kinds() -> None:
    traversal = f"{_SHOP}/test_traversals/checkout/run"
    snapshot, _, _, _ = _case(f"{_HEAD}|")
    for text, labels in {
        "test_case_id: ": ["checkout/pay", "open"],
        "secret_values: [": ["ADMIN_PASSWORD"],
        "browser_config_id: ": ["desktop"],
    }.items():
        found = complete(snapshot, f"{traversal}.yaml", Document(text), Point(1, len(text) + 1))
        assert [item.label for item in found.items] == labels
    found = complete(snapshot, "organizations/acme/members/bob.yaml", Document("user_id: "), Point(1, 10))
    assert [item.label for item in found.items] == ["ada"]
    secret = complete(snapshot, f"{_SHOP}/secret_values/X.yaml", Document("project_id: "), Point(1, 13))
    assert [item.text for item in secret.items] == ["tz4a98xxat96iws9zmbrgj3b"]
    assert complete(snapshot, "README.yaml", Document("user_id: "), Point(1, 10)).items == ()


def test_a_browser_config_is_offered_the_secrets_of_the_projects_that_use_it() -> None:
    text = "id: h4dy9cn2btm7rz5jx3w8qk1v\nbrowser_config:\n  userAgent: '{{ "
    snapshot, _, _, _ = _case(f"{_HEAD}|")
    point = Point(3, 18)
    found = complete(snapshot, "browser_configs/desktop.yaml", Document(text), point)
    assert [item.label for item in found.items] == ["ADMIN_PASSWORD"]
    assert complete(snapshot, "browser_configs/unused.yaml", Document(text), point).items == ()


def test_a_secret_that_a_browser_config_names_is_the_one_of_the_snapshot() -> None:
    # As paths, `shop-2/secret_values` goes before `shop/secret_values`; as handles, `shop` goes first.
    other = _SHOP + "-2"
    named = "id: h4dy9cn2btm7rz5jx3w8qk1v\nbrowser_config:\n  userAgent: '{{ secret.PIN }}'\n"
    case = "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\nbrowser_configs: [desktop]\ntest_description: Pay\n"
    files = {
        "browser_configs/desktop.yaml": named,
        f"{other}/project.yaml": "id: m9jw4yhc1dv6lf8ibn3zo0kp\nname: Two\ndefault_url_route: https://b.example.com\n",
        f"{other}/test_cases/pay.yaml": case,
        **{f"{place}/secret_values/PIN.yaml": "secret_name: PIN\n" for place in (_SHOP, other)},
    }
    snapshot = load(MemorySource(data_root(files)))
    (link,) = snapshot.outgoing(snapshot.files["browser_configs/desktop.yaml"])
    assert link.target is not None
    assert link.target.handle == "acme/shop/PIN"
    assert resolve(snapshot, link.reference) is link.target


def test_a_long_answer_says_that_there_is_more() -> None:
    tags = {
        f"{_SHOP}__tags__t{n}".replace("/", "__"): f"id: {'a' * 20}{n:04d}\nname: t{n}\ncolor: teal\n"
        for n in range(LIMIT + 5)
    }
    snapshot, path, document, point = _case(f"{_HEAD}tags: [|]\n", **tags)
    found = complete(snapshot, path, document, point)
    assert (len(found.items), found.complete) == (LIMIT, False)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("tags: [smo|ke]\n", ["**tag** smoke", "`acme/shop/smoke`", "project `acme/shop` (Shop)"]),
        (
            "tags: [sm|oek]\n",
            ["**no tag is called** `smoek`", "of the project `acme/shop`", "did you mean `smoke`?"],
        ),
        ("tags: [smo|ke\n", ["**tag** smoke"]),
        ("tags: [sm|oek\n", ["**no tag is called** `smoek`"]),
        ("document_id: zzzzzzzzzzzzzzzz|zzzzzzz1\n", ["**no entity has this id**"]),
        ("document_id: e1bo6qzu3vn8dx|0atf5rg2ch\n", ["**tag** smoke", "but `document_id` names a document"]),
        ("extra_rules: a {{ secret.ADMIN|_PASSWORD }}\n", ["**secret** ADMIN\\_PASSWORD", "version 3"]),
        (
            "extra_rules: a {{ secret.ADMI|_PASSWORD }}\n",
            ["**no secret is called**", "did you mean `ADMIN_PASSWORD`?"],
        ),
        ("extra_rules: a {{ secret.ADMIN|_PASSWORD }}\ntags: [", ["**secret** ADMIN\\_PASSWORD"]),
        ("browser_configs: [desk|top]\n", ["**browser config** desktop"]),
    ],
)
def test_hover(before: str, told: list[str]) -> None:
    found = hover(*_case(_HEAD + before))
    assert found is not None
    for part in told:
        assert part in found.text
    assert "ENC[" not in found.text


_ENVIRONMENTS = {
    "qafiles": "version: 1\nenvironments:\n  staging: {secret_suffix: _STAGING}\n  preview: {secret_suffix: _PREVIEW}\n",
    f"{_SHOP}/secret_values/ADMIN_PASSWORD_STAGING": "secret_name: ADMIN_PASSWORD_STAGING\n",
    f"{_SHOP}/secret_values/API_STAGING": "secret_name: API_STAGING\n",
}


def test_hover_on_a_placeholder_says_which_secret_each_environment_takes() -> None:
    snapshot, path, document, point = _case(
        f"{_HEAD}extra_rules: a {{{{ secret.ADMIN|_PASSWORD }}}}\n", **_ENVIRONMENTS
    )
    found = hover(snapshot, path, document, point)
    assert found is not None
    assert "in `staging` `ADMIN_PASSWORD_STAGING`  \n" in found.text
    assert "in `preview` `ADMIN_PASSWORD_PREVIEW`, which is missing  \n" in found.text


def test_a_placeholder_is_offered_plain_names_alone() -> None:
    snapshot, path, document, point = _case(f"{_HEAD}extra_rules: 'a {{{{ secret.|'\n", **_ENVIRONMENTS)
    # What no plain name means can only be named itself.
    assert [item.label for item in complete(snapshot, path, document, point).items] == [
        "ADMIN_PASSWORD",
        "API_STAGING",
    ]


def test_hover_shows_what_files_say_as_plain_text() -> None:
    hostile = '"[click](command:evil) <img> `x` \\u202e\\x07"'
    snapshot, path, document, point = _case(
        f"{_HEAD}tags: [e|vil]\n",
        **{f"{_SHOP}/tags/evil".replace("/", "__"): f"id: {'b' * 24}\nname: {hostile}\ncolor: teal\n"},
    )
    found = hover(snapshot, path, document, point)
    assert found is not None
    assert r"\[click\]\(command:evil\) \<img\> \`x\`" in found.text
    assert "\u202e" not in found.text
    assert plain("a\nb" + "c" * 300).endswith("…")


def test_definition_and_references_of_what_stands_at_a_place() -> None:
    snapshot, path, document, point = _case(f"{_HEAD}tags: [slow, acme/shop/smo|ke]\n")
    spot = spot_at(snapshot, path, document, point)
    assert spot is not None
    texts = Texts(snapshot)
    target = definition(snapshot, spot, texts)
    assert target == (f"{_SHOP}/tags/smoke.yaml", Span(1, 5, 1, 29))
    found = references(snapshot, spot, texts)
    assert [(item.path, document.slice(item.span)) for item in found if item.path == path] == [
        (path, "acme/shop/smoke")
    ]
    assert [item.path for item in found] == [path, f"{_SHOP}/test_cases/open.yaml"]


def test_references_are_those_that_the_snapshot_knows() -> None:
    snapshot, _, _, _ = _case(f"{_HEAD}tags: [smoke]\nextra_rules: a {{{{ secret.ADMIN_PASSWORD }}}}|\n")
    for file in snapshot.files.values():
        assert [*incoming(snapshot, file)] == [link.reference for link in snapshot.incoming(file)]


def test_names_inside_quotes_and_escapes_are_found_where_they_stand() -> None:
    snapshot, path, document, point = _case(f'{_HEAD}tags: [ "smo|\\x6be" ] # smoke\n')
    spot = spot_at(snapshot, path, document, point)
    assert spot is not None
    assert spot.span == Span(4, 10, 4, 18)
    renaming = rename(snapshot, spot, "quick", Texts(snapshot))
    assert [(edit.path, edit.span, edit.text) for edit in renaming.edits] == [
        (path, Span(4, 10, 4, 18), "quick"),
        (f"{_SHOP}/test_cases/open.yaml", Span(2, 8, 2, 13), "quick"),
    ]


def test_a_rename_changes_the_last_part_alone_and_quotes_what_yaml_would_misread() -> None:
    snapshot, path, document, point = _case(f"{_HEAD}tags: [acme/shop/smo|ke, 'slow']\n")
    renaming = rename(snapshot, spot_at(snapshot, path, document, point), "7", Texts(snapshot))
    assert [(edit.span.column, edit.span.end_column, edit.text) for edit in renaming.edits] == [
        (18, 23, "7"),
        (8, 13, "'7'"),
    ]
    assert (renaming.old_path, renaming.new_path) == (f"{_SHOP}/tags/smoke.yaml", f"{_SHOP}/tags/7.yaml")
    same = rename(snapshot, spot_at(snapshot, path, document, point), "smoke", Texts(snapshot))
    assert (same.edits, same.old_path) == ((), same.new_path)


def test_nothing_is_renamed_where_nothing_is_called_so() -> None:
    snapshot, path, document, point = _case(f"{_HEAD}tags: [smo|ek]\n")
    with pytest.raises(RenameRefusedError, match="nothing is called `smoek`"):
        rename(snapshot, spot_at(snapshot, path, document, point), "x", Texts(snapshot))


@pytest.mark.parametrize(
    ("line", "code", "mended"),
    [
        ("tags: [smoek]", "QF401", "tags: [smoke]"),
        ("tags: ['smoek']", "QF401", "tags: ['smoke']"),
        ("tags: [2023]", "QF203", "tags: ['2023']"),
        ("tags: [1.10]", "QF203", "tags: ['1.10']"),
        ("tags: smoke", "QF203", "tags: [smoke]"),
        ("tgas: [smoke]", "QF202", "tags: [smoke]"),
        ("tags: [smoke, slow, acme/shop/smoke]", "QF405", "tags: [smoke, slow]"),
        ("tags: [smoke, smoke, slow]", "QF405", "tags: [smoke, slow]"),
        ("tags:\n  - smoke\n  - smoke\n  - slow", "QF405", "tags:\n  - smoke\n  - slow"),
        ("tags:\n  - smoke\n  - smoke", "QF405", "tags:\n  - smoke"),
        ("allowed_domains:\n  - *.example.com", "QF117", "allowed_domains:\n  - '*.example.com'"),
        ("allowed_domains: [*.example.com, a.com]", "QF117", "allowed_domains: ['*.example.com', a.com]"),
        ("extra_rules: {{ secret.ADMIN_PASSWORD }}", "QF117", "extra_rules: '{{ secret.ADMIN_PASSWORD }}'"),
        ("extra_rules: @home # c", "QF117", "extra_rules: '@home' # c"),
        ("extra_rules: #1 first", "QF117", "extra_rules: '#1 first'"),
        ("created_at: '2026-03-01'", "QF204", "created_at: '2026-03-01T00:00:00Z'"),
        (
            "extra_rules: a {{ secret.ADMIN_PASSWRD }} b",
            "QF406",
            "extra_rules: a {{ secret.ADMIN_PASSWORD }} b",
        ),
        ("1: one", "QF114", "'1': one"),
    ],
)
def test_quick_fixes(line: str, code: str, mended: str) -> None:
    snapshot, path, document, _ = _case(f"{_HEAD}{line}\n|")
    found = [item for item in check(snapshot).diagnostics if item.path == path]
    everywhere = Span(1, 1, len(document.lines), 1)
    (fix,) = [fix for fix in fixes(document, found, everywhere) if fix.diagnostic.code == code]
    assert _edited(document, fix.span, fix.text) == f"{_HEAD}{mended}\n"
    assert [*fixes(document, found, Span(1, 1, 1, 2))] == []


def _edited(document: Document, span: Span, text: str) -> str:
    before = [*document.lines[: span.line - 1], document.line(span.line)[: span.column - 1]]
    after = [document.line(span.end_line)[span.end_column - 1 :], *document.lines[span.end_line :]]
    return "\n".join(before) + text + "\n".join(after)


def test_a_copy_gets_an_id_of_its_own_and_a_file_without_one_its_first() -> None:
    snapshot, path, document, _ = _case(
        f"{_HEAD.replace('q1w2e3r4t5y6u7i8o9p0a1s2', 'f2cp7rav4wo9ey1bug6sh3di')}|"
    )
    found = check(snapshot).diagnostics
    place = next(item.path for item in found if item.code == "QF301")
    shown = Texts(snapshot).document(place)
    (fix,) = [
        fix
        for fix in fixes(shown, [item for item in found if item.path == place], Span(1, 1, 9, 1))
        if not fix.preferred
    ]
    assert len(fix.text) == 24
    assert shown.slice(fix.span) == "f2cp7rav4wo9ey1bug6sh3di"
    snapshot, path, document, _ = _case("url_route: /\ntest_description: Pay|\n")
    found = tuple(item for item in check(snapshot).diagnostics if item.path == path)
    (fix,) = fixes(document, found, Span(1, 1, 1, 1))
    text = _edited(document, fix.span, fix.text)
    assert [item for item in check(_case(f"{text}|")[0]).diagnostics if item.path == path] == []


def test_outlines_hide_secrets_and_need_no_yaml() -> None:
    snapshot, _, _, _ = _case(f"{_HEAD}|")
    path = f"{_SHOP}/secret_values/ADMIN_PASSWORD.yaml"
    found = outline(snapshot, path, Texts(snapshot).document(path))
    assert found is not None
    assert (found.title, found.detail) == ("ADMIN_PASSWORD", "secret acme/shop/ADMIN_PASSWORD")
    assert {field.name: field.detail for field in found.fields}["secret_value"] == ""
    snapshot, path, document, _ = _case(f"{_HEAD}tags: [\nextra_rules: |")
    found = outline(snapshot, path, document)
    assert found is not None
    assert [field.name for field in found.fields] == [
        "id",
        "url_route",
        "test_description",
        "tags",
        "extra_rules",
    ]
    assert outline(snapshot, "README.yaml", document) is None


def test_entities_are_found_by_all_words_of_a_query() -> None:
    snapshot, _, _, _ = _case(f"{_HEAD}|")
    assert [file.handle for file in entities(snapshot, "tag year")] == ["acme/shop/2024"]
    assert len(entities(snapshot, "")) == len(snapshot.files)
    assert entities(snapshot, "nothing at all") == []


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 7), ("utf-16", 4), ("utf-32", 3)])
def test_positions_in_each_encoding(encoding: Encoding, units: int) -> None:
    document = Document("a\r\né🦆 x\ry", encoding)
    assert document.lines == ["a", "é🦆 x", "y"]
    assert document.units(2, 4) == (1, units)
    assert document.point(1, units) == Point(2, 4)
    assert document.point(1, 999) == Point(2, 5)
    assert document.point(99, 0) == Point(3, 2)
    assert document.point(-1, 5) == Point(1, 1)


def test_a_byte_order_mark_counts_for_the_editor_alone() -> None:
    document = Document("\ufeffid: x\nname: y")
    assert document.units(1, 1) == (0, 1)
    assert document.units(2, 1) == (1, 0)
    assert document.point(0, 0) == document.point(0, 1) == Point(1, 1)
    assert document.slice(Span(1, 5, 2, 5)) == "x\nname"


@pytest.mark.parametrize(
    "text", ["", "[", "tags: [", 'tags: ["', "{{", "tags:\n  - ", "\ud800: [", "\t- x", "a: {{ b"]
)
def test_no_text_is_too_odd(text: str) -> None:
    document = Document(text)
    snapshot, path, _, _ = _case(f"{_HEAD}|")
    for line in range(1, len(document.lines) + 1):
        for column in range(1, len(document.line(line)) + 2):
            point = Point(line, column)
            slot_at(document, point, KIND_FACTS["test_case"].references)
            placeholder_at(document, point, "test_case")
            hover(snapshot, path, document, point)
            complete(snapshot, path, document, point)


@pytest.mark.parametrize("name", ["a b", "ä", "100%", "a;b", "a#b", "a?b", "é\udcff"])
def test_paths_survive_as_uris(tmp_path: Path, name: str) -> None:
    assert to_path(to_uri(tmp_path / name)) == tmp_path / name


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "http://a/b", "file:", "nonsense", "file://[", "file:///a%00b"]
)
def test_what_is_no_file_has_no_path(uri: str) -> None:
    assert to_path(uri) is None


def test_data_roots_are_found_around_a_folder_or_below_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/qafiles.yaml": "",
            "a/inner/qafiles.yaml": "",
            "b/c/qafiles.yaml": "",
            "node_modules/d/qafiles.yaml": "",
            ".hidden/qafiles.yaml": "",
        },
    )
    assert roots_in(tmp_path) == [tmp_path / "a", tmp_path / "b/c"]
    assert roots_in(tmp_path / "a/inner") == [tmp_path / "a"]
    assert root_of(tmp_path / "a/inner/users/x.yaml") == tmp_path / "a"
    assert root_of(tmp_path / "x.yaml") is None


_RENAME = types.ResourceOperationKind.Rename
_CREATE = types.ResourceOperationKind.Create


def _client(
    operations: list[types.ResourceOperationKind] | None, name: str = "", version: str = ""
) -> Client:
    edit = types.WorkspaceEditClientCapabilities(resource_operations=operations)
    workspace = types.WorkspaceClientCapabilities(workspace_edit=edit)
    return Client(types.ClientCapabilities(workspace=workspace), types.ClientInfo(name, version))


def _renamed(text: str, name: str, client: Client) -> types.WorkspaceEdit:
    snapshot, path, document, point = _case(text)
    texts = Texts(snapshot)
    renaming = rename(snapshot, spot_at(snapshot, path, document, point), name, texts)
    target = Target(texts.document, lambda path: f"file:///{path}", lambda _: None)
    return rename_edit(renaming, target, client)


@pytest.mark.parametrize(
    "client",
    [
        _client([_RENAME]),
        _client([_CREATE, _RENAME], "Neovim", "0.7.2"),
        _client([_RENAME], "Neovim", "0.11.4+v0.11.4"),
    ],
)
def test_an_editor_that_renames_files_is_asked_to_whatever_else_it_names(client: Client) -> None:
    *texts, last = _renamed(f"{_HEAD}tags: [sl|ow]\n", "quick", client).document_changes or []
    assert isinstance(last, types.RenameFile)
    assert last.new_uri == f"file:///{_SHOP}/tags/quick.yaml"
    assert len(texts) == 1


@pytest.mark.parametrize(
    "client",
    [
        _client(None),
        _client([_CREATE]),
        Client(types.ClientCapabilities(), None),
    ],
)
def test_where_an_editor_renames_no_files_the_command_that_does_it_is_said(client: Client) -> None:
    with pytest.raises(
        RenameRefusedError, match=r"run `qafiles mv tag:acme/shop/slow acme/shop/quick`"
    ) as told:
        _renamed(f"{_HEAD}tags: [sl|ow]\n", "quick", client)
    assert "renames no files" in str(told.value)


@pytest.mark.parametrize(("version", "refused"), [("0.7.2", True), ("0.9.0", False), ("0.11.4", False)])
def test_an_old_neovim_is_not_asked_to_rename_a_folder(version: str, *, refused: bool) -> None:
    text = f"{_HEAD}project_id: acme/sh|op\n"
    if refused:
        with pytest.raises(
            RenameRefusedError, match=r"no folders .*`qafiles mv project:acme/shop acme/store`"
        ):
            _renamed(text, "store", _client([_RENAME], "Neovim", version))
    else:
        changes = _renamed(text, "store", _client([_RENAME], "Neovim", version)).document_changes or []
        assert isinstance(changes[-1], types.RenameFile)
