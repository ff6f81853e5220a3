"""What is carried over from an earlier state is what would be found again, whatever has changed in between."""

import os
import random
import time
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

import pytest

from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import load
from qafiles.parsing import Positions
from qafiles.rules import checking_codes, rule
from qafiles.rules.carried import Earlier, carried_over
from qafiles.rules.check import check
from qafiles.rules.file_rules import examiner
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from tests.conftest import samples
from tests.validation.edits_of_texts import EDITS
from tests.validation.rich_root import rich_root

_STEPS = 4
_PATTERNS = [
    {path: text.encode() for path, text in rich_root(faults_of_references=faults).items()}
    for faults in (True, True, False)
]
_RUNNING = {code for code in checking_codes() if rule(code).check is not None}


@cache
def _checked(number: int) -> Snapshot:
    return check(loaded(_PATTERNS[number]))


def loaded(files: dict[str, bytes]) -> Snapshot:
    return load(MemorySource(dict(files)), None, examiner())


def earlier_of(before: Snapshot, old: dict[str, bytes], new: dict[str, bytes]) -> Earlier | None:
    """Return what is known of an earlier state, where the settings are the same."""
    touched = {path for path in (*old, *new) if old.get(path) != new.get(path)}
    if before.rule_findings is None or SETTINGS_FILE in touched:
        return None
    return Earlier(before.rule_findings, {path: before.files.get(path) for path in sorted(touched)})


def sequence(seed: int, carried: Counter[str]) -> str | None:
    """Return what differs after one of some random edits, None where nothing does; `carried` counts rules and steps."""
    r = random.Random(seed)  # noqa: S311  # no secret
    files = dict(_PATTERNS[seed % 3])
    before = _checked(seed % 3)
    names: list[str] = []
    for _ in range(_STEPS):
        old = dict(files)
        for _ in range(r.choice([1, 1, 1, 2, 3])):
            edit = r.choice(EDITS)
            names.append(edit.__name__)
            edit(files, r)
        snapshot = loaded(files)
        earlier = earlier_of(before, old, files)
        whole = check(snapshot)
        part = check(snapshot, earlier=earlier)
        over = carried_over(snapshot, earlier, checking_codes()).findings.keys() & _RUNNING
        carried.update(over)
        carried["steps"] += 1
        carried["partial"] += len(over) > 0
        carried["rules"] += len(over)
        if whole.diagnostics != part.diagnostics or whole.rule_findings != part.rule_findings:
            differing = {*map(str, whole.diagnostics)} ^ {*map(str, part.diagnostics)}
            return f"seed {seed}, {names}: {sorted(differing)[:4]}"
        before = part
    return None


@pytest.fixture(autouse=True)
def _same_places_of_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for places once in bytes that many of the states have in common."""
    monkeypatch.setattr("qafiles.parsing.Positions", lru_cache(2000)(Positions))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whatever_is_edited_the_same_is_found_as_without_an_earlier_state(part: int) -> None:
    carried: Counter[str] = Counter()
    number = int(os.environ.get("QAFILES_SEQUENCES", samples(1000, 40))) // 4
    first = int(os.environ.get("QAFILES_SEED", "0")) + part * number
    differing = [answer for seed in range(first, first + number) if (answer := sequence(seed, carried))]
    log = os.environ.get("QAFILES_SEQUENCES_LOG")
    if log:
        line = f"{time.strftime('%FT%T')} rules: {number} sequences from seed {first}, {len(differing)} differ; {dict(carried)}\n"
        with Path(log).open("a", encoding="utf-8") as stream:
            stream.write(line)
    assert differing == []
    assert carried["partial"] > 0.6 * carried["steps"]
    assert carried["rules"] > 0.3 * len(_RUNNING) * carried["steps"]
    assert {code for code in _RUNNING if not carried[code]} == set()
