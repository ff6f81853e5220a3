"""Attacks that go round the files in which roles stand: by ids, keys, paths of trees, and what lies beside git's objects."""

import struct
import subprocess
from pathlib import Path

import pytest

from qafiles.access.check import check_access
from qafiles.access.findings import findings_of
from qafiles.access.makers import Word
from qafiles.access.policy import key_claim
from qafiles.access.push import RefUpdate, ref_updates
from qafiles.git import find_repository
from qafiles.git.changes_between import commits_between
from tests.access.conftest import Make, refused
from tests.access.repository import CASE, PROJECT, Keys, Repository, case, files, member, repository, user

pytestmark = [pytest.mark.keys, pytest.mark.slow]

_AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
_WORKFLOW = ".github/workflows/access.yml"
_CONFIG = "browser_configs/desktop.yaml"
_PLATFORM = "access: {require_signed: platform}\n"


def _config(locale: str) -> str:
    return f"id: b1aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config: {{locale: {locale}}}\n"


@pytest.fixture
def repo(make: Make) -> Repository:
    """A repository in which the platform's word counts."""
    return make(_PLATFORM)


def test_an_admin_gives_no_file_the_id_of_a_user_who_is_named_by_it_elsewhere(make: Make) -> None:
    by_id = member(1, "u1aaaaaaaaaaaaaaaaaaaaaa", "admin")
    repo = make(_PLATFORM, {"organizations/acme/members/ada.yaml": by_id})
    repo.commit({"organizations/other/members/x.yaml": member(1, "eve", "guest").replace("m1", "u1")})
    codes = refused(repo, actor="eve-l")
    assert codes["organizations/other/members/x.yaml"] == {"QF805"}
    assert codes["organizations/acme/organization.yaml"] >= {"QF801"}


def test_a_key_that_decrypts_is_added_by_whose_it_is_alone(make: Make) -> None:
    repo = make(_PLATFORM, {"users/ada.yaml": user(1, "ada", age_recipients=f"[{_AGE}]")})
    repo.commit({"users/bob.yaml": user(2, "bob", age_recipients=f"[{_AGE}]")})
    assert "QF805" in refused(repo, actor="bob-l")["users/bob.yaml"]


def test_a_key_that_decrypts_and_is_no_users_is_taken_by_nobody_alone(make: Make) -> None:
    config = f"creation_rules:\n  - path_regex: /secret_values/\n    encrypted_regex: ^secret_value$\n    age: {_AGE}\n"
    repo = make(_PLATFORM, {".sops.yaml": config})
    repo.commit({"users/bob.yaml": user(2, "bob", age_recipients=f"[{_AGE}]").replace("bob-l", "bobby")})
    assert refused(repo, actor="bob-l") == {"users/bob.yaml": {"QF801"}}
    assert refused(repo, actor="ada-l") == {}
    repo.git("reset", "-q", "--hard", "main")
    other = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
    repo.commit({"users/bob.yaml": user(2, "bob", age_recipients=f"[{other}]")})
    assert refused(repo, actor="bob-l") == {}


@pytest.mark.parametrize(
    "more",
    [
        "test_description: Evil\n",
        "<<: {test_description: Evil}\n",
        "---\ntest_description: Evil\n",
        "tags: &a []\n",
    ],
)
def test_a_file_that_readers_read_differently_has_no_fields_that_a_rule_could_give(
    make: Make, more: str
) -> None:
    rule = "  rules:\n    - {who: [member], may: [change], fields: [tags, x-owner]}\n"
    repo = make(f"access:\n  require_signed: platform\n{rule}")
    repo.commit({CASE: f"{case()}x-owner: bob\n{more}"})
    assert refused(repo, actor="bob-l") == {CASE: {"QF801"}}
    repo.git("reset", "-q", "--hard", "main")
    repo.commit({"users/bob.yaml": f"{(repo.folder / 'users/bob.yaml').read_text()}logins: [ada-l]\n"})
    assert refused(repo, actor="bob-l") == {"users/bob.yaml": {"QF801"}}


@pytest.mark.parametrize("more", ["role: guest\n", "<<: {role: guest}\n", "---\nrole: guest\n"])
def test_a_member_whose_role_readers_read_differently_has_none(make: Make, more: str) -> None:
    repo = make(_PLATFORM, {"organizations/acme/members/bob.yaml": member(2, "bob", "member") + more})
    repo.commit({CASE: case(text="By Bob")})
    assert refused(repo, actor="bob-l") == {CASE: {"QF801"}}


