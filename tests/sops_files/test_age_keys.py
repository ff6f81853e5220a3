import sys
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.sops_files.age_keys import key_file, made_key, own_key

PLUGIN = "age1yubikey1qwerty"
ADA = "age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n"


def test_the_first_legible_key_of_a_file_counts(tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    place = tmp_path / "keys.txt"
    place.write_text(f"# public key: {ADA}\nAGE-SECRET-KEY-1BROKEN\n{identity}\n")
    found = own_key({"SOPS_AGE_KEY_FILE": str(place)})
    assert found is not None
    assert (found.recipient, found.place, found.made) == (ADA, str(place), False)
    place.write_text(f"AGE-SECRET-KEY-1BROKEN\n{identity}\n")
    found = own_key({"SOPS_AGE_KEY_FILE": str(place)})
    assert found is not None
    assert found.recipient == str(identity.to_public())


def test_without_pyrage_the_comment_says_the_public_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    place = tmp_path / "keys.txt"
    made = pyrage.x25519.Identity.generate()
    place.write_text(f"# created: 2026\n# public key: {made.to_public()}\n{made}\n")
    found = own_key({"SOPS_AGE_KEY_FILE": str(place)})
    assert found is not None
    assert found.recipient == str(made.to_public())
    place.write_text(f"{made}\n")
    assert own_key({"SOPS_AGE_KEY_FILE": str(place)}) is None
    assert made_key(tmp_path / "new.txt") is None
    assert not (tmp_path / "new.txt").exists()


def test_a_key_is_never_made_over_a_file(tmp_path: Path) -> None:
    place = tmp_path / "a/keys.txt"
    first = made_key(place)
    assert first is not None
    text = place.read_text()
    assert made_key(place) is None
    assert place.read_text() == text
    assert own_key({"SOPS_AGE_KEY_FILE": str(place)}) == type(first)(first.recipient, first.place)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert made_key(tmp_path / "link") is None
    assert not (tmp_path / "elsewhere").exists()
    assert made_key(place / "below") is None


def test_the_variable_comes_before_the_file_and_no_key_is_in_what_is_shown(tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    found = own_key({"SOPS_AGE_KEY": str(identity), "SOPS_AGE_KEY_FILE": str(tmp_path / "none")})
    assert found is not None
    assert (found.recipient, found.place) == (str(identity.to_public()), "SOPS_AGE_KEY")
    assert str(identity) not in repr(found)


@pytest.mark.skipif(sys.platform != "linux", reason="the places are those of Linux")
def test_the_file_is_where_sops_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert key_file({}) == Path("/home/ada/.config/sops/age/keys.txt")
    assert key_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/sops/age/keys.txt")
    assert key_file({"XDG_CONFIG_HOME": "/x", "SOPS_AGE_KEY_FILE": "/y"}) == Path("/y")


@given(st.lists(st.sampled_from(["AGE-SECRET-KEY-1", "AGE-PLUGIN-X", f"# recipient: {PLUGIN}", f"# public key: {ADA}", "\n", "x", "\0", "\u2028"])).map("".join))  # fmt: skip
def test_no_text_raises(text: str) -> None:
    own_key({"SOPS_AGE_KEY": text, "SOPS_AGE_KEY_FILE": "/nonexistent"})
