"""One value, looked for everywhere: it is in what `secret get` prints and in the child's environment, and nowhere else."""

import contextlib
import json
import os
import pickle
import re
import sys
import threading
import traceback
import zipfile
import zlib
from pathlib import Path
from typing import Any, Self

import pytest

from qafiles import load
from qafiles.__main__ import run
from qafiles.cli.commands import COMMANDS
from qafiles.errors import QafilesError
from qafiles.secrets.checking import check_secrets
from qafiles.secrets.environment import chosen, values
from qafiles.secrets.failures import SopsError
from qafiles.secrets.listing import listed
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import find_sops
from qafiles.secrets.reading import find_secret, read_secret, sops_config
from qafiles.secrets.writing import set_secret
from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.secrets.conftest import PLACE, Keyring, commit, rule

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

VALUE = "canary4711xyz0815qwertz"
RUN = "organizations/acme/projects/shop/test_traversals/run.yaml"
_FORMS = (VALUE.encode(), VALUE.encode("utf-16-le"), VALUE[::-1].encode(), VALUE.encode().hex().encode())


def shown(content: bytes) -> bool:
    """Return whether bytes hold the value, also encoded or compressed as git compresses its objects."""
    contents = [content]
    with contextlib.suppress(zlib.error):
        contents.append(zlib.decompress(content))
    return any(form in found for found in contents for form in _FORMS)


def holding(*folders: Path) -> list[str]:
    """Return the files below folders that hold the value."""
    return [
        str(place)
        for folder in folders
        for place in folder.rglob("*")
        if place.is_file() and not place.is_symlink() and shown(place.read_bytes())
    ]