def test_a_name_of_a_pgp_key_is_no_key_that_a_user_decrypts_with(make: Make) -> None:
    print_ = "0123456789ABCDEF0123456789ABCDEF01234567"
    secret = f"{PROJECT}/secret_values/TOKEN.yaml"
    text = (
        f"id: s1aaaaaaaaaaaaaaaaaaaaaa\nsecret_name: TOKEN\nsops:\n  pgp:\n    - fp: {print_}\n      enc: x\n"
    )
    repo = make(_PLATFORM, {secret: text, "users/bob.yaml": user(2, "bob", age_recipients=f"['{print_}']")})
    repo.commit({secret: text + "secret_value: other\n"})
    assert refused(repo, actor="bob-l") == {secret: {"QF801"}}


@pytest.mark.parametrize(("author", "codes"), [("bob", set()), ("gus", {"QF801", "QF802"})])
def test_a_file_that_git_moves_along_with_its_folder_is_that_of_who_wrote_it(
    make: Make, author: str, codes: set[str]
) -> None:
    old, new = f"{PROJECT}/test_cases/old", f"{PROJECT}/test_cases/new"
    texts = {f"{number}.yaml": case(20 + number, "The same text " * 9) for number in range(3)}
    repo = make(others={f"{old}/{name}": text for name, text in texts.items()})
    repo.git("checkout", "-q", "-b", "moving", "main")
    moved = {f"{new}/{name}": text for name, text in texts.items()}
    repo.commit({**moved, **dict.fromkeys((f"{old}/{name}" for name in texts), None)}, "bob")
    repo.git("checkout", "-q", "feature")
    repo.commit({f"{old}/9.yaml": case(50)}, author)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "moving", code=1)
    repo.git("add", "-A")
    repo.committed("bob", message="merge")
    assert (repo.folder / f"{new}/9.yaml").exists()
    assert set().union(*refused(repo).values()) <= codes
    assert bool(refused(repo)) == bool(codes)


def test_a_key_has_the_type_that_its_bytes_say(keys: Keys) -> None:
    form, data, _ = keys.public("ada").split(" ")
    assert key_claim(f"{form} {data}") is not None
    for other in (f"ssh-rsa {data}", f"{form} AAAA", f"{form}\t{data} x", f"{form}\nkey-0 {data}"):
        assert key_claim(other) is None


def test_content_of_a_project_that_is_not_there_needs_an_admin(repo: Repository) -> None:
    place = "organizations/acme/projects/new"
    repo.commit({f"{place}/test_cases/x.yaml": case(8)})
    assert refused(repo, actor="bob-l") == {f"{place}/test_cases/x.yaml": {"QF801"}}
    project = "id: p8aaaaaaaaaaaaaaaaaaaaaa\nname: New\ndefault_url_route: https://n.example.com\n"
    repo.commit({f"{place}/project.yaml": project})
    assert refused(repo, actor="bob-l") == {f"{place}/project.yaml": {"QF801"}}
    assert refused(repo, actor="ada-l") == {}


def test_branches_that_merged_each_other_are_judged_by_what_is_new(repo: Repository) -> None:
    first = repo.commit({CASE: case(text="Feature")})
    repo.git("checkout", "-q", "main")
    second = repo.commit({_CONFIG: _config("en")})
    repo.merge(first)
    repo.git("checkout", "-q", "feature")
    repo.merge(second)
    assert len(repo.git("merge-base", "--all", "main", "feature").split()) == 2
    assert refused(repo, actor="bob-l") == {}
    repo.commit({CASE: case(text="More")})
    assert refused(repo, actor="bob-l") == {}
    repo.commit({_CONFIG: _config("de")})
    assert refused(repo, actor="bob-l") == {_CONFIG: {"QF801"}}


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "git~1", ".git ", "a/../../x", "a\\b"])
def test_a_path_that_no_working_tree_has_is_given_by_no_rule(make: Make, name: str) -> None:
    rule = '  rules:\n    - {who: [bob], may: [create], paths: ["docs/**"]}\n'
    repo = make(f"access:\n  require_signed: platform\n{rule}")

    def written(kind: str, data: bytes) -> str:
        command = ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
        out = subprocess.run(command, cwd=repo.folder, input=data, capture_output=True, check=True).stdout
        return out.decode().strip()

    def entry(mode: str, part: str, object_: str) -> bytes:
        return f"{mode} {part}".encode() + b"\0" + bytes.fromhex(object_)

    folder = written("tree", entry("100644", "x.yml", written("blob", b"on: push\n")))
    lines = [line.split(maxsplit=3) for line in repo.git("ls-tree", "main").splitlines()]
    entries = {part: entry(mode.lstrip("0"), part, object_) for mode, _, object_, part in lines}
    entries["docs"] = entry("40000", "docs", written("tree", entry("40000", name, folder)))
    tree = written("tree", b"".join(entries[part] for part in sorted(entries)))
    repo.git("update-ref", "refs/heads/feature", repo.git("commit-tree", tree, "-p", "main", "-m", "docs"))
    assert refused(repo, actor="bob-l") == {f"docs/{name}/x.yml": {"QF801"}}


