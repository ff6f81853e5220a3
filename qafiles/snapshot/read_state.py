"""From which bytes the files of a snapshot were made, so that it can be compared with an earlier state of its data root."""

from _blake2 import blake2b
from collections.abc import Callable, Mapping

from qafiles.cache.file_rows import NAME, Row
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.lazy import lazy


class ReadState:
    """The bytes of which the entity files of a snapshot were made.

    `rows` are what each file was read as, by path. `surroundings` is a digest of all else on which files depend: custom fields,
    programs, rules. `earlier` returns what a path once was, given its name then, where that is kept.
    """

    def __init__(
        self,
        rows: Mapping[str, Row],
        surroundings: bytes,
        earlier: Callable[[str, str], EntityFile | None],
        others: Callable[[], bytes | None],
    ) -> None:
        """Take them."""
        self.rows = rows
        self.surroundings = surroundings
        self.earlier = earlier
        self.others = others

    @lazy
    def names(self) -> Mapping[str, str]:
        """What each file was read as, by path: git's name of its bytes, or what stands for a file that can't be read."""
        return {path: row[NAME].hex() for path, row in self.rows.items()}

    @lazy
    def digest(self) -> bytes:
        """A digest that two states have in common where all their files are the same."""
        digest = blake2b(self.surroundings, digest_size=20)
        digest.update(
            "\0".join(part for item in self.names.items() for part in item).encode("utf-8", "surrogateescape")
        )
        return digest.digest()

    def touched(self, names: Mapping[str, str]) -> Mapping[str, EntityFile | None] | None:
        """Return the files of an earlier state, given its names, that differ now, by path; None for one that was not there.

        None where one of them is not kept any more. `Snapshot.files` has what each path is now. Both states have to have the
        same surroundings.
        """
        paths = dict.fromkeys(path for path, _ in names.items() ^ self.names.items())
        files: dict[str, EntityFile | None] = {}
        for path in paths:
            name = names.get(path)
            files[path] = file = self.earlier(path, name) if name is not None else None
            if name is not None and file is None:
                return None
        return files
