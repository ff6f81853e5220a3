"""What the rules about secrets share: the `.sops.yaml` of a snapshot, and the secrets whose form can be judged.

What knows the files of SOPS is imported where there are secrets, so that data roots without any pay nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.parsing import parse
from qafiles.snapshot import EntityFile, Snapshot

if TYPE_CHECKING:
    from qafiles.sops_files.config import SopsConfig
    from qafiles.sops_files.flaw import Flaw

CONFIG_FILE: Final = ".sops.yaml"


def sops_config(snapshot: Snapshot) -> "SopsConfig | None":
    """Return the data root's `.sops.yaml` with what is wrong for its secrets; None where it is not legible."""
    content = snapshot.bytes_of(CONFIG_FILE)
    if content is None:
        return None
    from qafiles.sops_files.config import read_config  # noqa: PLC0415  # a data root without secrets needs none of it

    parsed = parse(content)
    if parsed.refusals:
        return None
    return read_config(parsed.data, [file.path for file in snapshot.of_kind(SECRET)])


def finding(path: str, flaw: "Flaw") -> Finding:
    """Return what a rule reports of a flaw."""
    return Finding(
        path,
        flaw.message,
        flaw.pointer,
        "key" if flaw.at_key else "value",
        flaw.hint,
        subject=flaw.message,
        span=flaw.span,
    )


def sealed_secrets(snapshot: Snapshot) -> Iterator[EntityFile]:
    """Yield the secrets whose value is ciphertext; of the others, all that counts is that they are not encrypted."""
    files = snapshot.of_kind(SECRET)
    if not files:
        return
    from qafiles.sops_files.secret_file import is_sealed  # noqa: PLC0415  # a data root without secrets needs none of it

    for file in files:
        value = file.data.get("secret_value")
        if isinstance(value, str) and is_sealed(value) and isinstance(file.data.get("sops"), dict):
            yield file
