"""Decryption of a SOPS file without SOPS: pyrage unwraps the data key, AES-GCM opens the values, SHA-512 is the MAC.

The format: https://getsops.io/docs/#encryption-protocol and https://github.com/getsops/sops/blob/main/aes/cipher.go
"""

import base64
import hashlib
import re
from typing import Any

import pyrage  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qafiles.parsing import MAX_SECRET_SIZE, parse

_SEALED = re.compile(r"ENC\[AES256_GCM,data:(.*),iv:(.*),tag:(.*),type:str\]")


def _opened(key: bytes, sealed: str, bound_to: str) -> str:
    match = _SEALED.fullmatch(sealed)
    assert match is not None
    data, iv, tag = map(base64.b64decode, match.groups())
    return AESGCM(key).decrypt(iv, data + tag, bound_to.encode()).decode()


def decrypted(content: bytes, identity: Any) -> dict[str, Any]:
    """Return the fields of a file with its value in clear, after its MAC was compared."""
    data = dict(parse(content, MAX_SECRET_SIZE).data)
    stanza = data.pop("sops")
    key = None
    for entry in stanza["age"]:
        if entry["recipient"] == str(identity.to_public()):
            armored = entry["enc"].encode()
            body = b"".join(armored.splitlines()[1:-1])
            key = pyrage.decrypt(base64.b64decode(body), [identity])
    assert key is not None
    data["secret_value"] = _opened(key, data["secret_value"], "secret_value:")
    digest = hashlib.sha512("".join(str(value) for value in data.values()).encode()).hexdigest().upper()
    assert _opened(key, stanza["mac"], stanza["lastmodified"]) == digest
    return data
