"""Files that may hold some texts, found without reading or making any other."""

from collections.abc import Iterable, Mapping

from qafiles.cache.file_bodies import body_of
from qafiles.cache.file_rows import BODY
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.file_rows import RowFiles


def candidates(files: Mapping[str, EntityFile], texts: Iterable[bytes]) -> Iterable[EntityFile]:
    """Return the files that may hold one of some texts, in UTF-8, sorted by path, and perhaps more."""
    if not isinstance(files, RowFiles):
        return files.values()
    searched = [*texts]
    if not searched:
        return ()
    bodies = [(path, row[BODY]) for path, row in files.rows.items()]
    # Most texts are in few files.
    blocks = {body[0] for _, body in bodies if not isinstance(body, bytes)}
    held = {block for block in blocks if _holds(block.data, searched)}
    # Of a row without a body nothing is kept.
    paths = [
        path
        for path, body in bodies
        if (
            not body or _holds(body, searched)
            if isinstance(body, bytes)
            else body[0] in held and _holds(body_of(body), searched)
        )
    ]
    return (files[path] for path in paths)


def _holds(content: bytes, texts: list[bytes]) -> bool:
    return any(text in content for text in texts)


def texts_that_mean(targets: Iterable[EntityFile]) -> set[bytes]:
    """Return the texts of which a reference to a file holds one: its id, the name of a secret, its handle without the project."""
    names = (
        (file.id, file.secret_name if file.is_secret else None, file.handle.split("/", 2)[-1])
        for file in targets
    )
    return {name.encode("utf-8", "surrogatepass") for of_one in names for name in of_one if name is not None}
