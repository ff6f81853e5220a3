"""A real data root, as many times over as needed: each copy is projects of their own, with ids of their own.

What the projects share is there once: users, browser configs, organizations and members.
"""

import hashlib
import re
import string
import tarfile
from collections.abc import Iterator
from pathlib import Path

_ALPHABET = string.digits + string.ascii_lowercase
_PROJECT = re.compile(r"organizations/[^/]+/projects/([^/]+)/")
_ID = re.compile(r"\b[a-z][0-9a-z]{23}\b")
_OWN_ID = re.compile(r"^id: ([a-z][0-9a-z]{23})$", re.MULTILINE)


def files_of(place: Path) -> dict[str, str]:
    """Return (path in the data root: text) of the YAML files of a data root, a folder or a tar archive of one."""
    if place.is_dir():
        read = {path.relative_to(place).as_posix(): path.read_text("utf-8") for path in place.rglob("*.yaml")}
    else:
        with tarfile.open(place) as archive:
            read = {
                member.name: taken.read().decode()
                for member in archive
                if member.isfile()
                and member.name.endswith(".yaml")
                and (taken := archive.extractfile(member))
            }
    top = min(path.removesuffix("qafiles.yaml") for path in read if path.endswith("qafiles.yaml"))
    return {path.removeprefix(top): text for path, text in sorted(read.items()) if path.startswith(top)}


def multiplied(files: dict[str, str], times: int) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of a data root whose projects are there so many times: `shop`, `shop-2`, `shop-3`, ...

    References to entities of a project are rewritten with their ids; handles within a project need no change, and full
    ones get the project's new name.
    """
    yield from files.items()
    in_projects = {path: text for path, text in files.items() if _PROJECT.match(path)}
    ids = {match[1] for text in in_projects.values() if (match := _OWN_ID.search(text))}
    for number in range(2, times + 1):
        new_ids = {id_: _derived(id_, number) for id_ in ids}

        def renamed(match: re.Match[str], new_ids: dict[str, str] = new_ids) -> str:
            return new_ids.get(match[0], match[0])

        for path, text in in_projects.items():
            yield _in_copy(path, number), _ID.sub(renamed, text)


def _in_copy(path: str, number: int) -> str:
    match = _PROJECT.match(path)
    assert match is not None
    return f"{path[: match.end(1)]}-{number}{path[match.end(1) :]}"


def _derived(id_: str, number: int) -> str:
    """Return an id of the same form, the same for the same arguments."""
    digest = hashlib.blake2b(f"{id_} {number}".encode(), digest_size=24).digest()
    return id_[0] + str(digest[0] % 10) + "".join(_ALPHABET[byte % 36] for byte in digest[1:23])
