"""Private keys in binary and in UTF-16 are told as those in text; public keys, certificates and any other bytes are not."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.rules.binary_private_key import FIRST, binary_private_key_in
from qafiles.rules.private_key_forms import private_key_in
from qafiles.sources import MemorySource
from qafiles.validation import validate
from tests.conftest import committed, git
from tests.hang import no_hang
from tests.rules.data_root import data_root

_ED25519 = "MC4CAQAwBQYDK2VwBCIEIKPqMO4BrjGteW2D4uwN/R3fde766ODB0uSN9plzZRac"
_ELLIPTIC = (
    "MHcCAQEEIIGzUZQQpZhIoRvdSt86UJbdM0I7ICT9zNPPsOV0XBgpoAoGCCqGSM49AwEHoUQDQgAEHoCQLDQbRaSdjFcZjfMymsxEwm8g0FJQt58T5vub94bD"
    "gdMOyoapj9CScXK5mf3gS4WdLlCi/ndz4EY8XquG9g=="
)
_PGP = (
    "lFgEawvAHBYJKwYBBAHaRw8BAQdAJZXGfzFvkEx14gFHAtaNb63HBW82IW2qKSeJwHuILIEAAQDWasBkaTjyj/iEFmlyiRTigM4wjtU4O3Q19BcksVtO6g/j"
    "tA9lZDI1NTE5IDxhQGIuYz6IlgQTFggAPhYhBBM26kEHGBxQy8Y2tksD8CUOKOP5BQJrC8AcAhsDBQkDwmcABQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJ"
    "EEsD8CUOKOP5GQkBAKGBWzi1BOpsZidb93LFZdg8QLr7mIFJ/lyz78890J12AQDoYexS51BzMb+FM6odPRhIhxQVntwg5BRYQ5Vyxg8gAw=="
)
_LOCKED_PGP = (
    "lIYEawvAHBYJKwYBBAHaRw8BAQdAALg7NqrSVVcfR6nCwX+1X+M7ROxBjcUPNtYa63p5gTX+BwMCMB9DJjMYEcn/Vi9iwHA1OHtU8x56gm7HId/Xq+kN/0Z5"
    "PEwEi1TnsNUZ7SJYzHaXXkdPQ8TpuGqg+/dEbZ12ftfZztWxvJiMeK2NFTXIrbQObG9ja2VkIDxsQGIuYz4="
)
_AGE = f"# created: 2026-01-01\nAGE-SECRET-KEY-1{'Q' * 58}\n"


def _element(kind: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = b"" if len(content) < 0x80 else len(content).to_bytes(2)
    return bytes([kind, 0x82 if size else len(content)]) + size + content


def _integers(*lengths: int) -> bytes:
    return _element(0x30, _element(2, b"\0"), *(_element(2, b"\x01" * length) for length in lengths))


def _named(name: str) -> bytes:
    return _element(6, bytes.fromhex(name))


def _store(bag: str) -> bytes:
    bags = _element(0x30, _named("2a864886f70d010701"), _element(0xA0, _element(4, _named(bag))))
    return _element(0x30, _element(2, b"\x03"), bags)


_SHROUDED, _CERTIFICATE = "2a864886f70d010c0a0102", "2a864886f70d010c0a0103"
_RSA = _integers(257, 3, 256, 129, 129, 128, 128, 128)
_ENCRYPTED = _element(0x30, _element(0x30, _named("2a864886f70d01050d")), _element(4, b"\x07" * 300))
_PUBLIC = _element(0x30, _element(0x30, _named("2a864886f70d010101"), b"\x05\0"), _element(3, b"\0" * 271))


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (base64.b64decode(_ED25519), "in PKCS#8"),
        (_ENCRYPTED, "in PKCS#8"),
        (base64.b64decode(_ELLIPTIC), "of SSH"),
        (_RSA, "of SSH"),
        (_integers(128, 20, 128, 128, 20), "of SSH"),
        (_store(_SHROUDED), "in PKCS#12"),
        (base64.b64decode(_PGP), "of PGP"),
        (base64.b64decode(_LOCKED_PGP), "of PGP"),
        *((_AGE.encode(encoding), "of age") for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
    ],
    ids=[
        "ed25519",
        "encrypted",
        "elliptic",
        "rsa",
        "dsa",
        "p12",
        "pgp",
        "pgp-locked",
        "16",
        "16le",
        "16be",
        "32",
    ],
)
def test_a_key_that_is_no_text_is_told_with_its_form(tmp_path: Path, content: bytes, form: str) -> None:
    key = private_key_in(content)
    assert key is not None
    assert key.form == form
    folder = committed(tmp_path, data_root())
    (folder / "docs").mkdir()
    (folder / "docs/key").write_bytes(content)
    (item,) = validate(folder)
    assert (item.code, item.path) == ("QF508", "docs/key")
    assert form in item.message


@pytest.mark.parametrize(
    "content",
    [
        _PUBLIC,
        _store(_CERTIFICATE),
        _integers(1, 1),
        _RSA + b"\n",
        base64.b64decode(_PGP)[:40],
        # The public key of the same, as its packet has another kind.
        b"\x98" + base64.b64decode(_PGP)[1:],
        "Łódź\n".encode(),
        b"0\x80",
        b"0",
        b"",
    ],
)
def test_what_is_no_private_key_is_none(content: bytes) -> None:
    assert private_key_in(content) is None


@pytest.mark.parametrize("revision", [None, "HEAD"])
def test_among_many_files_a_key_is_told_whatever_it_is_called(tmp_path: Path, revision: str | None) -> None:
    others = {f"docs/{number}.md": "text\n" for number in range(120)}
    folder = committed(tmp_path, {**data_root(), **others, ".gitattributes": "*.gpg diff\n"})
    keys = {
        "picture.png": base64.b64decode(_PGP),
        "notes.md": _AGE.encode("utf-16"),
        "data.csv": _AGE.encode("utf-16-be"),
        "store": base64.b64decode(_ELLIPTIC),
        # Git takes it for text.
        "Backup.GPG": base64.b64decode(_PGP),
    }
    for name, content in keys.items():
        (folder / "docs" / name).write_bytes(content)
    (folder / "docs/picture.jpg").write_bytes(b"\xff\xd8\0" * 1000)
    if revision is not None:
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "keys")
    items = validate(folder, rev=revision)
    assert [(item.code, item.path) for item in items] == [("QF508", f"docs/{name}") for name in sorted(keys)]


def test_an_entity_in_another_encoding_that_holds_a_key_is_told() -> None:
    files: dict[str, str | bytes] = {**data_root()}
    files["users/eve.yaml"] = _AGE.encode("utf-16")
    assert ("QF508", "users/eve.yaml") in {(item.code, item.path) for item in validate(MemorySource(files))}


@given(st.sampled_from(sorted(FIRST)), st.binary(max_size=60))
def test_any_bytes_are_read_to_an_end(first: int, rest: bytes) -> None:
    binary_private_key_in(bytes([first]) + rest)


@pytest.mark.parametrize("part", [b"0\0", b"\x94\0", b"\xc5\0", b"0\x80", b"\0"])
def test_a_mebibyte_takes_no_longer_than_a_moment(part: bytes) -> None:
    with no_hang():
        private_key_in(part * (1 << 19))
