"""The data root that `qafiles init` writes: a small example project, with ids of its own each time."""

import os
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from qafiles.errors import DataRootError, EditRefusedError
from qafiles.git.people import own_name
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.requirement import specifier_of
from qafiles.models.new_id import new_id
from qafiles.parsing import parse
from qafiles.scaffold.companions import in_the_way
from qafiles.schema.validators import problems
from qafiles.sources.enclosing import enclosing_root
from qafiles.yaml_text.changes import with_value

_OWN_USER = "users/me.yaml"
_ID_LINE = re.compile(r"(?m)^id: ([a-z][0-9a-z]{23})$")


def starter_files(name: str | None = None) -> dict[str, str]:
    """Return the texts of a new data root by path, sorted, with freshly minted ids; its user has this name, if it is one."""
    texts = dict(_texts(files("qafiles.scaffold") / "starter_files"))
    # Under its own name it would make the installed package a data root.
    texts[SETTINGS_FILE] = texts.pop("settings.yaml").replace("@REQUIRES@", specifier_of())
    if name is not None:
        texts[_OWN_USER] = _named(texts[_OWN_USER], name)
    return {path: _ID_LINE.sub(lambda _: f"id: {new_id()}", text) for path, text in sorted(texts.items())}


def _named(text: str, name: str) -> str:
    """Return the text of a user with a name, as it was where git has what no user may be called."""
    try:
        content = with_value(text.encode(), ("name",), name)
    except EditRefusedError:
        return text
    return text if problems("user", parse(content).data) else content.decode()


def _texts(folder: Traversable, prefix: str = "") -> list[tuple[str, str]]:
    result = []
    for item in folder.iterdir():
        if item.is_dir():
            result += _texts(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".yaml"):
            result.append((prefix + item.name, item.read_text("utf-8")))
    return result


def _roots_below(folder: Path) -> Iterator[str]:
    """Yield the data roots below a folder; folders that begin with a dot are not ours."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if SETTINGS_FILE in names:
            yield place


def write_starter(folder: Path) -> list[Path]:
    """Write a new data root into a folder, made if needed, and return the paths written, relative to it.

    Raises DataRootError, before anything is written, when a file is in the way, when the folder lies in a data root, or
    when one lies below it.
    """
    target = folder.resolve() if ".." in folder.parts else folder.absolute()
    outer = enclosing_root(target)
    if outer is not None:
        if outer == target:
            raise DataRootError(
                f"{outer / SETTINGS_FILE} is there already; `qafiles -C {outer} validate` checks it"
            )
        raise DataRootError(
            f"{target} lies in the data root {outer}, and data roots do not nest; choose a folder outside it, or make a "
            "project in it with `qafiles new project`"
        )
    inner = next(_roots_below(target), None)
    if inner is not None:
        raise DataRootError(f"the data root {inner} would lie inside the new one; choose a folder beside it")
    texts = starter_files(own_name(target))
    obstacle = next((place for path in texts if (place := in_the_way(target, path))), None)
    if obstacle is not None:
        raise DataRootError(f"{obstacle} is in the way; nothing was written")
    written = []
    # The settings file makes the folder a data root, so it comes last.
    for path in sorted(texts, key=lambda path: path == SETTINGS_FILE):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8", newline="\n") as file:
            file.write(texts[path])
        written.append(Path(path))
    return written
