import os
import stat
import subprocess
import sys
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles.parsing import parse
from qafiles.sops_files.config import read_config
from tests.cli.conftest import Qafiles
from tests.conftest import git


def test_init_in_an_empty_folder_gives_a_data_root_that_validates(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = qafiles("init")
    assert (result.code, result.out) == (0, "")
    assert qafiles("validate", "--strict").out.startswith("All good: 11 files, 10 entities")
    assert len(qafiles("list", "test_case", "--format", "ids").out.split()) == 2


def test_init_makes_the_folder_that_it_is_given(tmp_path: Path, qafiles: Qafiles) -> None:
    assert qafiles("init", tmp_path / "new" / "qa").code == 0
    assert qafiles("-C", tmp_path, "init", "other").code == 0
    assert (tmp_path / "new/qa/qafiles.yaml").is_file()
    assert (tmp_path / "other/qafiles.yaml").is_file()


def test_two_data_roots_share_no_id(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path / "a")
    qafiles("init", tmp_path / "b")
    kinds = (
        "user",
        "organization",
        "project",
        "test_case",
        "tag",
        "document",
        "test_traversal",
        "browser_config",
    )

    def ids(name: str) -> set[str]:
        return {
            id_
            for kind in kinds
            for id_ in qafiles("-C", tmp_path / name, "list", kind, "--format", "ids").out.split()
        }

    assert len(ids("a")) == 9
    assert not ids("a") & ids("b")


def test_init_overwrites_nothing(tmp_path: Path, qafiles: Qafiles) -> None:
    (tmp_path / "users").mkdir()
    mine = tmp_path / "users" / "me.yaml"
    mine.write_text("mine")
    result = qafiles("init", tmp_path)
    assert result.code == 3
    assert "is in the way; nothing was written" in result.err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert mine.read_text() == "mine"


def test_init_says_what_a_hook_file_that_was_there_lacks(tmp_path: Path, qafiles: Qafiles) -> None:
    git(tmp_path, "init", "-q")
    for name, text, told in (("a", "repos: []\n", True), ("b", "repos: []  # qafiles is run by CI\n", False)):
        (tmp_path / ".pre-commit-config.yaml").write_text(text)
        result = qafiles("init", tmp_path / name)
        assert ("`qafiles help pre-commit` says what to add" in result.err) == told


def test_init_refuses_a_data_root_and_what_lies_in_one(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path)
    assert "is there already" in qafiles("init", tmp_path).err
    assert qafiles("init", tmp_path / "users" / "x").code == 3


def test_init_follows_no_link_out_of_the_folder(tmp_path: Path, qafiles: Qafiles) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "users").symlink_to(tmp_path / "nowhere")
    assert qafiles("init", target).code == 3
    assert not (tmp_path / "nowhere").exists()


def test_a_read_only_folder_is_named(shared_folder: Path, qafiles: Qafiles) -> None:
    qafiles("init", shared_folder / "imported-once")
    target = shared_folder / "read-only"
    target.mkdir(mode=0o555)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # root may write anywhere
    try:
        result = qafiles("init", target)
    finally:
        os.seteuid(was)
    assert result.code == 3
    assert "Permission denied" in result.err


