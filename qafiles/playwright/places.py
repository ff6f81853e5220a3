"""Where each setting of a browser config belongs in Playwright: `use`, `launchOptions`, `contextOptions`, or nowhere.

Playwright 1.65, `PlaywrightTestOptions`, `PlaywrightWorkerOptions`, `LaunchOptions` and `BrowserContextOptions`:
https://playwright.dev/docs/api/class-testoptions. What older releases know in `contextOptions` alone stands there.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from qafiles.models.browser_engine import ENGINES, engine_of
from qafiles.models.browser_keys import ALIASES
from qafiles.playwright.values import Unfit, playwright_value

Part = Literal["use", "launch", "context"]

OF_BROWSER: Final = frozenset({"headless", "channel", "proxy"})
"""Settings of `use` that also start a browser without a test runner."""

OF_RUNNER: Final = frozenset(
    {
        "action_timeout",
        "connect_options",
        "default_browser_type",
        "navigation_timeout",
        "reuse_context",
        "screenshot",
        "test_id_attribute",
        "trace",
        "video",
    }
)
"""Settings of `use` that only the test runner knows."""

_OF_CONTEXT: Final = frozenset(
    {
        "accept_downloads",
        "base_url",
        "bypass_csp",
        "client_certificates",
        "color_scheme",
        "device_scale_factor",
        "extra_http_headers",
        "geolocation",
        "has_touch",
        "http_credentials",
        "ignore_https_errors",
        "is_mobile",
        "java_script_enabled",
        "locale",
        "offline",
        "permissions",
        "proxy",
        "service_workers",
        "storage_state",
        "timezone_id",
        "user_agent",
        "viewport",
    }
)
_OF_CONTEXT_ALONE: Final = frozenset(
    {
        "contrast",
        "forced_colors",
        "record_har",
        "record_video",
        "reduced_motion",
        "screen",
        "strict_selectors",
    }
)
_OF_LAUNCH: Final = frozenset(
    {
        "args",
        "artifacts_dir",
        "chromium_sandbox",
        "downloads_path",
        "env",
        "executable_path",
        "firefox_user_prefs",
        "handle_sighup",
        "handle_sigint",
        "handle_sigterm",
        "ignore_default_args",
        "slow_mo",
        "timeout",
        "traces_dir",
    }
)

_OUTER: Final[Mapping[str, Part]] = MappingProxyType(
    {
        **dict.fromkeys(_OF_CONTEXT | OF_RUNNER | OF_BROWSER, "use"),
        **dict.fromkeys(_OF_LAUNCH, "launch"),
        **dict.fromkeys(_OF_CONTEXT_ALONE, "context"),
    }
)
_INNER: Final[Mapping[str, Mapping[str, Part]]] = MappingProxyType(
    {
        "launch_options": MappingProxyType(dict.fromkeys(_OF_LAUNCH | OF_BROWSER, "launch")),
        "context_options": MappingProxyType(dict.fromkeys(_OF_CONTEXT | _OF_CONTEXT_ALONE, "context")),
    }
)

_PYTHON_FORMS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "record_har_content": ("record_har", "content"),
        "record_har_mode": ("record_har", "mode"),
        "record_har_omit_content": ("record_har", "omitContent"),
        "record_har_path": ("record_har", "path"),
        "record_har_url_filter": ("record_har", "urlFilter"),
        "record_video_dir": ("record_video", "dir"),
        "record_video_fps": ("record_video", "fps"),
        "record_video_size": ("record_video", "size"),
    }
)
"""Settings that Playwright for Python has instead of a mapping: the mapping and the key in it."""


class LeftOutKey(NamedTuple):
    """A key of a browser config that has no place in Playwright, as dotted path, and why."""

    key: str
    reason: str


class Placed(NamedTuple):
    """A browser config as Playwright takes it, in camelCase: the engine, the device descriptor, and the options by place.

    `engine` is None where the device decides, and where the config says neither. `left_out` has no place.
    """

    engine: str | None
    device: str | None
    use: Mapping[str, Any]
    launch: Mapping[str, Any]
    context: Mapping[str, Any]
    left_out: tuple[LeftOutKey, ...]


def spelled(name: str) -> str:
    """Return the camelCase spelling of a setting."""
    return _CAMEL[name]


_CAMEL: Final[Mapping[str, str]] = MappingProxyType({name: spelling for spelling, name in ALIASES.items()})


def placed(config: Mapping[str, Any]) -> Placed:
    """Return the settings of a browser config, each in its place."""
    parts: dict[Part, dict[str, Any]] = {"use": {}, "launch": {}, "context": {}}
    left_out: list[LeftOutKey] = []
    device: str | None = None
    for key, value in _with_mappings(config):
        name = ALIASES.get(key, key)
        if name == "device" and isinstance(value, str):
            device = value
        elif name in _INNER and isinstance(value, Mapping):
            for inner_key, inner_value in _with_mappings(value):
                _put(parts, left_out, _INNER[name], (key, inner_key), inner_value)
        else:
            _put(parts, left_out, _OUTER, (key,), value)
    return Placed(engine_of(config), device, parts["use"], parts["launch"], parts["context"], tuple(left_out))


def for_test_runner(options: Placed) -> Placed:
    """Return options without those that only a program of one's own can give to Playwright."""
    if "tracesDir" not in options.launch:
        return options
    launch = {name: value for name, value in options.launch.items() if name != "tracesDir"}
    key = LeftOutKey("tracesDir", "the test runner has a folder of its own for traces")
    return options._replace(launch=launch, left_out=(*options.left_out, key))


def _with_mappings(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys and values of a mapping, with what Playwright for Python has apart put together."""
    mappings: dict[str, dict[str, Any]] = {}
    for key, value in config.items():
        mapping, part = _PYTHON_FORMS.get(ALIASES.get(key, key), ("", ""))
        if not mapping:
            yield key, value
        elif value is not None:
            mappings.setdefault(spelled(mapping), {})[part] = value
    yield from mappings.items()


def _put(
    parts: Mapping[Part, dict[str, Any]],
    left_out: list[LeftOutKey],
    places: Mapping[str, Part],
    path: tuple[str, ...],
    value: Any,
) -> None:
    """Put one setting into its place, or among what has none."""
    name = ALIASES.get(path[-1], path[-1])
    if name in {"browser_name", "engine"} and value in ENGINES:
        return  # the engine is told apart from the options
    if name == "no_viewport" and "viewport" in places:
        if value:
            parts[places["viewport"]]["viewport"] = None
        return
    place = places.get(name)
    if place is None:
        left_out.append(LeftOutKey(".".join(path), _reason(name)))
        return
    fitted = playwright_value(name, value)
    left_out += [LeftOutKey(".".join((*path, *inner)), reason) for inner, reason in fitted.left_out]
    if not isinstance(fitted.value, Unfit):
        parts[place][spelled(name)] = fitted.value


def _reason(name: str) -> str:
    if name == "browser_name":
        return f"Playwright starts {', '.join(ENGINES)}; a brand, such as chrome, is a `channel`"
    if name in _OUTER:
        return f"it belongs beside this group, as `{spelled(name)}`"
    return "Playwright has no such option"
