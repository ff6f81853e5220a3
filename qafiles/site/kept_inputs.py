"""What a site of a working tree depends on, as one digest that is kept: where git vouches for the files, none is read for it.

Plain Python alone is imported here, since it is asked for before anything is loaded.
"""

import os
from _blake2 import blake2b
from collections.abc import Collection

from qafiles.cache.git_answer import Answer
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.site.beside import PROGRAM, REFS, files_beside, variables

_KIND = "inputs"
_FORMAT = b"qafiles inputs of a site 1"


class KeptInputs:
    """The digest of all that a site of a working tree depends on, options aside, and where it is kept."""

    def __init__(self, answer: KeptAnswer) -> None:
        """Take the answer as it is kept. Raises OSError."""
        self._answer = answer
        self.tree = answer.tree
        self._refs = self.tree.ask(REFS)
        self._beside: bytes | None = None

    @classmethod
    def at(cls, folder: str | os.PathLike[str]) -> "KeptInputs | None":
        """Return that of the data root at or above a folder, with git at work; None where none can be kept."""
        try:
            answer = KeptAnswer.at(folder, _KIND, _FORMAT, PROGRAM)
            return cls(answer) if answer is not None else None
        except OSError:
            return None

    def expected(self) -> bytes | None:
        """Return the digest that is kept, which may be of another state, while git looks at the tree; None for none."""
        return _digest_in(self._answer.go_on())

    def common_dir(self) -> str | None:
        """Return git's folder that all working trees share; None where git refuses."""
        where = self.tree.where()
        return where.common_dir if where is not None else None

    def read(self) -> bytes | None:
        """Return the digest for the tree as it is, None where it is not known, and when it was asked before."""
        plain = self._answer.read()
        self._beside = beside = self._beside_now(self._refs)
        digest = _digest_in(plain)
        return digest if digest is not None and beside is not None and plain[0] == beside else None

    def write(self, digest: bytes, paths: Collection[str]) -> bool:
        """Return whether a digest is kept now that was found since `read`; `paths` are all files that a site is made of."""
        beside = self._beside
        try:
            if beside is None or self._beside_now(self.tree.ask(REFS)) != beside:
                return False
        except OSError:
            return False
        return self._answer.write(lambda: (beside, digest), paths)

    def _beside_now(self, refs: Answer) -> bytes | None:
        where, words = self.tree.where(), refs.read()
        if where is None or words is None:
            return None
        digest = blake2b(digest_size=20)
        for part in (
            words,
            variables(),
            *files_beside(where.git_dir, where.common_dir, where.top, where.prefix),
        ):
            digest.update(b"%d " % len(part) + part)
        return digest.digest()


def _digest_in(plain: object) -> bytes | None:
    """Return the digest among values that were kept; None for what is nothing of that."""
    is_one = isinstance(plain, tuple) and len(plain) == 2 and all(isinstance(part, bytes) for part in plain)
    return plain[1] if is_one and isinstance(plain, tuple) else None
