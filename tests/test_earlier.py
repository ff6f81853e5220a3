"""An earlier state is the same whether what did not change since is read again or not."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from qafiles.errors import DataRootError
from qafiles.loading.earlier import load_both, load_earlier, names_in
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.rules.file_rules import examiner
from qafiles.sources import Source
from qafiles.sources.data_root import open_source
from qafiles.sources.revisions import at_revision
from qafiles.validation import validate
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root

_FIELDS = "fields:\n  tag:\n    x-owner: {reference: user}\n"


def _edited(root: Path, chance: random.Random) -> None:
    """Make a change such as people, editors and git make."""
    files = sorted(
        path for path in root.rglob("*.yaml") if ".git" not in path.parts and not path.is_symlink()
    )
    file = chance.choice(files)
    form = chance.randrange(9)
    if form == 0 and file.name != "qafiles.yaml":
        file.unlink()
    elif form == 1:
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    elif form == 2:
        file.write_bytes(file.read_bytes() + b"x-note: [unclosed\n" * (file.name != "qafiles.yaml"))
    elif form == 3:
        file.with_name(f"copy-{chance.randrange(9)}.yaml").write_bytes(file.read_bytes())
    elif form == 4:
        text = (root / "qafiles.yaml").read_text()
        (root / "qafiles.yaml").write_text(text.replace(_FIELDS, "") if _FIELDS in text else text + _FIELDS)
    elif form == 5 and file.name != "qafiles.yaml":
        file.unlink()
        file.symlink_to("elsewhere.yaml")
    elif form == 6:
        git(root, "add", "-A")
    elif form == 7:
        git(root, "add", "-A")
        git(root, "commit", "-qm", "next", "--allow-empty")
    else:
        write(file.parent, {f"note-{chance.randrange(9)}.txt": "a", "x.yml": "b"})


def _pairs(root: Path) -> Iterator[tuple[Source, Source]]:
    head = at_revision(root, "HEAD")
    first = at_revision(root, git(root, "rev-list", "--max-parents=0", "HEAD"))
    assert head is not None
    assert first is not None
    yield open_source(root), head
    yield open_source(root), first
    yield open_source(root, staged=True), first
    yield head, first
    yield first, head


def test_an_earlier_state_is_the_same_as_when_all_of_it_is_read(tmp_path: Path) -> None:
    for seed in range(samples(300, 2)):
        chance = random.Random(seed)  # noqa: S311  # the same edits on every run
        root = committed(tmp_path / str(seed), data_root())
        for _ in range(5):
            _edited(root, chance)
        for later, earlier in _pairs(root):
            entries = earlier.entries()
            loaded = load(later, examine=examiner(), named=names_in(entries))
            shared, whole = load_earlier(earlier, entries, loaded), load(earlier)
            assert shared == whole
            assert [*shared.files] == [*whole.files]
            assert shared.entries == whole.entries
            assert check(shared).diagnostics == check(whole).diagnostics


def test_what_did_not_change_is_the_same_object_in_both_states(tmp_path: Path) -> None:
    root = committed(tmp_path / "root", data_root())
    changed = max((root / "organizations").rglob("*.yaml"))
    changed.write_text(changed.read_text() + "x-note: new\n")
    head = at_revision(root, "HEAD")
    assert head is not None
    later = load(open_source(root), named=names_in(head.entries()))
    earlier = load_earlier(head, head.entries(), later)
    different = [path for path, file in later.files.items() if earlier.files[path] is not file]
    assert different == [changed.relative_to(root).as_posix()]


def test_two_states_are_the_same_as_when_each_is_loaded_alone(tmp_path: Path) -> None:
    root = committed(tmp_path / "data", data_root())
    for number in range(8):
        _edited(root, random.Random(number))  # noqa: S311  # no secret
        try:
            before, after = open_source(root, rev="HEAD"), open_source(root)
        except DataRootError:
            continue
        assert load_both(before, after) == (load(before), load(after))


@pytest.mark.parametrize("staged", [False, True])
def test_what_a_revision_has_already_is_not_new_though_it_is_looked_for_only_there(
    tmp_path: Path, *, staged: bool
) -> None:
    root = committed(
        tmp_path / "root", data_root() | {"organizations/acme/projects/shop/tags/odd.yaml": "id: 1\n"}
    )
    assert validate(root)
    assert not validate(root, staged=staged, since="HEAD")
    write(root, {"organizations/acme/projects/shop/tags/odder.yaml": "id: 2\n"})
    git(root, "add", "-A")
    new = validate(root, staged=staged, since="HEAD")
    assert new
    assert {finding.path for finding in new} == {"organizations/acme/projects/shop/tags/odder.yaml"}
