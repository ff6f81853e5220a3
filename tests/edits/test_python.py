from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qafiles as api
from qafiles import MemorySource, load
from qafiles.edits.edit import Edit
from qafiles.edits.plan import outcome, planned
from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.rm import remove
from qafiles.edits.proposals.set import set_fields
from qafiles.errors import EditFailedError, EditRefusedError, UnknownEntityError, UsageError
from qafiles.parsing import parse
from tests.conftest import git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, contents, head


def test_several_steps_are_planned_and_written_as_one(repository: Path) -> None:
    snapshot = load(repository)
    with api.edit(snapshot, "Split the smoke tests", commit=True) as edit:
        slow = edit.new("tag", "acme/shop/slow", {"name": "slow", "color": "red"})
        edit.move("acme/shop/smoke", "quick")
        edit.add("acme/shop/open", "tags", "slow", "quick")
        edit.set("acme/shop/open", {"url_route": "/start", "browser_configs": None})
        edit.remove("desktop")
        again = edit.new("test_case", "acme/shop/again", {"url_route": "/"}, original="acme/shop/open")
        assert edit.snapshot.find("acme/shop/open").data["tags"] == ["quick", "slow"]
        assert (repository / SMOKE).exists()
        assert edit.plan().title == "Split the smoke tests"
    assert edit.outcome is not None
    assert edit.outcome.commit is not None
    assert edit.outcome.commit.name == head(repository)
    assert git(repository, "log", "-1", "--format=%s") == "Split the smoke tests"
    after = load(repository)
    assert not [d for d in after.diagnostics if d.severity == "error"]
    assert after.by_id[str(slow.id)].handle == "acme/shop/slow"
    assert after.by_id[str(again.id)].data["tags"] == ["quick", "slow"]
    assert (
        (repository / OPEN)
        .read_text()
        .startswith("id: f2cp7rav4wo9ey1bug6sh3di\ntags: [quick, slow]\nurl_route: /start\n")
    )
    assert "acme/shop/smoke" not in {file.handle for file in after.files.values()}
    assert snapshot.find("acme/shop/smoke").path == SMOKE


def test_an_exception_leaves_everything_as_it_was(repository: Path) -> None:
    before = contents(repository)
    with pytest.raises(ZeroDivisionError), api.edit(load(repository), "x") as edit:  # noqa: PT012  # it is the end that raises
        edit.remove("acme/shop/open")
        1 / 0  # noqa: B018  # something that fails
    with pytest.raises(UnknownEntityError), api.edit(load(repository), "x") as edit:  # noqa: PT012  # it is the end that raises
        edit.remove("acme/shop/open")
        edit.remove("acme/shop/open")
    assert contents(repository) == before
    assert edit.outcome is None


def test_an_edit_in_between_may_be_invalid_but_not_its_end(repository: Path) -> None:
    with api.edit(load(repository), "in between") as edit:
        edit.set("acme/shop/open", {"tags": ["later"]})
        edit.new("tag", "acme/shop/later", {"name": "later", "color": "red"})
    before = contents(repository)
    with pytest.raises(EditRefusedError) as refused, api.edit(load(repository), "at the end") as edit:
        edit.set("acme/shop/open", {"tags": ["never"]})
    assert [d.code for d in refused.value.findings] == ["QF401"]
    assert contents(repository) == before


def test_what_others_wrote_since_the_snapshot_is_checked_and_not_overwritten(repository: Path) -> None:
    snapshot = load(repository)
    changed = "was changed since it was read"
    with pytest.raises(EditFailedError, match=changed), api.edit(snapshot, "x") as edit:  # noqa: PT012  # it is the end that raises
        edit.set("acme/shop/open", {"url_route": "/x"})
        write(repository, {OPEN: (repository / OPEN).read_text() + "# theirs\n"})
    snapshot = load(repository)
    with pytest.raises(EditRefusedError), api.edit(snapshot, "y") as edit:  # noqa: PT012  # it is the end that raises
        edit.add("acme/shop/open", "tags", "slow")
        edit.new("tag", "acme/shop/slow", {"name": "slow", "color": "red"})
        write(
            repository,
            {f"{PROJECT}/tags/other.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: slow\ncolor: red\n"},
        )
    assert not (repository / PROJECT / "tags/slow.yaml").exists()


