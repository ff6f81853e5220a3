from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qafiles as api
from qafiles.edits.plan import planned
from qafiles.edits.proposals.fix import FixPlan, fixing
from qafiles.layout import is_id
from qafiles.sources import MemorySource
from tests.conftest import git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents
from tests.rules.data_root import data_root

_SMOKE_ID = "e1bo6qzu3vn8dx0atf5rg2ch"
_BROKEN = Path(__file__).parents[2] / "examples" / "broken"
_CASE = "id: f2cp7rav4wo9ey1bug6sh3di\ntest_description: Opens\nurl_route: /\n"


def _mint() -> Iterator[str]:
    return (f"m{number:023d}" for number in count())


def _fixed(files: dict[str, str], *, by_place: bool = False) -> tuple[dict[str, str], FixPlan]:
    """Return the files after fixing, and what was mended; nothing is left for a second run."""
    root = data_root(files)
    found = fixing(api.load(MemorySource(root)), mint=_mint().__next__, by_place=by_place)
    after = {**root, **{change.path: (change.after or b"").decode() for change in found.changes}}
    again = fixing(api.load(MemorySource(after)), mint=_mint().__next__, by_place=by_place)
    assert again.changes == ()
    assert again.left == found.left
    return {path: text for path, text in after.items() if text != root[path]}, found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tags: [*.example.com]", "tags: ['*.example.com']"),
        ("tags: [smoke, *.x, slow]", "tags: [smoke, '*.x', slow]"),
        ("allowed_domains:\n  - *.example.com  # all", "allowed_domains:\n  - '*.example.com'  # all"),
        ("extra_rules: {{ secret.X }} and more", "extra_rules: '{{ secret.X }} and more'"),
        ("extra_rules: @ada", "extra_rules: '@ada'"),
        ("extra_rules: `x`", "extra_rules: '`x`'"),
        ("extra_rules: #fff", "extra_rules: '#fff'"),
        ("tags: [2024]", "tags: ['2024']"),
        ("tags: [true, 1.50]", "tags: ['true', '1.50']"),
        ("extra_rules: 0x1F", "extra_rules: '0x1F'"),
        ("x-limit: .inf", "x-limit: '.inf'"),
        ("x-years: {2024: a}", "x-years: {'2024': a}"),
    ],
)
def test_text_that_needs_quotes_gets_them(before: str, after: str) -> None:
    changed, found = _fixed({OPEN: _CASE + before + "\n"})
    assert changed == {OPEN: _CASE + after + "\n"}
    assert all(mend.path == OPEN and mend.line > 3 for mend in found.fixes)


def test_a_missing_id_is_minted_at_the_top() -> None:
    changed, found = _fixed({SMOKE: "# a tag\n\nname: smoke\ncolor: teal\n"})
    assert changed == {SMOKE: f"# a tag\n\nid: {'m':0<24}\nname: smoke\ncolor: teal\n"}
    assert [mend.done for mend in found.fixes] == [f"minted the id {'m':0<24}"]


def test_quotes_and_an_id_are_mended_in_one_run() -> None:
    changed, _ = _fixed({SMOKE: "name: smoke\ncolor: #0483ac\n"})
    assert changed == {SMOKE: f"id: {'m':0<24}\nname: smoke\ncolor: '#0483ac'\n"}


def test_git_tells_which_file_is_the_copy(repository: Path, qafiles: Qafiles) -> None:
    copy = f"{PROJECT}/tags/a-copy.yaml"
    write(
        repository,
        {copy: f"id: {_SMOKE_ID}\nname: copy\ncolor: teal\n", OPEN: f"{_CASE}tags: [{_SMOKE_ID}]\n"},
    )
    result = qafiles("fix")
    assert result.code == 0
    assert f"this is a copy of {SMOKE}" in result.out
    assert f"id: {_SMOKE_ID}\n" in (repository / SMOKE).read_text()
    snapshot = api.load(repository)
    case = snapshot.find("acme/shop/open")
    assert [link.target and link.target.path for link in snapshot.outgoing(case)] == [SMOKE]
    minted = snapshot.find("acme/shop/a-copy").id
    assert minted is not None
    assert is_id(minted)
    assert minted != _SMOKE_ID


