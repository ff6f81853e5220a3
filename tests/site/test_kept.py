"""A site of which nothing changed is not made again, and whatever changed is noticed."""

import contextlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qafiles.cache.store import Store
from qafiles.errors import QafilesError
from qafiles.site import Written, site
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"
_CASE = "organizations/acme/projects/shop/test_cases/open.yaml"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed small data root."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return committed(tmp_path / "qa", data_root())


def _made(root: Path, folder: Path, **options: Any) -> tuple[Written, bool]:
    """Make a site, and return what was done and whether anything was read for it."""
    stages: list[str] = []
    done = site(root, folder, cache=True, progress=lambda what, _, __: stages.append(what), **options)
    return done, bool(stages)


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".qafiles-site.lock"
    }


@pytest.mark.slow
def test_nothing_is_read_again_where_nothing_changed(root: Path, tmp_path: Path) -> None:
    first, _ = _made(root, tmp_path / "out")
    for _ in range(2):
        again, was_made = _made(root, tmp_path / "out")
        assert (again.files, again.written, again.removed, again.left_out) == (
            first.files,
            0,
            0,
            first.left_out,
        )
        assert not was_made
    assert _made(root, tmp_path / "out", name="Other")[1]


def _deleted(page: Path) -> None:
    page.unlink()


def _truncated(page: Path) -> None:
    os.truncate(page, 10)


def _edited_without_a_trace(page: Path) -> None:
    before = page.stat()
    data = page.read_bytes()
    page.write_bytes(data[:-2] + b"?\n")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replaced(page: Path) -> None:
    before = page.stat()
    page.with_name("new").write_bytes(page.read_bytes()[::-1])
    page.with_name("new").rename(page)
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))


def _linked(page: Path) -> None:
    page.rename(page.with_name("moved"))
    page.symlink_to("moved")


@pytest.mark.slow
def test_a_page_that_somebody_touched_is_written_again(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _made(root, out)
    for number, damage in enumerate((_edited_without_a_trace, _deleted, _truncated, _replaced, _linked)):
        # What was looked at once more is told by times alone.
        if number % 2:
            assert not _made(root, out)[1]
        expected = (out / "findings.html").read_bytes()
        damage(out / "findings.html")
        done, was_made = _made(root, out)
        assert (done.written, was_made) == (1, True), damage.__name__
        assert (out / "findings.html").read_bytes() == expected
        assert not (out / "findings.html").is_symlink()


@pytest.mark.slow
def test_what_changes_while_a_site_is_made_is_noticed_by_the_next_run(root: Path, tmp_path: Path) -> None:
    text = (root / _TAG).read_text()

    def edit(what: str, done: int, total: int) -> None:
        del done, total
        if what == "history":
            write(root, {_TAG: text.replace("smoke", "embers")})

    site(root, tmp_path / "out", cache=True, progress=edit)
    write(root, {_TAG: text})
    site(root, tmp_path / "out", cache=True)
    site(root, tmp_path / "fresh")
    assert _contents(tmp_path / "out") == _contents(tmp_path / "fresh")


def test_without_a_cache_nothing_is_kept(root: Path, tmp_path: Path) -> None:
    site(root, tmp_path / "out")
    assert not Store.of(root / ".git").names("site-")


def _edits(root: Path, out: Path) -> list[Callable[[random.Random], object]]:
    """Return what may happen between two runs."""

    def case(chance: random.Random) -> None:
        text = (root / _CASE).read_text() if (root / _CASE).exists() else "id: f2cp7rav4wo9ey1bug6sh3di\n"
        write(root, {_CASE: text + chance.choice(["# note\n", "x-a: 1\n", "extra_rules: |\n  Be quick\n"])})

    def commit(_: random.Random) -> None:
        git(root, "add", "-A")
        git(root, "commit", "-qm", "next", "--allow-empty")

    def page(chance: random.Random) -> None:
        pages = sorted(path for path in out.rglob("*.html") if path.is_file())
        if pages:
            chance.choice([_deleted, _truncated, _edited_without_a_trace, _replaced])(chance.choice(pages))

    def other(chance: random.Random) -> None:
        name = chance.choice(
            ["README.md", ".sops.yaml", ".gitignore", ".mailmap", "organizations/acme/logo.png"]
        )
        write(root, {name: chance.choice(["", "a\n", "*.png\n", "creation_rules: []\n"])})

    return [
        case,
        commit,
        page,
        other,
        lambda _: None,
        lambda _: (root / _CASE).unlink(missing_ok=True),
        lambda _: git(root, "add", "-A"),
        lambda _: git(root, "config", "user.name", "Somebody"),
        lambda _: git(root, "tag", "-f", "v1"),
        lambda chance: write(
            root, {"qafiles.yaml": chance.choice(["version: 1\n", "version: 1\nrules: {ignore: [QF4]}\n"])}
        ),
        lambda _: shutil.copy(root / _TAG, root / _TAG.replace("smoke", "copy")),
    ]


@pytest.mark.slow
def test_a_site_is_that_of_a_fresh_folder_after_any_edits(root: Path, tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311  # the same edits on every run
    edits = _edits(root, tmp_path / "out")
    unread = 0
    for number in range(samples(300, 6)):
        for edit in chance.sample(edits, chance.randint(0, 2)):
            edit(chance)
        choices: list[dict[str, Any]] = [{}, {}, {}, {"staged": True}, {"rev": "HEAD"}]
        options = chance.choice(choices)
        done, was_made = _made(root, tmp_path / "out", **options)
        whole = site(root, tmp_path / f"fresh-{number}", **options)
        assert _contents(tmp_path / "out") == _contents(tmp_path / f"fresh-{number}")
        assert (done.files, done.left_out) == (whole.files, whole.left_out)
        shutil.rmtree(tmp_path / f"fresh-{number}")
        unread += not was_made
    assert unread


@pytest.mark.slow
def test_a_site_is_that_of_a_fresh_folder_whatever_happens_to_a_tree(root: Path, tmp_path: Path) -> None:
    del root
    for number in range(samples(100, 2)):
        chance = random.Random(number)  # noqa: S311  # the same edits on every run
        tree = committed(tmp_path / f"{number}/data", data_root())
        names = []
        for step in range(3):
            edit = chance.choice(EDITS)
            names.append(edit.__name__)
            with contextlib.suppress(AssertionError, OSError):
                edit(tree, chance)
            fresh = tmp_path / f"{number}/fresh-{step}"
            try:
                whole = site(tree, fresh)
            except QafilesError as error:
                with pytest.raises(type(error)):
                    site(tree, tmp_path / f"{number}/out", cache=True)
                continue
            for _ in range(2):
                done = site(tree, tmp_path / f"{number}/out", cache=True)
                assert (done.files, done.left_out) == (whole.files, whole.left_out), names
                assert _contents(tmp_path / f"{number}/out") == _contents(fresh), names
