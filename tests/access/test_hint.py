"""What an edit says beforehand of the role of whoever makes it, and what `validate --since` says of roles."""

from pathlib import Path

import pytest

from tests.access.repository import CASE, files
from tests.cli.conftest import Qafiles
from tests.conftest import committed


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed data root, which is the current folder."""
    committed(tmp_path, files({}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    return tmp_path


@pytest.mark.parametrize(
    ("email", "arguments", "words"),
    [
        (
            "gus@example.com",
            ["set", "acme/shop/open", "url_route=/x"],
            "note: gus may not change acme/shop/open: a guest of acme may change nothing; ada, bob may",
        ),
        ("bob@example.com", ["set", "acme/shop/open", "url_route=/x"], ""),
        (
            "bob@example.com",
            ["new", "browser_config", "mobile", "browser_config={}"],
            "note: bob may not create mobile",
        ),
        ("bob@example.com", ["rm", "tag:acme/shop/smoke"], ""),
        ("bob@example.com", ["mv", "user:gus", "gustav"], "note: bob may not"),
        ("ADA@example.com", ["mv", "user:gus", "gustav"], ""),
        ("stranger@example.com", ["set", "acme/shop/open", "url_route=/x"], ""),
    ],
)
def test_an_edit_says_beforehand_what_a_role_does_not_allow_and_is_made(  # noqa: PLR0917  # three are a case
    root: Path,
    email: str,
    arguments: list[str],
    words: str,
    qafiles: Qafiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", email)
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    result = qafiles(*arguments)
    assert result.code == 0, result.err
    assert words in result.err
    assert ("may not" in result.err) == bool(words)
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} != before


def test_validate_says_that_it_does_not_check_roles(root: Path, qafiles: Qafiles) -> None:
    (root / CASE).write_text((root / CASE).read_text() + "extra_rules: Quickly\n")
    assert (
        "roles, which `qafiles access check HEAD..` checks for each commit"
        in qafiles("validate", "--since", "HEAD").out
    )
    assert "roles" not in qafiles("validate").out
    assert "roles, which `qafiles access check A..` checks" in qafiles("validate", "--select", "QF801").out


def test_settings_name_a_renamed_user_anew_and_tell_a_glob_that_covers_it_no_more(
    root: Path, qafiles: Qafiles
) -> None:
    text = (
        "version: 1\naccess:\n  repository_admins: [ada, gus]  # both\n  pgp_keys: {gus: []}\n  rules:\n"
        "    - {who: [member, gus], may: [change], paths: [users/gus.yaml]}\n"
    )
    (root / "qafiles.yaml").write_text(text)
    result = qafiles("mv", "user:gus", "gustav")
    assert result.code == 0, result.err
    assert (root / "qafiles.yaml").read_text() == text.replace("gus", "gustav").replace(
        "users/gustav", "users/gus"
    )
    assert "`users/gus.yaml` under `access.rules` in qafiles.yaml covered users/gus.yaml" in result.out
