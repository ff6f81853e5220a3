"""The data root of a run of pytest: its test cases, as tests name them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from qafiles.errors import QafilesError, UnknownEntityError
from qafiles.loading.loader import load
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import effective_url, environment_named
from qafiles.snapshot.titles import title
from qafiles.sources.data_root import open_source

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


class Case(NamedTuple):
    """A test case: its id, handle, title, the URL at which it begins, and its file, whose `get` gives its fields."""

    id: str | None
    handle: str
    title: str
    url: str | None
    file: EntityFile


class Data(NamedTuple):
    """A data root as it lies on the disk, and the environment whose URLs count."""

    folder: Path
    snapshot: Snapshot
    environment: "Environment | None"

    def find(self, name: str) -> EntityFile:
        """Return the test case that a test names; raises UnknownEntityError, which names the nearest one."""
        file = self.snapshot.by_id.get(name) or self.snapshot.find(f"test_case:{name}")
        if file.kind != "test_case":
            raise UnknownEntityError(f"`{name}` is no test case; it is {file.path}")
        return file

    def cases(self, names: Iterable[str]) -> tuple[Case, ...]:
        """Return the test cases of a test; fails the test where a name is that of none."""
        try:
            files = [self.find(name) for name in names]
        except UnknownEntityError as error:
            pytest.fail(str(error), pytrace=False)
        return tuple(
            Case(
                file.id,
                file.handle,
                title(file),
                effective_url(self.snapshot, file, self.environment),
                file,
            )
            for file in {file.path: file for file in files}.values()
        )


def root_folder(config: pytest.Config) -> Path:
    """Return the folder in which the data root is looked for: what the option or the setting names, else pytest's rootdir."""
    option = config.getoption("--qafiles-root")
    if option is not None:
        return config.invocation_params.dir / str(option)
    return config.rootpath / str(config.getini("qafiles_root"))


def opened(config: pytest.Config) -> Data:
    """Return the data root; raises UsageError where there is none that can be read."""
    folder = root_folder(config)
    try:
        snapshot = load(open_source(folder))
        name = config.getoption("--qafiles-env")
        environment = environment_named(snapshot, name) if name is not None else None
    except QafilesError as error:
        raise pytest.UsageError(f"qafiles: {error} (`--qafiles-root DIR` names the data root)") from None
    return Data(folder, snapshot, environment)
