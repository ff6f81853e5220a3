"""The platform's word: who made a change and who approved it, in place of signatures."""

import pytest

from qafiles.access.check import check_access
from qafiles.access.findings import findings_of, not_proven
from qafiles.access.makers import Word
from tests.access.conftest import Make, refused
from tests.access.repository import CASE, PROJECT, Keys, Repository, case, files, member, repository, user

_PLATFORM = "access: {require_signed: platform}\n"


@pytest.fixture
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository in which the platform's word counts, and nobody has a key."""
    folder = tmp_path_factory.mktemp("platform")
    return repository(folder / "repository", Keys(folder), files({}, _PLATFORM))


def test_author_or_approver_may_make_a_change(repo: Repository) -> None:
    repo.commit({CASE: case(text="By a guest")}, author="anybody")
    assert refused(repo, actor="gus-l") == {CASE: {"QF801"}}
    assert refused(repo, "main..feature", "gus-l", "stranger", actor="gus-l") == {CASE: {"QF801"}}
    assert refused(repo, "main..feature", "bob-l", actor="gus-l") == {}
    assert refused(repo, "main..feature", "BOB-L", actor="a-fork") == {}
    assert refused(repo, actor="bob-l") == {}
    assert refused(repo, actor="ada@example.com") == {CASE: {"QF801"}}
    assert refused(repo) == {CASE: {"QF801"}}


def test_each_part_needs_somebody_who_may_make_it(repo: Repository) -> None:
    repo.commit({CASE: case(text="Both"), "browser_configs/desktop.yaml": None})
    assert refused(repo, "main..feature", "bob-l", actor="gus-l") == {
        "browser_configs/desktop.yaml": {"QF801"}
    }
    assert refused(repo, "main..feature", "ada-l", actor="gus-l") == {}


def test_squashed_and_rebased_commits_are_judged_by_who_the_platform_names(repo: Repository) -> None:
    repo.commit({CASE: case(text="One")}, author="bob")
    repo.commit({f"{PROJECT}/test_cases/two.yaml": case(2)}, author="bob")
    repo.git("checkout", "-q", "-b", "squashed", "main")
    repo.git("merge", "-q", "--squash", "feature")
    repo.committed(author="web-flow", message="Squash (#1)")
    assert refused(repo, "main..squashed", actor="bob-l") == {}
    assert set(refused(repo, "main..squashed", actor="gus-l")) == {CASE, f"{PROJECT}/test_cases/two.yaml"}


