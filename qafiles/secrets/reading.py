"""Secrets of a snapshot: found by name, checked without a key, and only then decrypted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qafiles.errors import AmbiguousNameError, DataRootError, UnknownEntityError
from qafiles.kinds import SECRET, SECRET_FIELDS
from qafiles.layout import nearest
from qafiles.loading.loader import load
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.parsing.values import same
from qafiles.secrets.encryption import decrypt
from qafiles.secrets.failures import (
    NoKeyError,
    SopsConfigError,
    SopsError,
    SopsTimeoutError,
    TamperedSecretError,
    UntrustedServiceError,
)
from qafiles.secrets.key_sources import where_looked
from qafiles.secrets.own_keys import own_key_in
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.services import undeclared_services, without_services
from qafiles.secrets.trust import refuse_untrusted
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.key_owners import recipients_of, users_with
from qafiles.snapshot.naming import kind_and_handle
from qafiles.snapshot.projects import find_project
from qafiles.sops_files.access import recipients_in, shares_in
from qafiles.sops_files.config import CONFIG_FILE, CreationRule, SopsConfig, read_config
from qafiles.sops_files.recipients import LOCAL_KEY_TYPES, Recipient, in_stanza
from qafiles.sops_files.secret_file import irregularities, is_sealed, wrong_recipients
from qafiles.sources.data_root import open_source


def sops_config(snapshot: Snapshot) -> SopsConfig:
    """Return the rules of the data root's `.sops.yaml`.

    Raises SopsConfigError where it is missing, is no YAML, or has a flaw that SOPS would overlook.
    """
    content = snapshot.bytes_of(CONFIG_FILE)
    if content is None:
        raise SopsConfigError(
            f"there is no {CONFIG_FILE} beside qafiles.yaml: it says who can decrypt, and `qafiles secret init` writes it"
        )
    return config_in(content)


def config_in(content: bytes) -> SopsConfig:
    """Return the rules of a `.sops.yaml`, as `sops_config` does."""
    parsed = parse(content)
    if parsed.refusals:
        first = parsed.refusals[0]
        raise SopsConfigError(f"{CONFIG_FILE}:{first.span.line}:{first.span.column}: {first.message}")
    config = read_config(parsed.data)
    if config.flaws:
        flaw = config.flaws[0]
        where = "/".join(map(str, flaw.pointer))
        raise SopsConfigError(f"{CONFIG_FILE}: {where}: {flaw.message}; {flaw.hint}")
    return config


def trusted_config(folder: str | Path) -> SopsConfig:
    """Return the rules of the working tree's `.sops.yaml`, by which those of a revision are judged; none where there is none."""
    try:
        source = open_source(folder)
        return sops_config(load(source))
    except (DataRootError, SopsConfigError):
        return SopsConfig((), ())


def rule_for(config: SopsConfig, path: str) -> CreationRule:
    """Return the rule that says who can decrypt a file; raises SopsConfigError where there is none."""
    rule = config.rule_for(path)
    if rule is None:
        raise SopsConfigError(f"{CONFIG_FILE} has no rule whose `path_regex` is for {path}; add one")
    return rule


def find_secret(snapshot: Snapshot, name: str, project: str | None = None) -> EntityFile:
    """Return the secret with a name, or that an id, a handle or a path names; `project` is what names a project.

    Raises UnknownEntityError when there is none, or more than one.
    """
    within = find_project(snapshot, project).handle if project is not None else None
    kind, handle = kind_and_handle(name)
    word = handle if kind == SECRET else name
    file = _by_name(snapshot, word, within)
    if file is None and ("/" in word or word.islower()):
        file = snapshot.find(name)
    if file is not None and file.is_secret:
        return file
    names = [item.name_part for item in snapshot.of_kind(SECRET) if within in {None, item.project}]
    near = nearest(word, names)
    hint = f"did you mean `{near}`?" if near else "`qafiles secret list` lists them"
    raise UnknownEntityError(f"no secret is called `{word}`; {hint}")


def _by_name(snapshot: Snapshot, word: str, project: str | None) -> EntityFile | None:
    """Return the secret whose handle, or the last parts of it, are a word; None without one."""
    if project is not None:
        return snapshot.by_handle.get((SECRET, f"{project}/{word}"))
    try:
        return snapshot.find(f"{SECRET}:{word}")
    except AmbiguousNameError:
        handles = [file.handle for file in snapshot.of_kind(SECRET) if file.handle.endswith(f"/{word}")]
        projects = ", ".join(handle.removesuffix(f"/{word}") for handle in handles)
        raise UnknownEntityError(
            f"more than one project has a secret `{word}`: {projects}; choose one with --project"
        ) from None
    except UnknownEntityError:
        return None


