"""The manual's lines in the Neovim that is installed: what a user of them sees and does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import qafiles
from tests.conftest import committed, git
from tests.lsp.conftest import PROJECT

_TOP = Path(__file__).parents[2]
_STEPS = Path(__file__).with_name("neovim_steps.lua")
_CASE = f"{PROJECT}/test_cases/persistence/todos-survive-a-reload.yaml"

pytestmark = pytest.mark.slow


def _programs() -> list[str]:
    """Return the Neovims to try, by the versions that differ: that on PATH, and those that QAFILES_NVIM names."""
    named = os.environ.get("QAFILES_NVIM", "").split(os.pathsep)
    return [place for name in ("nvim", *named) if (place := shutil.which(name))]


def _lines(program: str) -> str:
    """Return the manual's lines for a version of Neovim."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"NVIM v(\d+)\.(\d+)", told)
    assert version is not None, told
    section = (_TOP / "qafiles/manual/editors.md").read_text(encoding="utf-8")
    today, before = re.findall(r"(?s)```lua\n(.*?)```", section)
    assert "vim.lsp.config(" in today
    assert "start_client" in before
    return str(today if (int(version[1]), int(version[2])) >= (0, 11) else before)


@pytest.mark.parametrize("program", _programs() or [""])
def test_the_manuals_lines_give_findings_completion_definitions_and_renames(
    program: str, tmp_path: Path
) -> None:
    if not program:
        pytest.skip("there is no nvim on PATH: apt-get install neovim")
    acme = tmp_path / "acme qa"
    shutil.copytree(_TOP / "examples" / "acme-qa", acme)
    before = {path.relative_to(acme): path.read_bytes() for path in acme.rglob("*.yaml")}
    case = acme / _CASE
    case.write_bytes(case.read_bytes().replace(b"tags: [persistence, smoke]", b"tags: [smoek, persistence]"))
    committed(acme, {})
    (tmp_path / "init.lua").write_text(_lines(program), encoding="utf-8")
    home = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("STATE", "CACHE", "DATA", "CONFIG")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        [
            program,
            "--headless",
            "-n",
            "-i",
            "NONE",
            "-u",
            tmp_path / "init.lua",
            _CASE,
            "-c",
            f"luafile {_STEPS}",
        ],
        cwd=acme,
        env={**os.environ, **home, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Error" not in ended.stderr
    assert qafiles.validate(acme) == ()
    assert not (acme / PROJECT / "tags/persistence.yaml").exists()
    for place, text in before.items():
        new = place.with_name("storage.yaml") if place.match("tags/persistence.yaml") else place
        if place.is_relative_to(PROJECT):
            expected = re.sub(rb"(tags: \[.*)\bpersistence\b", rb"\1storage", text)
            if place == Path(_CASE):
                expected = expected.replace(b"[storage, smoke]", b"[smoke, storage]")
            assert (acme / new).read_bytes() == expected
    assert len(git(acme, "status", "--porcelain").splitlines()) == 5
