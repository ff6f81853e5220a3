"""The first key, the first `.sops.yaml`, and secrets that come from a `.env` file and go into one."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.errors import UsageError
from qafiles.secrets.dotenv import as_dotenv, assignments
from qafiles.secrets.plaintext import Plaintext
from tests.cli.conftest import Qafiles
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted


@pytest.mark.slow
def test_a_root_without_recipients_and_a_user_without_a_key_come_to_both(
    root: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    (root / ".sops.yaml").unlink()
    home = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": "", "SOPS_AGE_KEY_FILE": ""}
    missing = qafiles("secret", "set", "OTHER", stdin=CANARY, **home)
    assert missing.code == 3
    assert "`qafiles secret init` writes it" in missing.err
    made = qafiles("secret", "key", **home)
    assert made.out.startswith("age1")
    assert "made your age key in ~/.config/sops/age/keys.txt" in made.err
    assert qafiles("secret", "key", **home).out == made.out
    assert qafiles("secret", "init", **home).code == 0
    assert made.out.strip() in (root / ".sops.yaml").read_text()
    again = qafiles("secret", "init", **home)
    assert (again.code, "is there already" in again.err) == (2, True)
    assert qafiles("secret", "set", "OTHER", stdin=CANARY, **home).code == 0
    assert qafiles("validate", **home).code == 0
    assert "it decrypts the secret here" in qafiles("secret", "key", **home).err
    colleague = qafiles("secret", "key", **{**home, "HOME": str(tmp_path / "other")})
    assert f"  qafiles secret recipients add {colleague.out.strip()}\n" in colleague.err


@pytest.mark.slow
def test_a_dotenv_file_is_imported_as_a_whole_and_exported_again(
    root: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    place = tmp_path / ".env"
    place.write_text(f"# ours\nexport ADMIN_PASSWORD='{CANARY}'\nOTHER=plain # why\nEMPTY=\n")
    refused = qafiles("secret", "import", str(place))
    assert (refused.code, refused.err) == (
        2,
        "qafiles: line 4: EMPTY: the value is empty; nothing was written\n",
    )
    assert not (root / PLACE).exists()
    place.write_text(place.read_text().replace("EMPTY=\n", ""))
    done = qafiles("secret", "import", "--format", "dotenv", stdin=place.read_text())
    assert done.code == 0
    assert done.err.endswith("ADMIN_PASSWORD: version 1\nOTHER: version 1\n")
    assert qafiles("secret", "import", str(place)).err == "2 unchanged\n"
    commit(root)
    piped = qafiles("secret", "export", "--project", "shop", "--all")
    assert (piped.code, piped.out) == (2, "")
    command = ("secret", "export", "--project", "shop", "--secret", "OTHER", "--stdout", "--format", "dotenv")
    assert qafiles(*command).out == "OTHER='plain'\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A=1\nA=2\n", "line 2: A stands on line 1 already"),
        ("A=1\nnonsense\n", "line 2: expected NAME=VALUE"),
        ("A='x\n", "line 1: A: the quote is never closed"),
        ("A='x' y\n", "line 1: A: something stands behind the closing quote"),
        ("A=pa$word\n", "differ about a \\$ without quotes"),
        ("A=pa#word\n", "differ about a # without quotes"),
        ("A=pa\\word\n", "without quotes"),
        ('A="x ${Y}"\n', "stands for a variable"),
        ('A="\\d"\n', "a backslash before what it does not escape"),
        ("A='x\ny'\nB=`id`\n", "line 3: B: programs differ about a `"),
    ],
)
def test_what_programs_read_differently_is_refused_without_its_value(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        assignments(text.encode())
    assert "word" not in str(error.value)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1))
def test_what_is_exported_is_imported_as_it_was(value: str) -> None:
    (line,) = as_dotenv({"A": Plaintext(value.encode())})
    (item,) = assignments(line.reveal())
    assert item.value.reveal().decode() == value


@pytest.mark.slow
def test_a_shell_reads_what_is_exported(tmp_path: Path) -> None:
    values = ["plain", "two words", 'pa$word `id` \\ "x"', 'it\'s $HOME \\n `id` "x"', "a\nb", "#1", "ä€"]
    for value in values:
        (line,) = as_dotenv({"A": Plaintext(value.encode())})
        (tmp_path / ".env").write_bytes(line.reveal())
        command = ["sh", "-c", '. ./.env; printf %s "$A"']
        assert subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout.decode() == value


@pytest.mark.slow
def test_a_rotated_secret_has_the_same_value_and_another_data_key(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).code == 0
    assert qafiles("secret", "set", "OTHER", stdin=CANARY).code == 0
    before = (root / PLACE).read_bytes()
    assert qafiles("secret", "rotate").code == 2
    assert qafiles("secret", "rotate", "NOBODY").code == 2
    assert qafiles("secret", "rotate", "ADMIN_PASSWORD", "--dry-run").code == 0
    assert (root / PLACE).read_bytes() == before
    done = qafiles("secret", "rotate", "ADMIN_PASSWORD")
    assert (done.code, done.out) == (0, f"changed {PLACE}\n")
    fields = decrypted((root / PLACE).read_bytes(), keyring.identities[0])
    assert (fields["secret_value"], fields["version"]) == (CANARY, 1)
    # The stanza of somebody who knew the data key opens nothing now.
    key = before[before.index(b"            -----BEGIN") : before.index(b"-----END")]
    after = (root / PLACE).read_bytes()
    assert key not in after
    assert qafiles("secret", "rotate", "--all").out.count("changed") == 2
    (root / PLACE).write_bytes(after.replace(b"- recipient: age1", b"- recipient: age2", 1))
    refused = qafiles("secret", "rotate", "--all")
    assert refused.code in {1, 3}


@pytest.mark.slow
def test_a_value_of_a_revision_is_named_with_it_and_a_project_is_checked_alone(
    root: Path, qafiles: Qafiles
) -> None:
    for value in ("old", "new"):
        assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=value).code == 0
        commit(root)
    assert qafiles("secret", "get", "ADMIN_PASSWORD@HEAD~1", "--stdout").out == "old"
    assert qafiles("secret", "get", "acme/shop/ADMIN_PASSWORD@HEAD", "--stdout").out == "new"
    assert qafiles("secret", "get", "ADMIN_PASSWORD@HEAD", "--rev", "HEAD", "--stdout").code == 2
    assert qafiles("secret", "check", "--project", "shop").out == "1 secret checked, 0 failed\n"
    assert qafiles("secret", "check", "--project", "none").code == 2


@pytest.mark.keys
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_recipients_that_look_alike_are_listed_each(root: Path, qafiles: Qafiles) -> None:
    keys = []
    for number in range(2):
        place = root.parent / f"id_{number}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place], check=True)
        keys.append(" ".join(place.with_suffix(".pub").read_text().split()[:2]))
    (root / ".sops.yaml").write_text(rule(*keys))
    assert qafiles("secret", "set", "OTHER", stdin=CANARY).code == 0
    (row,) = json.loads(qafiles("secret", "list", "--format", "json").out)
    assert len({*row["recipients"]}) == 2
    assert all(name.startswith("ssh-ed25519 …") for name in row["recipients"])
    assert len({*row["keys"]}) == 2
    assert all(key.startswith("ssh-ed25519 AAAA") for key in row["keys"])
