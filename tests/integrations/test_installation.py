"""What a workflow installs: always the same code, by a real pip."""

import hashlib
import json
import os
import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from qafiles.errors import UsageError
from qafiles.loading import installed as module
from qafiles.loading.installed import own_requirement
from qafiles.scaffold.companions import CI_FILES, ci_files
from qafiles.scaffold.installation import installation
from tests.conftest import write
from tests.rules.data_root import data_root

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_HASH = "--hash=sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("requirement", "installed"),
    [
        (f"git+https://example.com/qafiles.git@{_COMMIT}", f"git+https://example.com/qafiles.git@{_COMMIT}"),
        (f"qafiles @ git+ssh://git@example.com/q@{_COMMIT}", f"git+ssh://git@example.com/q@{_COMMIT}"),
        (
            f"git+https://example.com/q@{_COMMIT}#subdirectory=tools/qa",
            f"git+https://example.com/q@{_COMMIT}#subdirectory=tools/qa",
        ),
    ],
)
def test_a_full_commit_is_installed_as_it_is(requirement: str, installed: str, tmp_path: Path) -> None:
    assert installation(requirement, tmp_path).commands == (f"python -m pip install 'qafiles @ {installed}'",)


@pytest.mark.parametrize(
    "requirement",
    [
        "qafiles",
        "qafiles>=0.1",
        "qafiles~=0.1.0",
        "qafiles==0.1.0",
        f"qafiles>=0.1 {_HASH}",
        f"qafiles==0.1.* {_HASH}",
        f"other==0.1.0 {_HASH}",
        "qafiles==0.1.0 --hash=sha256:abc",
        f"qafiles==0.1.0 {_HASH}; rm -rf /",
        "git+https://example.com/qafiles",
        "git+https://example.com/qafiles@main",
        "git+https://example.com/qafiles@0123456",
        f"git+http://example.com/qafiles@{_COMMIT}",
        f"git+https://example.com/$(id)@{_COMMIT}",
        f"git+https://example.com/${{{{ secrets.X }}}}@{_COMMIT}",
        "https://example.com/qafiles.whl",
        f"qafiles[lsp]==0.1.0 {_HASH}",
        f"git+ssh://git@example.com:a/b.git@{_COMMIT}",
        "x" * 5000,
        "./qafiles",
        "",
        "-r nowhere.txt",
    ],
)
def test_what_may_mean_other_code_tomorrow_is_refused(requirement: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--requirement"):
        installation(requirement, tmp_path)


def test_a_credential_in_a_requirement_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave it out") as refused:
        installation(f"git+https://me:hunter2@example.com/q@{_COMMIT}", tmp_path)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("qafiles>=0.1\n", "has no `==` with hashes"),
        (f"qafiles==0.1 {_HASH}\nclick==8.0\n", "`click==8.0` has no `==` with hashes"),
        (f"click==8.0 {_HASH}\n", "does not name qafiles"),
        (f"--index-url https://example.com\nqafiles==0.1 {_HASH}\n", "has no `==` with hashes"),
        ("", "does not name qafiles"),
        (f"qafiles @ git+https://example.com/q@{_COMMIT}\n", "has no `==` with hashes"),
    ],
)
def test_a_requirements_file_has_hashes_for_every_line(text: str, words: str, tmp_path: Path) -> None:
    write(tmp_path, {"tools/requirements.txt": text})
    with pytest.raises(UsageError, match=r"tools/requirements.txt") as refused:
        installation("tools/requirements.txt", tmp_path)
    assert words in str(refused.value)


def test_a_requirements_file_as_pip_compile_writes_it_is_taken(tmp_path: Path) -> None:
    text = (
        "\ufeff# by pip-compile\n"
        f"click==8.5.1 \\\n    {_HASH} \\\n    {_HASH}\n    # via qafiles\n"
        f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    {_HASH}\n"
        f"qafiles[lsp]==0.1.0 {_HASH}\n"
    )
    write(tmp_path, {"it's/requirements.txt": text})
    assert installation("it's/requirements.txt", tmp_path).commands == (
        """python -m pip install --require-hashes -r 'it'"'"'s/requirements.txt'""",
    )


