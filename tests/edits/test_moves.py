import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from qafiles import load
from qafiles.edits.plan import planned
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.rm import remove
from qafiles.edits.writing.transaction import transact
from qafiles.errors import EditRefusedError, UnknownEntityError, UsageError
from qafiles.layout import KINDS
from qafiles.loading.renewal import with_texts
from qafiles.snapshot import EntityFile, Snapshot
from tests.conftest import git, samples, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents

_ORG = "organizations/acme"


def _errors(root: Path) -> list[str]:
    return [d.fingerprint for d in load(root).diagnostics if d.severity == "error"]


def _sample(snapshot: Snapshot, number: int) -> list[EntityFile]:
    """Return entities of every kind, those that much refers to among them."""
    pick = random.Random(4)  # noqa: S311  # a sample, no secret
    files = [file for file in snapshot.files.values() if file.kind != "secret_value"]
    chosen = {
        file.path: file for kind in KINDS for file in snapshot.of_kind(kind)[:1] if kind != "secret_value"
    }
    used = sorted(files, key=lambda file: -len(snapshot.incoming(file)))[: number // 3]
    for file in [*used, *pick.sample(files, len(files))]:
        if len(chosen) < number:
            chosen[file.path] = file
    return [*chosen.values()]


def _renamed(file: EntityFile) -> str:
    return file.handle + "-x2"


def _lines_differ_only_in(before: bytes, after: bytes, old: str, new: str) -> bool:
    """Return whether two texts have the same lines, but for those in which one name stands for another."""
    one, other = before.split(b"\n"), after.split(b"\n")
    return len(one) == len(other) and all(
        a == b or a.replace(old.encode(), new.encode()) == b for a, b in zip(one, other, strict=True)
    )


def _check_moves(root: Path, files: Iterable[EntityFile]) -> None:
    start = contents(root)
    for file in files:
        new = _renamed(file)
        there = transact(root, lambda s, f=file, n=new: move(s, f.path, n)).plan  # type: ignore[misc]
        now = contents(root)
        moved = dict(there.proposal.moves)
        assert {moved.get(path, path) for path in now} == {*start}
        last, last_new = file.handle.rpartition("/")[2], new.rpartition("/")[2]
        for path, text in now.items():
            old = start[moved.get(path, path)]
            assert text == old or _lines_differ_only_in(old, text, last, last_new), path
        moved_path = next(n for n, o in moved.items() if o == file.path)
        transact(root, lambda s, p=moved_path, f=file: move(s, p, f.handle))  # type: ignore[misc]
        assert contents(root) == start


@pytest.mark.slow
def test_a_move_changes_references_alone_and_its_inverse_restores_every_byte(example: Path) -> None:
    snapshot = load(example)
    _check_moves(example, _sample(snapshot, 12))
    assert git(example, "status", "--short") == ""


@pytest.mark.slow
def test_every_entity_of_the_example_can_be_renamed_and_removed_in_memory(example: Path) -> None:
    before = load(example)
    ids = {file.id for file in before.files.values()}
    for file in _sample(before, 60):
        plan = planned(before, move(before, file.path, _renamed(file)))
        assert {f.id for f in plan.after.files.values()} == ids
        assert [d for d in plan.after.diagnostics if d.severity == "error"] == []
        gone = planned(before, remove(before, file.path, "cascade")).after
        assert file.id not in gone.by_id
        assert [d for d in gone.diagnostics if d.severity == "error"] == []
    assert git(example, "status", "--short") == ""


@pytest.mark.slow
@pytest.mark.corpus
def test_entities_of_the_corpus_are_renamed_back_and_removed(corpus: Path, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(corpus, root)
    before = load(root)
    known = {d.fingerprint for d in before.diagnostics}
    start = contents(root)
    for file in _sample(before, samples(300, 3)):
        plan = planned(before, move(before, file.path, _renamed(file)))
        texts = {change.path: change.after for change in plan.changes}
        moved = plan.proposal.moves
        last, new = file.handle.rpartition("/")[2], _renamed(file).rpartition("/")[2]
        for path, text in texts.items():
            if text is not None:
                assert _lines_differ_only_in(start[moved.get(path, path)], text, last, new)
        inverse = move(plan.after, str(file.id), file.handle)
        back, _ = with_texts(plan.after, {change.path: change.after for change in inverse.changes})
        for path in {*texts, *moved.values()} & {*back.entries}:
            (content,) = back.source.read([back.entries[path]])
            assert content == start[path]
        assert {*back.files} == {*before.files}
        gone = planned(before, remove(before, file.path, "cascade")).after
        assert not {d.fingerprint for d in gone.diagnostics if d.severity == "error"} - known
    _check_moves(root, _sample(before, 20)[-samples(20, 1) :])
    assert contents(root) == start


def test_references_follow_in_the_form_that_they_have(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {
            f"{PROJECT}/test_cases/all.yaml": "id: a2cp7rav4wo9ey1bug6sh3di\nurl_route: /\ntest_description: x\n"
            'tags: ["acme/shop/smoke"]  # acme/shop/smoke is text\n',
            f"{PROJECT}/test_cases/ids.yaml": "id: b2cp7rav4wo9ey1bug6sh3di\nurl_route: /\ntest_description: smoke\n"
            "tags:\n  - e1bo6qzu3vn8dx0atf5rg2ch  # smoke\n",
            f"{PROJECT}/test_cases/full.yaml": "id: c2cp7rav4wo9ey1bug6sh3di\nurl_route: /\ntest_description: smoke\n"
            "tags:\n  - e1bo6qzu3vn8dx0atf5rg2ch #acme/shop/smoke\n",
        },
    )
    assert qafiles("mv", "acme/shop/smoke", "quick").code == 0
    cases = repository / PROJECT / "test_cases"
    assert 'tags: ["acme/shop/quick"]  # acme/shop/smoke is text\n' in (cases / "all.yaml").read_text()
    assert "  - e1bo6qzu3vn8dx0atf5rg2ch  # quick\n" in (cases / "ids.yaml").read_text()
    assert "  - e1bo6qzu3vn8dx0atf5rg2ch #acme/shop/quick\n" in (cases / "full.yaml").read_text()
    assert "test_description: smoke\n" in (cases / "ids.yaml").read_text()
    assert _errors(repository) == []


def test_a_project_moves_with_all_that_lies_in_it(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {
            f"{PROJECT}/notes.txt": b"\xff\x00 binary",
            f"{PROJECT}/test_cases/all.yaml": "id: a2cp7rav4wo9ey1bug6sh3di\nurl_route: /\ntest_description: x\n"
            "project_id: acme/shop\ntags: [acme/shop/smoke, tz4a98xxat96iws9zmbrgj3b]\n".replace(
                ", tz4a98xxat96iws9zmbrgj3b", ""
            ),
            f"{PROJECT}/test_traversals/r1/open.yaml": "id: d2cp7rav4wo9ey1bug6sh3di\ntest_case_id: acme/shop/open\n",
        },
    )
    before = contents(repository)
    assert qafiles("mv", "acme/shop", "acme/web").code == 0
    now = contents(repository)
    assert not (repository / PROJECT).exists()
    assert now[f"{_ORG}/projects/web/notes.txt"] == b"\xff\x00 binary"
    text = now[f"{_ORG}/projects/web/test_cases/all.yaml"].decode()
    assert "project_id: acme/web\ntags: [acme/web/smoke]\n" in text
    assert now[f"{_ORG}/projects/web/test_cases/open.yaml"] == before[OPEN]
    assert _errors(repository) == []
    assert qafiles("mv", "acme", "acme2").code == 0
    assert _errors(repository) == []
    assert qafiles("mv", "acme2", "acme").code == 0
    assert qafiles("mv", "acme/web", "acme/shop").code == 0
    assert contents(repository) == before


@pytest.mark.parametrize(
    ("entity", "name", "path"),
    [
        ("project:shop", "store", f"{_ORG}/projects/store/project.yaml"),
        ("member:acme/ada", "lovelace", f"{_ORG}/members/lovelace.yaml"),
    ],
)
def test_a_new_name_alone_keeps_the_organization(
    repository: Path, qafiles: Qafiles, entity: str, name: str, path: str
) -> None:
    assert qafiles("-C", repository, "mv", entity, name).code == 0
    assert (repository / path).is_file()


def test_a_suite_is_moved_by_its_folder(example: Path, qafiles: Qafiles) -> None:
    before = contents(example)
    result = qafiles("mv", "acme/swag-labs/login/", "sign-in/")
    assert (result.code, "names more than one suite: `test_case:acme/" in result.err) == (2, True)
    result = qafiles("mv", "test_case:acme/swag-labs/login/", "sign-in/")
    assert result.code == 0, result.err
    assert _errors(example) == []
    cases = example / "organizations/acme/projects/swag-labs/test_cases"
    assert not (cases / "login").exists()
    assert (cases / "sign-in/standard-user-logs-in.yaml").is_file()
    assert qafiles("mv", "test_case:acme/swag-labs/sign-in/", "acme/swag-labs/login").code == 0
    assert contents(example) == before
    result = qafiles("mv", "acme/swag-labs/nope/", "x/")
    assert (result.code, "no suite is called" in result.err) == (2, True)
    result = qafiles("mv", "test_case:acme/swag-labs/login/", "login/deeper/")
    assert (result.code, "can't be moved into itself" in result.err) == (2, True)


def test_a_move_to_another_project_follows_with_full_handles_or_is_refused(
    repository: Path, qafiles: Qafiles
) -> None:
    web = f"{_ORG}/projects/web"
    write(
        repository,
        {
            f"{web}/project.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: Web\ndefault_url_route: https://w.example.com\n",
            f"{PROJECT}/documents/guide.yaml": "id: n3kq8w3xj5zr7mtb2nc9yd4h\nname: Guide\n"
            "project_id: tz4a98xxat96iws9zmbrgj3b\ncontent: text\n",
        },
    )
    result = qafiles("mv", "acme/shop/smoke", "acme/web/smoke")
    assert (result.code, "QF4" in result.err) == (1, True)
    assert (repository / SMOKE).exists()
    assert qafiles("mv", "acme/shop/guide", "acme/web/guide").code == 0
    assert "project_id: m3kq8w3xj5zr7mtb2nc9yd4h\n" in (repository / web / "documents/guide.yaml").read_text()
    assert _errors(repository) == []


def test_a_new_handle_that_would_capture_a_reference_is_refused(repository: Path, qafiles: Qafiles) -> None:
    # In acme/shop, `acme/web/x` means the test case of another project, until the own project has a suite acme/web.
    write(
        repository,
        {
            f"{PROJECT}/test_traversals/one.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\ntest_case_id: acme/shop/open\n",
        },
    )
    result = qafiles("new", "test_case", "acme/shop/acme/shop/open", "url_route=/", "test_description=x")
    assert (result.code, "mean another entity than acme/shop/open" in result.err) == (1, True)


def test_a_reference_whose_new_text_would_mean_another_entity_becomes_an_id(
    repository: Path, qafiles: Qafiles
) -> None:
    web = f"{_ORG}/projects/web"
    run = f"{PROJECT}/test_traversals/one.yaml"
    case = "url_route: /\ntest_description: x\n"
    write(
        repository,
        {
            f"{web}/project.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: Web\ndefault_url_route: https://w.example.com\n",
            f"{PROJECT}/test_cases/acme/shop/new.yaml": "id: n3kq8w3xj5zr7mtb2nc9yd4h\n" + case,
            run: "id: p3kq8w3xj5zr7mtb2nc9yd4h\ntest_case_id: acme/shop/open\n",
        },
    )
    assert qafiles("mv", "acme/shop/open", "acme/shop/new").code == 0
    assert "test_case_id: f2cp7rav4wo9ey1bug6sh3di\n" in (repository / run).read_text()
    assert _errors(repository) == []


@pytest.mark.parametrize(
    ("entity", "handle", "error", "words"),
    [
        ("acme/shop/smoke", "acme/shop/a/b", UsageError, "is no handle of a tag"),
        ("acme/shop/smoke", "con", UsageError, "device name"),
        ("acme/shop/open", "e1bo6qzu3vn8dx0atf5rg2ch", UsageError, "shaped like an id"),
        ("acme/shop/nope", "x", UnknownEntityError, "no entity is called"),
        ("acme/shop", "acme/taken", EditRefusedError, "is there already"),
        ("ada", "bob", EditRefusedError, "is there already"),
    ],
)
def test_a_move_that_can_not_be_is_refused(
    repository: Path, entity: str, handle: str, error: type[Exception], words: str
) -> None:
    write(repository, {f"{_ORG}/projects/taken/README.md": "x", "users/bob.yaml": "id: x\n"})
    with pytest.raises(error, match=words):
        move(load(repository), entity, handle)


def test_a_secret_needs_a_key_and_a_project_with_secrets_moves_without(
    repository: Path, qafiles: Qafiles
) -> None:
    secret = b"not even legible: [\n"
    write(repository, {f"{PROJECT}/secret_values/KEY.yaml": secret})
    with pytest.raises(UsageError, match="moving it needs a key"):
        move(load(repository), "acme/shop/KEY", "acme/shop/OTHER")
    result = qafiles("mv", "acme/shop/KEY", "acme/shop/OTHER")
    assert (result.code, ".sops.yaml" in result.err) == (3, True)
    result = qafiles("set", "acme/shop/KEY", "version=2")
    assert (result.code, "`qafiles secret` writes it" in result.err) == (2, True)
    result = qafiles("mv", "acme/shop", "acme/web", "--dry-run")
    assert "rename to organizations/acme/projects/web/secret_values/KEY.yaml" in result.out
    assert "legible" not in result.out
    assert qafiles("mv", "acme/shop", "acme/web").code == 0
    assert (repository / _ORG / "projects/web/secret_values/KEY.yaml").read_bytes() == secret


def test_what_is_in_use_is_not_removed_and_the_places_are_named(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("rm", "acme/shop/smoke")
    assert (result.code, result.err.splitlines()[0]) == (1, f"{OPEN}:2: tags")
    assert (repository / SMOKE).exists()


def test_optional_references_are_taken_out_and_lines_around_them_stay(
    repository: Path, qafiles: Qafiles
) -> None:
    write(
        repository,
        {
            f"{PROJECT}/tags/slow.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: slow\ncolor: red\n",
            f"{PROJECT}/test_cases/all.yaml": "id: a2cp7rav4wo9ey1bug6sh3di\n# tags\ntags:\n  - slow\n  - acme/shop/smoke  # x\n"
            "  - m4kq8w3xj5zr7mtb2nc9yd4h\nurl_route: /\ntest_description: x\n",
            f"{PROJECT}/tags/third.yaml": "id: m4kq8w3xj5zr7mtb2nc9yd4h\nname: third\ncolor: red\n",
        },
    )
    assert qafiles("rm", "acme/shop/smoke", "--detach").code == 0
    assert (repository / PROJECT / "test_cases/all.yaml").read_text() == (
        "id: a2cp7rav4wo9ey1bug6sh3di\n# tags\ntags:\n  - slow\n"
        "  - m4kq8w3xj5zr7mtb2nc9yd4h\nurl_route: /\ntest_description: x\n"
    )
    assert "tags" not in (repository / OPEN).read_text()
    assert _errors(repository) == []


def test_required_references_stop_a_detaching_and_fall_with_a_cascade(
    repository: Path, qafiles: Qafiles
) -> None:
    run = f"{PROJECT}/test_traversals/r/one.yaml"
    write(repository, {run: "id: m3kq8w3xj5zr7mtb2nc9yd4h\ntest_case_id: open\n"})
    result = qafiles("rm", "acme/shop/open", "--detach")
    assert (result.code, f"{run}:2: test_case_id" in result.err) == (1, True)
    assert "`--cascade` removes the entities" in result.err
    assert qafiles("rm", "acme/shop/open", "--cascade", "--force").code == 0
    assert not (repository / PROJECT / "test_traversals").exists()
    assert (repository / SMOKE).exists()
    result = qafiles("rm", "acme/shop", "--detach")
    assert (result.code, "holds 1 entity" in result.err) == (1, True)
    assert qafiles("rm", "acme", "--cascade").code == 0
    assert sorted(contents(repository)) == ["browser_configs/desktop.yaml", "qafiles.yaml", "users/ada.yaml"]


def test_a_secret_that_a_text_names_is_never_removed(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {
            f"{PROJECT}/secret_values/KEY.yaml": "secret_name: KEY\n",
            OPEN: (repository / OPEN).read_text() + "extra_rules: use {{ secret.KEY }}\n",
        },
    )
    for option in ("--detach", "--cascade"):
        result = qafiles("rm", "acme/shop/KEY", option)
        assert (result.code, "rewrite the texts that name it first" in result.err) == (1, True)
        assert f"{OPEN}:7: extra_rules" in result.err


def test_the_references_that_an_entity_can_not_do_without() -> None:
    from qafiles.edits.proposals.rm import REQUIRED

    assert {("member", "user_id"), ("test_traversal", "test_case_id")} == REQUIRED


@pytest.mark.parametrize("text", ["[", "\x00", "id: f2cp7rav4wo9ey1bug6sh3di\ntags: 7\n"])
@pytest.mark.parametrize(
    "command", [("mv", "acme/shop/smoke", "quick"), ("rm", "acme/shop/smoke", "--detach")]
)
def test_a_file_that_can_not_be_read_is_named_where_it_may_refer_to_what_goes(
    command: tuple[str, ...], text: str, repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {OPEN: text})
    done = qafiles(*command, "--dry-run")
    assert f"1 file can't be read in full and may refer to tag acme/shop/smoke: {OPEN}" in done.err
    assert "note:" not in done.out
    (note,) = json.loads(qafiles(*command, "--format", "json").out)["notes"]
    assert f"note: {note}" in done.err


def test_a_file_that_can_not_be_read_and_can_not_refer_to_what_goes_is_not_named(
    repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {"users/bob.yaml": "[", f"{PROJECT}/tags/other.yaml": "["})
    write(
        repository, {path.replace("/shop/", "/blog/"): "[" for path in (OPEN, f"{PROJECT}/documents/a.yaml")}
    )
    assert "may refer" not in qafiles("mv", "acme/shop/smoke", "quick").err
    assert "may refer" in qafiles("mv", "desktop", "wide").err