def test_a_new_data_root_validates_as_staged_content_too(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert qafiles("-C", tmp_path, "validate", "--staged").code == 0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without keys, whose settings lie in their folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    return folder


def rules(root: Path) -> list[tuple[str, str]]:
    """Return the recipients of the only rule of a data root's `.sops.yaml`, which has no flaw."""
    config = read_config(parse((root / ".sops.yaml").read_bytes()).data, ["secret_values/X.yaml"])
    assert config.flaws == ()
    return sorted(config.rules[0].recipients)


def test_init_makes_a_key_of_the_user_which_sops_finds(home: Path, tmp_path: Path, qafiles: Qafiles) -> None:
    root = tmp_path / "qa"
    told = qafiles("init", root).err
    place = home / ".config/sops/age/keys.txt"
    assert "made your age key in ~/.config/sops/age/keys.txt; keep a copy" in told
    assert "git config diff.qafiles-secret.textconv 'qafiles secret textconv'" in told
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    identity = pyrage.x25519.Identity.from_str(place.read_text().splitlines()[-1])
    assert rules(root) == [("age", str(identity.to_public()))]
    assert str(identity) not in told
    assert not any(str(identity).encode() in path.read_bytes() for path in root.rglob("*") if path.is_file())
    second = tmp_path / "second"
    assert "secrets: for your age key in ~/.config/sops/age/keys.txt" in qafiles("init", second).err
    assert rules(second) == rules(root)
    found = qafiles("-C", root, "validate", "--strict")
    assert (found.code, found.err) == (0, "")


def test_init_uses_the_key_that_the_user_has(
    home: Path, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = pyrage.x25519.Identity.generate()
    monkeypatch.setenv("SOPS_AGE_KEY", f"\n{identity}\n")
    told = qafiles("init", tmp_path / "qa").err
    assert "secrets: for your age key in the variable SOPS_AGE_KEY" in told
    assert str(identity) not in told
    assert rules(tmp_path / "qa") == [("age", str(identity.to_public()))]
    assert not any(home.iterdir())


def test_init_puts_no_key_into_the_repository(
    home: Path, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    told = qafiles("init", home / "qa").err
    assert "left out secrets: ~/.config/sops/age/keys.txt lies in the repository" in told
    assert not (home / "qa/.sops.yaml").exists()
    assert not (home / ".config").exists()
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "other/key.txt"))
    assert "lies in the repository" in qafiles("init", tmp_path / "other").err
    assert not (tmp_path / "other/key.txt").exists()


def test_init_leaves_secrets_out_where_no_key_can_be_told_or_made(
    home: Path, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    told = qafiles("init", tmp_path / "qa").err
    assert "left out secrets: there is no age key in ~/.config/sops/age/keys.txt" in told
    assert "`pip install pyrage`" in told
    assert not (tmp_path / "qa/.sops.yaml").exists()
    assert qafiles("-C", tmp_path / "qa", "validate", "--strict").code == 0
    place = home / ".config/sops/age/keys.txt"
    place.parent.mkdir(parents=True)
    place.write_text("nothing\n")
    assert "holds no age key that can be read" in qafiles("init", tmp_path / "second").err
    assert place.read_text() == "nothing\n"


def test_init_leaves_a_config_alone_and_makes_no_key_for_it(
    home: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa/.sops.yaml").write_text("mine\n")
    assert qafiles("init", tmp_path / "qa").code == 0
    assert (tmp_path / "qa/.sops.yaml").read_text() == "mine\n"
    assert not any(home.iterdir())


def test_the_attributes_keep_secrets_from_being_merged_and_name_the_driver(
    home: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    assert home.is_dir()
    root = tmp_path / "qa"
    qafiles("init", root)
    git(root, "init", "-q")
    path = "organizations/acme/projects/shop/secret_values/TOKEN.yaml"
    told = git(root, "check-attr", "merge", "diff", "text", "eol", "--", path)
    values = [line.rpartition(": ")[2] for line in told.splitlines()]
    assert values == ["unset", "qafiles-secret", "set", "lf"]


@pytest.mark.slow
def test_a_new_data_root_can_hold_a_secret_at_once(home: Path, tmp_path: Path) -> None:
    assert home.is_dir()
    root = tmp_path / "qa"

    def run(*arguments: str, data: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "qafiles", *arguments]
        return subprocess.run(command, input=data, capture_output=True, text=True, check=False)

    assert run("init", str(root)).returncode == 0
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    done = run("-C", str(root), "secret", "set", "ADMIN_PASSWORD", data="hunter2")
    assert done.returncode == 0, done.stderr
    assert run("-C", str(root), "secret", "get", "ADMIN_PASSWORD", "--stdout").stdout == "hunter2"
    found = run("-C", str(root), "validate")
    assert found.returncode == 0
    assert "Not checked: the MAC of 1 secret" in found.stdout
