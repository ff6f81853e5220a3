"""Texts of YAML files changed in place: comments, order, quotes and every line that need not change stay."""

from qafiles.yaml_text.canonical import formatted, new_text
from qafiles.yaml_text.changes import with_item, with_value, without
from qafiles.yaml_text.document import UnreadableTextError
from qafiles.yaml_text.quotes import Quoting, in_quotes, quoting
from qafiles.yaml_text.texts import TextChange, comment_behind, with_texts

__all__ = [
    "Quoting",
    "TextChange",
    "UnreadableTextError",
    "comment_behind",
    "formatted",
    "in_quotes",
    "new_text",
    "quoting",
    "with_item",
    "with_texts",
    "with_value",
    "without",
]
