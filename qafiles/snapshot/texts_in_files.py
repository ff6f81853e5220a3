"""Files that may hold some texts, found without reading or making any other."""

from collections.abc import Iterable, Mapping

from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.file_rows import RowFiles


def candidates(files: Mapping[str, EntityFile], texts: Iterable[bytes]) -> Iterable[EntityFile]:
    """Return the files that may hold one of some texts, in UTF-8, sorted by path, and perhaps more."""
    if not isinstance(files, RowFiles):
        return files.values()
    paths = {path for text in texts for path in files.paths_that_may_hold(text)}
    return (files[path] for path in sorted(paths))


def texts_that_mean(targets: Iterable[EntityFile]) -> set[bytes]:
    """Return the texts of which a reference to a file holds one: its id, the name of a secret, its handle without the project."""
    names = (
        (file.id, file.secret_name if file.is_secret else None, file.handle.split("/", 2)[-1])
        for file in targets
    )
    return {name.encode("utf-8", "surrogatepass") for of_one in names for name in of_one if name is not None}
