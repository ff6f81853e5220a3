"""What a repository may hold that is no decent file: each ends in a diagnostic or is ignored, and nothing hangs."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.sources import MemorySource
from qafiles.validation import load
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these files do not exist there")

ADA = "users/ada.yaml"
_EVE = "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: told-only-to-those-who-follow-links\n"


def codes(folder: Path) -> list[tuple[str, str]]:
    """Return the findings, infos aside, of a plain folder, after checking that git's working tree has the same."""
    plain = load(folder)
    found = [(d.code, d.path) for d in plain.diagnostics if d.severity != "info"]
    copy = shutil.copytree(folder, folder.parent / "copy", symlinks=True, copy_function=_copy_of_anything)
    git(copy, "init", "-q")
    assert [(d.code, d.path) for d in load(copy).diagnostics if d.severity != "info"] == found
    return found


def _copy_of_anything(source: str, target: str) -> str:
    if Path(source).is_fifo():
        os.mkfifo(target)
    elif Path(source).is_socket():
        _socket(Path(target))
    else:
        shutil.copy2(source, target, follow_symlinks=False)
    return target


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        # The path of a socket has 108 bytes at most.
        descriptor = os.open(place.parent, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{descriptor}/{place.name}")
        os.close(descriptor)


@pytest.fixture
def open_folder(shared_folder: Path) -> Path:
    return write(shared_folder / "data", data_root())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "data", data_root())


@pytest.mark.parametrize(
    "target",
    ["/etc/passwd", "../../secret.yaml", "ada.yaml", "nowhere", "eve.yaml", "/dev/zero", "../users", "/"],
)
def test_a_link_in_place_of_a_file_is_not_followed(target: str, folder: Path) -> None:
    write(folder.parent, {"secret.yaml": _EVE})
    (folder / "users/eve.yaml").symlink_to(target)
    assert codes(folder) == [("QF102", "users/eve.yaml")]
    assert load(folder).files["users/eve.yaml"].data == {}


@pytest.mark.parametrize("target", ["../elsewhere", "/", ".", "users"])
def test_a_link_in_place_of_a_folder_is_not_followed(target: str, folder: Path) -> None:
    shutil.rmtree(folder / "users")
    write(folder.parent / "elsewhere", {"eve.yaml": _EVE})
    (folder / "users").symlink_to(target)
    found = codes(folder)
    assert ("QF102", "users") in found
    assert {code for code, _ in found} == {"QF102", "QF401"}
    assert not any(path.startswith("users") for path in load(folder).files)


def test_a_tracked_folder_that_a_link_replaced_is_gone_as_for_git(folder: Path) -> None:
    committed(folder, {})
    shutil.move(folder / "users", folder.parent / "elsewhere")
    (folder / "users").symlink_to("../elsewhere")
    assert ADA not in load(folder).files
    assert ("QF102", "users") in [(d.code, d.path) for d in load(folder).diagnostics]
    assert ADA in load(folder, rev="HEAD").files


def test_a_link_in_a_deeper_folder_is_not_followed(folder: Path) -> None:
    committed(folder, {})
    projects = folder / "organizations/acme/projects"
    shutil.move(projects / "shop", folder.parent / "shop")
    (projects / "shop").symlink_to(folder.parent / "shop")
    assert not any("shop" in path for path in load(folder).files)
    assert ("QF102", "organizations/acme/projects/shop") in [
        (d.code, d.path) for d in load(folder).diagnostics
    ]


def test_pipes_and_sockets_are_never_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "users/pipe.yaml")
    _socket(folder / "users/socket.yaml")
    os.mkfifo(folder / "users/pipe.txt")
    plain = [(d.code, d.path) for d in load(folder).diagnostics]
    assert plain == [("QF101", "users/pipe.yaml"), ("QF101", "users/socket.yaml")]
    # Git lists neither, and reports a tracked file that became one.
    committed(folder, {})
    assert load(folder).diagnostics == ()
    (folder / ADA).unlink()
    os.mkfifo(folder / ADA)
    assert [(d.code, d.path) for d in load(folder).diagnostics if d.severity != "info"] == [("QF101", ADA)]


def test_folders_called_like_files_and_files_called_like_folders(folder: Path) -> None:
    (folder / "users/eve.yaml").mkdir()
    write(folder, {"browser_configs/sub.yaml/x.yaml": "", "organizations/other": "", "tags": ""})
    assert codes(folder) == [("QF302", "browser_configs/sub.yaml/x.yaml")]


def test_a_file_that_a_folder_replaced_is_gone_as_for_git(folder: Path) -> None:
    committed(folder, {})
    (folder / ADA).unlink()
    write(folder, {f"{ADA}/nested.txt": ""})
    assert ADA not in load(folder).files


_STRANGE = (
    "a\nb",
    "a\tb",
    "a b",
    " ",
    "\u200b",
    "\U0001f600",
    "a\\b",
    'a"b',
    "-rf",
    "$(x)",
    "%s",
    "*",
    "\x1b[31m",
)


def test_strange_names_are_findings_and_survive_every_source(folder: Path) -> None:
    files = {f"users/{name}.yaml": f"id: e{n:023}\nname: x\n" for n, name in enumerate(_STRANGE)}
    committed(folder, files)
    for snapshot in (load(folder), load(folder, staged=True), load(folder, rev="HEAD")):
        assert [(d.code, d.path) for d in snapshot.diagnostics] == [("QF303", path) for path in sorted(files)]
        assert {snapshot.files[path].id for path in files} == {f"e{n:023}" for n in range(len(files))}


