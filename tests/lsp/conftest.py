import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from qafiles.validation import load, verdict_of
from qafiles.validation.kept import KeptVerdict
from tests.lsp.client import CAPABILITIES, Editor
from tests.sealed import STANZA, sealed

_ACME = Path(__file__).parents[2] / "examples" / "acme-qa"
PROJECT = "organizations/acme/projects/todomvc"

SEALED = sealed(project="wtz3hhilkekfkiw5uhg0sx5k", version=3)


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A copy of the example with a secret, which one test case names."""
    folder = tmp_path / "acme qa"
    shutil.copytree(_ACME, folder)
    place = folder / PROJECT / "secret_values" / "ADMIN_PASSWORD.yaml"
    place.parent.mkdir()
    other = folder / "organizations/acme/projects/swag-labs/secret_values/SWAG_LABS_PASSWORD.yaml"
    stanza = "sops:\n" + other.read_text(encoding="utf-8").partition("\nsops:\n")[2]
    place.write_text(SEALED.replace(STANZA, stanza), encoding="utf-8")
    case = folder / PROJECT / "test_cases/persistence/todos-survive-a-reload.yaml"
    text = case.read_text(encoding="utf-8").replace("[persistence, smoke]", "[smoke, persistence]")
    case.write_text(
        text.replace("  Todos survive a reload\n", "  Todos 🦆 survive {{ secret.ADMIN_PASSWORD }}\n"),
        encoding="utf-8",
    )
    settings = folder / "qafiles.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("shared: [", "shared: [ADMIN_PASSWORD, "), encoding="utf-8")
    return folder


@pytest.fixture
def case(acme: Path) -> Path:
    return acme / PROJECT / "test_cases/persistence/todos-survive-a-reload.yaml"


Start = Callable[..., Editor]


@pytest.fixture
def start() -> Iterator[Start]:
    """A function that starts an editor in folders; every server must end with 0 and say nothing on stderr."""
    started: list[Editor] = []

    def run(*folders: Path, capabilities: types.ClientCapabilities = CAPABILITIES) -> Editor:
        editor = Editor(*folders, capabilities=capabilities)
        started.append(editor)
        return editor

    yield run
    for editor in started:
        try:
            if editor.process.returncode is None:
                assert editor.stop() == 0
                assert editor.errors == b""
        finally:
            editor.kill()


@pytest.fixture(scope="session")
def running() -> Iterator[Editor]:
    """An editor with an empty workspace: to start a server takes longer than a test."""
    editor = Editor()
    try:
        yield editor
        assert editor.stop() == 0
    finally:
        editor.kill()


@pytest.fixture
def editor(acme: Path, case: Path, running: Editor) -> Iterator[Editor]:
    """An editor in the example, with one test case open; the server must say nothing on stderr."""
    running.use(acme)
    running.open(case)
    yield running
    running.leave(acme)
    assert running.errors == b""


def keep_verdict(root: Path) -> None:
    """Validate a data root, and keep the verdict."""
    kept = KeptVerdict.at(root)
    assert kept is not None
    assert kept.read() is None
    verdict = verdict_of(load(root), root)
    assert kept.write(verdict, verdict.paths)
