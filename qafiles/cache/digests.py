"""Hashes of Python's own, for a few contents: `hashlib` loads OpenSSL first, which takes as long as reading 50 files.

Its hashes take a sixth of the time, and are for many contents.
"""

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


def sha1(content: bytes) -> bytes:
    """Return the SHA-1 of bytes, 20 of them; it secures nothing."""
    digest: bytes = _sha1(content, usedforsecurity=False).digest()
    return digest


def sha256(content: bytes) -> bytes:
    """Return the SHA-256 of bytes, 32 of them."""
    digest: bytes = _sha256(content).digest()
    return digest


def of_many(name: str) -> Any:
    """Return what hashes many contents, as `hashlib` has it under a name."""
    return getattr(import_module("hashlib"), name)
