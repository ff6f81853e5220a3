"""What an edit is told to bring: the findings of all rules after it, without those of all rules before it."""

import marshal
import os
import random
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from qafiles.cache.file_rows import VALID, Row
from qafiles.diagnostics import Diagnostic
from qafiles.edits.new_findings import loaded_outcome, new_findings
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.data_root import load_data_root
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.rules.file_rules import examiner
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.file_rows import RowFiles
from qafiles.sources import MemorySource
from tests.conftest import samples
from tests.validation.edits_of_texts import EDITS
from tests.validation.rich_root import rich_root

_EXAMPLES = Path(__file__).parents[2] / "examples"


def _changed(text: bytes, chance: random.Random) -> bytes:
    """Return a text with a line taken away, doubled, moved or changed."""
    lines = text.splitlines(keepends=True)
    number = chance.randrange(len(lines)) if lines else 0
    line = lines[number] if lines else b"id: x\n"
    return b"".join(
        [
            *lines[:number],
            *chance.choice(
                ([], [line, line], [line.replace(b": ", b": a", 1)], [line.swapcase()], [b"- " + line])
            ),
            *lines[number + 1 :],
        ]
    )


def _proposal(snapshot: Snapshot, chance: random.Random) -> Proposal:
    """Return a proposal that changes, moves, copies and deletes some files at random, whatever comes of it."""
    changes: dict[str, FileChange] = {}
    moves: dict[str, str] = {}
    for path in chance.sample([*snapshot.files, "qafiles.yaml"], chance.randrange(1, 4)):
        content = snapshot.bytes_of(path) or b""
        other = f"{path.removesuffix('.yaml')}-2.yaml"
        match chance.randrange(6):
            case 0:
                changes[path] = FileChange(path, content, None)
            case 1:
                changes[other] = FileChange(other, None, content)
            case 2:
                changes[path] = FileChange(path, content, None)
                changes[other] = FileChange(other, None, content)
                moves[other] = path
            case _:
                changes[path] = FileChange(path, content, _changed(content, chance))
    return Proposal("try", tuple(changes.values()), moves)


def _new_of_all(before: Snapshot, after: Snapshot, proposal: Proposal) -> list[Diagnostic]:
    """Return the same as `new_findings`, from all findings of both states."""
    earlier = check(before).diagnostics
    known = {item.fingerprint for item in earlier}
    places = {(item.path, item.code, item.message) for item in earlier}
    return [
        item
        for item in check(after).diagnostics
        if item.fingerprint not in known
        and (proposal.moves.get(item.path, item.path), item.code, item.message) not in places
    ]


def as_kept(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot as it is loaded from rows that an earlier run has kept."""
    rows: dict[str, Row] = {
        path: (
            file.kind,
            file.handle,
            file.id,
            marshal.dumps(dict(file.data)),
            None,
            VALID if file.valid else 0,
            b"",
            None,
        )
        for path, file in snapshot.files.items()
    }

    def make(path: str, row: Row) -> EntityFile:
        raise AssertionError(f"{path} is there already: {row}")

    return snapshot.replaced(files=RowFiles(rows, snapshot.files, make))


def _named_otherwise(files: dict[str, bytes], r: random.Random) -> None:
    """Move a file of a project to another name or suite, and perhaps what names it."""
    paths = [path for path in sorted(files) if "/projects/" in path and not path.endswith("/project.yaml")]
    path = r.choice(paths or ["qafiles.yaml"])
    name = r.choice(
        ["smoke", "slow", "open", "guide", "other", "suite/pay", "again", "suite/open", "acme/shop/open"]
    )
    old = path.rpartition("/")[2].removesuffix(".yaml")
    parts = path.split("/")
    if len(parts) > 5:
        text = files.pop(path)
        files["/".join([*parts[:5], f"{name}.yaml"])] = text
        for other in sorted(files) if r.random() < 0.7 else ():
            if other.split("/")[:4] == parts[:4] and r.random() < 0.9:
                files[other] = files[other].replace(f": {old}\n".encode(), f": {name}\n".encode())
                files[other] = files[other].replace(f"[{old}".encode(), f"[{name}".encode())


def _another_of_its_kind(files: dict[str, bytes], r: random.Random) -> None:
    """Copy a file of a project with a fresh id, in its project or another one."""
    paths = [path for path in sorted(files) if "/projects/" in path and len(path.split("/")) > 5]
    if not paths:
        return
    parts = r.choice(paths).split("/")
    text = re.sub(rb"(?m)^id: .*$", b"id: w%d" % r.randrange(9) + b"w" * 22, files["/".join(parts)])
    folder = r.choice([parts[:5], [*r.choice(paths).split("/")[:4], parts[4]]])
    files[
        "/".join(
            [*folder, r.choice(["new.yaml", "smke.yaml", "open.yaml", "guide.yaml", "acme/shop/smoke.yaml"])]
        )
    ] = text


_EDITS = [*EDITS, *[_named_otherwise] * 6, *[_another_of_its_kind] * 5]


def _changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Proposal:
    """Return what leads from some files to others; a text that is at another path now was moved there."""
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    deleted = {old[path]: path for path in paths if path not in new}
    moves = {path: deleted[new[path]] for path in paths if path not in old and new[path] in deleted}
    return Proposal("try", tuple(FileChange(path, old.get(path), new.get(path)) for path in paths), moves)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whatever_is_edited_the_new_findings_are_those_of_all_rules_in_both_states(part: int) -> None:
    number = int(os.environ.get("QAFILES_SEQUENCES", samples(1000, 40))) // 4
    first = int(os.environ.get("QAFILES_SEED", "0")) + part * number
    number_of_new = 0
    for seed in range(first, first + number):
        chance = random.Random(seed)  # noqa: S311  # reproducible
        old = {path: text.encode() for path, text in rich_root(faults_of_references=seed % 3 > 0).items()}
        for step in range(4):
            new = dict(old)
            names = [chance.choice(_EDITS) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
            for edit in names:
                edit(new, chance)
            if SETTINGS_FILE not in new:
                break
            snapshot, proposal = load(MemorySource(old), None, examiner()), _changes(old, new)
            if seed % 4:
                snapshot = as_kept(snapshot)
            after = loaded_outcome(snapshot, proposal)
            expected = _new_of_all(snapshot, after, proposal)
            said = [edit.__name__ for edit in names]
            assert [*new_findings(snapshot, after, proposal)] == expected, (seed, step, said)
            number_of_new += len(expected)
            old = new
    assert number_of_new


@pytest.mark.slow
@pytest.mark.parametrize("example", ["acme-qa", "broken"])
def test_new_findings_are_those_of_all_rules_in_both_states(example: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(_EXAMPLES / example, root)
    snapshot = load_data_root(root)
    number_of_new = 0
    for number in range(samples(400, 12)):
        chance = random.Random(number)  # noqa: S311  # reproducible
        proposal = _proposal(snapshot, chance)
        after = loaded_outcome(snapshot, proposal)
        expected = _new_of_all(snapshot, after, proposal)
        assert [*new_findings(snapshot, after, proposal)] == expected, number
        number_of_new += len(expected)
    assert number_of_new


def test_what_rules_have_found_before_is_no_part_of_what_is_compared(tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(_EXAMPLES / "broken", root)
    snapshot = load_data_root(root)
    proposal = _proposal(snapshot, random.Random(3))  # noqa: S311  # reproducible
    after = loaded_outcome(check(snapshot), proposal)
    assert after.diagnostics == loaded_outcome(snapshot, proposal).diagnostics
    assert new_findings(check(snapshot), after, proposal) == new_findings(snapshot, after, proposal)