def test_a_merge_driver_of_the_repository_merges_nothing(repo: Repository, tmp_path: Path) -> None:
    repo.git("checkout", "-q", "-b", "side", "main")
    repo.commit({_CONFIG: _config("en")})
    repo.git("checkout", "-q", "main")
    repo.git("checkout", "-q", "-b", "trunk")
    repo.commit({_CONFIG: _config("fr")})
    repo.git("merge", "-q", "--no-commit", "side", code=1)
    repo.commit({_CONFIG: _config("xx")})
    (tmp_path / "smuggled").write_text(_config("xx"))
    (repo.folder / ".git/info").mkdir(exist_ok=True)
    (repo.folder / ".git/info/attributes").write_text("* merge=smuggling\n")
    repo.git("config", "merge.smuggling.driver", f"touch {tmp_path}/ran; cp {tmp_path}/smuggled %A")
    opened = find_repository(repo.folder)
    assert opened is not None
    commits = commits_between(opened, [repo.git("rev-parse", "main")], repo.git("rev-parse", "trunk"))
    assert [[change.path for change in each.changes] for each in commits if len(each.parents) > 1] == [
        [_CONFIG]
    ]
    assert not (tmp_path / "ran").exists()


def test_a_file_of_parents_beside_the_objects_hides_no_commit(repo: Repository) -> None:
    base = repo.git("rev-parse", "main")
    bad = repo.commit({_WORKFLOW: "on: push\n"})
    tip = repo.commit({_WORKFLOW: None})
    repo.git("commit-graph", "write", "--reachable")
    place = repo.folder / ".git/objects/info/commit-graph"
    raw = place.read_bytes()
    names = sorted([base, bad, tip])
    chunks = {
        raw[8 + 12 * at :][:4]: struct.unpack(">Q", raw[12 + 12 * at :][:8])[0] for at in range(raw[6] + 1)
    }
    parent = chunks[b"CDAT"] + 36 * names.index(tip) + 20
    place.chmod(0o644)
    place.write_bytes(raw[:parent] + struct.pack(">I", names.index(base)) + raw[parent + 4 :])
    assert bad not in repo.git("rev-list", "feature")
    assert refused(repo, actor="bob-l") == {_WORKFLOW: {"QF801"}}


def test_rules_without_paths_are_for_the_data_root_alone(tmp_path: Path, keys: Keys) -> None:
    access = "access:\n  require_signed: platform\n  rules:\n    - {who: [bob], may: [create, change]}\n"
    root = {f"team/qa/{path}": text for path, text in files({}, access).items()}
    repo = repository(tmp_path / "repository", keys, root)
    above = {f"team/{name}": "version: 1\n" for name in ("qafiles.yaml", ".sops.yaml", ".gitattributes")}
    repo.commit({_WORKFLOW: "on: push\n", **above, "team/src.py": "1\n", f"team/qa/{CASE}": case(text="Bob")})
    check = check_access(repo.folder / "team/qa", "main..feature", Word("bob-l"))
    above_it = {f"../../team/{name}" for name in ("qafiles.yaml", ".sops.yaml", ".gitattributes")}
    assert {finding.path for finding in findings_of(check)} == {f"../../{_WORKFLOW}", *above_it}
    assert check.outside == 1


def test_a_ref_is_read_as_git_names_it_whatever_it_holds() -> None:
    line = f"{'1' * 40} {'0' * 40} refs/heads/a\u2028b\x85c"
    assert ref_updates([f"{line}\n"]) == [RefUpdate("refs/heads/a\u2028b\x85c", "1" * 40, None)]
