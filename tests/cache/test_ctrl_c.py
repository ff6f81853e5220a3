"""A Ctrl-C at the moment at which a process starts leaves none behind, and is raised all the same."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qafiles import edit, load
from qafiles.cache.ctrl_c import CtrlCLater
from qafiles.secrets.environment import run_child
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import run_sops
from tests.conftest import children, committed
from tests.rules.data_root import data_root


class _Interrupted(subprocess.Popen[Any]):
    """A process at whose start a person presses Ctrl-C, before anybody has it in hand."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        os.kill(os.getpid(), signal.SIGINT)


def _program(place: Path, text: str) -> Path:
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)
    return place


def _reading_a_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qafiles.secrets.program.subprocess.Popen", _Interrupted)
    run_sops(["encrypt"], Plaintext(b"x"), program=_program(folder / "sops", "exec sleep 60"))


def _committing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = committed(folder / "qa", data_root())
    (top / ".git/hooks").mkdir(exist_ok=True)
    _program(top / ".git/hooks/pre-commit", "exec sleep 60")
    monkeypatch.setattr("qafiles.git.commit.Popen", _Interrupted)
    with edit(load(top), "Rename Ada", commit=True) as step:
        step.set("ada", {"name": "Ada L"})


def _running_a_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qafiles.secrets.environment.subprocess.Popen", _Interrupted)
    run_child([str(_program(folder / "program", "exit 3"))], {})


@pytest.mark.parametrize("work", [_reading_a_secret, _committing, _running_a_program])
def test_what_was_just_started_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[Path, pytest.MonkeyPatch], None]
) -> None:
    before = children()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        work(tmp_path, patch)
    assert children() == before


def test_it_is_raised_where_the_block_ends() -> None:
    steps: list[int] = []
    with pytest.raises(KeyboardInterrupt), CtrlCLater():  # noqa: PT012  # that is the point
        with CtrlCLater():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append(1)
        steps.append(2)
    assert steps == [1, 2]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread_nothing_waits() -> None:
    handlers: list[object] = []

    def work() -> None:
        with CtrlCLater():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]
