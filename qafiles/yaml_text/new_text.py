"""The canonical text of a new entity."""

from collections.abc import Mapping
from typing import Any

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.errors import EditRefusedError
from qafiles.kinds import SECRET, Kind
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.yaml_text.block_lines import block_lines
from qafiles.yaml_text.fields import field_order, in_order, reference_lists, sorted_items
from qafiles.yaml_text.values import plain


def new_text(kind: Kind, data: Mapping[str, Any], declared: DeclaredFields = NOTHING_DECLARED) -> bytes:
    """Return the canonical text of a new entity. Raises EditRefusedError for a secret and for what YAML can't hold."""
    refuse_secret(kind)
    if not data:
        raise EditRefusedError("an entity without fields can't be written; give it an id at least")
    ordered = {key: plain(data[key]) for key in in_order(data, field_order(kind))}
    for name in reference_lists(kind, declared) & ordered.keys():
        ordered[name] = sorted_items(ordered[name])
    content = "".join(line + "\n" for line in block_lines(ordered, 0)).encode()
    parsed = parse(content)
    if parsed.refusals or not same(parsed.data, ordered):
        reason = parsed.refusals[0].message if parsed.refusals else "it would read back as something else"
        raise EditRefusedError(f"the new file can't be written: {reason}")
    return content


def refuse_secret(kind: Kind) -> None:
    """Raise EditRefusedError for the kind of secrets, whose files are not written as others are."""
    if kind == SECRET:
        raise EditRefusedError(
            "this is a secret's file, which is signed as a whole; `qafiles secret` writes it"
        )
