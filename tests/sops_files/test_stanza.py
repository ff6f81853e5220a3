"""The `sops` mapping has room for nothing but what SOPS writes there, at whatever depth."""

import copy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qafiles.parsing import parse
from qafiles.sops_files.sealed_keys import is_sealed_key
from qafiles.sops_files.stanza import wrong_stanza
from tests.sealed import RECIPIENT, sealed
from tests.secrets.conftest import Keyring, keyring, pgp

__all__ = ["keyring", "pgp"]
OTHER_TEXT = "hunter2-plain"

Place = tuple[str | int, ...]


def _stanza(content: bytes | str) -> Any:
    data: Any = parse(content.encode() if isinstance(content, str) else content).data
    return data["sops"]


def _places(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every mapping, list and text below a value."""
    yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*place, key))


def _with(stanza: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(stanza)
    inner = changed
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    return changed


def _assert_closed(stanza: Any) -> None:
    """Assert that a text in any place of a mapping, for a value or beside others, is a flaw."""
    assert [*wrong_stanza(stanza)] == []
    for place, value in [*_places(stanza)]:
        changes = [_with(stanza, place, OTHER_TEXT)] if place else []
        if isinstance(value, dict):
            changes.append(_with(stanza, (*place, "note"), OTHER_TEXT))
        if isinstance(value, list):
            changes.append(_with(stanza, place, [*value, OTHER_TEXT]))
        if isinstance(value, str):
            changes += [
                _with(stanza, place, text) for text in (f"{value} {OTHER_TEXT}", f"{OTHER_TEXT}\n{value}", "")
            ]
        for changed in changes:
            flaws = [*wrong_stanza(changed)]
            # What an entry names is no key any more, which the comparison with the recipients says.
            named = place and place[-1] in {"recipient", "fp"}
            assert flaws or named, (place, value)
            assert not any(OTHER_TEXT in flaw.message + flaw.hint for flaw in flaws)


def test_no_place_of_a_stanza_takes_another_text() -> None:
    _assert_closed(_stanza(sealed()))


def test_a_data_key_in_another_form_is_a_flaw() -> None:
    enc = _stanza(sealed())["age"][0]["enc"]
    assert is_sealed_key("age", RECIPIENT, enc)
    first = enc.splitlines()[1]
    for changed in (
        enc.replace(first[:4], "AAAA", 1),
        enc.replace("AGE ENCRYPTED FILE", "PGP MESSAGE"),
        enc + enc,
        enc.replace(first, first[:60] + "\n" + first[60:]),
        enc.replace(first, first + " hunter2"),
        enc.replace("\n-----END", "\nAAAA\n-----END"),
        None,
        ["x"],
    ):
        assert not is_sealed_key("age", RECIPIENT, changed), changed


def test_two_groups_of_keys_are_no_flaw_and_take_no_other_text(keyring: Keyring) -> None:
    ada, bob = keyring.keys
    text = keyring.config.read_text().partition("    age:")[0]
    groups = f"    shamir_threshold: 2\n    key_groups:\n      - age: [{ada}]\n      - age: [{bob}]\n"
    keyring.config.write_text(text + groups)
    _assert_closed(_stanza(keyring.encrypt("hunter2")))


@pytest.mark.keys
def test_ssh_and_pgp_keys_are_no_flaw_and_take_no_other_text(
    keyring: Keyring, pgp: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    home, fingerprint = pgp
    monkeypatch.setenv("GNUPGHOME", str(home))
    keys = ""
    for form in ("ed25519", "rsa"):
        place = keyring.folder / form
        subprocess.run(["ssh-keygen", "-q", "-t", form, "-N", "", "-f", place, "-C", "ada@lab"], check=True)
        keys += f"      - {place.with_suffix('.pub').read_text().strip()}\n"
    keyring.config.write_text(f"{keyring.config.read_text()}{keys}    pgp: {fingerprint}\n")
    stanza = _stanza(keyring.encrypt("hunter2"))
    _assert_closed(stanza)
    # The tag in the file of age is that of one key: another's text does not fit.
    first, second = (entry for entry in stanza["age"] if entry["recipient"].startswith("ssh-"))
    other = (
        second["recipient"]
        if first["recipient"].split(" ")[0] == second["recipient"].split(" ")[0]
        else RECIPIENT
    )
    assert not is_sealed_key("age", other, first["enc"])