def test_without_git_the_later_path_is_taken_for_the_copy() -> None:
    copy = f"{PROJECT}/tags/a-copy.yaml"
    changed, found = _fixed({copy: f"id: {_SMOKE_ID}\nname: copy\ncolor: teal\n"})
    assert [*changed] == [SMOKE]
    assert found.fixes[0].done.endswith(f"taken for a copy of {copy}, whose path comes first")


def test_all_copies_of_a_folder_get_ids_of_their_own(repository: Path, qafiles: Qafiles) -> None:
    for name in ("smoke", "b", "c"):
        write(repository, {f"{PROJECT}/tags/{name}.yaml": f"id: {_SMOKE_ID}\nname: {name}\ncolor: teal\n"})
    assert qafiles("fix").code == 0
    assert len({file.id for file in api.load(repository).of_kind("tag")}) == 3
    assert api.load(repository).find("acme/shop/smoke").id == _SMOKE_ID


def test_an_entry_that_a_list_repeats_is_taken_out() -> None:
    changed, _ = _fixed({OPEN: f"{_CASE}tags:\n  - smoke\n  - {_SMOKE_ID}  # smoke\n  - acme/shop/smoke\n"})
    assert changed == {OPEN: f"{_CASE}tags:\n  - smoke\n"}


@pytest.mark.parametrize(
    ("comment", "after"),
    [
        ("# fumes", "# smoke"),
        ("#fumes", "#smoke"),
        ("#   fumes", "#   smoke"),
        ("# acme/shop/fumes", "# acme/shop/smoke"),
        ("# first", "# smoke"),
        *(
            (text, text)
            for text in ("# smoke", "# acme/shop/smoke", "# the tag of quick tests", "# TODO", "")
        ),
        *((f"# {text}", f"# {text}") for text in ("flaky", "wip", "see-pr-42", "2026-01-01", "v2", "slow")),
    ],
)
@pytest.mark.parametrize("form", ["tags:\n  - {}  {}\n", "tags: [{}]  {}\n"])
def test_a_comment_that_was_the_handle_of_an_id_is_brought_up_to_date_and_no_other(
    comment: str, after: str, form: str, repository: Path
) -> None:
    names = ["smoke", "first", "fumes", "smoke"]
    for old, new in pairwise(names):
        git(repository, "mv", f"{PROJECT}/tags/{old}.yaml", f"{PROJECT}/tags/{new}.yaml")
        git(repository, "commit", "-qm", f"from {old} to {new}")
    slow = "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: slow\ncolor: red\n"
    write(repository, {OPEN: _CASE + form.format(_SMOKE_ID, comment), f"{PROJECT}/tags/slow.yaml": slow})
    found = fixing(api.load(repository))
    # Behind a bracket the comment is about the list.
    expected = _CASE + form.format(_SMOKE_ID, after if "[" not in form else comment)
    texts = {change.path: change.after for change in found.changes}
    assert texts.get(OPEN, (repository / OPEN).read_bytes()) == expected.encode()


def test_where_no_history_tells_no_comment_is_rewritten() -> None:
    assert _fixed({OPEN: f"{_CASE}tags:\n  - {_SMOKE_ID}  # fumes\n"})[0] == {}


def test_references_follow_a_renamed_file(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "mv", SMOKE, f"{PROJECT}/tags/quick.yaml")
    git(repository, "commit", "-qm", "rename")
    assert [d.fixable for d in api.validate(repository) if d.code == "QF401"] == [True]
    result = qafiles("fix")
    assert f"{OPEN}:2: `smoke` is `quick` now" in result.out
    assert result.code == 0
    assert "tags: [quick]" in (repository / OPEN).read_text()
    assert api.validate(repository) == ()


def test_by_place_fields_are_added_on_request_only() -> None:
    assert _fixed({})[0] == {}
    changed, _ = _fixed({}, by_place=True)
    assert changed[SMOKE] == (
        f"id: {_SMOKE_ID}\nname: smoke\nproject_id: tz4a98xxat96iws9zmbrgj3b  # acme/shop\ncolor: teal\n"
    )
    assert (
        "organization_id: a7xk2mvq9rj4zt6wpb1nc8yd  # acme\n"
        in changed["organizations/acme/members/ada.yaml"]
    )


def test_secrets_and_settings_are_left_alone() -> None:
    secret = f"{PROJECT}/secret_values/A.yaml"
    changed, found = _fixed(
        {secret: "secret_name: A\nversion: 2\nsecret_value: *x\n", "qafiles.yaml": "version: 1\n"}
    )
    assert changed == {}
    assert not any(d.fixable for d in found.left)