class Watch:
    """A look at the arguments and variables of all processes, as often as it goes, while something runs."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.looked = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        own = str(os.getpid())
        while not self._end.is_set():
            for process in Path("/proc").iterdir():
                if process.name.isdigit() and process.name != own:
                    for file in ("cmdline", "environ"):
                        try:
                            content = (process / file).read_bytes()
                        except OSError:
                            continue
                        self.looked += 1
                        if shown(content):
                            self.seen.add(f"{file} of {content[:60]!r}")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ...]:
    """Folders of its own for temporary files, caches and state."""
    folders = tuple(tmp_path / name for name in ("tmp", "cache", "state"))
    for folder, variable in zip(folders, ("TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME"), strict=True):
        folder.mkdir()
        monkeypatch.setenv(variable, str(folder))
    return folders


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc here")
def test_no_process_and_no_file_has_the_value(
    root: Path, qafiles: Qafiles, keyring: Keyring, places: tuple[Path, ...]
) -> None:
    write(root, {RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: open\nsecret_values: [ADMIN_PASSWORD]\n"})
    with Watch() as watch:
        assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=VALUE, QAFILES_X="1").code == 0
        commit(root)
        assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == VALUE
        assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=VALUE + "2").code == 0
        assert qafiles("secret", "check", "--since", "HEAD").code == 0
        write(root, {".sops.yaml": rule(keyring.keys[0])})
        assert (
            qafiles("secret", "sync", "--commit", "-m", "sync").code == 3
        )  # it has changes that are not committed
        assert qafiles("secret", "sync").code == 0
        assert qafiles("secret", "recipients", "add", keyring.keys[1], "--yes").code == 0
        commit(root)
        assert qafiles("mv", "acme/shop/ADMIN_PASSWORD", "acme/shop/ROOT_PASSWORD").code == 0
        assert qafiles("validate").code == 0
    assert watch.looked > 1000
    assert watch.seen == set()
    git(root, "add", "-A")
    assert holding(root, *places, keyring.folder) == []
    unpacked = git(root, "cat-file", "--batch-all-objects", "--batch")
    assert VALUE not in unpacked


def test_the_child_has_it_and_not_the_keys(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=VALUE)
    code = "import os, json; print(json.dumps(dict(os.environ)))"
    done = qafiles(
        "secret", "run", "--secret", "ADMIN_PASSWORD", "--", sys.executable, "-c", code, SOPS_AGE_KEY="x"
    )
    variables = json.loads(done.out)
    assert [name for name, value in variables.items() if VALUE in value] == ["ADMIN_PASSWORD"]
    assert [name for name in variables if name.startswith("SOPS_")] == []
    assert root.is_dir()


_FORMATS = {
    "validate": ("text", "concise", "json", "github", "gitlab", "sarif", "junit", "rdjson"),
    "refs": ("text", "json", "dot", "mermaid"),
    "list": ("text", "json", "ids"),
    "show": ("text", "json"),
    "log": ("text", "json"),
    "blame": ("text", "json"),
    "diff": ("text", "json", "markdown"),
}
_ARGUMENTS = {"list": ["secret_value"], "show": ["acme/shop/ADMIN_PASSWORD"], "refs": ["acme/shop/ADMIN_PASSWORD"],
              "log": ["acme/shop/ADMIN_PASSWORD"], "blame": ["acme/shop/ADMIN_PASSWORD"], "diff": ["HEAD"]}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("state", ["sealed", "in clear"])
def test_no_command_prints_it_in_any_format(root: Path, qafiles: Qafiles, state: str) -> None:
    """Also where somebody has written it into the file in clear."""
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=VALUE)
    commit(root)
    if state == "in clear":
        lines = (root / PLACE).read_text().splitlines()
        lines[6] = f"secret_value: {VALUE}"
        write(root, {PLACE: "\n".join(lines) + "\n"})
    shown_by = []
    commands = [
        [command, *_ARGUMENTS.get(command, []), "--format", format_]
        for command, formats in _FORMATS.items()
        if command in COMMANDS
        for format_ in formats
    ]
    commands += [["secret", "list", "--format", f] for f in ("text", "json")]
    commands += [["secret", "check", "--since", "HEAD", "--format", f] for f in ("text", "json")]
    commands += [["secret", "recipients", "--format", f] for f in ("text", "json")]
    commands += [["fmt", "--check"], ["fix", "--dry-run"], ["set", "acme/shop/ADMIN_PASSWORD", "version=3"]]
    commands += [
        ["mv", "acme/shop/ADMIN_PASSWORD", "acme/shop/B", "--dry-run"],
        ["rm", "acme/shop/ADMIN_PASSWORD", "--dry-run"],
    ]
    commands += [["secret", "sync", "--dry-run"], ["secret", "resolve", "ADMIN_PASSWORD", "--ours"]]
    for command in commands:
        done = qafiles(*command)
        assert done.code in {0, 1, 2, 3}, (command, done)
        if VALUE in done.out + done.err:
            shown_by.append(command)
    assert shown_by == []


_REPORTS = ("inventory", "coverage", "traceability", "activity", "stale", "secrets", "access", "findings")


@pytest.mark.parametrize("state", ["sealed", "in clear"])
def test_no_report_and_no_page_holds_it(
    root: Path, keyring: Keyring, state: str, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """Also where a commit holds it in clear, and it is sealed again."""
    content = keyring._replace(folder=root).encrypt(VALUE)
    clear = re.sub(rb"secret_value: .*", f"secret_value: {VALUE}".encode(), content)
    for number, text in enumerate((content, clear, content if state == "sealed" else clear + b"\n")):
        write(root, {PLACE: text})
        commit(root, f"state {number}")
    made = tmp_path / "made"
    made.mkdir()
    for report in (*_REPORTS, "changes"):
        revisions = ["HEAD~2..HEAD~1"] if report == "changes" else []
        for format_ in ("text", "markdown", "json", "csv", "html", "xlsx"):
            output = ["--output", str(made / f"{report}.{format_}")]
            assert run(["-C", str(root), "report", report, *revisions, "--format", format_, *output]) == 0
    assert run(["-C", str(root), "site", "--output", str(made / "site")]) == 0
    printed = b"".join(capfdbinary.readouterr())
    written = [file for file in made.rglob("*") if file.is_file()]
    assert len(written) > 6 * len(_REPORTS)
    unpacked = [
        zipfile.ZipFile(file).read(name)
        for file in written
        if file.suffix == ".xlsx"
        for name in zipfile.ZipFile(file).namelist()
    ]
    assert holding(made) == []
    assert not any(map(shown, [printed, *unpacked]))


def _tracebacks(error: BaseException) -> str:
    lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    return "".join(lines) + repr(error) + str(error) + repr(error.args) + repr(vars(error))


def test_no_exception_holds_it(root: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = keyring._replace(folder=root)
    name = "ADMIN_PASSWORD"
    write(root, {PLACE: moved.encrypt(VALUE)})
    failures: list[BaseException] = []

    def attempt(action: Any) -> None:
        with pytest.raises((QafilesError, TypeError, KeyboardInterrupt)) as caught:
            action()
        failures.append(caught.value)

    def read() -> None:
        snapshot = load(root)
        read_secret(snapshot, find_secret(snapshot, name), sops_config(snapshot))

    monkeypatch.setenv("ADMIN_PASSWORD", "taken")
    attempt(lambda: values(load(root), chosen(load(root), names=[name])))
    monkeypatch.delenv("ADMIN_PASSWORD")
    for old, new in ((b"type:str]\nsops", b"type:int]\nsops"), (b"version: 1", b"version: 2")):
        write(root, {PLACE: moved.encrypt(VALUE).replace(old, new)})
        attempt(read)
    write(root, {PLACE: moved.encrypt(VALUE + "\0")})
    attempt(lambda: values(load(root), chosen(load(root), names=[name])))
    for wrong in (b"\xff" + VALUE.encode(), (VALUE * 100_000).encode(), VALUE.encode() + b"\xed\xa0\x80"):
        held = Plaintext(wrong)
        attempt(lambda held=held: set_secret(load(root), name, held))
    write(root, {".sops.yaml": rule("age1qqq")})
    attempt(lambda: set_secret(load(root), name, Plaintext(VALUE.encode())))
    attempt(lambda: pickle.dumps(Plaintext(VALUE.encode())))
    write(root, {".sops.yaml": rule(*keyring.keys)})
    sleeper = keyring.folder / "sleeper"
    sleeper.write_text("#!/bin/sh\nkill -INT $PPID; exec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setenv("QAFILES_SOPS", str(sleeper))
    attempt(lambda: set_secret(load(root), "NEW_PASSWORD", Plaintext(VALUE.encode())))
    assert len(failures) == 10
    assert [repr(error) for error in failures if VALUE in _tracebacks(error)] == []


def test_nothing_that_is_kept_of_a_data_root_holds_it(root: Path, keyring: Keyring) -> None:
    write(root, {PLACE: keyring._replace(folder=root).encrypt(VALUE)})
    snapshot = load(root)
    file = find_secret(snapshot, "ADMIN_PASSWORD")
    value = read_secret(snapshot, file, sops_config(snapshot))
    assert value.reveal() == VALUE.encode()
    for thing in (
        snapshot,
        file,
        value,
        snapshot.entity(file),
        listed(snapshot),
        [*check_secrets(snapshot)],
        file.data,
    ):
        assert VALUE not in f"{thing} {thing!r}"
    assert VALUE.encode() not in pickle.dumps(snapshot.entity(file))


def test_sops_is_started_with_nothing_that_holds_it(
    root: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in between notes how it was called, and calls the real one."""
    noted = keyring.folder / "noted"
    program = keyring.folder / "between"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        f"with open({str(noted)!r}, 'a') as file: file.write(repr((sys.argv, dict(os.environ), os.getcwd())) + '\\n')\n"
        f"os.execv({str(find_sops())!r}, sys.argv)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("QAFILES_SOPS", str(program))
    for name in (
        "VAULT_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "SOPS_KEYSERVICE",
        "SOPS_EDITOR",
        "GOTRACEBACK",
        "EDITOR",
        "X",
    ):
        monkeypatch.setenv(name, "must-not-be-passed-on")
    for value in (VALUE, VALUE + "2"):
        (change,) = set_secret(load(root), "ADMIN_PASSWORD", Plaintext(value.encode())).proposal.changes
        assert change.after is not None
        write(root, {change.path: change.after})
    calls = noted.read_text()
    assert len(calls.splitlines()) == 5  # each is sealed and read back, and the old value is compared
    assert VALUE not in calls
    assert "must-not-be-passed-on" not in calls


def test_where_nothing_goes_wrong_the_errors_are_of_our_own(root: Path, keyring: Keyring) -> None:
    write(root, {PLACE: keyring._replace(folder=root).encrypt(VALUE).replace(b"version: 1", b"version: 3")})
    snapshot = load(root)
    with pytest.raises(SopsError) as caught:
        read_secret(snapshot, find_secret(snapshot, "ADMIN_PASSWORD"), sops_config(snapshot))
    assert caught.value.__cause__ is None
    assert PLACE in str(caught.value)
