"""Attacks on roles, each with real commits that real keys sign."""

import shutil
from pathlib import Path

import pytest

from qafiles.access.check import check_access
from qafiles.errors import GitError
from tests.access.conftest import Make, refused
from tests.access.repository import CASE, PROJECT, Keys, Repository, case, member, user
from tests.conftest import git

pytestmark = [pytest.mark.keys, pytest.mark.slow]

_WORKFLOW = ".github/workflows/access.yml"
_LEGACY = 'access:\n  rules:\n    - {who: [member, admin], may: [], paths: ["organizations/acme/projects/legacy/**"]}\n'
_OLD = "organizations/acme/projects/legacy"


@pytest.fixture
def repo(make: Make) -> Repository:
    """A repository that asks for signatures."""
    return make()


def test_who_has_a_role_may_use_it(repo: Repository) -> None:
    repo.commit({CASE: case(text="Changed"), f"{PROJECT}/test_cases/new.yaml": case(2)}, "bob")
    repo.commit({"organizations/acme/members/gus.yaml": member(3, "gus", "member")}, "ada", author="gus")
    repo.commit({_WORKFLOW: "on: push\n", f"{PROJECT}/test_cases/new.yaml": None}, "ada")
    assert refused(repo) == {}


def test_the_signer_decides_and_not_the_author(repo: Repository) -> None:
    repo.commit({CASE: case(text="Forged")}, "gus", author="ada")
    assert refused(repo) == {CASE: {"QF801"}}


def test_what_is_not_signed_was_made_by_nobody(repo: Repository) -> None:
    repo.commit({CASE: case(text="Unsigned")}, None, author="ada")
    repo.commit({f"{PROJECT}/test_cases/b.yaml": case(2)}, "stranger")
    assert refused(repo) == {CASE: {"QF802"}, f"{PROJECT}/test_cases/b.yaml": {"QF802"}}


def test_a_key_that_is_added_in_the_change_does_not_count(repo: Repository, keys: Keys) -> None:
    repo.commit({"users/ada.yaml": user(1, "ada", keys.public("mallory"))}, "mallory", author="ada")
    repo.commit({CASE: case(text="As Ada")}, "mallory", author="ada")
    assert refused(repo) == {"users/ada.yaml": {"QF802"}, CASE: {"QF802"}}


def test_a_role_that_is_given_in_the_change_does_not_count(repo: Repository) -> None:
    path = "organizations/acme/members/bob.yaml"
    repo.commit({path: member(2, "bob", "admin")}, "bob")
    repo.commit(
        {"organizations/acme/organization.yaml": "id: o1aaaaaaaaaaaaaaaaaaaaaa\nname: Bob's\n"}, "bob"
    )
    assert refused(repo) == {path: {"QF801"}, "organizations/acme/organization.yaml": {"QF801"}}


def test_a_policy_that_is_edited_in_the_change_does_not_count(repo: Repository) -> None:
    repo.commit(
        {"qafiles.yaml": "version: 1\naccess: {require_signed: platform, repository_admins: [bob]}\n"}, "bob"
    )
    repo.commit({_WORKFLOW: "on: push\n"}, "bob")
    assert refused(repo, actor="ada-l") == {"qafiles.yaml": {"QF801"}, _WORKFLOW: {"QF801"}}


def test_an_evil_merge_is_judged_by_what_the_merger_added(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "side", "main")
    repo.commit({CASE: case(text="Side")}, "bob")
    repo.git("checkout", "-q", "feature")
    repo.commit(
        {f"{PROJECT}/tags/smoke.yaml": "id: g1aaaaaaaaaaaaaaaaaaaaaa\nname: smoke\ncolor: red\n"}, "bob"
    )
    repo.git(*repo.signing("bob"), "merge", "-q", "--no-ff", "--no-commit", "side")
    repo.commit({_WORKFLOW: "on: push\n"}, "bob", message="merge side")
    assert refused(repo) == {_WORKFLOW: {"QF801"}}


def test_a_clean_merge_adds_nothing_whoever_made_it(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "side", "main")
    repo.commit({CASE: case(text="Side")}, "bob")
    repo.git("checkout", "-q", "feature")
    repo.commit(
        {"browser_configs/desktop.yaml": "id: b1aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config: {locale: en}\n"},
        "ada",
    )
    repo.merge("side", None)
    assert refused(repo) == {}


