"""What an edit does to files, as a patch that `git apply` takes."""

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from qafiles.edits.file_change import FileChange


def as_patch(changes: Iterable[FileChange], prefix: str = "") -> Iterator[str]:
    """Yield a unified diff for each change; `prefix` is put before every path."""
    for change in changes:
        name = prefix + change.path
        old = "/dev/null" if change.before is None else f"a/{name}"
        new = "/dev/null" if change.after is None else f"b/{name}"
        for line in unified_diff(_lines(change.before), _lines(change.after), old, new):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    r"""Return lines as git counts them: only `\\n` ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", (content or b"").decode("utf-8", "replace"))
