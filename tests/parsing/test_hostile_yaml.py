import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import samples
from tests.hang import HANG

MIB = 1024 * 1024


def measured(which: str, memory: int) -> dict[str, tuple[float, list[str]]]:
    """Return the CPU seconds and the codes of each hostile file, read by a process that may use so much memory."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.parsing.hostile_files", which],
        cwd=Path(__file__).parents[2],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),  # no threads
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()[-2000:]
    found: dict[str, tuple[float, list[str]]] = json.loads(result.stdout)
    return found


@pytest.mark.slow
def test_bombs_are_refused_within_400_mib_and_do_not_hang() -> None:
    found = measured("bombs", 400 * MIB)
    assert {name: seconds for name, (seconds, _) in found.items() if seconds > HANG} == {}
    assert {name: codes for name, (_, codes) in found.items()} == {
        "nine to the ninth aliases": ["QF111"],
        "merge keys that multiply": ["QF111"],
        "an alias of what it is in": ["QF111"],
        "an alias of the whole file": ["QF111"],
        "brackets 20,000 deep": ["QF115"],
        "braces 20,000 deep": ["QF115"],
        "a block 20,000 deep": ["QF115"],
        "keys 20,000 deep": ["QF114", "QF115"],
        "10 MB": ["QF103"],
        "10 MB without a line end": ["QF103"],
        "60,000 tag directives": ["QF110"],
        "60,000 tag directives at the end": ["QF110"],
        "50,000 anchors": ["QF111"],
        "a key of 1 MB": ["QF106"],
        "a tag of 1 MB": ["QF112"],
        "10,000 keys": [],
        "5,000 digits": ["QF116"],
        "1 MB of digits": ["QF116"],
    }


@pytest.mark.slow
def test_64_kib_of_one_token_do_not_hang() -> None:
    found = measured(str(MIB // 16), 400 * MIB)
    assert {name: seconds for name, (seconds, _) in found.items() if seconds > HANG} == {}


@pytest.mark.slow
def test_up_to_1_mib_of_one_token_does_not_hang() -> None:
    found = measured(str(samples(MIB, MIB // 3)), 800 * MIB)
    assert {name: seconds for name, (seconds, _) in found.items() if seconds > HANG} == {}
