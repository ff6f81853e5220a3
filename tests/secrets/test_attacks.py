"""What somebody without a key can do to a file, to `.sops.yaml` and to the environment, and what comes of it: nothing."""

import http.server
import re
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles import load
from qafiles.__main__ import run
from qafiles.errors import QafilesError
from qafiles.secrets.environment import chosen, values
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import find_sops
from qafiles.secrets.reading import clear_fields, sops_config
from qafiles.secrets.sealing import sealed
from qafiles.secrets.writing import set_secret
from tests.conftest import git, write
from tests.rules.data_root import data_root
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

DEMO = PLACE.replace("ADMIN_PASSWORD", "DEMO_PASSWORD")
Change = Callable[[str, str], str]


class Data(NamedTuple):
    """A data root with the secret whose value is the canary and a harmless one, and how to call qafiles in it."""

    root: Path
    call: Callable[..., tuple[int, bytes, bytes]]

    @property
    def text(self) -> str:
        return (self.root / PLACE).read_text()

    def refused(self, path: str = PLACE, code: int = 1) -> bytes:
        """Assert that no command reads a changed file, and that nothing tells its value; return what they say."""
        name = path.rpartition("/")[2].removesuffix(".yaml")
        said = b""
        for command in (["get", name, "--stdout"], ["check"]):
            exit_code, out, err = self.call("secret", *command)
            assert exit_code == code, (command, out, err)
            assert CANARY.encode() not in out + err
            assert b"canary" not in out + err
            assert re.search(rb"[0-9A-Fa-f]{128}", out + err) is None
            assert b"Traceback" not in err
            said += out + err
        snapshot = load(self.root)
        with pytest.raises(QafilesError) as caught:
            values(snapshot, chosen(snapshot, names=[name]))
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert "canary" not in "".join(shown.format())
        return said