def test_a_login_that_two_have_is_nobodys(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("two")
    root = {**files({}, _PLATFORM), "users/gus.yaml": user(3, "gus").replace("gus-l", "Bob-L")}
    repo = repository(folder / "repository", Keys(folder), root)
    repo.commit({CASE: case(text="Whose?")})
    assert refused(repo, actor="bob-l") == {CASE: {"QF801"}}


def test_what_it_does_not_prove_is_said(repo: Repository) -> None:
    repo.commit({CASE: case(text="By Bob")})
    (sentence,) = not_proven(check_access(repo.folder, "main..feature", Word("bob-l", ("ada-l",))))
    assert "mode platform" in sentence
    assert "`--actor bob-l`" in sentence
    assert "word of whoever ran this command" in sentence


def test_a_refusal_names_who_could_make_it_legal(repo: Repository) -> None:
    name = repo.commit({CASE: case(text="By Gus")})
    (finding,) = findings_of(check_access(repo.folder, "main..feature", Word("gus-l")))
    assert finding.message == (
        f"commit {name[:10]}: gus may not change test_description of this test case: a guest of acme may change nothing"
    ) or finding.message.startswith(f"commit {name[:10]}: gus may not change this test case")
    assert finding.hint == "let it be approved by one of those who may: ada, bob"


def test_a_data_root_in_a_folder_says_nothing_of_others_but_of_what_enforces(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("mono")
    root = {f"qa/{path}": text for path, text in files({}, _PLATFORM).items()}
    repo = repository(folder / "repository", Keys(folder), {**root, "src/app.py": "1\n"})
    repo.commit({"src/app.py": "2\n", f"qa/{CASE}": case(text="Changed")})
    check = check_access(repo.folder / "qa", "main..feature", Word("bob-l"))
    assert findings_of(check) == ()
    assert any("1 changed path outside the data root" in sentence for sentence in not_proven(check))
    repo.commit({".github/workflows/x.yml": "on: push\n", "QA/users/bob.yaml": user(2, "bob")})
    codes = {
        finding.path
        for finding in findings_of(check_access(repo.folder / "qa", "main..feature", Word("bob-l")))
    }
    assert codes == {"../.github/workflows/x.yml", "../QA/users/bob.yaml"}


def test_settings_that_can_not_be_read_leave_the_admins_of_all_organizations(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("faulty")
    access = "access: {require_signed: warn, rules: [{who: [member], may: [everything]}]}\n"
    repo = repository(folder / "repository", Keys(folder), files({}, access))
    repo.commit({CASE: case(text="By Bob")}, author="bob")
    assert refused(repo) == {CASE: {"QF802"}}
    repo.commit({"qafiles.yaml": "version: 1\naccess: {rules: 1}\n"})
    assert refused(repo)["qafiles.yaml"] == {"QF802", "QF806"}


def test_an_unsigned_commit_counts_as_its_author_says_where_that_only_warns(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("warn")
    repo = repository(folder / "repository", Keys(folder), files({}, "access: {require_signed: warn}\n"))
    repo.commit({CASE: case(text="By Bob")}, author="bob")
    check = check_access(repo.folder, "main..feature")
    assert [(finding.code, finding.severity) for finding in findings_of(check)] == [("QF802", "warning")]
    assert "proves nothing" in " ".join(not_proven(check))
    repo.commit({"browser_configs/desktop.yaml": None}, author="bob")
    assert refused(repo) == {"browser_configs/desktop.yaml": {"QF801"}}


@pytest.mark.keys
@pytest.mark.slow
def test_an_address_brings_in_no_key_once_an_admin_has_one_that_signs(make: Make, keys: Keys) -> None:
    warn = "access: {require_signed: warn}\n"
    repo = make(warn)
    changes = {"users/gus.yaml": user(3, "gus", keys.public("mallory"))}
    repo.commit(changes, None, author="ada")
    assert refused(repo) == {"users/gus.yaml": {"QF804"}}
    repo.git("reset", "-q", "--hard", "main")
    repo.commit(changes, "ada")
    assert refused(repo) == {}
    repo.git("checkout", "-q", "-B", "main", "main")
    repo.commit({"users/ada.yaml": user(1, "ada")}, "ada")
    repo.git("checkout", "-q", "-B", "feature")
    repo.commit({"users/gus.yaml": user(3, "gus", keys.public("gus-2"))}, None, author="ada")
    assert refused(repo) == {}


@pytest.mark.keys
@pytest.mark.slow
def test_a_new_key_needs_the_old_one_where_the_platform_decides_about_the_rest(
    make: Make, keys: Keys
) -> None:
    repo = make(_PLATFORM)
    repo.commit({"users/bob.yaml": user(2, "bob", keys.public("bob-2"))}, None)
    assert refused(repo, actor="bob-l") == {"users/bob.yaml": {"QF804"}}
    assert refused(repo, "main..feature", "ada-l", actor="bob-l") == {}
    repo.git("reset", "-q", "--hard", "main")
    repo.commit({"users/bob.yaml": user(2, "bob", keys.public("bob-2"))}, "bob")
    assert refused(repo, actor="bob-l") == {}


def test_who_loses_a_role_is_named_with_the_secrets_that_they_know(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    age = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    secret = f"{PROJECT}/secret_values/TOKEN.yaml"
    root = {
        **files({}, _PLATFORM),
        "users/bob.yaml": user(2, "bob", age_recipients=f"[{age}]"),
        secret: f"id: s1aaaaaaaaaaaaaaaaaaaaaa\nsecret_name: TOKEN\nsops:\n  age:\n    - recipient: {age}\n      enc: x\n",
    }
    repo = repository(folder / "repository", Keys(folder), root)
    repo.commit({"organizations/acme/members/bob.yaml": None})
    (finding,) = findings_of(check_access(repo.folder, "main..feature", Word("ada-l")))
    assert (finding.code, finding.severity, finding.path) == (
        "QF807",
        "warning",
        "organizations/acme/members/bob.yaml",
    )
    assert "bob is no member any more of acme and knows acme/shop/TOKEN" in finding.message


def test_a_member_changes_the_secrets_that_a_key_of_theirs_decrypts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    age = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    other = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
    text = "id: {id}\nsecret_name: {name}\nsops:\n  age:\n    - recipient: {key}\n      enc: x\n"
    own, foreign = (f"{PROJECT}/secret_values/{name}.yaml" for name in ("OWN", "FOREIGN"))
    root = {
        **files({}, _PLATFORM),
        "users/bob.yaml": user(2, "bob", age_recipients=f"[{age}]"),
        "organizations/acme/members/eve.yaml": member(7, "eve", "member"),
        own: text.format(id="s1aaaaaaaaaaaaaaaaaaaaaa", name="OWN", key=age),
        foreign: text.format(id="s2aaaaaaaaaaaaaaaaaaaaaa", name="FOREIGN", key=other),
    }
    repo = repository(folder / "repository", Keys(folder), root)
    changed = {path: root[path].replace("enc: x", "enc: y") for path in (own, foreign)}
    repo.commit(changed)
    assert refused(repo, actor="bob-l") == {foreign: {"QF801"}}
    assert set(refused(repo, actor="eve-l")) == {own, foreign}
    assert refused(repo, actor="ada-l") == {}


def test_a_branch_from_before_is_refused_for_what_it_changes_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("before")
    admins = {**files({}, _PLATFORM), "organizations/acme/members/bob.yaml": member(2, "bob", "admin")}
    repo = repository(folder / "repository", Keys(folder), admins)
    repo.git("checkout", "-q", "main")
    repo.commit({"users/bob.yaml": user(2, "bob").replace("bob-l", "bobby")})
    repo.commit({"organizations/acme/members/bob.yaml": member(2, "bob", "member")})
    repo.git("checkout", "-q", "feature")
    repo.commit({CASE: case(text="From before")})
    assert refused(repo, actor="ada-l") == {}
    # On main, ada is the only admin by now, as she is not in the branch.
    repo.commit({"organizations/acme/members/ada.yaml": member(1, "ada", "guest")})
    assert refused(repo, actor="ada-l")["organizations/acme/organization.yaml"] == {"QF806"}
