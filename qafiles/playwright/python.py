"""Browser configs as keyword arguments of Playwright for Python: `launch`, `new_context`."""

import os
from collections.abc import Mapping
from typing import Any, Final

from qafiles.errors import QafilesError, UsageError
from qafiles.models.browser_config import BrowserConfig
from qafiles.models.browser_keys import ALIASES
from qafiles.playwright.places import OF_BROWSER, OF_RUNNER, LeftOutKey, Placed, placed
from qafiles.references import PLACEHOLDER
from qafiles.snapshot import EntityFile

Config = EntityFile | BrowserConfig | Mapping[str, Any]
"""A browser config of a snapshot, its model, its record (as `show --format json` prints it), or its options alone."""

Devices = Mapping[str, Mapping[str, Any]]

_APART: Final[Mapping[str, Mapping[str, str]]] = {
    "recordHar": {
        "content": "record_har_content",
        "mode": "record_har_mode",
        "omitContent": "record_har_omit_content",
        "path": "record_har_path",
        "urlFilter": "record_har_url_filter",
    },
    "recordVideo": {"dir": "record_video_dir", "fps": "record_video_fps", "size": "record_video_size"},
}
"""Mappings whose keys are arguments of their own in Python."""


def browser_name(config: Config, devices: Devices | None = None) -> str:
    """Return the engine of a browser config: chromium, firefox or webkit, an attribute of Playwright.

    `devices` are Playwright's descriptors (`playwright.devices`), needed where the config names one. Raises UsageError where
    the config does not say its browser.
    """
    options = _placed(config)
    if options.engine is not None:
        return options.engine
    descriptor = _device(options, devices)
    if not descriptor:
        raise UsageError(
            f"{_name(config)} does not say its browser: set `browserName`, `device` or `channel` in it"
        )
    return str(descriptor["default_browser_type"])


def launch_options(config: Config, variables: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the keyword arguments with which `launch` starts the browser of a config.

    The value of `{{ secret.NAME }}` is that of the variable NAME, which `qafiles secret run` sets; raises QafilesError where
    it is not there.
    """
    options = _placed(config)
    outer = {name: value for name, value in options.use.items() if ALIASES[name] in OF_BROWSER}
    return _arguments({**outer, **options.launch}, _name(config), variables)


def context_options(
    config: Config, devices: Devices | None = None, variables: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """Return the keyword arguments with which `new_context` opens a context for a config.

    `devices` are Playwright's descriptors (`playwright.devices`), needed where the config names one; `variables` are as for
    `launch_options`. Raises UsageError for a device that is not there.
    """
    options = _placed(config)
    of_others = OF_RUNNER | OF_BROWSER
    outer = {name: value for name, value in options.use.items() if ALIASES[name] not in of_others}
    descriptor = {
        name: value for name, value in _device(options, devices).items() if name != "default_browser_type"
    }
    written = _arguments({**options.context, **outer}, _name(config), variables)
    if "no_viewport" in written:
        descriptor.pop("viewport", None)
    return {**descriptor, **written}


def left_out(config: Config) -> tuple[LeftOutKey, ...]:
    """Return the keys of a browser config that neither function has a place for, and why."""
    options = _placed(config)
    runner = [name for name in options.use if ALIASES[name] in OF_RUNNER - {"default_browser_type"}]
    return (*options.left_out, *(LeftOutKey(name, "it is of Playwright's test runner") for name in runner))


def _placed(config: Config) -> Placed:
    if isinstance(config, BrowserConfig):
        return placed(config.browser_config)
    if isinstance(config, Mapping):
        options = config.get("browser_config")
        return placed(options if isinstance(options, Mapping) else config)
    if config.kind != "browser_config":
        raise UsageError(f"{config.path} is no browser config")
    settings = config.get("browser_config")
    if not config.valid or not isinstance(settings, Mapping):
        raise UsageError(f"{config.path} has errors; `qafiles validate {config.path}` names them")
    return placed(settings)


def _name(config: Config) -> str:
    return "the browser config" if isinstance(config, Mapping) else f"browser config {config.handle}"


def _device(options: Placed, devices: Devices | None) -> Mapping[str, Any]:
    if options.device is None:
        return {}
    if devices is None:
        raise UsageError(f"the config names the device {options.device}; pass `devices=playwright.devices`")
    if options.device not in devices:
        raise UsageError(f"this Playwright has no device {options.device}")
    return devices[options.device]


def _arguments(options: Mapping[str, Any], name: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return options as keyword arguments, with the values of secrets."""
    arguments: dict[str, Any] = {}
    for spelling, value in options.items():
        if spelling == "viewport" and value is None:
            arguments["no_viewport"] = True
        elif spelling in _APART:
            names = _APART[spelling]
            arguments |= {names[part]: item for part, item in value.items() if part in names}
        else:
            arguments[ALIASES[spelling]] = "null" if value is None else value
    return {key: _with_secrets(value, name, variables) for key, value in arguments.items()}


def _with_secrets(value: Any, name: str, variables: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_secrets(item, name, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_secrets(item, name, variables) for item in value]
    if not isinstance(value, str):
        return value
    absent = [match[1] for match in PLACEHOLDER.finditer(value) if match[1] not in variables]
    if absent:
        raise QafilesError(
            f"{name} needs the secret {absent[0]}, which is no variable here; start the program with `qafiles secret run`"
        )
    return PLACEHOLDER.sub(lambda match: variables[match[1]], value)