def clear_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a secret that stand in clear text, in their order."""
    return {name: data[name] for name in SECRET_FIELDS[:-1] if name in data}


def checked(snapshot: Snapshot, file: EntityFile, rule: CreationRule, *, synchronized: bool = True) -> bytes:
    """Return the bytes of a secret's file, of which nothing is wrong that can be seen without a key.

    Other recipients than the rule's pass where `synchronized` is false, but no other types of keys and no other key
    services: SOPS would send credentials to where a file says. Raises TamperedSecretError, which says what is wrong, and
    SopsError where the file is not the one of the snapshot any more.
    """
    content = snapshot.bytes_of(file.path)
    if content is None or not file.valid:
        raise TamperedSecretError(
            f"{file.path} is no file of a secret; `qafiles validate` says what is wrong"
        )
    # The file is read anew, and what SOPS gets are these bytes: what was learned from others says nothing of them.
    if not same(parse(content, MAX_SECRET_SIZE).data, file.data):
        raise SopsError(f"{file.path} was changed while it was read; run the command again")
    if not is_sealed(str(file.data.get("secret_value"))):
        raise TamperedSecretError(f"{file.path}: `secret_value` is not what SOPS encrypts a text to")
    whole = content
    content, data = (content, file.data) if synchronized else without_services(content, file.data, rule)
    for flaw in (*irregularities(whole, file.data), *wrong_recipients(data, rule)):
        if synchronized or not flaw.of_recipients:
            raise TamperedSecretError(f"{file.path}: {flaw.message}; {flaw.hint}")
    misplaced = _misplacement(snapshot, file)
    if misplaced is not None:
        raise TamperedSecretError(f"{file.path}: {misplaced}; whoever put it here had no key")
    foreign = undeclared_services(data, rule)
    if foreign:
        raise TamperedSecretError(
            f"{file.path}: a key service that {CONFIG_FILE} does not name for this file ({foreign[0]}); it is not "
            "decrypted, since SOPS would send credentials there"
        )
    return content


def _misplacement(snapshot: Snapshot, file: EntityFile) -> str | None:
    """Return how a file's place differs from the name and the project under its seal, None where it does not."""
    name, project = file.data.get("secret_name"), snapshot.by_handle.get(("project", str(file.project)))
    if file.name_part != name:
        return "it is the secret of another name; move it back and rename it with `qafiles mv`"
    if project is None or project.id is None or project.id != file.data.get("project_id"):
        return "it is the secret of another project; move it back, or set it anew here"
    return None


def read_secret(
    snapshot: Snapshot,
    file: EntityFile,
    config: SopsConfig,
    *,
    synchronized: bool = True,
    trusted: SopsConfig | None = None,
) -> Plaintext:
    """Return the value of a secret; `synchronized` is whether its recipients must be those of `.sops.yaml`.

    `trusted` are the rules of a `.sops.yaml` that no stranger wrote: key services that it does not name are not asked.
    Raises SopsConfigError, TamperedSecretError, NoKeyError, which says who could decrypt it, and other kinds of SopsError.
    """
    rule = rule_for(config, file.path)
    foreign = undeclared_services(file.data, trusted.rule_for(file.path)) if trusted is not None else []
    if foreign:
        raise TamperedSecretError(
            f"{file.path}: a key service that the {CONFIG_FILE} that is trusted does not name ({foreign[0]}); it is not "
            "decrypted, since SOPS would send credentials there. Check it out once you trust it"
        )
    content = checked(snapshot, file, rule, synchronized=synchronized)
    content, untrusted = _without_untrusted(snapshot, file, content, rule)
    key_types = {kind for kind, _ in rule.recipients if not untrusted or kind in LOCAL_KEY_TYPES}
    try:
        return decrypt(content, clear_fields(file.data), key_types=key_types)
    except SopsTimeoutError as error:
        raise SopsTimeoutError(f"{file.path}: {error}") from None
    except NoKeyError:
        if untrusted is not None:
            raise untrusted from None
        own = own_key_in(file)
        if own is not None:
            raise TamperedSecretError(
                f"{file.path}: a key at hand, {label(snapshot, own)}, is named in it and does not decrypt it: somebody without "
                "a key changed it, or it is damaged; take it from a commit that decrypts, or set the secret again"
            ) from None
        reason = _no_key(snapshot, file, rule)
    except TamperedSecretError as error:
        raise TamperedSecretError(f"{file.path}: {error}") from None
    raise NoKeyError(reason)


def _without_untrusted(
    snapshot: Snapshot, file: EntityFile, content: bytes, rule: CreationRule
) -> tuple[bytes, UntrustedServiceError | None]:
    """Return the file without key services that are not trusted, and why they are not; raises where no other key is in it."""
    try:
        refuse_untrusted(snapshot, recipients_in(shares_in(file.data)) & rule.recipients)
    except UntrustedServiceError as error:
        reason = UntrustedServiceError(f"{file.path}: {error}")
    else:
        return content, None
    local = frozenset(recipient for recipient in rule.recipients if recipient[0] in LOCAL_KEY_TYPES)
    rest, _ = without_services(content, parse(content, MAX_SECRET_SIZE).data, rule._replace(recipients=local))
    if rest == content:
        raise reason
    return rest, reason


def _no_key(snapshot: Snapshot, file: EntityFile, rule: CreationRule) -> str:
    # Those of the file: it may not yet be encrypted for those of the rule.
    stanza = file.data.get("sops")
    named = (
        {recipient for recipient, _ in in_stanza(stanza) if recipient} if isinstance(stanza, dict) else set()
    )
    who = ", ".join(sorted(label(snapshot, recipient) for recipient in named or rule.recipients))
    return f"no key at hand decrypts {file.path}; {who} could ({where_looked()})"


def label(snapshot: Snapshot, recipient: Recipient) -> str:
    """Return what a person calls a recipient: the users whose `age_recipients` hold it, else the key itself, shortened.

    A user who has several keys is named with each.
    """
    kind, key = recipient
    users = users_with(snapshot, key)
    if not users:
        return shortened(key)
    several = any(len(recipients_of(user)) > 1 for user in users)
    return f"{', '.join(user.handle for user in users)} ({shortened(key) if several else kind})"


def shortened(key: str) -> str:
    """Return a key's name as far as a person needs it to tell keys apart: the end of SSH keys, which begin alike; services whole."""
    form, _, data = key.partition(" ")
    if form.startswith("ssh-"):
        return f"{form} …{data[-16:]}"
    return f"{key[:16]}…{key[-8:]}" if form.startswith("age1") else key