def test_an_evil_octopus_is_judged_by_what_the_merger_added(repo: Repository) -> None:
    for number, branch in enumerate(("one", "two"), start=2):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.commit({f"{PROJECT}/test_cases/{branch}.yaml": case(number)}, "bob")
    repo.git("checkout", "-q", "feature")
    repo.commit({CASE: case(text="Here")}, "bob")
    repo.git(*repo.signing("bob"), "merge", "-q", "-m", "octopus", "one", "two")
    assert refused(repo) == {}
    (repo.folder / "qafiles.yaml").write_text("version: 1\nunique_secret_names: project\n")
    repo.git("add", "-A")
    repo.git(*repo.signing("bob"), "commit", "-q", "--amend", "-m", "octopus")
    assert refused(repo) == {"qafiles.yaml": {"QF801"}}


def test_a_signed_merge_answers_for_what_it_merges(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "fork", "main")
    repo.commit({CASE: case(text="From a fork")}, None, author="stranger")
    repo.git("checkout", "-q", "feature")
    repo.merge("fork", "bob")
    assert refused(repo) == {}


def test_a_merge_answers_for_no_more_than_its_signer_may_change(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "fork", "main")
    repo.commit({"users/eve.yaml": user(4, "eve", age_recipients="[]")}, None)
    repo.git("checkout", "-q", "feature")
    repo.merge("fork", "bob")
    assert refused(repo) == {"users/eve.yaml": {"QF802"}}


def test_who_merges_the_trunk_into_a_branch_does_not_answer_for_the_branch(repo: Repository) -> None:
    repo.commit({CASE: case(text="Unsigned")}, None)
    repo.git("checkout", "-q", "-b", "trunk", "main")
    repo.commit({f"{PROJECT}/test_cases/b.yaml": case(2)}, "bob")
    repo.git("checkout", "-q", "feature")
    repo.merge("trunk", "bob")
    assert refused(repo) == {CASE: {"QF802"}}


def test_what_is_added_and_reverted_was_still_done(repo: Repository) -> None:
    repo.commit({_WORKFLOW: "on: push\n"}, "bob")
    repo.commit({_WORKFLOW: None}, "bob")
    assert refused(repo) == {_WORKFLOW: {"QF801"}}


def test_replace_refs_and_grafts_hide_no_commit(repo: Repository) -> None:
    bad = repo.commit({_WORKFLOW: "on: push\n"}, "bob")
    tip = repo.commit({CASE: case(text="Fine")}, "bob")
    repo.git("checkout", "-q", "-b", "clean", "main")
    clean = repo.commit({CASE: case(text="Clean")}, "bob")
    repo.git("replace", bad, clean)
    (repo.folder / ".git/info").mkdir(exist_ok=True)
    (repo.folder / ".git/info/grafts").write_text(f"{tip} {repo.git('rev-parse', 'main')}\n")
    assert refused(repo) == {_WORKFLOW: {"QF801"}}


def test_a_rename_is_a_deletion_there_and_a_new_file_here(make: Make) -> None:
    repo = make(
        _LEGACY,
        {
            f"{_OLD}/test_cases/old.yaml": case(5),
            f"{_OLD}/project.yaml": "id: p2aaaaaaaaaaaaaaaaaaaaaa\nname: L\ndefault_url_route: https://l.example.com\n",
        },
    )
    repo.commit({f"{_OLD}/test_cases/old.yaml": None, f"{PROJECT}/test_cases/old.yaml": case(5)}, "bob")
    assert refused(repo) == {f"{PROJECT}/test_cases/old.yaml": {"QF801"}}


@pytest.mark.parametrize(
    "path",
    [
        f"{_OLD.replace('legacy', 'LEGACY')}/test_cases/x.yaml",
        f"{PROJECT.replace('shop', 'Shop')}/test_cases/x.yaml",
        "Users/bob.yaml",
        "organizations/ACME/members/bob.yaml",
        ".GitHub/workflows/x.yml",
        f"{PROJECT}/test_cases/open.YAML",
        f"{PROJECT}/test_cases/a\u200bb.yaml",
    ],
)
def test_a_path_that_differs_in_case_alone_needs_a_repository_admin(make: Make, path: str) -> None:
    repo = make(
        _LEGACY,
        {
            f"{_OLD}/project.yaml": "id: p2aaaaaaaaaaaaaaaaaaaaaa\nname: L\ndefault_url_route: https://l.example.com\n"
        },
    )
    repo.commit({path: case(6)}, "bob")
    assert refused(repo) == {path: {"QF801"}}
    repo.git("reset", "-q", "--hard", "main")
    repo.commit({path: case(6)}, "ada")
    assert refused(repo) == {}


