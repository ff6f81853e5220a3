"""What formatting said of a content counts for as long as the program, the settings and the bytes are the same."""

import contextlib
import random
from pathlib import Path

import pytest

from qafiles.cache.asked_paths import AskedPaths
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.cache.store import Store
from qafiles.edits.proposals.fmt import check_format, formatting
from qafiles.edits.proposals.verdicts import Verdicts, digest_of, keep_verdicts, read_verdicts
from qafiles.loading.asked import format_asked
from qafiles.sources.data_root import open_source
from tests.cli.test_kept_lookups import said
from tests.conftest import committed, git, samples, write
from tests.edits.conftest import OPEN, SMOKE, Qafiles
from tests.edits.test_fmt import _TIDY, _UNTIDY
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_DECLARED = "version: 1\nfields:\n  test_case:\n    x-tags: {type: array, items: {reference: tag}}\n"


def _kept(root: Path) -> Path:
    return root / ".git" / "qafiles" / "formatted"


def test_a_second_run_says_the_same_and_knows_every_content(repository: Path, qafiles: Qafiles) -> None:
    (repository / OPEN).write_text(_UNTIDY)
    first = qafiles("fmt", "--check")
    known = read_verdicts(source := open_source(repository), source.entries())
    assert not known.of(digest_of("test_case", _UNTIDY.encode()))
    assert known.of(digest_of("tag", (repository / SMOKE).read_bytes()))
    assert qafiles("fmt", "--check") == first
    assert (first.code, first.out) == (1, f"{OPEN}\n")


def test_what_an_earlier_run_knew_is_not_looked_at_again(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {OPEN: _TIDY})
    source = open_source(repository)
    digest = digest_of("tag", (repository / SMOKE).read_bytes())
    qafiles("fmt", "--check")
    known = read_verdicts(source, source.entries())
    keep_verdicts(source, Verdicts(known.key, known.in_order - {digest}), {digest: False})
    assert qafiles("fmt", "--check", "organizations").out == f"{SMOKE}\n"
    # Bytes to be written are always made anew.
    assert qafiles("fmt", "--diff").out == "nothing to change\n"


def test_without_a_cache_nothing_is_taken_from_it_and_nothing_put_there(
    repository: Path, qafiles: Qafiles
) -> None:
    (repository / OPEN).write_text(_UNTIDY)
    assert qafiles("fmt", "--check", "--no-cache").code == 1
    assert not _kept(repository).exists()
    source = open_source(repository)
    key = read_verdicts(source, source.entries()).key
    keep_verdicts(source, Verdicts(key), {digest_of("test_case", _UNTIDY.encode()): True})
    assert qafiles("fmt", "--check", "organizations").code == 0
    assert qafiles("fmt", "--check", "--no-cache").code == 1
    assert qafiles("fmt", "--no-cache").code == 0
    assert (repository / OPEN).read_text() == _TIDY


def test_other_settings_are_asked_for_anew(repository: Path, qafiles: Qafiles) -> None:
    text = _TIDY + "x-tags:\n  - smoke\n  - odd\n"
    write(repository, {OPEN: text})
    assert qafiles("fmt", "--check").code == 0
    write(repository, {"qafiles.yaml": _DECLARED})
    assert qafiles("fmt", "--check").code == 1
    write(repository, {"qafiles.yaml": "version: 1\nrequires: '>=99'\n"})
    assert qafiles("fmt", "--check").code == 3


@pytest.mark.parametrize(("end", "behind"), [(-9, b""), (-1, b"\x7f"), (0, b"")])
def test_a_damaged_file_is_none(repository: Path, qafiles: Qafiles, end: int, behind: bytes) -> None:
    (repository / OPEN).write_text(_UNTIDY)
    first = qafiles("fmt", "--check")
    _kept(repository).write_bytes(_kept(repository).read_bytes()[:end] + behind)
    assert qafiles("fmt", "--check") == first


def test_a_kind_counts_beside_the_bytes(repository: Path, qafiles: Qafiles) -> None:
    text = "id: f2cp7rav4wo9ey1bug6sh3di\ncontent: a\nname: b\n"
    write(repository, {"organizations/acme/projects/shop/documents/a.yaml": text})
    first = qafiles("fmt", "--check").out
    write(repository, {"organizations/acme/projects/shop/tags/a.yaml": text})
    assert qafiles("fmt", "--check").out == qafiles("fmt", "--check", "--no-cache").out != first


