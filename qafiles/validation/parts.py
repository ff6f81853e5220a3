"""Whether a check may be made of parts of earlier ones, and what is got ready for it while git is at work."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from qafiles.cache.kept_answer import KeptAnswer
from qafiles.cache.surroundings import variable

if TYPE_CHECKING:
    from qafiles.loading.reading_ahead import ReadingAhead, Task

_IMPORTED: Final = (
    "pathlib",
    "qafiles.loading.reading_ahead",
    "qafiles.cache.file_rows",
    "qafiles.git",
    "qafiles.loading.listed_tree",
    "qafiles.declared_fields",
    "qafiles.sources",
    "qafiles.snapshot.entity_file",
    "qafiles.snapshot.naming",
    "qafiles.snapshot.resolution",
    "qafiles.snapshot",
    "qafiles.models.access",
    "qafiles.models.settings",
    "qafiles.loading.row_loading",
    "qafiles.sources.git_objects",
    "qafiles.loading.kept_files",
    "qafiles.rules",
    "qafiles.rules.carried",
    "qafiles.rules.file_rules",
    "qafiles.rules.check",
    "qafiles.rules.stored_findings",
    "qafiles.validation.again",
    "qafiles.atomic_write",
)
"""What `qafiles.validation.again` imports, in its order: none takes longer than some milliseconds."""

_READING: Final = (
    "qafiles.loading.loader",
    "qafiles.schema.validators",
    "qafiles.rules.credential_values",
    "qafiles.rules.credential_shapes",
    "qafiles.rules.plaintext_credential",
    "qafiles.rules.private_key",
    "qafiles.domains",
    "qafiles.rules.allowed_domains",
    "qafiles.rules.dangerous_domain",
    "qafiles.rules.nonexistent_date",
    "random",
    "socket",
    "email.utils",
)
"""What reads a file, and what libraries import for it, in the same way."""


def is_partial() -> bool:
    """Return whether a check may be made of parts of earlier ones: unless QAFILES_PARTIAL=0 says otherwise."""
    return variable("QAFILES_PARTIAL") != "0"


class Preparation:
    """What is got ready for such a check."""

    def __init__(self, answer: KeptAnswer) -> None:
        """Take the answer that is not known any more, if something has changed."""
        self._answer = answer
        self._is_looked_at = False
        self.ahead: ReadingAhead | None = None
        """A process that is going to read the files that have changed, if there is one."""

    def steps(self) -> Iterator[str]:
        """Yield the name of each module that such a check needs, before it is imported.

        Once git has told which files have changed, a process is started that is going to read them; where none has, and the
        index is as it was, most likely nothing is needed.
        """
        for name in _IMPORTED:
            self._look_at_changes()
            if self._is_looked_at and self.ahead is None and self._answer.is_of_this_index():
                return
            yield name
            __import__(name)
        self._look_at_changes()
        if self.ahead is None:
            yield from _imported(_READING)

    def _look_at_changes(self) -> None:
        changed = self._answer.changed_since() if not self._is_looked_at else None
        if changed is not None:
            self._is_looked_at = True
            self.begin(changed)

    def begin(self, changed: Iterable[bytes]) -> None:
        """Start the process for some paths, where it was not."""
        from qafiles.layout import Place, classify  # noqa: PLC0415  # most trees have not changed
        from qafiles.loading.reading_ahead import MOST_FILES, ReadingAhead  # noqa: PLC0415  # as above

        paths = [path.decode("utf-8", "surrogateescape") for path in changed]
        kinds = {place.kind for path in paths if isinstance(place := classify(path), Place)}
        if self.ahead is None and kinds and len(paths) <= MOST_FILES:
            self.ahead = ReadingAhead.begun(lambda: _prepared(kinds))

    def end(self) -> None:
        """End the process, if it was started."""
        if self.ahead is not None:
            self.ahead.end()
            self.ahead = None


def _imported(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        __import__(name)
        yield name


def _prepared(kinds: Iterable[str]) -> "Callable[[Task], Iterable[Any]]":
    """Return what reads files, after all has been imported and built that it needs for some kinds."""
    from functools import partial  # noqa: PLC0415  # in another process

    for _ in _imported(_READING):
        pass
    from qafiles.loading.read_rows import rows_of_task  # noqa: PLC0415  # as above
    from qafiles.rules.file_rules import examiner, late_examiner  # noqa: PLC0415  # as above
    from qafiles.schema.validators import warm_up  # noqa: PLC0415  # as above

    warm_up(kinds)
    examiner(kinds)
    return partial(rows_of_task, examine=late_examiner())
