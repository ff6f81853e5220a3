"""What somebody without a key can do to the file of a secret: what `validate` says of it, and what SOPS does with it.

The exit codes of SOPS: 0 decrypts, 25 finds a value changed, 51 finds the MAC changed, 1 can't read the file.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles import validate
from qafiles.loading.loader import load
from qafiles.models import SecretValue
from qafiles.parsing import parse
from qafiles.rules.check import check
from qafiles.secrets.program import find_sops
from qafiles.sops_files.secret_file import irregularities
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root
from tests.secrets.conftest import Keyring, keyring
from tests.secrets.oracle import decrypted

__all__ = ["keyring"]
PROJECT = "organizations/acme/projects/shop"
PATH = f"{PROJECT}/secret_values/ADMIN_PASSWORD.yaml"
CASE = f"{PROJECT}/test_cases/sign-in.yaml"
USES = "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: Use {{ secret.ADMIN_PASSWORD }}\nurl_route: /\n"
SHOP = "tz4a98xxat96iws9zmbrgj3b"
EVIL = "age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm"
Tamper = Callable[[bytes, bytes], bytes]


def source(content: bytes, keys: Keyring) -> MemorySource:
    config = keys.config.read_text()
    return MemorySource({**data_root({".sops.yaml": config, CASE: USES}), PATH: content})


def codes(content: bytes, keys: Keyring) -> set[str]:
    return {item.code for item in validate(source(content, keys)) if item.severity == "error"}


def sops(content: bytes) -> int:
    """Return the exit code of SOPS, which reads no `.sops.yaml` to decrypt."""
    command = [
        str(find_sops()),
        "--config",
        os.devnull,
        "decrypt",
        "--input-type",
        "yaml",
        "--output-type",
        "json",
    ]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    return done.returncode


def replaced(old: bytes, new: bytes) -> Tamper:
    def tamper(content: bytes, other: bytes) -> bytes:
        assert old in content
        assert other
        return content.replace(old, new, 1)

    return tamper


def lines_moved(first: int, second: int) -> Tamper:
    def tamper(content: bytes, other: bytes) -> bytes:
        assert other
        lines = content.splitlines(keepends=True)
        lines[first], lines[second] = lines[second], lines[first]
        return b"".join(lines)

    return tamper


def value_of(content: bytes) -> bytes:
    return content.partition(b"secret_value: ")[2].partition(b"\n")[0]


def swapped_value(content: bytes, other: bytes) -> bytes:
    return content.replace(value_of(content), value_of(other))


def swapped_value_and_stanza(content: bytes, other: bytes) -> bytes:
    return content.partition(b"secret_value: ")[0] + b"secret_value: " + other.partition(b"secret_value: ")[2]


def without_mac(content: bytes, other: bytes) -> bytes:
    assert other
    return b"".join(line for line in content.splitlines(keepends=True) if not line.startswith(b"    mac: "))


def with_last_recipient_dropped(content: bytes, other: bytes) -> bytes:
    assert other
    start = content.rindex(b"        - recipient: ")
    return content[:start] + content[content.index(b"    lastmodified:") :]


def with_relabelled_recipient(content: bytes, other: bytes) -> bytes:
    assert other
    start = content.rindex(b"- recipient: ") + len(b"- recipient: ")
    end = content.index(b"\n", start)
    return content[:start] + EVIL.encode() + content[end:]


STRANGER = f"    age:\n        - recipient: {EVIL}\n          enc: |\n            garbage\n".encode()
VAULT = b'    hc_vault:\n        - vault_address: https://evil.example\n          engine_path: t\n          key_name: k\n          created_at: "2026-01-01T00:00:00Z"\n          enc: x\n    age:\n'
ROWS: list[tuple[str, Tamper, set[str], set[int]]] = [
    ("nothing", lambda content, _: content, set(), {0}),
    ("ciphertext of another file", swapped_value, set(), {25}),
    ("ciphertext and stanza of another file", swapped_value_and_stanza, set(), {51}),
    ("secret_name", replaced(b"secret_name: ADMIN_PASSWORD", b"secret_name: DEMO_PASSWORD"), {"QF311", "QF406"}, {51}),
    ("version", replaced(b"version: 1\n", b"version: 2\n"), set(), {51}),
    ("id", replaced(b"id: ux5q", b"id: vx5q"), set(), {51}),
    ("lastmodified", replaced(b'    lastmodified: "20', b'    lastmodified: "19'), set(), {51}),
    ("no mac", without_mac, {"QF503"}, {51}),
    ("empty mac", lambda content, _: without_mac(content, b"x").replace(b"    encrypted_regex", b'    mac: ""\n    encrypted_regex'), {"QF503"}, {51}),
    ("name of a clear field", replaced(b"secret_name: ", b"xname: "), {"QF201", "QF202"}, {0}),
    ("a character moved between ids", replaced(f"n\nproject_id: {SHOP}".encode(), f"nt\nproject_id: {SHOP[1:]}".encode()), {"QF204", "QF401"}, {0}),
    ("a version in quotes", replaced(b"version: 1\n", b'version: "1"\n'), {"QF203"}, {0}),
    ("a version in hexadecimal", replaced(b"version: 1\n", b"version: 0x1\n"), {"QF503"}, {0}),
    ("a version with a fraction", replaced(b"version: 1\n", b"version: 1.0\n"), {"QF503"}, {0}),
    ("an empty field more", replaced(b"version: 1\n", b'version: 1\nnote: ""\n'), {"QF202"}, {0}),
    ("a null field more", replaced(b"version: 1\n", b"version: 1\nnote: null\n"), {"QF202"}, {0}),
    ("a mapping more", replaced(b"version: 1\n", b"version: 1\nnote: {}\n"), {"QF202"}, {0}),
    ("a value one level deeper", replaced(b"version: 1\n", b"version:\n    x: 1\n"), {"QF203"}, {0}),
    ("equal values in another order", lines_moved(3, 4), {"QF503"}, {0}),
    ("a comment", replaced(b"version: 1\n", b"version: 1 # hunter2\n"), {"QF503"}, {0}),
    ("an empty document more", lambda content, _: content + b"---\n", {"QF109"}, {0, 1}),
    ("an alias", lambda content, _: content.replace(b'created_at: "', b'created_at: &x "').replace(b'updated_at: "2026-03-01T09:30:00Z"', b"updated_at: *x"), {"QF111"}, {0}),
    ("a merge key", replaced(b"version: 1\n", b"version: 1\n<<: {}\n"), {"QF111"}, {0, 1}),
    ("a document more", lambda content, _: content + b"---\nsecret_name: OTHER\n", {"QF109"}, {1, 51}),
    ("a field more", replaced(b"version: 1\n", b"version: 1\nnote: x\n"), {"QF202"}, {51}),
    ("another order", lines_moved(0, 1), {"QF503"}, {51}),
    ("a field twice", replaced(b"version: 1\n", b"version: 1\nversion: 1\n"), {"QF113"}, {1}),
    ("something behind the ciphertext", replaced(b",type:str]\nsops:", b",type:str]x\nsops:"), {"QF501"}, {0}),
    ("another type", replaced(b",type:str]\nsops:", b",type:int]\nsops:"), {"QF501"}, {25}),
    ("another encrypted_regex", replaced(b"    encrypted_regex: ^secret_value$", b"    encrypted_regex: ^nothing$"), {"QF503"}, {51, 25, 0}),
    ("no encrypted_regex", replaced(b"    encrypted_regex: ^secret_value$\n", b""), {"QF503"}, {25}),
    ("a recipient more", replaced(b"    age:\n", STRANGER), {"QF503", "QF504"}, {0}),
    ("a recipient less", with_last_recipient_dropped, {"QF504"}, {0}),
    ("a recipient under another name", with_relabelled_recipient, {"QF504"}, {0}),
    ("a server of keys", replaced(b"    age:\n", VAULT), {"QF503", "QF504"}, {0}),
    ("an unknown key of sops", replaced(b"    version: ", b"    note: x\n    version: "), {"QF503"}, {0}),
    ("only the value under the MAC", replaced(b"    version: ", b"    mac_only_encrypted: true\n    version: "), {"QF503"}, {51}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tamper", "expected", "ends"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_a_key_does_not_show_is_told_without_one(
    tamper: Tamper, expected: set[str], ends: set[int], keyring: Keyring
) -> None:
    content = keyring.encrypt("hunter2", project_id=SHOP)
    other = keyring.encrypt("demo", project_id=SHOP, id="k2v9w1hx8rj0qz4mtb7nc5ap", secret_name="DEMO")  # noqa: S106  # a name
    changed = tamper(content, other)
    assert codes(changed, keyring) == expected
    assert sops(changed) in ends
    # Whatever is done, it is refused: without a key, or by SOPS.
    assert expected or ends.isdisjoint({0}) or changed == content


@pytest.mark.parametrize("row", ["swap", "rename", "version"])
def test_a_file_whose_mac_leaves_out_the_clear_fields_is_refused_though_sops_takes_it(
    row: str, keyring: Keyring
) -> None:
    rules = keyring.config.read_text()
    keyring.config.write_text(rules + "    mac_only_encrypted: true\n")
    content = keyring.encrypt("hunter2", project_id=SHOP)
    other = keyring.encrypt("demo", project_id=SHOP, id="k2v9w1hx8rj0qz4mtb7nc5ap")
    keyring.config.write_text(rules)
    changed = {
        "swap": swapped_value_and_stanza(content, other),
        "rename": content.replace(b"id: ux5q", b"id: vx5q", 1),
        "version": content.replace(b"version: 1\n", b"version: 9\n", 1),
    }[row]
    assert changed != content
    assert sops(changed) == 0
    assert codes(changed, keyring) == {"QF503"}


def test_an_older_file_is_told_by_its_version_where_two_states_are_compared(keyring: Keyring) -> None:
    old, new = (keyring.encrypt("hunter2", project_id=SHOP, version=version) for version in (1, 2))
    before, after = (load(source(content, keyring)) for content in (new, old))
    assert codes(old, keyring) == set()
    assert sops(old) == 0
    assert {item.code for item in check(after, before=before).diagnostics} == {"QF703"}


def test_who_wrote_a_secret_is_not_proved(keyring: Keyring) -> None:
    """The limit that the manual names: whoever has the public keys can put another value in the place of one."""
    content = keyring.encrypt("of a stranger", project_id=SHOP)
    assert codes(content, keyring) == set()
    assert "of a stranger" in decrypted(content, keyring.identities[0]).values()


NEIGHBOURS = ("id", "project_id", "secret_name", "created_at", "updated_at", "version")


@pytest.mark.parametrize("left", range(5))
@pytest.mark.parametrize("direction", ["right", "left"])
def test_a_character_that_moves_to_a_neighbour_is_refused(
    left: int, direction: str, keyring: Keyring
) -> None:
    content = keyring.encrypt("hunter2", project_id=SHOP, version=12)
    fields: dict[str, Any] = dict(parse(content).data)
    first, second = NEIGHBOURS[left], NEIGHBOURS[left + 1]
    one, two = str(fields[first]), str(fields[second])
    moved = (one[:-1], one[-1] + two) if direction == "right" else (one + two[0], two[1:])
    changed = content
    for name, was, now in ((first, one, moved[0]), (second, two, moved[1])):
        quoted = '"' if name.endswith("_at") else ""
        changed = changed.replace(f"\n{name}: {quoted}{was}".encode(), f"\n{name}: {quoted}{now}".encode())
        if name == "id":
            changed = changed.replace(f"id: {was}".encode(), f"id: {now}".encode(), 1)
    assert changed != content
    assert codes(changed, keyring) & {"QF203", "QF204", "QF503"}


def splits(text: str) -> Iterator[dict[str, Any]]:
    """Yield every way in which the clear fields could make up what SOPS' MAC joins."""
    for first in (24, 25):
        for second in (24, 25):
            for digits in range(1, 4):
                start, end = first + second, len(text) - 40 - digits
                if end > start:
                    cuts = (0, first, start, end, end + 20, end + 40, len(text))
                    pieces = (text[at:to] for at, to in pairwise(cuts))
                    yield dict(zip(NEIGHBOURS, pieces, strict=True))