def test_links_submodules_and_modes_need_a_repository_admin(repo: Repository) -> None:
    place = repo.folder / CASE
    place.unlink()
    place.symlink_to("/etc/passwd")
    (repo.folder / f"{PROJECT}/tags/smoke.yaml").chmod(0o755)
    repo.git("add", "-A")
    head = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},{PROJECT}/documents/module.yaml")
    repo.committed("bob")
    assert refused(repo) == {
        path: {"QF801"} for path in (CASE, f"{PROJECT}/tags/smoke.yaml", f"{PROJECT}/documents/module.yaml")
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"organizations/acme/members/ada.yaml": None},
        {"organizations/acme/members/ada.yaml": member(1, "ada", "guest")},
    ],
)
def test_the_last_admin_can_not_be_removed(repo: Repository, changes: dict[str, str | None]) -> None:
    repo.commit(changes, "ada")
    assert refused(repo)["organizations/acme/organization.yaml"] == {"QF806"}


def test_the_last_admin_may_go_when_there_is_another(repo: Repository) -> None:
    repo.commit(
        {
            "organizations/acme/members/ada.yaml": member(1, "ada", "guest"),
            "organizations/acme/members/bob.yaml": member(2, "bob", "admin"),
            "qafiles.yaml": "version: 1\naccess: {repository_admins: [ada]}\n",
        },
        "ada",
    )
    assert refused(repo) == {}


def test_a_key_that_was_taken_away_counts_no_more_wherever_a_branch_began(
    repo: Repository, keys: Keys
) -> None:
    repo.git("checkout", "-q", "main")
    repo.commit({"users/bob.yaml": user(2, "bob", keys.public("bob-2"))}, "ada")
    repo.git("checkout", "-q", "feature")
    repo.commit({CASE: case(text="With the old key")}, "bob")
    assert refused(repo) == {CASE: {"QF802"}}
    repo.git("reset", "-q", "--hard", "main")
    repo.commit({CASE: case(text="With the new key")}, "bob-2")
    assert refused(repo) == {}


def test_a_role_that_was_taken_away_counts_no_more_wherever_a_branch_began(repo: Repository) -> None:
    repo.git("checkout", "-q", "main")
    repo.commit({"organizations/acme/members/bob.yaml": member(2, "bob", "guest")}, "ada")
    repo.git("checkout", "-q", "feature")
    repo.commit({CASE: case(text="From before")}, "bob")
    assert refused(repo) == {CASE: {"QF801"}}


@pytest.mark.parametrize("entry", ["* {key}", "*@example.com {key}", "cert-authority {key}", "ada {key}"])
def test_principals_and_options_in_front_of_a_key_make_it_none(make: Make, keys: Keys, entry: str) -> None:
    line = entry.format(key=keys.public("mallory"))
    repo = make(others={"users/bob.yaml": user(2, "bob").rstrip() + f"\nsigning_keys: ['{line}']\n"})
    repo.commit({CASE: case(text="Everybody")}, "mallory")
    assert refused(repo) == {CASE: {"QF802"}}


def test_a_key_that_two_have_counts_for_neither(make: Make, keys: Keys) -> None:
    repo = make(others={"users/gus.yaml": user(3, "gus", keys.public("bob"))})
    repo.commit({CASE: case(text="Whose?")}, "bob")
    assert refused(repo) == {CASE: {"QF802"}}


def test_a_login_an_address_and_a_key_of_another_user_are_refused(repo: Repository, keys: Keys) -> None:
    text = f"id: u2aaaaaaaaaaaaaaaaaaaaaa\nname: bob\nemail: ADA@example.com\nlogins: [Ada-L]\nsigning_keys: ['{keys.public('bob')}']\n"
    repo.commit({"users/bob.yaml": text}, "bob")
    assert refused(repo) == {"users/bob.yaml": {"QF805"}}


def test_a_new_key_needs_a_signature_by_an_old_one_or_a_repository_admin(
    repo: Repository, keys: Keys
) -> None:
    repo.commit({"users/bob.yaml": user(2, "bob", keys.public("bob-2"))}, "bob")
    repo.commit({"users/gus.yaml": user(3, "gus", keys.public("gus-2"))}, "ada")
    assert refused(repo) == {}
    repo.commit({"users/eve.yaml": user(4, "eve", keys.public("eve-2"))}, "bob")
    assert refused(repo) == {"users/eve.yaml": {"QF801"}}


