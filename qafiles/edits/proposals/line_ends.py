"""Line ends of a text from git's objects in a working tree, where git may write others than it keeps."""

import os

from qafiles.edits.working_tree import WorkingTree
from qafiles.errors import GitError


def with_line_ends_of(content: bytes, present: bytes) -> bytes:
    """Return a text with the line ends of the one that is in its place, where each of the two has one kind."""
    kinds = _kind(content), _kind(present)
    if kinds == (b"\n", b"\r\n"):
        return content.replace(b"\n", b"\r\n")
    if kinds == (b"\r\n", b"\n"):
        return content.replace(b"\r\n", b"\n")
    return content


def checked_out(tree: WorkingTree, path: str, content: bytes) -> bytes:
    """Return a text with the line ends that git would check it out with; no filter of the user's runs."""
    if tree.repository is None or _kind(content) != b"\n":
        return content
    listed = tree.repository.run("check-attr", "-z", "text", "eol", "--", tree.prefix + path)
    fields = listed.decode("utf-8", "surrogateescape").split("\0")
    attributes = dict(zip(fields[1::3], fields[2::3], strict=False))
    text, eol = attributes.get("text", "unspecified"), attributes.get("eol", "unspecified")
    if text == "unset" or eol == "lf":
        return content
    auto = _setting(tree, "core.autocrlf")
    if eol != "crlf" and auto != "true":
        wanted = _setting(tree, "core.eol")
        native = wanted != "lf" and os.linesep == "\r\n"
        if text not in {"set", "auto"} or auto == "input" or not (wanted == "crlf" or native):
            return content
    return content.replace(b"\n", b"\r\n")


def _kind(content: bytes) -> bytes | None:
    """Return the one line end that a text has, None where it has none or several."""
    breaks, windows = content.count(b"\n"), content.count(b"\r\n")
    if not breaks or content.count(b"\r") != windows or windows not in {0, breaks}:
        return None
    return b"\r\n" if windows else b"\n"


def _setting(tree: WorkingTree, name: str) -> str:
    assert tree.repository is not None  # noqa: S101  # asked for by the caller
    try:
        return tree.repository.run("config", "--get", name).decode().strip().lower()
    except GitError:
        return ""  # git answers with an error where nothing is set
