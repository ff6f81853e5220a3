"""The list of tests that a collection found, with the test cases that they name."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from qafiles.atomic_write import write_atomically


def write_list(session: pytest.Session, place: str, named: Mapping[str, Mapping[str, str]]) -> None:
    """Write the tests of a session as JSON: each with its file, line from 1, and the ids or handles in its markers, by node id in `named`."""
    document = {
        "version": 1,
        "tool": f"pytest {pytest.__version__}",
        "rootdir": session.config.rootpath.as_posix(),
        "collected": [_test(item, named[item.nodeid]) for item in session.items],
    }
    path = session.config.invocation_params.dir / place
    try:
        write_atomically(path, (json.dumps(document, indent=1) + "\n").encode(), follow_links=True)
    except OSError as error:
        raise pytest.UsageError(f"--qafiles-list: {path} can't be written: {error.strerror}") from None


def _test(item: pytest.Item, names: Mapping[str, str]) -> dict[str, Any]:
    file, line, _ = item.location
    configs = [value for name, value in item.user_properties if name == "browser_config"]
    return {
        "id": item.nodeid,
        "name": item.name,
        "file": file,
        "line": None if line is None else line + 1,
        "qafiles": [name for name, kind in names.items() if kind == "qafiles"],
        "qafiles_only": [name for name, kind in names.items() if kind == "qafiles_only"],
        "browser_config": configs[-1] if configs else None,
    }
