"""Browser configs as Playwright takes them in Python, and where each of their keys belongs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import qafiles
from qafiles.errors import QafilesError, UsageError
from qafiles.models.browser_keys import ALIASES
from qafiles.playwright import browser_name, context_options, launch_options, left_out
from qafiles.playwright.places import placed
from tests.conftest import write
from tests.rules.data_root import data_root
from tests.runners.configs import configs

_DEVICES: Mapping[str, Mapping[str, Any]] = {
    "iPhone 15": {
        "viewport": {"width": 393, "height": 659},
        "user_agent": "iPhone",
        "default_browser_type": "webkit",
    }
}
_GROUPS = {"launchOptions", "launch_options", "contextOptions", "context_options"}
_VARIABLES = {"PASS": "p", "ADMIN_PASSWORD": "q"}


def test_every_key_has_a_place_or_is_named() -> None:
    checked = 0
    for config in configs():
        ((key, value),) = config.items()
        if key in _GROUPS or value in (None, {}, []) or (ALIASES[key], value) == ("no_viewport", False):
            continue  # which says nothing
        options = placed(config)
        somewhere = options.use or options.launch or options.context or options.engine or options.left_out
        assert somewhere or options.device is not None or None in _values(value), config
        checked += 1
    assert checked > 1000


def _values(value: Any) -> list[Any]:
    return [*value.values()] if isinstance(value, dict) else []


@pytest.mark.browser
def test_the_arguments_are_those_that_playwright_for_python_has() -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    import inspect

    of_launch = set(inspect.signature(sync_api.BrowserType.launch).parameters)
    of_context = set(inspect.signature(sync_api.Browser.new_context).parameters)
    for config in configs():
        assert {*launch_options(config, _VARIABLES)} <= of_launch, config
        if placed(config).device in {None, *_DEVICES}:
            assert {*context_options(config, _DEVICES, _VARIABLES)} <= of_context, config


@pytest.mark.parametrize(
    ("config", "engine"),
    [
        ({"browserName": "firefox"}, "firefox"),
        ({"channel": "msedge"}, "chromium"),
        ({"channel": "moz-firefox-nightly"}, "firefox"),
        ({"launchOptions": {"channel": "webkit-wsl"}}, "webkit"),
        ({"browserName": "chrome", "channel": "chrome"}, "chromium"),
        ({"engine": "webkit", "channel": None}, "webkit"),
        ({"device": "iPhone 15"}, "webkit"),
        ({"device": "iPhone 15", "channel": "chrome"}, "chromium"),
        ({"defaultBrowserType": "firefox"}, "firefox"),
    ],
)
def test_the_browser_is_the_one_that_a_config_names(config: dict[str, Any], engine: str) -> None:
    assert browser_name(config, _DEVICES) == engine


@pytest.mark.parametrize("config", [{}, {"browserName": "safari"}, {"headless": True, "device": None}])
def test_a_config_that_does_not_say_its_browser_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="does not say its browser"):
        browser_name(config)


def test_a_device_is_a_descriptor_with_what_the_config_says_in_its_place() -> None:
    config = {"device": "iPhone 15", "userAgent": "mine", "noViewport": True}
    assert context_options(config, _DEVICES) == {"user_agent": "mine", "no_viewport": True}
    with pytest.raises(UsageError, match="pass `devices=playwright"):
        context_options(config)
    with pytest.raises(UsageError, match="no device iPhone 99"):
        context_options({"device": "iPhone 99"}, _DEVICES)


def test_a_secret_is_the_variable_that_secret_run_sets() -> None:
    config = {"proxy": {"server": "http://proxy", "password": "a{{ secret.PASS }}b"}}
    assert launch_options(config, {"PASS": "x"}) == {"proxy": {"server": "http://proxy", "password": "axb"}}
    with pytest.raises(QafilesError, match=r"needs the secret PASS, .* `qafiles secret run`"):
        launch_options(config, {})


def test_mappings_are_arguments_of_their_own_in_python_in_either_spelling() -> None:
    apart = {"recordHarMode": "full", "recordHarPath": "a.har", "record_video_dir": "d"}
    whole = {"recordHar": {"path": "a.har", "mode": "full"}, "recordVideo": {"dir": "d"}}
    expected = {"record_har_path": "a.har", "record_har_mode": "full", "record_video_dir": "d"}
    assert context_options(apart) == context_options(whole) == expected
    assert placed(apart).context == whole
    assert context_options({"viewport": None, "colorScheme": None}) == {
        "no_viewport": True,
        "color_scheme": "null",
    }


def test_what_has_no_place_is_named_with_the_reason() -> None:
    config = {
        "cdpUrl": "http://localhost",
        "trace": "on",
        "launchOptions": {"locale": "en"},
        "browserName": "safari",
    }
    reasons = dict(left_out(config))
    assert reasons["cdpUrl"] == "Playwright has no such option"
    assert reasons["launchOptions.locale"] == "it belongs beside this group, as `locale`"
    assert "is a `channel`" in reasons["browserName"]
    assert reasons["trace"] == "it is of Playwright's test runner"


def test_an_entity_of_a_snapshot_is_taken_as_it_is(tmp_path: Path) -> None:
    snapshot = qafiles.load(write(tmp_path, data_root()))
    config = snapshot.find("browser_config:desktop")
    assert context_options(config) == {"viewport": {"width": 1280, "height": 720}}
    assert (launch_options(config), browser_name(config)) == ({}, "chromium")
    record = {"handle": "desktop", "browser_config": config.data["browser_config"]}
    for other in (snapshot.entity(config), record):
        assert context_options(other) == {"viewport": {"width": 1280, "height": 720}}  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is no browser config"):
        launch_options(snapshot.find("user:ada"))


def test_importing_the_package_costs_nothing() -> None:
    import subprocess
    import sys

    code = "import sys, qafiles.playwright; print(json.dumps([*sys.modules]))".replace(
        "json", "__import__('json')"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"pydantic", "playwright", "git"} & {*json.loads(printed)}


def test_both_spellings_of_every_key_have_the_same_place() -> None:
    for spelling, name in ALIASES.items():
        value = {"headless": True}
        assert placed({spelling: value})[:5] == placed({name: value})[:5]
