"""Values of secrets that were found in files, as lines and as JSON; no value is ever among them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qafiles.render.document import dump
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.scanning.scan import Scanned


def as_text(scanned: "Scanned") -> Iterator[str]:
    """Yield a line for each place of a value, for each that was not searched, and one with the numbers."""
    for hit in scanned.hits:
        form = "" if hit.form == "plain" else f" ({hit.form})"
        yield (
            escape(f"{_place(hit.path, hit.members)}: the value of {scanned.secrets[hit.secret]}{form}")
            + "\n"
        )
    for item in scanned.unsearched:
        yield escape(f"{_place(item.path, item.members)}: not searched: {item.reason}") + "\n"
    if scanned.too_short:
        yield (
            escape(f"{', '.join(scanned.too_short)}: not searched for: too short to tell from chance") + "\n"
        )
    count = "1 file" if scanned.files == 1 else f"{scanned.files} files"
    what = "1 value" if len(scanned.secrets) == 1 else f"{len(scanned.secrets)} values"
    leaks = len({(hit.path, hit.members) for hit in scanned.hits})
    where = "found nowhere" if not leaks else f"found in {leaks} place{'s' if leaks > 1 else ''}"
    yield f"{count} searched for {what}: {where}\n"


def _place(path: str, members: Sequence[str]) -> str:
    return ": ".join((path, *members))


def as_json(scanned: "Scanned", not_searched_for: Sequence[str] = ()) -> Iterator[str]:
    """Yield an object: `hits` name the secret, the file, the members of archives and the form; `unchecked` are sentences."""
    unchecked = [
        *(f"{_place(item.path, item.members)}: {item.reason}" for item in scanned.unsearched),
        *(f"{name}: too short to search for" for name in scanned.too_short),
        *not_searched_for,
    ]
    hits = [
        {
            "secret": scanned.secrets[hit.secret],
            "path": hit.path,
            "members": list(hit.members),
            "form": hit.form,
        }
        for hit in scanned.hits
    ]
    document = {
        "version": 1,
        "checked": {"files": scanned.files, "secrets": len(scanned.secrets)},
        "hits": hits,
        "unchecked": unchecked,
    }
    yield dump(document, indent=2) + "\n"