@pytest.mark.parametrize(
    ("recorded", "requirement"),
    [
        (
            {"url": "https://example.com/q.git", "vcs_info": {"vcs": "git", "commit_id": _COMMIT}},
            f"qafiles @ git+https://example.com/q.git@{_COMMIT}",
        ),
        (
            {"url": "https://ada:hunter2@example.com/q", "vcs_info": {"vcs": "git", "commit_id": _COMMIT}},
            f"qafiles @ git+https://example.com/q@{_COMMIT}",
        ),
        (
            {
                "url": "https://example.com/q?token=hunter2",
                "subdirectory": "a",
                "vcs_info": {"vcs": "git", "commit_id": _COMMIT},
            },
            f"qafiles @ git+https://example.com/q@{_COMMIT}#subdirectory=a",
        ),
        ({"url": "https://example.com/q", "vcs_info": {"vcs": "git", "commit_id": "main"}}, None),
        ({"url": "https://example.com/$(id)", "vcs_info": {"vcs": "git", "commit_id": _COMMIT}}, None),
        ({"url": "file:///src/q", "vcs_info": {"vcs": "git", "commit_id": _COMMIT}}, None),
        ({"url": "https://example.com/q", "vcs_info": {"vcs": "hg", "commit_id": _COMMIT}}, None),
        ({"url": "file:///src/q", "dir_info": {"editable": True}}, None),
        ({"url": "https://example.com/q.whl", "archive_info": {}}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_commit_that_an_installation_records_is_the_default(
    recorded: object, requirement: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "qafiles-0.1.0.dist-info", {"METADATA": "Name: qafiles\nVersion: 0.1.0\n"})
    if recorded is not None:
        (folder / "direct_url.json").write_text(json.dumps(recorded))
    monkeypatch.setattr(module, "distribution", lambda _: PathDistribution(folder))
    assert own_requirement() == requirement
    if requirement is None:
        with pytest.raises(UsageError, match="nothing says which commit"):
            installation(None, tmp_path)
    else:
        assert installation(None, tmp_path).commands == (f"python -m pip install '{requirement}'",)


def test_no_workflow_installs_a_bare_name(tmp_path: Path) -> None:
    for text in ci_files(tmp_path, CI_FILES, f"git+https://example.com/q@{_COMMIT}").values():
        lines = [line.strip() for line in text.splitlines() if "pip install" in line]
        assert lines
        assert {*lines} == {f"python -m pip install 'qafiles @ git+https://example.com/q@{_COMMIT}'"}


@pytest.mark.slow
def test_pip_installs_the_release_whose_hash_is_given_and_no_other(tmp_path: Path) -> None:
    wheels = tmp_path / "index"
    top = Path(__file__).parents[2]
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        wheels,
        top,
    ]
    subprocess.run(build, check=True)
    (wheel,) = wheels.iterdir()
    write(tmp_path, data_root())
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", tmp_path / "venv"], check=True)
    version = wheel.name.split("-")[1]
    for right in (True, False):
        digest = hashlib.sha256(wheel.read_bytes() if right else b"other").hexdigest()
        made = installation(f"qafiles=={version} --hash=sha256:{digest}", tmp_path)
        environment = {
            **os.environ,
            "PATH": f"{tmp_path / 'venv/bin'}{os.pathsep}{os.environ['PATH']}",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_NO_INDEX": "1",
            "PIP_NO_DEPS": "1",  # the libraries are those of the tests
        }
        command = ["bash", "-eo", "pipefail", "-c", "\n".join(made.commands)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == right, done.stderr
        if right:
            assert (tmp_path / "venv/bin/qafiles").is_file()
        else:
            assert "DO NOT MATCH THE HASHES" in done.stderr
