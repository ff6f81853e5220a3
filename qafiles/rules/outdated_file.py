r"""Schemas or hooks of `init` that another version of qafiles, or other settings, wrote.

## Why is this bad?
Editors complete and check by the JSON Schemas in `.qafiles/schemas/` (or `schemas/`), and pre-commit runs the hooks of
`.pre-commit-config.yaml`, as they are committed. After an update of qafiles, or of the custom fields in `qafiles.yaml`, they go
on with what was true before: an editor marks a new field as wrong, and a hook passes over a new folder. Schemas are compared as
data, however they are formatted, and hooks only while they are as `init` wrote them, or leave out some of the folders of entities. Where
the data root is not the top of the repository, the hooks lie outside of it and are not looked at.

## Example
```yaml title=.pre-commit-config.yaml
repos:
  - repo: local
    hooks:
      - id: qafiles-fmt
        name: qafiles fmt
        entry: qafiles fmt
        language: system
        files: ^(?:browser_configs|users)/.*\.yaml$
```

## Use instead
```yaml title=.pre-commit-config.yaml
repos:
  - repo: local
    hooks:
      - id: qafiles-fmt
        name: qafiles fmt
        entry: qafiles fmt
        language: system
        files: \.yaml$
```
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from qafiles.diagnostics import START, Finding, Pointer
from qafiles.layout import ENTITY_FOLDERS, KINDS
from qafiles.parsing import parse
from qafiles.rules.rule import Rule
from qafiles.schema.dialects import DIALECTS, Draft, file_name, published
from qafiles.schema.stored import stored_schema
from qafiles.snapshot import Snapshot

_FOLDERS: Final = (".qafiles/schemas", "schemas")
_HOOKS: Final = ".pre-commit-config.yaml"
_REFRESH: Final = "`qafiles init --refresh` shows what changes, and writes it"


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each folder of schemas, and each hook, that this version would write otherwise."""
    for folder in _FOLDERS:
        yield from _schemas(snapshot, folder)
    if snapshot.source.root == "." and (content := snapshot.bytes_of(_HOOKS)) is not None:
        yield from _hooks(content)


def _schemas(snapshot: Snapshot, folder: str) -> Iterator[Finding]:
    names = {name: f"{folder}/{file_name(name)}" for name in (*KINDS, "settings")}
    outdated: list[str] = []
    drafts: set[Draft] = set()
    for name, path in names.items():
        content = snapshot.bytes_of(path)
        if content is None:
            continue
        there = _of_ours(content, name)
        draft = next((draft for draft, url in DIALECTS.items() if there and there["$schema"] == url), None)
        drafts |= {draft} if draft is not None else set()
        if draft is None or there != published(stored_schema(name), name, draft, snapshot.settings.fields):
            outdated.append(name)
    if not drafts:
        return
    first = (*outdated, None)[0]
    outdated += [name for name, path in names.items() if path not in snapshot.entries]
    if outdated:
        which = ", ".join(sorted(outdated)[:5]) + (
            f" and {len(outdated) - 5} more" if len(outdated) > 5 else ""
        )
        dialect = " --draft 7" if "7" in drafts else ""
        hint = (
            _REFRESH if folder == _FOLDERS[0] else f"`qafiles schema --write {folder}{dialect}` writes them"
        )
        yield Finding(
            names[first or outdated[0]],
            f"schemas in `{folder}/` are not those of this version and these custom fields: {which}",
            hint=hint,
            subject=folder,
            span=START,
        )


def _of_ours(content: bytes, name: str) -> dict[str, Any] | None:
    """Return the schema in a file that qafiles has written, None for what is no such file."""
    try:
        schema = json.loads(content)
    except (ValueError, RecursionError):
        return None
    ours = isinstance(schema, dict) and schema.get("$id") == file_name(name) and "$schema" in schema
    return schema if ours else None


def _hooks(content: bytes) -> Iterator[Finding]:
    from qafiles.scaffold.companions import hooks  # noqa: PLC0415  # needed only where there are any
    from qafiles.scaffold.unedited import is_unedited  # noqa: PLC0415  # as above

    text = content.decode("utf-8", "replace")
    if is_unedited(text):
        if text.replace("\r\n", "\n") != hooks(""):
            yield Finding(_HOOKS, "the hooks are those of another version of qafiles", hint=_REFRESH)
        return
    for pointer, files in _patterns(parse(content).data):
        lacking = [folder for folder in ENTITY_FOLDERS if folder not in files]
        if lacking and len(lacking) < len(ENTITY_FOLDERS):
            listed = ", ".join(f"`{folder}/`" for folder in lacking)
            hint = f"add {'it' if len(lacking) == 1 else 'them'} to the pattern"
            yield Finding(_HOOKS, f"the hook `qafiles-fmt` passes over {listed}", pointer, hint=hint)


def _patterns(config: Any) -> Iterator[tuple[Pointer, str]]:
    """Yield what says which files go to our hooks, each with its place."""
    for i, repo in _items(config, "repos"):
        for j, hook in _items(repo, "hooks"):
            if (
                isinstance(hook, dict)
                and hook.get("id") == "qafiles-fmt"
                and isinstance(hook.get("files"), str)
            ):
                yield ("repos", i, "hooks", j, "files"), hook["files"]


def _items(mapping: Any, key: str) -> Iterator[tuple[int, Any]]:
    items = mapping.get(key) if isinstance(mapping, dict) else None
    return enumerate(items) if isinstance(items, list) else enumerate(())


RULE = Rule("QF316", "info", __doc__, check=check, scope="group", group="folder", needs=(), optional=True)
