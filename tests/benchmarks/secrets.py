"""What `secret check` and `secret sync` cost, as ratios to running sops as often, one after another.

python -m tests.benchmarks.secrets --secrets 1000
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from qafiles.kinds import SECRET_FIELDS
from qafiles.secrets.encryption import encrypt
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import find_sops
from tests.rules.data_root import data_root

_FOLDER = "organizations/acme/projects/shop/secret_values"
_SAMPLE = 50


def _config(*identities: object) -> str:
    keys = "".join(f"      - {identity.to_public()}\n" for identity in identities)  # type: ignore[attr-defined]
    return f"creation_rules:\n  - path_regex: secret_values/\n    encrypted_regex: ^secret_value$\n    age:\n{keys}"


def _write(root: Path, count: int) -> None:
    """Write a data root with so many secrets, which need not be encrypted one by one: the same file under other ids."""
    for path, text in data_root().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / _FOLDER).mkdir()
    moment = "2026-03-01T09:30:00Z"
    for number in range(count):
        name = f"S{number:04}"
        values = (f"ux5q1gpzr2kh0jmz8w3v{number:04}", "tz4a98xxat96iws9zmbrgj3b", name, moment, moment, 1)
        place = root / _FOLDER / f"{name}.yaml"
        fields = dict(zip(SECRET_FIELDS, values, strict=False))
        content = encrypt(
            fields, Plaintext(f"value {number}".encode()), config=root / ".sops.yaml", place=place
        )
        place.write_bytes(content)


def _seconds(command: list[str | Path], cores: int, content: bytes = b"") -> float:
    """Return the seconds of a command that may use the first so many cores."""
    known = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(known)[:cores])
    start = time.perf_counter()
    try:
        subprocess.run(
            command, input=content, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # our own commands
    finally:
        os.sched_setaffinity(0, known)
    return time.perf_counter() - start


def _without_secrets(root: Path) -> Path:
    """Return a copy of a data root that has no secrets."""
    copy = root.with_name("without")
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("secret_values"), dirs_exist_ok=True)
    return copy


def main() -> None:
    """Encrypt, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secrets", type=int, default=1000)
    count = parser.parse_args().secrets
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "qa")
        root.mkdir()
        ours, theirs = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
        key = Path(name, "key.txt")
        key.write_text(f"{ours}\n")
        os.environ["SOPS_AGE_KEY_FILE"] = str(key)
        (root / ".sops.yaml").write_text(_config(ours, theirs))
        _write(root, count)
        sops: list[str | Path] = [
            find_sops(),
            "--config",
            os.devnull,
            "decrypt",
            "--input-type",
            "yaml",
            "--output-type",
            "json",
        ]
        content = (root / _FOLDER / "S0000.yaml").read_bytes()
        base = sum(_seconds(sops, 1, content) for _ in range(_SAMPLE)) / _SAMPLE
        qafiles: list[str | Path] = [sys.executable, "-m", "qafiles", "-C", root]
        print(f"{count} secrets; base: `sops decrypt` {count} times in turn\n")
        for used in sorted({1, cores}):
            spent = {"validate": _seconds([*qafiles, "validate", "--no-cache"], used)}
            without = _seconds([*qafiles[:-1], _without_secrets(root), "validate", "--no-cache"], used)
            print(
                f"{'validate':14} {used} core{'s' if used > 1 else ' '}  {spent['validate'] - without:6.2f} s more than without secrets"
            )
            spent["secret check"] = _seconds([*qafiles, "secret", "check"], used)
            recipients = (ours,) if used == 1 else (ours, theirs)
            (root / ".sops.yaml").write_text(_config(*recipients))
            spent["secret sync"] = _seconds([*qafiles, "secret", "sync", "--yes"], used)
            for what, seconds in spent.items():
                print(
                    f"{what:14} {used} core{'s' if used > 1 else ' '}  {seconds / (base * count):6.2f} x base"
                )


if __name__ == "__main__":
    main()
