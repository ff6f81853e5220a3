"""Browser config that switches off security.

## Why is this bad?
A test that accepts every certificate or goes without the browser's rules does not see what users see: an expired
certificate or a missing header passes. And a browser without its sandbox gives a hostile page the machine on which
the test runs.

## Example
```yaml title=browser_configs/desktop.yaml
id: t99faxtj1xr9ur4pf08nyr1t
browser_config:
  browserName: chromium
  ignoreHTTPSErrors: true
  args: [--no-sandbox, --lang=en]
```

## Use instead
```yaml title=browser_configs/desktop.yaml
id: t99faxtj1xr9ur4pf08nyr1t
browser_config:
  browserName: chromium
  args: [--lang=en]
```
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from qafiles.diagnostics import Finding, Pointer
from qafiles.rules.browser_groups import MAX_FINDINGS, groups, settings
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, FilesByKind

_SETTINGS: Final[Mapping[tuple[str, bool], str]] = MappingProxyType(
    {
        ("accept_insecure_certs", True): "accepts invalid TLS certificates",
        ("bypass_csp", True): "ignores the Content-Security-Policy of pages",
        ("chromium_sandbox", False): "takes the browser out of its sandbox",
        ("disable_security", True): "switches off the browser's security features",
        ("ignore_certificate_errors", True): "accepts invalid TLS certificates",
        ("ignore_https_errors", True): "accepts invalid TLS certificates",
    }
)

_ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "allow-running-insecure-content": "lets pages load scripts without TLS",
        "disable-setuid-sandbox": "takes the browser out of its sandbox",
        "disable-web-security": "switches off the same-origin policy",
        "ignore-certificate-errors": "accepts invalid TLS certificates",
        "no-sandbox": "takes the browser out of its sandbox",
        "remote-allow-origins": "lets other pages control the browser",
        "remote-debugging-address": "lets other machines control the browser",
    }
)


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each setting and each argument that switches off a protection."""
    for file in files["browser_config"]:
        yield from islice(_in_file(file), MAX_FINDINGS)


def _in_file(file: EntityFile) -> Iterator[Finding]:
    for setting in settings(file):
        if setting.value is True or setting.value is False:
            what = _SETTINGS.get((setting.name, setting.value))
            if what:
                message = f"`{setting.key}: {str(setting.value).lower()}` {what}"
                hint = "delete the key, or ignore this rule for the configs that need it"
                yield Finding(file.path, message, setting.pointer, hint=hint, subject=setting.name)
    for pointer, argument in _arguments(file):
        name = argument.lstrip("-").partition("=")[0]
        if name in _ARGUMENTS and not _is_harmless(argument):
            message = f"`--{name}` {_ARGUMENTS[name]}"
            hint = "delete the argument, or ignore this rule for the configs that need it"
            yield Finding(file.path, message, pointer, hint=hint, subject=name)


def _arguments(file: EntityFile) -> Iterator[tuple[Pointer, str]]:
    """Yield the command-line arguments of a browser, also those inside the options of WebDriver's vendors."""
    for pointer, group in groups(file):
        for key, value in group.items():
            if key == "args":
                yield from _texts((*pointer, key), value)
            elif ":" in key and isinstance(value, dict):
                yield from _texts((*pointer, key, "args"), value.get("args"))


def _texts(pointer: Pointer, value: Any) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, list):
        yield from (((*pointer, index), item) for index, item in enumerate(value) if isinstance(item, str))


def _is_harmless(argument: str) -> bool:
    """Return whether an argument names an address or an origin to which nobody else has access."""
    name, _, value = argument.lstrip("-").partition("=")
    if name == "remote-allow-origins":
        return "*" not in value
    if name != "remote-debugging-address":
        return False
    try:
        return ip_address(value.strip("[]")).is_loopback
    except ValueError:
        return value == "localhost"


RULE = Rule("QF607", "warning", __doc__, check_files=check_files, scope="file", needs=())
