"""The people behind commits, as the repository's mailmap joins them: https://git-scm.com/docs/gitmailmap."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from qafiles.errors import GitError
from qafiles.git.process import environment, finish, readable, start
from qafiles.git.repository import GitRepository


class Person(NamedTuple):
    """The name and the e-mail address of an author."""

    name: str
    email: str


People = Mapping[Person, Person]
"""Who is meant by the authors that commits name; one that is not in it is himself."""


def people_of(repository: GitRepository, samples: Iterable[tuple[Person, str]]) -> People:
    """Return who is meant by some authors, each given with a commit of his.

    Git decides which mailmap counts: that of the working tree and of the user's settings, in a bare repository that of
    HEAD. One that can't be read joins nobody.
    """
    # Of an author line that git can't read it prints no name, but the placeholder.
    asked = [(person, commit) for person, commit in samples if any(person)]
    options = ("--no-walk=unsorted", "--no-show-signature", "--encoding=UTF-8", "-z", "--stdin")
    names = "".join(f"{commit}\n" for _, commit in asked).encode("ascii")
    if not asked:
        return {}
    try:
        out = repository.run("log", *options, "--format=tformat:%aN%x00%aE", data=names)
    except GitError:
        return {}
    tokens = [readable(token) for token in out.decode("utf-8", "surrogateescape").split("\0")]
    people = [Person(*couple) for couple in zip(tokens[:-1:2], tokens[1::2], strict=False)]
    if len(people) != len(asked):
        return {}
    return {own: meant for (own, _), meant in zip(asked, people, strict=True) if own != meant}


def own_name(folder: Path) -> str | None:
    """Return the name that git's settings give the user in a folder, which may not be there yet; None where they give none."""
    place = next(place for place in (folder, *folder.parents) if place.is_dir())
    try:
        out = finish(start(("config", "--get", "user.name"), place, environment(None, place)), "config")
    except GitError:
        return None
    return out.decode("utf-8", "replace").strip() or None
