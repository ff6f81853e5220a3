"""Texts of YAML files changed in place: comments, order, quotes and every line that need not change stay."""

from qafiles.yaml_text.canonical import formatted, new_text
from qafiles.yaml_text.changes import with_item, with_value, without
from qafiles.yaml_text.texts import TextChange, comment_behind, with_texts

__all__ = [
    "TextChange",
    "comment_behind",
    "formatted",
    "new_text",
    "with_item",
    "with_texts",
    "with_value",
    "without",
]
