"""What a test case told the tester who filled in a sheet, as a digest, by which it shows whether it says the same by now."""

import hashlib
import json
from typing import Final

from qafiles.snapshot import EntityFile, Snapshot

_FIELDS: Final = ("test_description", "extra_rules", "url_route")
"""The fields that say what a tester does."""


def state_of(snapshot: Snapshot, case: EntityFile) -> str:
    """Return a digest of what a test case and its document tell a tester: equal until one of them says something else."""
    document = document_of(snapshot, case)
    texts = [case.get(field) for field in _FIELDS] + [document.get("content") if document else None]
    written = json.dumps(texts, ensure_ascii=False, default=str)
    # A letter in front: a spreadsheet would take some digests for numbers.
    return "s" + hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:11]


def document_of(snapshot: Snapshot, case: EntityFile) -> EntityFile | None:
    """Return the document that a test case names."""
    for link in snapshot.outgoing(case):
        if link.reference.field == "document_id" and not link.reference.within:
            return link.target
    return None