@pytest.mark.parametrize("step", ["detach", "move"])
def test_a_file_that_was_changed_since_the_snapshot_is_not_edited_by_old_places(
    repository: Path, step: str
) -> None:
    write(repository, {OPEN: (repository / OPEN).read_text().replace("[smoke]", "[smoke, slow]")})
    write(
        repository, {SMOKE.replace("smoke", "slow"): "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: slow\ncolor: red\n"}
    )
    snapshot = load(repository)
    write(repository, {OPEN: (repository / OPEN).read_text().replace("[smoke, slow]", "[slow, smoke]")})
    before = contents(repository)
    edit = Edit(snapshot, "Old places")
    with pytest.raises(EditFailedError, match=f"{OPEN} was changed after the snapshot was loaded; load it"):
        edit.remove("acme/shop/slow", "detach") if step == "detach" else edit.move("acme/shop/slow", "late")
    assert contents(repository) == before


def test_values_of_other_types_are_other_data_to_an_edit(repository: Path) -> None:
    path = "browser_configs/desktop.yaml"
    with api.edit(load(repository), "list") as edit:
        edit.set("desktop", {"browser_config.x-list": [{"a": 1}]})
        edit.add("desktop", "browser_config.x-list", {"a": 1}, {"a": 1.0}, {"a": True})
    kept = parse((repository / path).read_bytes()).data["browser_config"]["x-list"]
    assert repr(kept) == "[{'a': 1}, {'a': 1.0}, {'a': True}]"
    snapshot = load(repository)
    write(repository, {path: (repository / path).read_text().replace("a: 1.0", "a: 1")})
    with pytest.raises(EditFailedError, match=f"{path} was changed after the snapshot was loaded"):
        Edit(snapshot, "Old data").set("desktop", {"browser_config.headless": True})


def test_a_file_made_and_removed_in_one_edit_was_never_there(repository: Path) -> None:
    before = contents(repository)
    with api.edit(load(repository), "nothing") as edit:
        edit.new("tag", "acme/shop/slow", {"name": "slow", "color": "red"})
        edit.move("acme/shop/slow", "slower")
        edit.remove("acme/shop/slower")
        edit.move("acme/shop/smoke", "quick")
        edit.move("acme/shop/quick", "smoke")
    assert edit.outcome is not None
    assert not edit.outcome.written
    assert contents(repository) == before


def test_memory_and_revisions_can_not_be_edited(repository: Path) -> None:
    for snapshot in (
        load(MemorySource({"qafiles.yaml": "version: 1\n"})),
        load(repository, "HEAD"),
        load(repository, staged=True),
    ):
        with pytest.raises(UsageError, match="in a working tree"), api.edit(snapshot, "x"):
            pass


_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)


@given(
    st.lists(st.tuples(st.sampled_from(["tag", "case", "project", "org"]), _NAMES), min_size=1, max_size=4)
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_moves_one_after_the_other_keep_every_relation(
    repository: Path, moves: list[tuple[str, str]]
) -> None:
    ids = {"tag": "e1bo6qzu3vn8dx0atf5rg2ch", "case": "f2cp7rav4wo9ey1bug6sh3di"}
    ids |= {"project": "tz4a98xxat96iws9zmbrgj3b", "org": "a7xk2mvq9rj4zt6wpb1nc8yd"}
    before = load(repository)
    now = before
    for what, name in moves:
        try:
            handle = now.by_id[ids[what]].handle
            new = "/".join([*handle.split("/")[:-1], name])
            now = planned(now, move(now, ids[what], new)).after
        except (UsageError, EditRefusedError):
            continue
    assert not [d for d in now.diagnostics if d.severity == "error"]
    for file in before.files.values():
        same = now.by_id[str(file.id)]
        targets = [
            [link.target.id if link.target else None for link in s.outgoing(f)]
            for s, f in ((before, file), (now, same))
        ]
        assert targets[0] == targets[1]


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip(" \t\r\n")
)


@given(_TEXTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_set_and_is_read_back(repository: Path, text: str) -> None:
    snapshot = load(repository)
    proposal = set_fields(snapshot, "acme/shop/open", [Assignment(("test_description",), "=", text)])
    content = proposal.changes[0].after
    assert content is not None
    assert parse(content).data["test_description"] == text
    after = outcome(snapshot, proposal)
    assert {d.code for d in after.diagnostics if d.path == OPEN and d.code.startswith(("QF1", "QF2"))} <= {
        "QF115"
    }


def test_a_removal_that_would_dangle_names_every_place(repository: Path) -> None:
    with pytest.raises(EditRefusedError) as refused:
        remove(load(repository), "acme/shop/smoke")
    assert refused.value.places == (f"{OPEN}:2: tags",)
