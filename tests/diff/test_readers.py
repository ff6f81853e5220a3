"""Comparisons, logs and reports name who comes to read a secret and who no longer does, with the whole key."""

import json
from pathlib import Path

from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root
from tests.sealed import RECIPIENT, SOPS_CONFIG, sealed

__all__ = ["qafiles"]
PATH = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"
OTHER = "age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm"
BOB = f"id: k3kq8w3xj5zr7mtb2nc9yd4h\nname: Bob\nage_recipients: [{OTHER}]\n"
ENTRY = sealed().partition("    age:\n")[2].partition("    lastmodified")[0]
FOR_BOTH = sealed().replace(ENTRY, ENTRY + ENTRY.replace(RECIPIENT, OTHER))
FOR_BOB = sealed().replace(ENTRY, ENTRY.replace(RECIPIENT, OTHER))
CONFIG = SOPS_CONFIG.replace(
    f"age: {RECIPIENT}", f"age:\n      - {RECIPIENT}\n      - {OTHER}  # the *laptop*"
)


def _root(folder: Path) -> Path:
    """Return a data root with a secret for one, for two, and at last for the other one alone."""
    root = committed(folder, data_root({".sops.yaml": SOPS_CONFIG, PATH: sealed(), "users/bob.yaml": BOB}))
    for text in (FOR_BOTH, FOR_BOB):
        write(root, {PATH: text, ".sops.yaml": CONFIG})
        git(root, "commit", "-qam", "fix typo")
    return root


def test_a_comparison_names_who_comes_to_read_a_secret_and_what_changed_in_the_config(
    tmp_path: Path, qafiles: Qafiles
) -> None:
    root = str(_root(tmp_path))
    text = qafiles("-C", root, "diff", "HEAD~2..HEAD").out
    assert f"can now be read by bob (Bob): {OTHER}  # the *laptop*\n" in text
    assert f"can no longer be read by a key of no user: {RECIPIENT}\n" in text
    assert f"changed recipients .sops.yaml\n  secret_values/[^/]+\\.yaml$:\n    + bob (Bob): {OTHER}" in text
    assert "another .sops.yaml" in text
    markdown = qafiles("-C", root, "diff", "HEAD~2..HEAD", "--format", "markdown").out
    assert f"**can now be read by** `bob (Bob): {OTHER}  # the *laptop*`" in markdown
    assert markdown.index("Who can decrypt (`.sops.yaml`)") < markdown.index("<details>")
    data = json.loads(qafiles("-C", root, "diff", "HEAD~2..HEAD", "--format", "json").out)
    (change,) = data["changes"]
    assert [item["recipient"] for item in change["gained"]] == [OTHER]
    assert [item["recipient"] for item in change["lost"]] == [RECIPIENT]
    assert [item["recipient"] for item in data["sops_config"][0]["gained"]] == [OTHER]
    assert qafiles("-C", root, "diff", "HEAD..HEAD").out == "No changes.\n"


def test_the_config_alone_is_a_change_and_so_is_a_secret_that_is_new(
    tmp_path: Path, qafiles: Qafiles
) -> None:
    root = _root(tmp_path)
    write(root, {".sops.yaml": f"# a comment\n{CONFIG}"})
    assert "nobody gains or loses access by it" in qafiles("-C", str(root), "diff").out
    new = PATH.replace("ADMIN_PASSWORD", "NEW")
    write(root, {new: sealed("NEW", id_="ux5q1gpzr2kh0jmz8w3vcd7m")})
    assert f"can be read by a key of no user: {RECIPIENT}" in qafiles("-C", str(root), "diff").out


def test_a_project_that_moves_to_where_others_read_tells_whom_its_secrets_will_be_encrypted_for(
    tmp_path: Path, qafiles: Qafiles
) -> None:
    narrow = SOPS_CONFIG.partition("\n")[2].replace("secret_values/", "projects/web/secret_values/")
    config = "creation_rules:\n" + narrow.replace(RECIPIENT, f"{RECIPIENT},{OTHER}")
    files = data_root(
        {".sops.yaml": config + SOPS_CONFIG.partition("\n")[2], PATH: sealed(), "users/bob.yaml": BOB}
    )
    root = committed(tmp_path, files)
    git(root, "mv", "organizations/acme/projects/shop", "organizations/acme/projects/web")
    who = f"bob (Bob): {OTHER}"
    assert f"will be read, once it is encrypted anew, by {who}\n" in qafiles("-C", str(root), "diff").out
    markdown = qafiles("-C", str(root), "diff", "--format", "markdown").out
    assert f"**will be read, once it is encrypted anew, by** `{who}`" in markdown
    data = json.loads(qafiles("-C", str(root), "diff", "--format", "json").out)
    (change,) = (item for item in data["changes"] if item["kind"] == "secret_value")
    assert [item["who"] for item in change["pending"]] == [who]


def test_the_log_of_a_secret_names_who_came_and_who_went(tmp_path: Path, qafiles: Qafiles) -> None:
    root = str(_root(tmp_path))
    text = qafiles("-C", root, "log", "acme/shop/ADMIN_PASSWORD").out
    came, went = f"can now be read by bob (Bob): {OTHER}", f"can no longer be read by {RECIPIENT}"
    assert text.index(went) < text.index(came) < text.index(f"can be read by {RECIPIENT}")
    rows = json.loads(qafiles("-C", root, "log", "acme/shop/ADMIN_PASSWORD", "--format", "json").out)
    assert [[item["recipient"] for item in row["gained"]] for row in rows] == [[], [OTHER], [RECIPIENT]]
    assert [[item["recipient"] for item in row["lost"]] for row in rows] == [[RECIPIENT], [], []]
    assert [item["user"] for row in rows for item in row["gained"]] == ["bob (Bob)", None]


def test_somebody_who_is_no_user_any_more_is_named_all_the_same(tmp_path: Path, qafiles: Qafiles) -> None:
    folder = _root(tmp_path)
    write(folder, {PATH: sealed(), ".sops.yaml": SOPS_CONFIG})
    (folder / "users/bob.yaml").unlink()
    git(folder, "commit", "-qam", "bob left")
    root = str(folder)
    assert f"can no longer be read by bob (Bob): {OTHER}" in qafiles("-C", root, "log", "ADMIN_PASSWORD").out
    for arguments in (("secret", "list", "--exposed"), ("report", "secrets")):
        assert f"once of bob (Bob): {OTHER}" in qafiles("-C", root, *arguments).out


def test_the_report_on_secrets_says_when_who_came_and_went(tmp_path: Path, qafiles: Qafiles) -> None:
    root = str(_root(tmp_path))
    data = json.loads(qafiles("-C", root, "report", "secrets", "--format", "json").out)
    table = next(item for item in data["tables"] if item["name"] == "readers")
    assert len(table["rows"]) == 2
    assert f"bob (Bob): {OTHER}" in json.dumps(table["rows"])
    assert f"a key of no user: {RECIPIENT}" in json.dumps(table["rows"])