@pytest.fixture(params=["age", pytest.param("pgp", marks=pytest.mark.keys)])
def data(
    request: pytest.FixtureRequest,
    keyring: Keyring,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Data:
    """Two secrets, for recipients with keys of age or of PGP."""
    root = write(keyring.folder / "qa", data_root({".gitignore": ""}))
    if request.param == "age":
        keyring.config.rename(root / ".sops.yaml")
    else:
        home, fingerprint = request.getfixturevalue("pgp")
        monkeypatch.setenv("GNUPGHOME", str(home))
        monkeypatch.delenv("SOPS_AGE_KEY_FILE")
        write(root, {".sops.yaml": rule(more=f"    pgp: {fingerprint}\n")})
    git(root, "init", "-q")
    for name, value in (("ADMIN_PASSWORD", CANARY), ("DEMO_PASSWORD", "demo")):
        put(root, name, value)
    commit(root)

    def call(*arguments: str) -> tuple[int, bytes, bytes]:
        capfdbinary.readouterr()
        code = run(["-C", str(root), *arguments])
        return (code, *capfdbinary.readouterr())

    return Data(root, call)


def put(root: Path, name: str, value: str) -> None:
    """Set a secret, as `qafiles secret set` does."""
    (change,) = set_secret(load(root), name, Plaintext(value.encode())).proposal.changes
    assert change.after is not None
    write(root, {change.path: change.after})


def swapped(old: str, new: str) -> Change:
    return lambda text, _: text.replace(old, new, 1)


def replaced(pattern: str, new: str) -> Change:
    return lambda text, _: re.sub(pattern, new, text, count=1, flags=re.MULTILINE | re.DOTALL)


def _value(text: str) -> str:
    return text.partition("secret_value: ")[2].partition("\n")[0]


def _stanza(text: str) -> str:
    return text[text.index("sops:\n") :]


def _moved_character(text: str, _: str) -> str:
    """Return the file with the first character of the project's id at the end of its own: the same MAC."""
    return re.sub(r"^id: (\w+)\nproject_id: (\w)", r"id: \1\2\nproject_id: ", text)


def _duplicate(text: str, _: str) -> str:
    return text.replace("version: 1\n", "version: 1\nversion: 1\n", 1)


def _first_recipient(text: str) -> str:
    found = re.search(r"^ {8}- .*?(?=^ {8}- |^ {4}\w)", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


TAMPERS: dict[str, Change] = {
    "ciphertext of another file": lambda text, other: text.replace(_value(text), _value(other)),
    "ciphertext and stanza of another file": lambda text, other: text.replace(
        _value(text), _value(other)
    ).replace(_stanza(text), _stanza(other)),
    "other name": swapped("secret_name: ADMIN_PASSWORD", "secret_name: ADMIN_PASSWORE"),
    "other version": swapped("version: 1", "version: 2"),
    "other id": replaced(r"^id: (?:q(.)|.)", r"id: q\1\1"),
    "other project": replaced(r"^project_id: .", "project_id: q"),
    "other time": replaced(r'^created_at: "....', 'created_at: "1999'),
    "other lastmodified": replaced(r'lastmodified: "....', 'lastmodified: "1999'),
    "no mac": replaced(r"^    mac: [^\n]*\n", ""),
    "empty mac": replaced(r"^    mac: [^\n]*\n", '    mac: ""\n'),
    "renamed key": swapped("secret_name:", "xname:"),
    "moved character": _moved_character,
    "character of the project's id in the name": replaced(
        r"^project_id: (\w+)(\w)\nsecret_name: ", r"project_id: \1\nsecret_name: \2"
    ),
    "character of the name in the project's id": replaced(
        r"^project_id: (\w+)\nsecret_name: A", r"project_id: \1A\nsecret_name: "
    ),
    "character of the name in the time": replaced(
        r'secret_name: (\w+)D\ncreated_at: "', r'secret_name: \1\ncreated_at: "D'
    ),
    "character of the time in the name": replaced(
        r'secret_name: (\w+)\ncreated_at: "2', r'secret_name: \g<1>2\ncreated_at: "'
    ),
    "version as a text": swapped("version: 1", 'version: "1"'),
    "version in hexadecimal": swapped("version: 1", "version: 0x1"),
    "version as a float": swapped("version: 1", "version: 1.0"),
    "empty note": swapped("version: 1\n", 'version: 1\nnote: ""\n'),
    "null note": swapped("version: 1\n", "version: 1\nnote: null\n"),
    "mapping as a note": swapped("version: 1\n", "version: 1\nnote: {}\n"),
    "full note": swapped("version: 1\n", "version: 1\nnote: x\n"),
    "nested": replaced(r"^id: (\w+)\n", r"id:\n  x: \1\n"),
    "reordered equal values": lambda text, _: re.sub(
        r"(created_at: [^\n]*\n)(updated_at: [^\n]*\n)", r"\2\1", text
    ),
    "comment": swapped("version: 1\n", "version: 1  # by me\n"),
    "comment below sops": swapped("sops:\n", "sops:\n    # by me\n"),
    "empty second document": lambda text, _: text + "---\n",
    "second document": lambda text, other: f"{text}---\n{other}",
    "alias": lambda text, _: re.sub(
        r'created_at: ("[^"]*")\nupdated_at: "[^"]*"', r"created_at: &a \1\nupdated_at: *a", text
    ),
    "merge key": swapped("version: 1\n", "version: 1\n<<: {}\n"),
    "duplicate key": _duplicate,
    "junk behind the ciphertext": replaced(r"type:str\]\nsops", r"type:str]x\nsops"),
    "type int": replaced(r"type:str\]\nsops", r"type:int]\nsops"),
    "type float": replaced(r"type:str\]\nsops", r"type:float]\nsops"),
    "type bool": replaced(r"type:str\]\nsops", r"type:bool]\nsops"),
    "type time": replaced(r"type:str\]\nsops", r"type:time]\nsops"),
    "type bytes": replaced(r"type:str\]\nsops", r"type:bytes]\nsops"),
    "clear value": lambda text, _: text.replace(_value(text), "CHANGE_ME"),
    "other encrypted_regex": swapped("encrypted_regex: ^secret_value$", "encrypted_regex: ^nothing$"),
    "no encrypted_regex": replaced(r"^    encrypted_regex: [^\n]*\n", ""),
    "mac of the value alone": swapped("sops:\n", "sops:\n    mac_only_encrypted: true\n"),
    "unknown key below sops": swapped("sops:\n", "sops:\n    xyz: true\n"),
    "a recipient twice": lambda text, _: text.replace(_first_recipient(text), 2 * _first_recipient(text)),
    "no recipient": lambda text, _: re.sub(
        r"^    (age|pgp):\n.*?(?=^    \w)", "", text, flags=re.MULTILINE | re.DOTALL
    ),
    "foreign recipient": replaced(r"(- recipient: age1|fp: )\w{6}", r"\1qqqqqq"),
    "CRLF": lambda text, _: text.replace("\n", "\r\n"),
    "byte order mark": lambda text, _: f"\ufeff{text}",
    "truncated": lambda text, _: text[:-200],
    "conflict markers": lambda text, other: f"<<<<<<< ours\n{text}=======\n{other}>>>>>>> theirs\n",
}
TWICE = "a recipient twice"
"""What SOPS reads and `sync` does not mind: nobody else can read it."""


@pytest.mark.parametrize("tamper", TAMPERS)
def test_a_changed_file_is_read_by_no_command(tamper: str, data: Data) -> None:
    before = data.text
    changed = TAMPERS[tamper](before, (data.root / DEMO).read_text())
    assert changed != before
    (data.root / PLACE).write_bytes(changed.encode())
    if tamper == TWICE:
        assert data.call("secret", "get", "ADMIN_PASSWORD", "--stdout")[:2] == (0, CANARY.encode())
        return
    said = data.refused()
    assert PLACE.encode() in said or b"ADMIN_PASSWORD" in said


def test_the_file_under_another_name_or_in_another_project_is_not_read(data: Data) -> None:
    renamed = PLACE.replace("ADMIN_PASSWORD", "OTHER_NAME")
    (data.root / PLACE).rename(data.root / renamed)
    assert b"it is the secret of another name" in data.refused(renamed)
    web = "organizations/acme/projects/web"
    project = "id: wz4a98xxat96iws9zmbrgj3b\nname: Web\ndefault_url_route: https://web.example.com\n"
    write(data.root, {f"{web}/project.yaml": project})
    moved = PLACE.replace("shop", "web")
    (data.root / moved).parent.mkdir()
    (data.root / renamed).rename(data.root / moved)
    assert b"another project" in data.refused(moved)


def test_a_link_is_not_followed(data: Data) -> None:
    kept = data.root.parent / "kept.yaml"
    (data.root / PLACE).rename(kept)
    (data.root / PLACE).symlink_to(kept)
    data.refused()
    before = kept.read_bytes()
    with pytest.raises(QafilesError):
        put(data.root, "ADMIN_PASSWORD", "new")
    assert kept.read_bytes() == before


def test_an_older_file_is_read_and_validate_says_that_its_version_went_down(data: Data) -> None:
    old = data.text
    put(data.root, "ADMIN_PASSWORD", "newer")
    commit(data.root)
    (data.root / PLACE).write_text(old)
    assert data.call("secret", "get", "ADMIN_PASSWORD", "--stdout")[:2] == (0, CANARY.encode())
    code, out, _ = data.call("validate", "--since", "HEAD", "--format", "concise")
    assert (code, b"went down" in out or b"version" in out) == (1, True)


@pytest.mark.parametrize("data", ["age"], indirect=True)
def test_who_wrote_a_file_is_not_known(data: Data, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SOPS can't do, and the manual says: the public keys are enough to write."""
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    put(data.root, "ADMIN_PASSWORD", "by a stranger")
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", keyring.key_file(0))
    assert data.call("secret", "get", "ADMIN_PASSWORD", "--stdout")[:2] == (0, b"by a stranger")


@pytest.fixture
def mallory() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


@pytest.mark.parametrize("data", ["age"], indirect=True)
def test_an_injected_recipient_reads_no_later_value(data: Data, keyring: Keyring, mallory: str) -> None:
    entry = f"        - recipient: {mallory}\n          enc: |\n            garbage\n"
    (data.root / PLACE).write_text(data.text.replace("    lastmodified", f"{entry}    lastmodified", 1))
    assert mallory in data.text
    data.refused()
    put(data.root, "ADMIN_PASSWORD", "later value")
    assert mallory not in data.text
    assert decrypted((data.root / PLACE).read_bytes(), keyring.identities[0])["version"] == 2


def test_a_honey_file_takes_no_real_value_in_clear(data: Data) -> None:
    honey = data.text.replace(_value(data.text), "CHANGE_ME").replace("^secret_value$", "^nothing$")
    (data.root / PLACE).write_text(honey)
    real = "the-real-production-secret"
    try:
        put(data.root, "ADMIN_PASSWORD", real)
    except QafilesError:
        assert data.text == honey
    assert real not in data.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("encrypted_regex: ^secret_value$", "encrypted_regex: ^(secret_value$"),
        ("encrypted_regex: ^secret_value$", "encryptd_regex: ^secret_value$"),
        ("encrypted_regex: ^secret_value$", "encrypted_regex: ^nothing$"),
        ("encrypted_regex: ^secret_value$", "unencrypted_regex: ^secret_value$"),
        ("encrypted_regex: ^secret_value$", "encrypted_regex: ^secret_value$\n    mac_only_encrypted: true"),
        ("path_regex", "path_regexx"),
        ("secret_values/", "elsewhere/"),
        ("creation_rules", "creation_rule"),
    ],
)
def test_a_config_that_sops_overlooks_faults_in_writes_nothing(data: Data, old: str, new: str) -> None:
    place = data.root / ".sops.yaml"
    config = place.read_text().replace(old, new, 1)
    assert config != place.read_text()
    place.write_text(config)
    before = data.text
    with pytest.raises(QafilesError, match=r"\.sops\.yaml"):
        put(data.root, "ADMIN_PASSWORD", "new value")
    assert data.text == before
    data.refused(code=3)


@pytest.mark.parametrize("data", ["age"], indirect=True)
def test_variables_that_name_other_recipients_or_services_change_nothing(
    data: Data, keyring: Keyring, mallory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOPS_AGE_RECIPIENTS", mallory)
    monkeypatch.setenv("SOPS_PGP_FP", "0" * 40)
    monkeypatch.setenv("SOPS_VAULT_URIS", "http://127.0.0.1:1/v1/transit/keys/k")
    monkeypatch.setenv("SOPS_KEYSERVICE", "tcp://127.0.0.1:1")
    monkeypatch.setenv("SOPS_DECRYPTION_ORDER", "hc_vault,age")
    monkeypatch.setenv("SOPS_CONFIG", "/nowhere")
    put(data.root, "ADMIN_PASSWORD", "new value")
    assert sorted(re.findall(r"recipient: (\S+)", data.text)) == sorted(keyring.keys)
    assert data.call("secret", "get", "ADMIN_PASSWORD", "--stdout")[:2] == (0, b"new value")


class Vault(NamedTuple):
    """A server that stands in for HashiCorp Vault, and what it was asked for."""

    address: str
    asked: list[str]


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked.append(f"{self.path} {self.headers.get('X-Vault-Token')}")
            self.send_response(403)
            self.end_headers()

        do_GET = do_POST = do_PUT  # noqa: N815  # as the library calls them

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as in the library
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("VAULT_TOKEN", "hvs.SUPERSECRET")
    yield Vault(f"http://127.0.0.1:{server.server_address[1]}", asked)
    server.shutdown()
    server.server_close()


def _entry(address: str) -> str:
    """Return what a file says of a key in a vault."""
    return (
        f"    hc_vault:\n        - vault_address: {address}\n          engine_path: transit\n          key_name: k\n"
        f'          created_at: "2026-01-01T00:00:00Z"\n          enc: vault:v1:{"A" * 80}\n'
    )


def _for_vault(text: str, address: str) -> str:
    """Return a file whose only recipient is a key in a vault."""
    return re.sub(r"^    (age|pgp):\n.*?(?=^    \w)", _entry(address), text, flags=re.MULTILINE | re.DOTALL)


def test_no_token_goes_to_a_vault_that_a_file_names(data: Data, vault: Vault) -> None:
    (data.root / PLACE).write_text(_for_vault(data.text, vault.address))
    data.refused()
    # Also not where the config names another vault, so that the type of key is a declared one.
    config = data.root / ".sops.yaml"
    config.write_text(
        config.read_text() + "    hc_vault_transit_uri: https://vault.example.com/v1/transit/keys/k\n"
    )
    data.refused()
    assert data.call("secret", "sync")[0] != 0
    assert data.call("mv", "acme/shop/ADMIN_PASSWORD", "acme/shop/ROOT_PASSWORD")[0] == 1
    assert vault.asked == []


def test_a_declared_service_is_not_asked_where_a_key_is_at_hand(data: Data, vault: Vault) -> None:
    """SOPS takes age and PGP first: what is encrypted for a service, too, is read without it."""
    config = data.root / ".sops.yaml"
    config.write_text(f"{config.read_text()}    hc_vault_transit_uri: {vault.address}/v1/transit/keys/k\n")
    (data.root / PLACE).write_text(data.text.replace("sops:\n", f"sops:\n{_entry(vault.address)}"))
    assert data.call("secret", "get", "ADMIN_PASSWORD", "--stdout")[:2] == (0, CANARY.encode())
    assert vault.asked == []


def test_what_is_exchanged_behind_the_checks_gets_neither_token_nor_value(data: Data, vault: Vault) -> None:
    """Between the loading of the data root and the start of SOPS."""
    config = rule(more=f"    hc_vault_transit_uri: {vault.address}/v1/transit/keys/k\n")
    snapshot = load(data.root)
    write(data.root, {PLACE: _for_vault(data.text, vault.address)})
    with pytest.raises(QafilesError, match="was changed while it was read"):
        values(snapshot, chosen(snapshot, names=["ADMIN_PASSWORD"]))
    rules = sops_config(snapshot)
    write(data.root, {".sops.yaml": config})
    fields = clear_fields(snapshot.files[PLACE].data)
    with pytest.raises(QafilesError, match=r"\.sops\.yaml was changed while it was read"):
        sealed(snapshot, PLACE, fields, Plaintext(b"x"), rules)
    assert vault.asked == []


def test_since_a_revision_no_token_goes_to_a_vault_that_was_not_named_then(data: Data, vault: Vault) -> None:
    (data.root / PLACE).write_text(_for_vault(data.text, vault.address))
    more = f"    hc_vault_transit_uri: {vault.address}/v1/transit/keys/k\n"
    write(data.root, {".sops.yaml": rule(more=more)})
    code, out, _ = data.call("secret", "check", "--since", "HEAD")
    assert (code, b"is trusted does not name" in out) == (1, True)
    assert vault.asked == []


def test_a_revision_of_a_stranger_sends_no_token_to_a_vault(data: Data, vault: Vault) -> None:
    git(data.root, "checkout", "-qb", "stranger")
    (data.root / PLACE).write_text(_for_vault(data.text, vault.address))
    write(
        data.root, {".sops.yaml": rule(more=f"    hc_vault_transit_uri: {vault.address}/v1/transit/keys/k\n")}
    )
    commit(data.root)
    git(data.root, "checkout", "-q", "main")
    for command in (["get", "ADMIN_PASSWORD", "--stdout"], ["check"]):
        code, out, err = data.call("secret", *command, "--rev", "stranger")
        assert (code, b"is trusted does not name" in out + err) == (1, True)
    assert vault.asked == []
    assert data.call("secret", "get", "ADMIN_PASSWORD", "--stdout", "--rev", "main")[0] == 0


@pytest.mark.parametrize("data", ["age"], indirect=True)
def test_sops_itself_shows_what_is_never_shown_here(data: Data) -> None:
    """The reason why its words are not repeated: they hold the value."""
    changed = TAMPERS["type int"](data.text, "")
    sops = [
        str(find_sops()),
        "--config",
        "/dev/null",
        "decrypt",
        "--input-type",
        "yaml",
        "--output-type",
        "json",
    ]
    done = subprocess.run(sops, input=changed.encode(), capture_output=True, check=False)
    assert (done.returncode, CANARY.encode() in done.stderr) == (25, True)
