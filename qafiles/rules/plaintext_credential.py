"""Credential in clear text.

## Why is this bad?
Whoever can read the repository, now or in its history, can use it. Once committed, it must be changed where it is used.
Test descriptions, extra rules, documents and browser configs are searched for tokens of a well-known form, private keys,
`password: …` with a value that looks like one (also as an option of a command, in XML and JSON), and URLs with a password; in browser configs, every value of a key such as
`password` or `Authorization` counts.

## Example
```yaml title=browser_configs/staging.yaml
id: b1c2d3e4f5g6h7i8j9k0l1m2
browser_config:
  browserName: chromium
  httpCredentials: {username: admin, password: correct-horse}
```
```yaml title=organizations/acme/projects/shop/documents/staging.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
name: Staging
content: |
  Sign in at https://staging.example.com as admin, password: c0rrect-horse
```

## Use instead
```yaml title=browser_configs/staging.yaml
id: b1c2d3e4f5g6h7i8j9k0l1m2
browser_config:
  browserName: chromium
  httpCredentials: {username: admin, password: '{{ secret.STAGING_PASSWORD }}'}
```
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from qafiles.diagnostics import Finding, Pointer
from qafiles.references import PLACEHOLDER, PLACEHOLDER_FIELDS
from qafiles.rules.credential_shapes import Shape, credentials_in, suspects
from qafiles.rules.rule import Rule
from qafiles.schema.shown import dotted
from qafiles.snapshot import EntityFile, FilesByKind

_MOST: Final = 20
_HINT: Final = "set it with `qafiles secret set NAME` and write '{{ secret.NAME }}'; if it was committed, change it at its source"
_names_credential = re.compile(
    r"(?i)(?:\A|.*[_-]|.*[a-z0-9](?-i:(?=[A-Z])))(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|(?:proxy-)?authorization)\Z"
).match


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each credential that is no `{{ secret.NAME }}`; its text is not shown."""
    for file in files["browser_config"]:
        yield from islice(_in_config(file), _MOST)
    texts = [*_texts(files)]
    for number, shapes in suspects([text for _, _, text in texts]):
        file, field, text = texts[number]
        yield from islice(_in_text(file, field, text, shapes), _MOST)


def _texts(files: FilesByKind) -> Iterator[tuple[EntityFile, str, str]]:
    for kind, fields in PLACEHOLDER_FIELDS.items():
        for file in files[kind] if kind != "browser_config" else ():
            for field in fields:
                text = file.data.get(field)
                if isinstance(text, str):
                    yield file, field, text


def _in_text(file: EntityFile, field: str, text: str, shapes: Sequence[Shape]) -> Iterator[Finding]:
    for name, start, label in (match for shape in shapes for match in shape.find(text)):
        message = f"`{field}` holds a credential in clear text: {name}"
        occurrence = text.count(label, 0, start)
        yield Finding(
            file.path, message, (field,), hint=_HINT, subject=name, within=label, occurrence=occurrence
        )


def _in_config(file: EntityFile) -> Iterator[Finding]:
    for value, pointer in _values(file.get("browser_config")):
        if _is_credential(value, pointer):
            message = f"`{dotted(pointer)}` holds a credential in clear text"
            yield Finding(file.path, message, pointer, "key", _HINT)


def credentials_of(kind: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what each credential in the data of a file is, in words, with the line or value that holds it."""
    if kind == "browser_config":
        for value, pointer in _values(data.get("browser_config")):
            if _is_credential(value, pointer):
                yield f"`{dotted(pointer)}`", value
        return
    for field in PLACEHOLDER_FIELDS[kind]:
        text = data.get(field)
        if not isinstance(text, str):
            continue
        for name, start, _ in credentials_in(text):
            begin = text.rfind("\n", 0, start) + 1
            yield f"{name} in `{field}`", text[begin:].split("\n", 1)[0]


def _values(config: Any) -> Iterator[tuple[str, Pointer]]:
    """Yield each text in a browser config that is not blank, with its pointer."""
    pending: list[tuple[Any, Pointer]] = [(config, ("browser_config",))]
    while pending:
        value, pointer = pending.pop()
        if isinstance(value, Mapping):
            pending += [(item, (*pointer, str(key))) for key, item in reversed([*value.items()])]
        elif isinstance(value, list):
            pending += [(item, (*pointer, index)) for index, item in reversed([*enumerate(value)])]
        elif isinstance(value, str) and value.strip():
            yield value, pointer


def _is_credential(value: str, pointer: Pointer) -> bool:
    name = next((part for part in reversed(pointer) if isinstance(part, str)), "")
    if _names_credential(name):
        return not PLACEHOLDER.search(value)
    return next(credentials_in(PLACEHOLDER.sub("{}", value)), None) is not None


RULE = Rule("QF502", "warning", __doc__, check_files=check_files, scope="file", needs=())
