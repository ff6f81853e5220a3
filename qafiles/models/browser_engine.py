"""Which browser a browser config asks for."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.models.browser_keys import ALIASES

ENGINES: Final = ("chromium", "firefox", "webkit")
"""The engines that Playwright starts."""

GROUPS: Final = ("launch_options", "context_options", "local_browser_launch_options")
"""Settings that take the same keys again."""

_NAMES: Final = (
    "browser_name",
    "engine",
    "default_browser_type",
    "channel",
    "device",
    "browser",
    "browser_channel",
    "capabilities",
    "executable_path",
    "browser_binary_path",
)
"""Settings that say which browser is started."""

_ELSEWHERE: Final = (
    "browserbase_session_create_params",
    "browserbase_session_id",
    "cdp_endpoint",
    "cdp_url",
    "connect_options",
    "endpoint",
    "endpoint_url",
    "remote_endpoint",
    "use_cloud",
    "ws_endpoint",
)
"""Settings that say where a browser runs already, whichever it is."""


def named_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known settings of one mapping by their names in snake_case; of two spellings, the later."""
    return {ALIASES[key]: value for key, value in config.items() if key in ALIASES}


def all_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known settings of a browser config and of the groups in it; the outer ones come before those of a group."""
    outer = named_settings(config)
    inner: dict[str, Any] = {}
    for group in GROUPS:
        if isinstance(outer.get(group), Mapping):
            inner |= named_settings(outer[group])
    return {name: value for name, value in (inner | outer).items() if value is not None}


def says_browser(config: Mapping[str, Any]) -> bool:
    """Return whether a browser config says which browser it starts, or where one runs already."""
    return not all_settings(config).keys().isdisjoint((*_NAMES, *_ELSEWHERE))


def engine_of(config: Mapping[str, Any]) -> str | None:
    """Return the engine that Playwright starts for a browser config, None where it does not say or a device decides."""
    return next(_engines(all_settings(config)), None)


def _engines(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield the engines that settings name, the one that counts most first."""
    for name in ("browser_name", "engine"):
        if settings.get(name) in ENGINES:
            yield settings[name]
    channel = settings.get("channel")
    if isinstance(channel, str):
        yield next((engine for engine in ENGINES if engine != "chromium" and engine in channel), "chromium")
    if settings.get("default_browser_type") in ENGINES:
        yield settings["default_browser_type"]
