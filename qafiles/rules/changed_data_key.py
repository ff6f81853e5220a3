r"""Data key of a secret changed for somebody while the value stays.

## Why is this bad?
A secret's value is encrypted with a data key, and that once for each recipient. `qafiles` makes a new one each time, so that value and
data keys change together. Where only what is encrypted for one recipient changes, `sops updatekeys` was run, or somebody without a
key damaged it: then that person, or CI, can't decrypt the secret any more, and nobody else notices. `qafiles validate --since` and
`--merge` compare two states.

## Example
```text
$ git diff main --stat
 organizations/acme/projects/shop/secret_values/TOKEN.yaml | 2 +-
$ qafiles validate --since main
warning[QF709] changed-data-key: the data key for ci (CI): age19lckg4… is another one, and the value is encrypted as it was
```

## Use instead
Take the file from before, or let somebody who can read it run `qafiles secret rotate TOKEN`: it gives everybody a new data key.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import EntityFile

if TYPE_CHECKING:
    from qafiles.sops_files.recipients import Recipient

_HINT = "take the file from before, or let somebody who can read it run `qafiles secret rotate`"


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each recipient of whom the encrypted data key changed in a secret that is encrypted as it was."""
    for old, new in states.changed_files:
        if old is None or new is None or not new.is_secret or old.data == new.data:
            continue
        if new.get("secret_value") != old.get("secret_value") or _mac(new) is None or _mac(new) != _mac(old):
            continue
        from qafiles.snapshot.key_owners import described  # noqa: PLC0415  # few data roots have such a change

        was, now = _data_keys(old), _data_keys(new)
        changed = sorted(key for key in now if key in was and now[key] != was[key])
        names = described(states.after, changed)
        for key in changed:
            message = f"the data key for {names[key]} is another one, and the value is encrypted as it was"
            yield Finding(new.path, message, ("sops",), "key", _HINT, subject=key[1])


def _mac(file: EntityFile) -> Any:
    stanza = file.get("sops")
    return stanza.get("mac") if isinstance(stanza, Mapping) else None


def _data_keys(file: EntityFile) -> "dict[Recipient, tuple[Any, ...]]":
    """Return what is encrypted for each recipient of a secret."""
    from qafiles.sops_files.recipients import in_stanza  # noqa: PLC0415  # as above

    stanza = file.get("sops")
    keys: dict[Recipient, tuple[Any, ...]] = {}
    for recipient, pointer in in_stanza(stanza) if isinstance(stanza, Mapping) else ():
        entry: Any = stanza
        for part in pointer:
            entry = entry[part]
        if recipient is not None:
            keys[recipient] = (*keys.get(recipient, ()), entry.get("enc"))
    return keys


RULE = Rule(
    "QF709",
    "warning",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    optional=True,
    check_changes=check_changes,
)
