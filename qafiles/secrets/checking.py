"""Every secret decrypted, to see what cannot be seen without a key: the MAC, and that a new value has a new version."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from qafiles.secrets.failures import SopsError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import read_secret, sops_config
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.config import SopsConfig


@dataclass(frozen=True, slots=True)
class Verdict:
    """A secret, and why it failed; None where nothing is wrong with it."""

    file: EntityFile
    failure: str | None = None


def check_secrets(
    snapshot: Snapshot, since: Snapshot | None = None, *, progress: Callable[[int, int], None] | None = None
) -> Iterator[Verdict]:
    """Yield a verdict for each secret, sorted by path; with `since`, a value that changed without its version fails, too.

    `progress` is told how many of how many are done. Raises SopsConfigError where `.sops.yaml` can't be used.
    """
    files = snapshot.of_kind("secret_value")
    config = sops_config(snapshot)
    before = {file.id: file for file in since.of_kind("secret_value")} if since is not None else {}
    old_config = sops_config(since) if since is not None and before else config

    def verdict(file: EntityFile) -> Verdict:
        try:
            value = read_secret(snapshot, file, config)
        except SopsError as error:
            return Verdict(file, str(error))
        old = before.get(file.id)
        if since is None or old is None or old.data.get("version") != file.data.get("version"):
            return Verdict(file)
        return Verdict(file, _changed(since, old, old_config, value))

    # SOPS is a process of its own: threads that wait for it keep all cores busy.
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        for done, found in enumerate(pool.map(verdict, files), 1):
            if progress is not None:
                progress(done, len(files))
            yield found


def _changed(since: Snapshot, old: EntityFile, config: SopsConfig, value: Plaintext) -> str | None:
    try:
        was = read_secret(since, old, config, synchronized=False)
    except SopsError as error:
        return f"the value before can't be read: {error}"
    if was.reveal() == value.reveal():
        return None
    return f"{old.path}: the value changed, and the version is still {old.data.get('version')}; `qafiles secret set` counts it up"
