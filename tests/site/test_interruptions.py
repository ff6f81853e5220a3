import subprocess
import sys
import time
from pathlib import Path

import pytest

from qafiles.site import site
from tests.site.html import broken_links, pages
from tests.site.test_site import contents


def start(data: Path, out: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start a run that goes on by itself."""
    command: list[str | Path] = [sys.executable, "-m", "qafiles", "-C", data, "site", "-o", out, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("files", [60, *(pytest.param(files, marks=pytest.mark.slow) for files in (1, 150))])
def test_a_run_that_was_killed_leaves_nothing_that_the_next_does_not_mend(
    example: Path, example_site: Path, tmp_path: Path, files: int
) -> None:
    out = tmp_path / "out"
    process = start(example, out)
    while process.poll() is None and sum(1 for _ in out.rglob("*.html")) < files:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert all(page.read_bytes().endswith(b"</html>\n") for page in out.rglob("*.html"))
    site(example, out)
    assert contents(out) == contents(example_site)


@pytest.mark.slow
def test_two_runs_at_once_leave_one_whole_site(example: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    runs = [start(example, out, "--rev", rev) for rev in ("HEAD", "HEAD~1", "HEAD", "HEAD~1")]
    for run in runs:
        _, said = run.communicate()
        assert (run.returncode, said) == (0, b"")
    found = contents(out)
    assert broken_links(out, pages(out)) == []
    wholes = []
    for rev in ("HEAD", "HEAD~1"):
        site(example, tmp_path / rev, rev=rev)
        wholes.append(contents(tmp_path / rev))
    assert found in wholes


@pytest.mark.slow
def test_what_a_killed_run_left_half_written_is_removed(
    example: Path, example_site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    site(example, out)
    (out / ".qafiles-site.tmp").mkdir()
    (out / ".qafiles-site.tmp" / "4711").write_text("half", "utf-8")
    (out / "index.html").write_text("half", "utf-8")
    (out / "search.html").unlink()
    done = site(example, out)
    assert done.written == 2
    assert contents(out) == contents(example_site)
