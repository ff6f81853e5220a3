"""Untrusted text in XML."""

import re
from typing import Final

from qafiles.render.escape import escape

_XML: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\ufffe": r"\ufffe",
    "\uffff": r"\uffff",
}
_SPECIAL: Final = re.compile(f"[{''.join(_XML)}]")


def xml_text(text: str) -> str:
    """Return untrusted text for an attribute or an element, without what Jenkins and GitLab take for an attachment."""
    plain = escape(text).replace("[[ATTACHMENT", r"[\x5bATTACHMENT")
    return _SPECIAL.sub(lambda match: _XML[match[0]], plain)
