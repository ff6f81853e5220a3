"""Keys that lie in a service, which SOPS asks with the user's credentials: those that `.sops.yaml` names, and no others."""

from collections.abc import Iterator, Mapping
from typing import Any

from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.sops_files.config import CreationRule
from qafiles.sops_files.recipients import LOCAL_KEY_TYPES, NAMED, Recipient, in_stanza


def without_services(
    content: bytes, data: Mapping[str, Any], rule: CreationRule
) -> tuple[bytes, Mapping[str, Any]]:
    """Return a file without the keys in services that a rule does not name, where others are left: no service is asked then.

    The MAC does not cover them. Such a key is one that was taken out of `.sops.yaml`, or put into the file by a stranger.
    """
    stanza = data.get("sops")
    if not isinstance(stanza, Mapping) or "key_groups" in stanza:
        return content, data
    named = in_stanza(stanza)
    foreign = [
        pointer
        for recipient, pointer in named
        if recipient is None or (recipient[0] not in LOCAL_KEY_TYPES and recipient not in rule.recipients)
    ]
    if not foreign or len(foreign) == len(named):
        return content, data
    lines = _without_entries(content.split(b"\n"), {(str(pointer[0]), pointer[1]) for pointer in foreign})
    rest = b"\n".join(lines)
    data_of_rest = parse(rest, MAX_SECRET_SIZE).data
    return (rest, data_of_rest) if isinstance(data_of_rest, Mapping) else (content, data)


def _without_entries(lines: list[bytes], entries: set[tuple[str, str | int]]) -> Iterator[bytes]:
    """Yield the lines of a file as SOPS writes it, without some entries: each is the type of a key and a number."""
    kind, number, head = "", -1, b""
    for line in lines:
        if line.startswith(b"        - ") and kind in NAMED:
            number += 1
        elif not line.startswith(b"        "):
            kind, number, head = line.strip().rstrip(b":").decode(errors="replace"), -1, line
            if kind in NAMED and line.startswith(b"    "):
                continue
        if (kind, number) not in entries:
            # The name of a type stands above the first entry that is left.
            if kind in NAMED and head:
                yield head
                head = b""
            yield line


def undeclared_services(data: Mapping[str, Any], rule: CreationRule | None) -> list[str]:
    """Return the types of those keys of a file that lie in a service and that a rule does not name."""
    stanza = data.get("sops")
    named = in_stanza(stanza) if isinstance(stanza, Mapping) else []
    declared = rule.recipients if rule is not None else frozenset[Recipient]()
    return [
        recipient[0]
        for recipient, _ in named
        if recipient is not None and recipient[0] not in LOCAL_KEY_TYPES and recipient not in declared
    ]
