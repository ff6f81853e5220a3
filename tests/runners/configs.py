"""Browser configs with every known key and each kind of value that the key may have."""

import itertools
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qafiles.models.browser_help import EXAMPLES
from qafiles.models.browser_keys import ALIASES
from qafiles.models.browser_settings import BrowserSettings

HOSTILE = (
    "\"'`${process.exit(1)}`",
    "*/ process.exit(1); /*",
    "\n// process.exit(1)\n",
    "\u2028process.exit(1)\u2029",
    "</script>\\u0022);process.exit(1)//",
    "\\\r\x00\x1b[31m\ud800",
    "{{ secret.PASS }}`${1}`{{secret.PASS}}",
)
"""Texts that would end a literal or a comment that does not escape them, or that steer a terminal."""

_SIZE = {"width": 640, "height": 480}
_VALUES: tuple[Any, ...] = (
    *(True, False, None, 0, 3, 2.5, "", "null", *HOSTILE),
    *(
        "on",
        "off",
        "only-on-failure",
        "retain-on-failure",
        "reduce",
        "dark",
        "more",
        "active",
        "none",
        "light",
    ),
    *(
        "no-preference",
        "allow",
        "block",
        "chromium",
        "firefox",
        "webkit",
        "chrome",
        "msedge",
        "safari",
        "omit",
    ),
    *("firefox-beta", "webkit-wsl", "minimal", "LOCAL", "windows", "relative", "eager", "en-GB", "iPhone 15"),
    *(
        [],
        ["a", HOSTILE[0]],
        [{"a": 1}],
        [_SIZE],
        {},
        {"a": HOSTILE[1]},
        {"a": 1},
        {"a": True, "__proto__": "x"},
    ),
    *(_SIZE, {"latitude": 1, "longitude": 2.5}, {"latitude": 1, "longitude": 2, "accuracy": None}),
    *({"server": "http://a"}, {"server": HOSTILE[6], "username": None}, {"proxyType": "direct"}),
    {"username": "a", "password": "{{ secret.PASS }}"},
    {"username": "a", "password": "b", "origin": None, "send": "always"},
    [{"username": "a", "password": "b"}],
    [{"origin": "https://a", "certPath": "c", "more": 1, "keyPath": None}],
    *({"path": "a.har"}, {"path": "a.har", "mode": "full", "omitContent": True, "more": 1}, {"mode": "full"}),
    *({"dir": "d"}, {"dir": "d", "size": _SIZE, "fps": 5, "showActions": {"duration": 1}}),
    *({"mode": "on"}, {"mode": "maybe"}, {"mode": "on", "fullPage": True, "sources": 1, "size": _SIZE}),
    *(
        {"cookies": [], "origins": []},
        {"cookies": [{"name": "a"}]},
        {"wsEndpoint": "ws://a", "headers": {"a": 1}},
    ),
    *(
        {"wsEndpoint": "ws://a", "headers": {"a": "b"}, "timeout": 5},
        [{"name": "a", "value": "b", "url": "c"}],
    ),
    *(
        {"headless": False, "viewport": _SIZE, "recordHarPath": "x", "slowMo": 3},
        {"slow_mo": 1, "channel": "chrome"},
    ),
)
_SETTINGS: TypeAdapter[dict[str, Any]] = TypeAdapter(BrowserSettings)


def _is_valid(config: dict[str, Any]) -> bool:
    try:
        _SETTINGS.validate_python(config)
    except ValidationError:
        return False
    return True


def configs() -> Iterator[dict[str, Any]]:
    """Yield configs of one key each, in both spellings, and of that key in each group; all of them are valid."""
    for number, (spelling, name) in enumerate(sorted(ALIASES.items())):
        values = [*_VALUES, *EXAMPLES.get(name, ())]
        for value in values:
            if not _is_valid({spelling: value}):
                continue
            yield {spelling: value}
            if number % 3 == 0:
                yield {"launchOptions": {spelling: value}}
                yield {"context_options": {spelling: value}}


def merged(number: int) -> Iterator[dict[str, Any]]:
    """Yield the same configs, so many put together in each, so that a few hold all."""
    whole = configs()
    while group := [*itertools.islice(whole, number)]:
        settings: dict[str, Any] = {}
        for config in group:
            settings |= config
        yield settings
