import io
import json
from pathlib import Path

import pytest

import qafiles as api
from qafiles import load
from qafiles.errors import EditRefusedError, UsageError
from tests.conftest import git
from tests.edits.conftest import OPEN, SMOKE, Qafiles, contents, head

URL = "https://conduit.test"


def test_entities_in_front_of_fields_all_get_them(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles(
        "set",
        "acme/shop/smoke",
        "open",
        "x-seen=1",
        "desktop",
        "x-seen=2",
        "--commit",
        "-m",
        "several",
    )
    assert result.code == 0
    snapshot = load(repository)
    assert snapshot.find("acme/shop/smoke").data["x-seen"] == 1
    assert snapshot.find("acme/shop/open").data["x-seen"] == 1
    assert snapshot.find("desktop").data["x-seen"] == 2
    assert git(repository, "show", "--stat", "--format=%s").count(".yaml") == 3
    assert f"committed {head(repository)}" in result.out


def test_an_entity_that_is_named_twice_gets_both_changes(repository: Path, qafiles: Qafiles) -> None:
    assert qafiles("set", "acme/shop/smoke", "x-a=1", SMOKE, "x-b=2", "color=red").code == 0
    data = load(repository).find("acme/shop/smoke").data
    assert (data["x-a"], data["x-b"], data["color"]) == (1, 2, "red")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["color=red"], "has no ENTITY in front"),
        (["open"], "nothing is assigned to `open`"),
        (["open", "name=Hello", "World"], "`World` is no assignment"),
        ([], "Name what changes"),
        (["open", "--from", "x.yaml"], "leave the other arguments out"),
        (["open", "--where", "url_route=/", "x-a=1"], "'open' is no KIND"),
        (["--where", "url_route=/"], "Name what changes"),
        (["x-b=1", "--where", "x-a=1"], "write the kind in front"),
        (["test_case", "x-b=1", "--where", "url_rout=/"], "did you mean `url_route`?"),
        (["open", "acme/shop/smoke", "color=red"], "`color` is no field of a test case"),
    ],
)
def test_arguments_that_name_no_change_say_how_to_write_it(
    repository: Path, qafiles: Qafiles, words: list[str], said: str
) -> None:
    before = contents(repository)
    result = qafiles("set", *words)
    assert result.code == 2
    assert said in result.err
    assert contents(repository) == before


def test_conditions_choose_what_is_changed_as_they_choose_what_is_listed(
    example: Path, qafiles: Qafiles
) -> None:
    listed = json.loads(
        qafiles("list", "test_case", "--where", "project=swag-labs", "--tag", "smoke", "--format", "json").out
    )
    result = qafiles("set", "test cases", "--where", "project=swag-labs", "--tag", "smoke", "x-audited=yes")
    assert result.code == 0
    marked = [f.id for f in load(example).of_kind("test_case") if f.data.get("x-audited") == "yes"]
    assert sorted(map(str, marked)) == sorted(record["id"] for record in listed)
    # Only test cases have tags, so that no kind needs to be written.
    assert qafiles("set", "--where", "x-audited=yes", "tags+=smoke", "x-audited=").code == 0
    assert not [f for f in load(example).of_kind("test_case") if "x-audited" in f.data]


@pytest.mark.usefixtures("repository")
def test_conditions_that_nothing_fits_change_nothing_and_say_so(qafiles: Qafiles) -> None:
    result = qafiles("set", "tag", "--where", "color=pink", "color=red")
    assert (result.code, result.out) == (0, "nothing to change\n")
    assert "no tag fits" in result.err


def test_an_item_that_only_some_lists_hold_is_taken_out_of_those(example: Path, qafiles: Qafiles) -> None:
    assert qafiles("set", "test_case", "--where", "project=swag-labs", "tags-=smoke").code == 0
    assert not [*load(example).incoming(load(example).find("acme/swag-labs/smoke"))]
    result = qafiles("set", "test_case", "--where", "project=swag-labs", "tags-=smoke")
    assert result.code == 2
    assert "`smoke` is not in the list" in result.err


