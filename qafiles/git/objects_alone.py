"""A repository with the objects of another and nothing else of it: no configuration, attributes, refs or grafts.

What a repository says of itself can change what git shows: a merge driver of `info/attributes`, a commit-graph, a program for
signatures. https://git-scm.com/docs/gitrepository-layout
"""

import os
from collections.abc import Mapping
from pathlib import Path

from qafiles.git.merge import objects_in
from qafiles.git.repository import GitRepository

_CONFIG = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tcommitGraph = false\n[gc]\n\tauto = 0\n"


def objects_alone(
    repository: GitRepository, place: Path, commit: str
) -> tuple[GitRepository, Mapping[str, str]]:
    """Return a bare repository that is made in an empty folder, and the environment in which it has the objects of another.

    `commit` is one of them, whose name says how objects are named. What git writes stays in the folder.
    """
    variables = dict(objects_in(repository, place / "objects"))
    for name in ("objects", "refs"):
        (place / name).mkdir()
    is_sha256 = len(commit) == 64
    config = _CONFIG + ("[extensions]\n\tobjectFormat = sha256\n" if is_sha256 else "")
    (place / "config").write_text(config, encoding="ascii")
    (place / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    variables |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_CONFIG_COUNT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
    }
    return GitRepository(place, None), variables