def accepted(fields: dict[str, Any]) -> bool:
    """Return whether these clear fields pass the model and the checks of form."""
    if not fields["version"].isdigit() or fields["version"].startswith("0"):
        return False
    data = {**fields, "version": int(fields["version"]), "secret_value": "ENC[x]", "sops": {"mac": "m"}}
    try:
        SecretValue.model_validate(data)
    except ValueError:
        return False
    return not any(flaw.pointer == ("id",) for flaw in irregularities(text_of(fields), data))


def text_of(fields: dict[str, Any]) -> bytes:
    clear = "".join(
        f'{name}: "{value}"\n' if name.endswith("_at") else f"{name}: {value}\n"
        for name, value in fields.items()
    )
    return f"{clear}secret_value: ENC[x]\nsops:\n    mac: m\n".encode()


LETTERS = "bc1"
IDS = st.one_of(
    st.text(LETTERS, min_size=23, max_size=23).map("c".__add__),
    st.text(LETTERS, min_size=24, max_size=24).map("c".__add__),
    st.text(LETTERS, min_size=23, max_size=23).map("b".__add__),
)
TIMES = st.sampled_from(["2026-03-01T09:30:00Z", "2026-12-31T23:59:59Z", "1111-11-11T11:11:11Z"])


@pytest.mark.slow
@given(st.tuples(IDS, IDS, st.from_regex(r"\A[A-Z][A-Z0-9_]{0,4}\Z"), TIMES, TIMES), st.integers(1, 999))
def test_what_the_mac_joins_can_be_taken_apart_in_one_way(texts: tuple[str, ...], version: int) -> None:
    joined = "".join(texts) + str(version)
    assert len([fields for fields in splits(joined) if accepted(fields)]) <= 1


def test_an_id_that_could_end_earlier_is_refused(keyring: Keyring) -> None:
    long = "c" + "b" * 23 + "c"
    content = keyring.encrypt("hunter2", id=long, project_id=SHOP)
    assert codes(content, keyring) == {"QF503"}
    moved = content.replace(long.encode(), long[:-1].encode()).replace(SHOP.encode(), b"c" + SHOP.encode())
    assert sops(moved) == 0
    assert codes(moved, keyring) >= {"QF401"}
