"""Hashes of Python's own, for a few contents: `hashlib` loads OpenSSL first, which takes as long as reading 50 files.

Its hashes take a sixth of the time; who hashes many contents says so with `for_many`.
"""

import sys
from importlib import import_module
from typing import Any


def _hash(name: str, *modules: str) -> Any:
    """Return a hash from the first of some modules that this Python has: they bear other names before and from 3.12 on."""
    for module in modules:
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
    return getattr(import_module("hashlib"), name)


_sha1 = _hash("sha1", "_sha1")
_sha256 = _hash("sha256", "_sha2", "_sha256")


def for_many() -> None:
    """Have many contents hashed in less time."""
    import_module("hashlib")


def sha1(content: bytes) -> bytes:
    """Return the SHA-1 of bytes, 20 of them; it secures nothing."""
    digest: bytes = _quickest("sha1", _sha1)(content, usedforsecurity=False).digest()
    return digest


def sha256(content: bytes) -> bytes:
    """Return the SHA-256 of bytes, 32 of them."""
    digest: bytes = _quickest("sha256", _sha256)(content).digest()
    return digest


def _quickest(name: str, own: Any) -> Any:
    # A thread may be about to import it.
    return getattr(sys.modules.get("hashlib"), name, own)
