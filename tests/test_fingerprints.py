"""Fingerprints of a release stay those of the next, or every baseline and history of alerts would begin anew."""

import csv
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

import qafiles
from qafiles.diagnostics import Diagnostic, json_pointer
from tests.conftest import committed, git, write
from tests.sealed import SOPS_CONFIG, sealed

_RECORDED = Path(__file__).parent / "data" / "fingerprints.csv"
_EXAMPLES = Path(__file__).parents[1] / "examples"
_PROJECT = "organizations/acme/projects/shop"
_SECRET = f"{_PROJECT}/secret_values/ADMIN_PASSWORD.yaml"
_CLEAR = f"{_PROJECT}/secret_values/TOKEN.yaml"
_RUN = f"{_PROJECT}/test_traversals/run.yaml"

Key = tuple[str, str, str, str, int]
"""The data root, the code, the path, the pointer and the line: where a finding is, whatever it says."""

_BEFORE = {
    "qafiles.yaml": "version: 1\n",
    ".sops.yaml": SOPS_CONFIG,
    "users/ada.yaml": "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: Ada\ncreated_at: '2026-03-01T09:30:00Z'\n",
    "organizations/acme/organization.yaml": "id: a7xk2mvq9rj4zt6wpb1nc8yd\nname: Acme\n",
    f"{_PROJECT}/project.yaml": "id: tz4a98xxat96iws9zmbrgj3b\nname: Shop\n",
    f"{_PROJECT}/tags/smoke.yaml": "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: smoke\ncolor: teal\n",
    f"{_PROJECT}/tags/quick.yaml": "id: q1bo6qzu3vn8dx0atf5rg2ch\nname: quick\ncolor: teal\n",
    f"{_PROJECT}/test_cases/open.yaml": (
        "id: f2cp7rav4wo9ey1bug6sh3di\ntags: [smoke, quick]\ntest_description: The start page opens\n"
    ),
    _RUN: "id: g3dq8sbw5xp0fz2cvh7ti4ej\ntest_case_id: open\nversion: 4\n",
    _SECRET: sealed(version=2),
}
_AFTER = {
    "users/ada.yaml": "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: Ada\ncreated_at: '2026-03-02T09:30:00Z'\n",
    f"{_PROJECT}/tags/smoke.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: smoke\ncolor: teal\n",
    f"{_PROJECT}/tags/copy.yaml": "id: q1bo6qzu3vn8dx0atf5rg2ch\nname: copy\ncolor: teal\n",
    f"{_PROJECT}/test_cases/open.yaml": (
        "id: f2cp7rav4wo9ey1bug6sh3di\ntags: [e1bo6qzu3vn8dx0atf5rg2ch, lost]\n"
        "test_description: The start page opens\n"
    ),
    _RUN: "id: g3dq8sbw5xp0fz2cvh7ti4ej\ntest_case_id: open\nversion: 3\n",
    _SECRET: sealed(version=3),
}


def _broken(folder: Path) -> Iterable[Diagnostic]:
    """Return the findings of the broken example, with those that can't be stored in git on every machine."""
    shutil.copytree(_EXAMPLES / "broken", folder, symlinks=True)
    os.mkfifo(folder / _PROJECT / "tags/qf101-unreadable-file.yaml")
    (folder / _PROJECT / "tags/qf103-oversized-file.yaml").write_text("#" * (1024 * 1024 + 1))
    for number, name in enumerate(("qf304-case-clash", "QF304-Case-Clash")):
        (folder / f"browser_configs/{name}.yaml").write_text(
            f"id: {'ab'[number] * 24}\nbrowser_config: {{}}\n"
        )
    return qafiles.validate(folder)


def _changes(folder: Path) -> Iterable[Diagnostic]:
    """Return the findings between two commits: of changes, of commits, and those that git's history is asked about."""
    committed(folder, _BEFORE)
    write(folder, {_CLEAR: sealed("TOKEN", id_="ux5q1gpzr2kh0jmz8w3vcd7m").replace("ENC[AES", "clear ")})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    git(folder, "rm", "-q", _CLEAR)
    write(folder, _AFTER)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "third")
    return qafiles.validate(folder, since="HEAD~2")


def _fingerprints(name: str, diagnostics: Iterable[Diagnostic]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for item in diagnostics:
        found[name, item.code, item.path, json_pointer(item.pointer or ()), item.line].append(
            item.fingerprint
        )
    return found


@pytest.fixture
def found(tmp_path: Path) -> dict[Key, list[str]]:
    """The fingerprints of today."""
    return _fingerprints("broken", _broken(tmp_path / "broken")) | _fingerprints(
        "changes", _changes(tmp_path / "changes")
    )


def _recorded() -> dict[Key, list[str]]:
    recorded: dict[Key, list[str]] = defaultdict(list)
    with _RECORDED.open(encoding="utf-8", newline="") as file:
        for name, code, path, pointer, line, fingerprint in csv.reader(file):
            recorded[name, code, path, pointer, int(line)].append(fingerprint)
    return recorded


def test_every_finding_keeps_the_fingerprint_that_it_had_in_the_first_release(
    found: dict[Key, list[str]],
) -> None:
    changed = {
        key: known for key, known in _recorded().items() if key in found and not {*known} <= {*found[key]}
    }
    assert changed == {}


def test_no_recorded_finding_has_gone_or_moved(found: dict[Key, list[str]]) -> None:
    """A rule that no longer reports its seed is named here; without this, the test above could come to compare nothing."""
    assert {key for key in _recorded() if key not in found} == set()