def test_a_name_that_is_no_utf_8_is_a_finding_and_survives_every_source(folder: Path) -> None:
    path = os.fsdecode(b"users/caf\xe9.yaml")
    committed(folder, {path: _EVE})
    expected = load(MemorySource({**data_root(), path: _EVE}))
    assert [(d.code, d.path) for d in expected.diagnostics] == [("QF303", path)]
    assert load(folder) == load(folder, staged=True) == load(folder, rev="HEAD") == expected


@pytest.mark.parametrize("name", ["con", "NUL", "aux.backup", "com1", "lpt9.x"])
def test_a_device_name_of_windows_is_a_finding(name: str, folder: Path) -> None:
    write(folder, {f"users/{name}.yaml": _EVE})
    assert codes(folder) == [("QF303", f"users/{name}.yaml")]


def test_what_no_file_system_holds_but_the_index_does(folder: Path) -> None:
    committed(folder, {})
    blob = git(folder, "hash-object", "-w", ADA)
    names = [
        "users/" + "x" * 300 + ".yaml",
        "users/ADA.yaml",
        "users/Ada.yaml",
        "organizations/" + "d/" * 500 + "x.yaml",
    ]
    for name in names:
        git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    git(folder, "commit", "-qm", "names")
    expected = load(MemorySource({**data_root(), **dict.fromkeys(names, data_root()[ADA])}))
    assert {("QF303", names[0]), ("QF304", "users/ada.yaml"), ("QF302", names[3])} <= {
        (d.code, d.path) for d in expected.diagnostics
    }
    staged, revision = load(folder, staged=True), load(folder, rev="HEAD")
    assert {*staged.files} == {*revision.files} == {*expected.files}
    tree = load(folder)
    assert names[3] not in tree.files
    assert ("QF101", names[0]) in [(d.code, d.path) for d in tree.diagnostics]


def test_a_huge_file_is_noticed_without_being_read(folder: Path) -> None:
    place = folder / "users/huge.yaml"
    with place.open("wb") as file:
        file.truncate(1 << 40)
    assert [(d.code, d.path) for d in load(folder).diagnostics] == [("QF103", "users/huge.yaml")]


@pytest.mark.parametrize("size", [1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1])
def test_the_limit_of_a_file_is_one_mebibyte_in_every_source(size: int, folder: Path) -> None:
    text = _EVE + "x-pad: "
    committed(folder, {"users/large.yaml": text + "x" * (size - len(text))})
    expected = [] if size <= 1024 * 1024 else ["QF103"]
    for snapshot in (load(folder), load(folder, staged=True), load(folder, rev="HEAD")):
        assert [d.code for d in snapshot.diagnostics] == expected


_SEALED = (
    "id: ux5q1gpzr2kh0jmz8w3vcd7n\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: BIG\n"
    'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\nversion: 1\nsops: {}\nsecret_value: '
)


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 2 * 1024 * 1024 + 1])
def test_the_limit_of_a_secret_is_twice_that_of_other_files_in_every_source(size: int, folder: Path) -> None:
    place = "organizations/acme/projects/shop/secret_values/BIG.yaml"
    committed(folder, {place: _SEALED + "x" * (size - len(_SEALED))})
    expected = [] if size <= 2 * 1024 * 1024 else ["QF103"]
    for snapshot in (load(folder), load(folder, staged=True), load(folder, rev="HEAD")):
        assert [d.code for d in snapshot.diagnostics if d.code.startswith("QF1")] == expected


def _as_nobody(folder: Path) -> list[str]:
    """Return the lines that validating as an unprivileged user prints."""
    # A first run imports what an unprivileged user may not be able to read.
    program = (
        "import contextlib, dataclasses, io, os, sys, traceback, git\n"
        "from qafiles.__main__ import run\n"
        "nowhere = io.TextIOWrapper(io.BytesIO())\n"
        "with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):\n"
        "    run(sys.argv[1:])\n"
        "if os.geteuid() == 0:\n"
        "    os.setgroups([]); os.setegid(65534); os.seteuid(65534)\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "-C", folder, "validate", "--format", "concise", "--select", "QF1"],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "")
    return [line.partition("data/")[2] for line in result.stdout.splitlines()]


def test_an_unreadable_file_is_a_finding(open_folder: Path) -> None:
    (open_folder / ADA).chmod(0)
    assert _as_nobody(open_folder) == [f"{ADA}:1:1: QF101 the file can't be read: Permission denied"]


@pytest.mark.slow
def test_an_unreadable_folder_is_a_finding_and_its_files_are_not_read(open_folder: Path) -> None:
    write(open_folder, {"private/notes.md": ""})
    (open_folder / "private").chmod(0)
    (open_folder / "users").chmod(0)
    try:
        assert _as_nobody(open_folder) == ["users:1:1: QF101 the folder can't be read: Permission denied"]
    finally:
        (open_folder / "users").chmod(0o755)
        (open_folder / "private").chmod(0o755)


@pytest.mark.slow
def test_tracked_files_in_an_unreadable_folder_are_findings(open_folder: Path) -> None:
    committed(open_folder, {})
    if os.geteuid() == 0:
        for path in [open_folder, *open_folder.rglob("*")]:
            os.chown(path, 65534, 65534)
    (open_folder / "users").chmod(0o444)
    (open_folder / "organizations").chmod(0)
    try:
        assert _as_nobody(open_folder) == [
            f"{path}:1:1: QF101 the file can't be read: Permission denied"
            for path in sorted(data_root())
            if path.startswith(("users", "organizations"))
        ]
    finally:
        (open_folder / "users").chmod(0o755)
        (open_folder / "organizations").chmod(0o755)