def test_an_admin_of_one_organization_has_no_right_outside_it(repo: Repository, keys: Keys) -> None:
    changes: dict[str, str | None] = {
        "users/bob.yaml": user(2, "bob", keys.public("eve-2")),
        "qafiles.yaml": "version: 1\nunique_secret_names: project\n",
        "organizations/acme/members/eve.yaml": member(8, "eve", "admin"),
        CASE: case(text="From outside"),
        "browser_configs/desktop.yaml": None,
        "organizations/third/organization.yaml": "id: o3aaaaaaaaaaaaaaaaaaaaaa\nname: Third\n",
        ".sops.yaml": "creation_rules: []\n",
    }
    repo.commit(changes, "eve")
    assert set(refused(repo)) - {"qafiles.yaml"} == {*changes} - {"qafiles.yaml"}
    assert "QF801" in refused(repo)["qafiles.yaml"]


def test_a_bot_may_change_its_paths_and_no_others(make: Make, keys: Keys) -> None:
    access = 'access:\n  rules:\n    - {who: [renovate], may: [change], paths: ["browser_configs/**"]}\n'
    repo = make(access, {"users/renovate.yaml": user(6, "renovate", keys.public("renovate"))})
    repo.commit(
        {"browser_configs/desktop.yaml": "id: b1aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config: {locale: en}\n"},
        "renovate",
    )
    assert refused(repo) == {}
    changes: dict[str, str | None] = {
        CASE: case(text="Bot"),
        "browser_configs/new.yaml": "id: b2aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config: {}\n",
    }
    repo.commit(changes, "renovate")
    assert refused(repo) == {path: {"QF801"} for path in changes}


def test_without_ssh_keygen_nothing_is_decided(
    repo: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo.commit({CASE: case(text="Signed")}, "bob")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(GitError, match="ssh-keygen"):
        check_access(repo.folder, "main..feature")


def test_the_actor_is_not_believed_where_signatures_are_asked_for(repo: Repository) -> None:
    repo.commit({CASE: case(text="Forged")}, None)
    assert refused(repo, "main..feature", "ada-l", actor="ada-l") == {CASE: {"QF802"}}


def test_a_tampered_commit_is_worse_than_an_unsigned_one(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "fork", "main")
    repo.commit({CASE: case(text="Signed")}, "bob")
    raw = repo.git("cat-file", "commit", "HEAD").replace("change", "other").encode()
    (repo.folder / "raw").write_bytes(raw + b"\n")
    name = repo.git("hash-object", "-t", "commit", "-w", "raw")
    (repo.folder / "raw").unlink()
    repo.git("reset", "-q", "--hard", name)
    repo.git("checkout", "-q", "feature")
    repo.merge("fork", "ada")
    assert refused(repo) == {CASE: {"QF803"}}


def test_a_shallow_clone_decides_nothing(repo: Repository, tmp_path: Path) -> None:
    repo.commit({CASE: case(text="One")}, "bob")
    repo.commit({CASE: case(text="Two")}, "bob")
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repo.folder}", "shallow")
    with pytest.raises(GitError, match="shallow"):
        check_access(tmp_path / "shallow", "origin/main..origin/feature")


def test_configuration_of_the_repository_decides_nothing(
    repo: Repository, tmp_path: Path, keys: Keys
) -> None:
    repo.commit({CASE: case(text="Gus")}, "mallory")
    signers = tmp_path / "signers"
    signers.write_text(f"* {keys.public('mallory')}\n")
    program = tmp_path / "yes"
    program.write_text(
        "#!/bin/sh\necho 'Good \"git\" signature for key-0 with ED25519 key SHA256:x'\nexit 0\n"
    )
    program.chmod(0o755)
    repo.git("config", "gpg.ssh.allowedSignersFile", signers)
    repo.git("config", "gpg.ssh.program", program)
    repo.git("config", "log.mailmap", "true")
    assert refused(repo) == {CASE: {"QF802"}}


def test_unrelated_histories_are_judged_from_their_first_commit(repo: Repository) -> None:
    repo.git("checkout", "-q", "--orphan", "feature-2")
    repo.commit({CASE: case(text="Other")}, "bob")
    codes = refused(repo, "main..feature-2")
    assert codes["users/ada.yaml"] >= {"QF801"}


def test_checking_writes_nothing_into_the_repository(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "side", "main")
    repo.commit({CASE: case(text="Side")}, "bob")
    repo.git("checkout", "-q", "feature")
    repo.commit({CASE: case(text="Feature")}, "bob")
    repo.git("merge", "-q", "side", "-X", "ours", "-m", "merge")
    before = {path: path.stat().st_mtime_ns for path in (repo.folder / ".git").rglob("*")}
    assert refused(repo)
    assert {path: path.stat().st_mtime_ns for path in (repo.folder / ".git").rglob("*")} == before
