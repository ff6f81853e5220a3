"""The difference of a file as git writes it, so that `git apply` takes it."""

import difflib
from collections.abc import Iterator
from typing import Final

from qafiles.edits.proposal import FileChange
from qafiles.render.escape import escape

_QUOTED: Final = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def patch(
    old: str, change: FileChange, *, root: str = ".", hidden: bool = False, terminal: bool = False
) -> Iterator[str]:
    """Yield the difference of a file whose old path is given, with paths from git's top, of which the data root is `root`.

    A `hidden` text is not shown, only that there is a difference. On a terminal, what could steer it comes out as escapes.
    """
    above = "" if root == "." else f"{root}/"
    was, now = above + old, above + change.path
    yield f"diff --git {_name('a/' + was, terminal)} {_name('b/' + now, terminal)}\n"
    if change.before is None:
        yield "new file mode 100644\n"
    elif change.after is None:
        yield "deleted file mode 100644\n"
    elif was != now:
        yield f"rename from {_name(was, terminal)}\nrename to {_name(now, terminal)}\n"
    before, after = change.before or b"", change.after or b""
    if before == after:
        return
    if hidden:
        yield "(the text of a secret's file is not shown)\n"
        return
    try:
        texts = before.decode(), after.decode()
    except UnicodeDecodeError:
        yield "(bytes that are no text are not shown)\n"
        return
    yield f"--- {'/dev/null' if change.before is None else _ended_name('a/' + was, terminal)}\n"
    yield f"+++ {'/dev/null' if change.after is None else _ended_name('b/' + now, terminal)}\n"
    old_lines, new_lines = (_ended(text.split("\n")) for text in texts)
    for number, line in enumerate(difflib.unified_diff(old_lines, new_lines)):
        if number < 2:
            continue  # the names, which stand there already
        text = line.removesuffix("\n")
        yield (_shown(text) if terminal else text) + "\n"
        if text == line:
            yield "\\ No newline at end of file\n"


def _ended(lines: list[str]) -> list[str]:
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _shown(line: str) -> str:
    body = line.removesuffix("\r")
    return "\t".join(escape(part) for part in body.split("\t")) + line[len(body) :]


def _name(path: str, terminal: bool) -> str:  # noqa: FBT001  # as patch
    """Return a path as git quotes it: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath."""
    if terminal:
        return escape(path)
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    quoted = (_QUOTED.get(char) or (char if char.isprintable() else _octal(char)) for char in path)
    return f'"{"".join(quoted)}"'


def _octal(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def _ended_name(path: str, terminal: bool) -> str:  # noqa: FBT001  # as patch
    """Return the name behind `---`; a tab ends one with a blank, as in git's own patches."""
    name = _name(path, terminal)
    return f"{name}\t" if " " in name and not name.startswith('"') else name
