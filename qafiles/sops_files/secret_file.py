"""The file of a secret, checked without a key: exactly what SOPS writes for exactly the fields of a secret.

SOPS' MAC joins the values without their names and without separators, and leaves out comments and everything below `sops`;
so the names, their order, their form and the recipients are checked here: https://getsops.io/docs/#message-authentication-code
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.diagnostics import START, Span
from qafiles.kinds import SECRET_FIELDS
from qafiles.sops_files.access import gained
from qafiles.sops_files.config import CreationRule
from qafiles.sops_files.flaw import Flaw
from qafiles.sops_files.recipients import LOCAL_KEY_TYPES, in_stanza, shares_in_stanza
from qafiles.sops_files.sealed_value import is_sealed
from qafiles.sops_files.stanza import SET_AGAIN, wrong_stanza

__all__ = ["flaws", "has_converted_line_ends", "irregularities", "is_sealed", "wrong_recipients"]

FIELDS: Final = (*SECRET_FIELDS, "sops")

_WRITTEN: Final = (
    rb"id: [0-9a-z]+",
    rb"project_id: [0-9a-z]+",
    rb"secret_name: [A-Z0-9_]+",
    rb"created_at: \"[0-9TZ:-]+\"",
    rb"updated_at: \"[0-9TZ:-]+\"",
    rb"version: [1-9][0-9]*",
    rb"secret_value: [^\s#]+",
    rb"sops:",
)
"""The lines with which the file begins, as SOPS writes them."""
_is_written = tuple(re.compile(line).fullmatch for line in _WRITTEN)
_comment = re.compile(rb"(?:^|(?<=[ \t]))#").search
CONVERTED: Final = (
    "the line ends of the file are CRLF, as git writes them with core.autocrlf, and not SOPS's LF"
)
HOW_TO_KEEP_LINE_ENDS: Final = "add the line `**/secret_values/*.yaml text eol=lf` to .gitattributes"


def flaws(content: bytes, data: Mapping[str, Any], rule: CreationRule | None) -> Iterator[Flaw]:
    """Yield what is wrong with the file of a secret, given the rule of `.sops.yaml` that is for it."""
    yield from irregularities(content, data)
    if rule is not None:
        yield from wrong_recipients(data, rule)


def irregularities(content: bytes, data: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what SOPS does not write, or not for the fields of a secret; who can decrypt it is not looked at."""
    yield from _wrong_text(content, data)
    stanza = data.get("sops")
    if isinstance(stanza, dict):
        yield from wrong_stanza(stanza)


def has_converted_line_ends(content: bytes) -> bool:
    """Return whether every line of a file ends in CRLF, as git or an editor makes it, and nobody who tampers with it."""
    return content.endswith(b"\r\n") and content.count(b"\r") == content.count(b"\n") == content.count(
        b"\r\n"
    )


def _wrong_text(content: bytes, data: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what the order and form of the fields have that SOPS does not write."""
    if has_converted_line_ends(content):
        hint = f"{HOW_TO_KEEP_LINE_ENDS}, then delete the file and `git checkout` it again"
        yield Flaw(CONVERTED, (), hint, span=START)
        return
    if b"\r" in content or content.startswith(b"\xef\xbb\xbf"):
        what = "a byte order mark" if content.startswith(b"\xef\xbb\xbf") else "a carriage return"
        yield Flaw(
            f"the file has {what}", (), "store it as SOPS writes it, in UTF-8 with LF alone", span=START
        )
        return
    lines = content.split(b"\n")
    comment = next(((number, at) for number, line in enumerate(lines, 1) if (at := _comment(line))), None)
    wrong = next((name for name, fits, line in zip(FIELDS, _is_written, lines) if not fits(line)), None)  # noqa: B905  # a file may have fewer lines
    if comment is not None:
        number, at = comment
        column = len(lines[number - 1][: at.start()].decode(errors="replace")) + 1
        span = Span(number, column, number, column + 1)
        why = f"line {number} has a comment, which stays in clear text"
        yield Flaw(why, (), "delete it; if it tells a secret, change that at its source", span=span)
    elif tuple(data) != FIELDS and {*data} == {*FIELDS}:
        order = ", ".join(FIELDS)
        moved = next(name for name, wanted in zip(data, FIELDS, strict=True) if name != wanted)
        hint = "anybody may have moved them: set the secret again"
        yield Flaw(f"the fields are not in the order {order}", (moved,), hint, at_key=True)
    elif tuple(data) == FIELDS and wrong is not None:
        yield Flaw("the fields are not written as SOPS writes them", (wrong,), SET_AGAIN)
    elif _may_end_earlier(data.get("id"), data.get("project_id")):
        why = "the MAC does not protect where this id ends: one of 25 characters that ends in `c`"
        hint = "delete the file and set the secret again, which gives it an id of 24 characters"
        yield Flaw(why, ("id",), hint)


def _may_end_earlier(id_: Any, project_id: Any) -> bool:
    """Return whether the last character of an id could as well be the first one of a project's id, `c`, of 25."""
    return (
        isinstance(id_, str)
        and isinstance(project_id, str)
        and (len(id_), len(project_id)) == (25, 24)
        and id_.endswith("c")
    )


def _how_to_sync(stanza: Mapping[str, Any], rule: CreationRule) -> str:
    """Return what to do about other recipients than those of a rule: more of them are somebody's wish, and maybe not yours."""
    keys = [key for _, key in gained(shares_in_stanza(stanza), rule.shares)]
    if not keys:
        return (
            "`qafiles secret sync` encrypts it anew for the recipients of .sops.yaml, and nobody gains access"
        )
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return (
        f"to encrypt it anew lets somebody read it ({', '.join(keys[:3])}{more}): first find out who let them in, in "
        "`git log -p .sops.yaml`, or by moving the folder; then `qafiles secret sync`"
    )


def wrong_recipients(data: Mapping[str, Any], rule: CreationRule) -> Iterator[Flaw]:
    """Yield the recipients that the rule does not name, and say how many of the rule's the file lacks."""
    stanza = data.get("sops")
    if not isinstance(stanza, dict):
        return
    named = in_stanza(stanza)
    if shares_in_stanza(stanza) == rule.shares and all(recipient for recipient, _ in named):
        return
    sync = _how_to_sync(stanza, rule)
    types = {kind for kind, _ in rule.recipients}
    for recipient, pointer in named:
        if recipient is None:
            yield Flaw("a recipient that names no key", ("sops", *pointer), sync)
        elif recipient[0] not in types | LOCAL_KEY_TYPES:
            why = f"a key of the type `{recipient[0]}`, which .sops.yaml does not declare for this file"
            hint = f"do not decrypt it with SOPS, which may send credentials to where it says; {sync}"
            yield Flaw(why, ("sops", *pointer), hint)
        elif recipient not in rule.recipients:
            why = "a recipient that .sops.yaml does not name for this file"
            yield Flaw(why, ("sops", *pointer), sync, of_recipients=True)
    lacking = len(rule.recipients - {recipient for recipient, _ in named if recipient})
    if lacking:
        who = "1 recipient" if lacking == 1 else f"{lacking} recipients"
        yield Flaw(
            f"{who} of .sops.yaml can't decrypt this file", ("sops",), sync, at_key=True, of_recipients=True
        )
    elif {recipient for recipient, _ in named} == rule.recipients and shares_in_stanza(stanza) != rule.shares:
        why = "other key groups, or another threshold of them, than .sops.yaml has for this file"
        yield Flaw(why, ("sops",), sync, at_key=True, of_recipients=True)
