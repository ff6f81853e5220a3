"""Real keys and a real `sops`."""

from pathlib import Path
from typing import Any, NamedTuple

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles.secrets.encryption import encrypt
from qafiles.secrets.plaintext import Plaintext

FIELDS: dict[str, Any] = {
    "id": "ux5q1gpzr2kh0jmz8w3vcd7n",
    "project_id": "wtz3hhilkekfkiw5uhg0sx5k",
    "secret_name": "ADMIN_PASSWORD",
    "created_at": "2026-03-01T09:30:00Z",
    "updated_at": "2026-03-01T09:30:00Z",
    "version": 1,
}


class Keyring(NamedTuple):
    """A folder with a `.sops.yaml`, and the private keys of its recipients."""

    folder: Path
    identities: list[Any]

    @property
    def config(self) -> Path:
        return self.folder / ".sops.yaml"

    def encrypt(self, value: str | Plaintext, **fields: Any) -> bytes:
        """Return the file of a secret with this value."""
        value = value if isinstance(value, Plaintext) else Plaintext(value.encode())
        place = self.folder / "secret_values/ADMIN_PASSWORD.yaml"
        return encrypt({**FIELDS, **fields}, value, config=self.config, place=place)


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """Two recipients, of whom the first one is at the keyboard; no key of the user is reachable."""
    identities = [pyrage.x25519.Identity.generate() for _ in range(2)]
    recipients = "".join(f"      - {identity.to_public()}\n" for identity in identities)
    rule = f"  - path_regex: secret_values/[^/]+\\.yaml$\n    encrypted_regex: ^secret_value$\n    age:\n{recipients}"
    (tmp_path / ".sops.yaml").write_text(f"creation_rules:\n{rule}")
    (tmp_path / "key.txt").write_text(f"{identities[0]}\n")
    for name in ("HOME", "XDG_CONFIG_HOME", "GNUPGHOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("SOPS_AGE_KEY", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "QAFILES_SOPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "key.txt"))
    return Keyring(tmp_path, identities)
