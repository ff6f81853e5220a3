"""Values of settings as Playwright's types have them, and what of them has no place there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

_NULLABLE: Final = frozenset({"viewport", "color_scheme", "reduced_motion", "forced_colors", "contrast"})
"""Settings for which null says something; elsewhere it says no more than an absent key."""

_MODES: Final = (
    "off",
    "on",
    "retain-on-failure",
    "on-first-retry",
    "on-all-retries",
    "retain-on-first-failure",
    "retain-on-failure-and-retries",
)
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "screenshot": ("off", "on", "only-on-failure", "on-first-failure"),
        "trace": _MODES,
        "video": _MODES,
    }
)
"""Settings of the test runner that are one of these words, or a mapping with one as its `mode`."""

_KEYS: Final[Mapping[str, Mapping[str, type | tuple[type, ...]]]] = MappingProxyType(
    {
        "client_certificates": {
            "origin": str,
            "certPath": str,
            "keyPath": str,
            "pfxPath": str,
            "passphrase": str,
        },
        "connect_options": {
            "wsEndpoint": str,
            "headers": dict,
            "exposeNetwork": str,
            "timeout": (int, float),
        },
        "geolocation": {"latitude": (int, float), "longitude": (int, float), "accuracy": (int, float)},
        "http_credentials": {"username": str, "password": str, "origin": str, "send": str},
        "proxy": {"server": str, "bypass": str, "username": str, "password": str},
        "record_har": {"path": str, "content": str, "mode": str, "omitContent": bool, "urlFilter": str},
        "record_video": {"dir": str, "size": dict, "fps": (int, float)},
        "screenshot": {"mode": str, "fullPage": bool, "omitBackground": bool},
        "trace": {"mode": str, "snapshots": bool, "screenshots": bool, "sources": bool, "attachments": bool},
        "video": {"mode": str, "size": dict, "fps": (int, float)},
    }
)
"""Settings that are mappings, or lists of them: the keys that Playwright knows, and their types."""

_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"connect_options": ("wsEndpoint",), "proxy": ("server",), "record_har": ("path",)}
    | dict.fromkeys(_CHOICES, ("mode",))
)


class Unfit:
    """The place of a value that Playwright does not take."""


class Fitted(NamedTuple):
    """A value as Playwright takes it, or `Unfit`, and what is left out of it: the path inside, and why."""

    value: Any
    left_out: tuple[tuple[tuple[str, ...], str], ...] = ()


_UNFIT: Final = Unfit()


def playwright_value(name: str, value: Any) -> Fitted:
    """Return the value of a setting as Playwright's types have it."""
    if value is None or (value == "null" and name in _NULLABLE):
        return Fitted(None if name in _NULLABLE else _UNFIT)
    if name == "env":
        return _environment(value)
    if name in _CHOICES and isinstance(value, str):
        return Fitted(value) if value in _CHOICES[name] else _no_choice(name, value)
    if name not in _KEYS:
        return Fitted(value)
    if isinstance(value, list):
        items = [_mapping(name, item) for item in value]
        left_out = tuple(
            ((str(index), *path), reason)
            for index, item in enumerate(items)
            for path, reason in item.left_out
        )
        return Fitted([item.value for item in items if not isinstance(item.value, Unfit)], left_out)
    return _mapping(name, value)


def _environment(value: Any) -> Fitted:
    if not isinstance(value, Mapping):
        return Fitted(_UNFIT, (((), "Playwright's env is a mapping"),))
    return Fitted({key: _variable(item) for key, item in value.items()})


def _variable(value: Any) -> str:
    """Return a value as an environment variable holds it, as JavaScript would write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _no_choice(name: str, value: str, path: tuple[str, ...] = ()) -> Fitted:
    return Fitted(_UNFIT, ((path, f"`{value[:40]}` is none of {', '.join(_CHOICES[name])}"),))


def _mapping(name: str, value: Any) -> Fitted:
    keys = _KEYS[name]
    if not isinstance(value, Mapping):
        return Fitted(_UNFIT, (((), "Playwright takes a mapping"),))
    known: dict[str, Any] = {}
    left_out: list[tuple[tuple[str, ...], str]] = []
    for key, item in value.items():
        if item is None:
            continue
        if key not in keys or not _fits(item, keys[key]):
            left_out.append(((key,), "Playwright has no such option"))
        else:
            known[key] = item
    if name in _CHOICES and known.get("mode") not in _CHOICES[name]:
        return _no_choice(name, str(value.get("mode")), ("mode",))
    absent = [key for key in _REQUIRED.get(name, ()) if key not in known]
    if absent:
        return Fitted(_UNFIT, (((), f"Playwright needs `{absent[0]}` in it"),))
    return Fitted(known, tuple(left_out))


def _fits(value: Any, types: type | tuple[type, ...]) -> bool:
    """Return whether a value is of a type; true and false are no numbers, and headers and sizes hold values of one type."""
    if isinstance(value, Mapping):
        return types is dict and (
            all(isinstance(item, str) for item in value.values())
            or all(type(item) is int for item in value.values())
        )
    return isinstance(value, types) and (types is bool or not isinstance(value, bool))
