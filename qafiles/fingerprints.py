"""Fingerprints: what a finding is about, unmoved by line numbers, list positions and renamed files."""

from collections import Counter
from collections.abc import Iterable

from qafiles.cache.digests import sha256
from qafiles.diagnostics import Diagnostic, EntityName, Pointer


def with_fingerprints(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics sorted by path, line, column and code, each with a fingerprint of 16 hexadecimal digits.

    A fingerprint given before is taken as the finding's subject. It is made of the code, the entity's id (or the
    path), the field and the subject; equal ones are numbered in order.
    """
    ordered = sorted(diagnostics, key=lambda d: (d.path, d.span.line, d.span.column, d.code, d.message))
    seen: Counter[str] = Counter()
    result = []
    for diagnostic in ordered:
        path, entity = diagnostic.path, diagnostic.entity
        key = key_of(diagnostic.code, path, entity, diagnostic.pointer, diagnostic.fingerprint)
        seen[key] += 1
        digest = sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hex()[:16]
        result.append(diagnostic._replace(fingerprint=digest))
    return tuple(result)


def key_of(code: str, path: str, entity: EntityName | None, pointer: Pointer | None, subject: str) -> str:
    """Return what a finding is about, of which its fingerprint is made."""
    owner = entity.id if entity and entity.id else path
    field = "/".join(part for part in pointer or () if isinstance(part, str))
    return f"{code}\0{owner}\0{field}\0{subject}"