@pytest.mark.slow
def test_answers_are_the_same_with_and_without_after_any_edits(repository: Path) -> None:
    chance = random.Random(5)  # noqa: S311  # the same edits on every run
    texts = [_TIDY, _UNTIDY, _TIDY.replace("\n", "\r\n"), "id: [\n", "{id: a, tags: [b, a]}\n", ""]
    for _ in range(samples(1000, 40)):
        file = chance.choice(sorted((repository / "organizations").rglob("*.yaml")))
        form = chance.randrange(6)
        if form == 0:
            file.with_name(f"copy-{chance.randrange(4)}.yaml").write_bytes(file.read_bytes())
        elif form == 1 and file.name.startswith("copy"):
            file.unlink()
        elif form == 2:
            write(
                repository,
                {"qafiles.yaml": chance.choice(["version: 1\n", _DECLARED, "version: 1\nrules: [\n"])},
            )
        elif form == 3:
            git(repository, "add", "-A")
        else:
            file.write_bytes(chance.choice(texts).encode())
        source = open_source(repository)
        assert check_format(source, cache=True) == check_format(source)
        assert formatting(source, cache=True) == formatting(source)


def test_an_unchanged_tree_is_answered_at_once(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, {OPEN: _UNTIDY, SMOKE: "id: [\n"})
    first = qafiles("fmt", "--check")
    monkeypatch.setattr("qafiles.edits.proposals.fmt.check_format", None)
    assert qafiles("fmt", "--check") == first
    assert (first.code, first.out) == (1, f"{OPEN}\n")
    assert f"{SMOKE}:1:6: not formatted" in first.err
    monkeypatch.chdir(repository / "organizations")
    assert qafiles("fmt", "--check").out == f"{OPEN.removeprefix('organizations/')}\n"
    assert qafiles("fmt", "--check", "--no-cache").code == 4


@pytest.mark.parametrize("arguments", [(), ("--no-cache",)])
def test_git_is_asked_before_anything_is_imported_and_only_then(
    repository: Path,
    qafiles: Qafiles,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    write(repository, {OPEN: _UNTIDY})
    expected = qafiles("fmt", "--check", "--no-cache")
    assert expected.code == 1
    line = ["-C", str(repository), "fmt", "--check", *arguments]
    kind = AskedPaths if arguments else KeptAnswer
    assert isinstance(format_asked(line), kind)
    for _ in range(2):
        assert said(capsys, "fmt", "--check", *arguments) == expected
    for other in (["fmt"], ["fmt", "--check", "users"], ["fmt", "--diff"], ["validate", "fmt", "--check"]):
        assert format_asked([*other, *arguments]) is None
    if arguments:
        # It says where the repository is, too.
        monkeypatch.setattr("qafiles.sources.data_root.find_repository", None)
        assert said(capsys, "fmt", "--check", *arguments) == expected


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whatever_happens_to_a_tree_the_same_is_said(
    tmp_path: Path,
    qafiles: Qafiles,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    part: int,
) -> None:
    for number in range(samples(60, 3)):
        chance = random.Random(part * 1000 + number)  # noqa: S311  # the same edits on every run
        root = committed(tmp_path / f"{number}/data", data_root())
        monkeypatch.chdir(root)
        names = []
        for _ in range(4):
            edit = chance.choice(EDITS)
            names.append(edit.__name__)
            with contextlib.suppress(AssertionError, OSError):
                edit(root, chance)
            expected = qafiles("fmt", "--check", "--no-cache")
            assert said(capsys, "fmt", "--check", "--no-cache") == expected, names
            for _ in range(chance.choice([1, 2])):
                assert qafiles("fmt", "--check") == expected, names
                assert said(capsys, "fmt", "--check") == expected, names


def test_the_store_that_a_repository_has_is_that_of_all_its_working_trees(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    qafiles("fmt", "--check")
    body = _kept(repository).read_bytes()
    git(repository, "worktree", "add", "-q", "../second")
    monkeypatch.chdir(repository.parent / "second")
    assert qafiles("fmt", "--check").code == 1
    assert _kept(repository).read_bytes() == body
    assert Store.of(repository / ".git").names("formatted") == {"formatted"}
