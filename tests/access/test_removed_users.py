"""What becomes of the names of users in `access` when users are removed."""

from pathlib import Path

import pytest

from tests.access.repository import files, user
from tests.cli.conftest import Qafiles
from tests.conftest import committed

_ACCESS = """\
access:
  repository_admins: [ada, renovate]  # who may
  pgp_keys:
    renovate: [0123456789ABCDEF0123456789ABCDEF01234567]
  rules:
    - {who: [renovate], may: [change], paths: ["browser_configs/**"]}
    - who:
        - member
        - renovate
        - u6aaaaaaaaaaaaaaaaaaaaaa
      may: [change]
"""
_AFTER = """\
access:
  repository_admins: [ada]  # who may
  rules:
    - who:
        - member
      may: [change]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A committed data root whose settings name the user renovate six times."""
    committed(tmp_path, {**files({}, _ACCESS), "users/renovate.yaml": user(6, "renovate")})
    return tmp_path


def test_a_user_whom_the_settings_name_is_not_removed_just_so(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", root, "rm", "user:renovate")
    assert result.code == 1
    assert "user renovate is in use; `--detach` takes optional references away" in result.err
    places = [
        "3: access.repository_admins",
        "5: access.pgp_keys",
        *(f"{at}: access.rules" for at in (7, 10, 11)),
    ]
    for place in places:
        assert f"qafiles.yaml:{place}" in result.err
    assert (root / "users/renovate.yaml").exists()


@pytest.mark.parametrize("option", ["--detach", "--cascade"])
def test_a_removed_user_is_taken_out_of_the_settings(root: Path, option: str, qafiles: Qafiles) -> None:
    assert qafiles("-C", root, "rm", "user:renovate", option).code == 0
    assert (root / "qafiles.yaml").read_text() == f"version: 1\n{_AFTER}"
    assert "QF208" not in qafiles("-C", root, "validate", "--format", "concise").out


def test_a_user_who_has_the_name_of_a_role_takes_no_role_out(tmp_path: Path, qafiles: Qafiles) -> None:
    access = "access:\n  rules:\n    - {who: [member], may: [change]}\n"
    committed(tmp_path, {**files({}, access), "users/member.yaml": user(6, "member")})
    assert qafiles("-C", tmp_path, "rm", "user:member", "--detach").code == 0
    assert (tmp_path / "qafiles.yaml").read_text() == f"version: 1\n{access}"