def test_a_url_and_the_domains_that_must_go_with_it_change_in_one_command(
    example: Path, qafiles: Qafiles
) -> None:
    alone = qafiles("set", "acme/conduit", f"default_url_route={URL}")
    assert alone.code == 1
    assert "one command can change all of them" in alone.err
    both = ("acme/conduit", f"default_url_route={URL}", "test_case", "--where", "project=conduit")
    tried = qafiles("set", *both, "allowed_domains+=conduit.test", "--dry-run")
    assert tried.code == 0
    assert tried.out.count("\n+  - conduit.test") == len(
        [f for f in load(example).of_kind("test_case") if f.project == "acme/conduit"]
    )
    assert qafiles("set", *both, "allowed_domains+=conduit.test").code == 0
    assert load(example).find("acme/conduit").data["default_url_route"] == URL


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_file_of_changes_is_one_edit(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    changes = {
        "acme/shop/smoke": {"color": "red", "x-list+=": ["a", "b"]},
        OPEN: {"url_route": "/new", "tags-=": "smoke", "x-deep.er": {"a": [1]}},
    }
    text = (
        json.dumps(changes, indent="\t")
        if form == "json"
        else (
            "acme/shop/smoke:\n  color: red\n  x-list+=: [a, b]\n"
            f"{OPEN}:\n  url_route: /new\n  tags-=: smoke\n  x-deep.er: {{a: [1]}}\n"
        )
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert qafiles("set", "--from", "-").code == 0
    snapshot = load(repository)
    assert snapshot.find("acme/shop/smoke").data["color"] == "red"
    assert snapshot.find("acme/shop/smoke").data["x-list"] == ["a", "b"]
    found = snapshot.find("acme/shop/open").data
    assert (found["url_route"], found["x-deep"]) == ("/new", {"er": {"a": [1]}})
    assert "smoke" not in found.get("tags", [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "acme/shop/smoke:\n  colour: red\n",
            "changes.yaml:2:3: `colour` is no field of a tag; did you mean `color`?",
        ),
        ("acme/shop/smoke:\n  id: x\n", "changes.yaml:2:3: `id` can't be set"),
        ("acme/shop/smoke: red\n", "changes.yaml:1:1: `acme/shop/smoke` has no fields; write"),
        ("- a\n", "changes.yaml:1:1: this is no mapping of changes"),
        ("", "changes.yaml:1:1: "),
        ("a: {b: c\n", "changes.yaml:"),
        ("acme/shop/smok: {color: red}\n", "did you mean `acme/shop/smoke`?"),
    ],
)
def test_a_file_of_changes_with_a_mistake_says_where(
    repository: Path, qafiles: Qafiles, text: str, said: str
) -> None:
    (repository / "changes.yaml").write_text(text)
    before = contents(repository)
    result = qafiles("set", "--from", "changes.yaml")
    assert result.code == 2
    assert said in result.err
    assert contents(repository) == before


def test_several_entities_change_from_python(example: Path) -> None:
    snapshot = load(example)
    cases = [*api.select(snapshot, "test_case", where=["project=conduit"])]
    with pytest.raises(EditRefusedError), api.edit(snapshot, "URL alone") as edit:
        edit.set("acme/conduit", {"default_url_route": URL})
    with api.edit(snapshot, "Move conduit", commit=True) as edit:
        edit.set_each({str(case.id): {"allowed_domains+=": "conduit.test"} for case in cases})
        edit.set(cases, {"x-moved": True})
        edit.set_each({"acme/conduit": {"default_url_route": URL}, "acme/swag-labs/smoke": {"x-seen+=": "a"}})
        assert len(edit.plan().changes) == len(cases) + 2
    after = load(example)
    assert all(after.files[case.path].data["x-moved"] is True for case in cases)
    with pytest.raises(UsageError, match="did you mean `color`"), api.edit(after, "x") as edit:
        edit.set_each({"acme/swag-labs/smoke": {"colour": "red"}})


def test_a_file_that_may_fit_and_can_not_be_read_is_named(repository: Path, qafiles: Qafiles) -> None:
    (repository / OPEN).write_text("[")
    for options in (["--tag", "smoke"], ["--where", "url_route=/"], ["--grep", "start"]):
        done = qafiles("set", "test_case", *options, "x-a=1", "--format", "json")
        (note,) = json.loads(done.out)["notes"]
        assert note.startswith(f"not changed, though it may fit: 1 file can't be read: {OPEN}")
        assert f"note: {note}" in done.err
    assert (
        json.loads(qafiles("set", "tag", "--where", "color=teal", "x-a=1", "--format", "json").out)["notes"]
        == []
    )
