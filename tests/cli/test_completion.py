import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles


def _complete(root: Path, *words: str) -> list[str]:
    environment = {
        **os.environ,
        "_QAFILES_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("qafiles", *words)),
        "COMP_CWORD": str(len(words)),
    }
    code = "from qafiles.__main__ import main; main()"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert found.stderr == ""
    return [line.partition(",")[2] for line in found.stdout.splitlines() if line]


def test_commands_are_completed(root: Path) -> None:
    assert _complete(root, "va") == ["validate"]


def test_handles_are_completed(root: Path) -> None:
    assert _complete(root, "show", "acme/shop/") == ["acme/shop/smoke", "acme/shop/open"]
    assert _complete(root, "refs", "ad") == ["ada"]
    assert _complete(root, "show", "tag:acme/") == ["tag:acme/shop/smoke"]


def test_handles_of_another_folder_are_completed(root: Path) -> None:
    assert _complete(Path("/"), "-C", str(root), "show", "ad") == ["ada"]


def test_kinds_codes_and_formats_are_completed(root: Path) -> None:
    assert _complete(root, "list", "test_") == ["test_case", "test_traversal"]
    assert _complete(root, "explain", "QF40")[:2] == ["QF401", "QF402"]
    assert _complete(root, "explain", "test_") == ["test_case", "test_traversal"]
    assert _complete(root, "validate", "--format", "js") == ["json"]
    assert _complete(root, "validate", "--select", "QF4,qf30")[:2] == ["QF4,QF301", "QF4,QF302"]


def test_tags_and_schemas_are_completed_and_a_handle_of_two_kinds_is_named_with_its_kind(root: Path) -> None:
    assert _complete(root, "list", "test_case", "--tag", "smo") == ["acme/shop/smoke"]
    assert _complete(root, "schema", "te") == ["test_case", "test_traversal"]
    both = root / "organizations/acme/projects/shop/documents/smoke.yaml"
    both.parent.mkdir(exist_ok=True)
    both.write_text("")
    assert sorted(_complete(root, "show", "acme/shop/sm")) == [
        "document:acme/shop/smoke",
        "tag:acme/shop/smoke",
    ]


def test_outside_a_data_root_nothing_is_completed(tmp_path: Path) -> None:
    assert _complete(tmp_path, "show", "a") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script(shell: str, qafiles: Qafiles) -> None:
    result = qafiles("completion", shell)
    assert result.code == 0
    assert "_QAFILES_COMPLETE" in result.out


def test_the_script_works_in_a_real_bash(root: Path, qafiles: Qafiles) -> None:
    script = qafiles("completion", "bash").out
    binary = Path(sys.executable).parent
    test = (
        f'export PATH="{binary}:$PATH"\n{script}\nCOMP_WORDS=(qafiles show acme/shop/s) COMP_CWORD=2\n'
        '_qafiles_completion qafiles; echo "${COMPREPLY[@]}"'
    )
    found = subprocess.run(["bash", "-c", test], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "acme/shop/smoke"