def test_everything_fixable_in_the_broken_example_is_mended_and_nothing_else(tmp_path: Path) -> None:
    files = {
        file.relative_to(_BROKEN).as_posix(): file.read_bytes()
        for file in sorted(_BROKEN.rglob("*.yaml"))
        if file.is_file() and not file.is_symlink()
    }
    write(tmp_path, files)
    before = api.load(tmp_path)
    fixable = [d for d in before.diagnostics if d.fixable]
    found = fixing(before)
    assert found.left == ()
    assert {d.path for d in fixable} == {mend.path for mend in found.fixes}
    after = planned(before, found.proposal).after
    known = {d.fingerprint for d in before.diagnostics}
    gone = known - {d.fingerprint for d in after.diagnostics}
    assert {d.fingerprint for d in fixable} <= gone


def test_what_quotes_reveal_does_not_keep_them_from_being_written() -> None:
    changed, _ = _fixed({OPEN: f"{_CASE}tags: [*.nothing]\n"})
    assert changed == {OPEN: f"{_CASE}tags: ['*.nothing']\n"}
    root = data_root(changed)
    assert [d.code for d in api.validate(MemorySource(root)) if d.path == OPEN] == ["QF401"]


def test_a_dry_run_writes_nothing(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {SMOKE: "name: smoke\ncolor: teal\n"})
    before = contents(repository)
    result = qafiles("fix", "--dry-run")
    assert result.code == 0
    assert "+id: " in result.out
    assert contents(repository) == before


def test_paths_limit_what_is_mended(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {SMOKE: "name: smoke\ncolor: teal\n", OPEN: _CASE.partition("\n")[2]})
    assert qafiles("fix", SMOKE).code == 0
    assert (repository / SMOKE).read_text().startswith("id: ")
    assert (repository / OPEN).read_text() == _CASE.partition("\n")[2]


def test_windows_line_breaks_and_byte_order_marks_stay() -> None:
    changed, _ = _fixed({SMOKE: "\ufeffname: smoke\r\ncolor: #fff\r\n"})
    assert changed == {SMOKE: f"\ufeffid: {'m':0<24}\r\nname: smoke\r\ncolor: '#fff'\r\n"}


_LINES = st.sampled_from(
    [
        "id: e1bo6qzu3vn8dx0atf5rg2ch",
        "tags: [smoke, smoke]",
        "tags: [2024]",
        "tags: [*x]",
        "tags:\n  - #x",
        "x-a: {{ b }}",
        "extra_rules: *x",
        "url_route: /",
        "url_route: 5",
        "test_description: a: b",
        "test_description: Opens",
        "x-b: .nan",
        f"document_id: {_SMOKE_ID}  # fumes",
        "project_id: acme/shop",
        "\t",
        "# c",
        "x-c: {1: 2, 1: 3}",
        "extra_rules: |\n  {{ a }}",
        "x-d: 'open",
        "x-e: [",
        "<<<<<<< HEAD",
        "---",
        "x-f: &a b",
        "? a",
        "tags: [true, *y, 'z', #w",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.lists(_LINES, max_size=7))
def test_whatever_a_file_holds_a_second_run_changes_nothing(lines: list[str]) -> None:
    changed, found = _fixed({OPEN: "\n".join(lines) + "\n"})
    assert {*changed} == {mend.path for mend in found.fixes}
    assert found.left == ()


def test_unknown_fields_get_names_of_ones_own_with_their_comments(repository: Path, qafiles: Qafiles) -> None:
    path = repository / "organizations/acme/projects/shop/tags/smoke.yaml"
    kept = path.read_text()
    path.write_text(kept + "# how bad\npriority: high  # very\n'x_owner': ada\ncolour: red\nTwo words: 1\n")
    found = qafiles("validate")
    assert "rename it to `x-priority`" in found.out
    result = qafiles("fix")
    assert result.code == 0
    assert "renamed `priority` to `x-priority`" in result.out
    text = path.read_text()
    assert text == kept + "# how bad\nx-priority: high  # very\nx-owner: ada\ncolour: red\nTwo words: 1\n"
    # A name that is there already is not written twice.
    path.write_text(text + "priority: low\n")
    assert qafiles("fix").code == 0
    assert path.read_text() == text + "priority: low\n"
