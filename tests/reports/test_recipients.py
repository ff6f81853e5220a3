"""Who can decrypt what, told by the recipients in the files and the keys of users."""

from datetime import date
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles.reports import EntityRef, make_report
from tests.conftest import write
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"


def _key() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


@pytest.fixture
def keys() -> dict[str, str]:
    """A public key for each of four people; the last one is no user."""
    return {name: _key() for name in ("ada", "bob", "eve", "nobody")}


@pytest.fixture
def folder(tmp_path: Path, keys: dict[str, str]) -> Path:
    """Ada is an admin, Bob a member, Eve a user without membership; one secret is for Ada, Eve and an unknown key."""
    files = data_root()
    files["users/ada.yaml"] += f"age_recipients: [{keys['ada']}]\n"
    files["users/bob.yaml"] = f"id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Bob\nage_recipients: [{keys['bob']}]\n"
    files["users/eve.yaml"] = f"id: k3v9w1hx8rj0qz4mtb7nc5ap\nname: Eve\nage_recipients: [{keys['eve']}]\n"
    files["organizations/acme/members/bob.yaml"] = (
        "id: k4v9w1hx8rj0qz4mtb7nc5ap\nuser_id: bob\nrole: member\n"
    )
    for number, (name, readers) in enumerate({"OPEN": [], "SHARED": ["ada", "eve", "nobody"]}.items()):
        stanza = "".join(f"    - recipient: {keys[reader]}\n      enc: x\n" for reader in readers)
        files[f"{_PROJECT}/secret_values/{name}.yaml"] = (
            f"id: k{number + 5}v9w1hx8rj0qz4mtb7nc5ap\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: {name}\n"
            'created_at: "2026-01-01T00:00:00Z"\nupdated_at: "2026-03-01T00:00:00Z"\nversion: 2\n'
            f"secret_value: ENC[x]\nsops:\n  age:\n{stanza or '    []'}\n"
        )
    return write(tmp_path / "data", files)


def test_secrets_compares_recipients_with_members(folder: Path, keys: dict[str, str]) -> None:
    unknown = f"{keys['nobody'][:16]}…{keys['nobody'][-8:]}"
    nobody, shared = make_report("secrets", folder).table("secrets").rows
    assert nobody[4:] == ((), (), ("ada", "bob"), 0, ("unused", "no recipients"))
    assert shared[4:] == (
        ("ada", unknown, "eve"),
        (unknown, "eve"),
        ("bob",),
        0,
        ("unused", "not members"),
    )


def test_without_git_a_value_is_as_old_as_it_says(folder: Path) -> None:
    report = make_report("secrets", folder)
    assert {(row[2], row[3]) for row in report.table("secrets").rows} == {(date(2026, 3, 1), None)}
    assert any("--as-of" in note for note in report.notes)
    report = make_report("secrets", folder, as_of=date(2026, 3, 31), days=29)
    assert {row[3] for row in report.table("secrets").rows} == {30}
    assert all("old value" in row[8] for row in report.table("secrets").rows if isinstance(row[8], tuple))


def test_access_says_who_can_decrypt_what_in_which_role(folder: Path) -> None:
    report = make_report("access", folder)
    grants = [
        (row[3].handle if isinstance(row[3], EntityRef) else None, row[4])
        for row in report.table("secrets").rows
    ]
    assert grants == [("ada", "admin"), (None, None), ("eve", None)]
    members = [(row[2], row[3], row[4], row[5]) for row in report.table("members").rows]
    assert members == [("Ada Lovelace", "admin", 1, 1), ("Bob", "member", 1, 0)]
    assert [row[1] for row in report.table("users").rows] == ["Eve"]
