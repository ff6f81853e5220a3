import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from qafiles.models.browser_keys import ALIASES, KNOWN_KEYS, is_known
from qafiles.models.browser_settings import BrowserSettings

ADAPTER: TypeAdapter[dict[str, Any]] = TypeAdapter(BrowserSettings)
SCHEMA = ADAPTER.json_schema()
SCHEMA_VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)
DEVICES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "playwright-devices.json").read_text(encoding="utf-8")
)


def words(text: str) -> list[str]:
    return text.split()


# playwright-core 1.65.1, types.d.ts: LaunchOptions, BrowserContextOptions, ConnectOptions, ConnectOverCDPOptions;
# playwright 1.65.1, test.d.ts: PlaywrightWorkerOptions, PlaywrightTestOptions.
PLAYWRIGHT_JAVASCRIPT = words(
    """
acceptDownloads actionTimeout args artifactsDir baseURL browserName bypassCSP channel chromiumSandbox
clientCertificates colorScheme connectOptions contextOptions contrast defaultBrowserType deviceScaleFactor
downloadsPath endpointURL env executablePath exposeNetwork extraHTTPHeaders firefoxUserPrefs forcedColors
geolocation handleSIGHUP handleSIGINT handleSIGTERM hasTouch headers headless httpCredentials
ignoreDefaultArgs ignoreHTTPSErrors isLocal isMobile javaScriptEnabled launchOptions locale logger
navigationTimeout noDefaults offline permissions proxy recordHar recordVideo reducedMotion reuseContext
screen screenshot serviceWorkers slowMo storageState strictSelectors testIdAttribute timeout timezoneId
trace tracesDir userAgent video viewport
"""
)

# playwright 1.65.2 for Python: launch, new_context, launch_persistent_context, connect_over_cdp, connect.
PLAYWRIGHT_PYTHON = words(
    """
accept_downloads args artifacts_dir base_url bypass_csp channel chromium_sandbox client_certificates
color_scheme contrast default_browser_type device_scale_factor downloads_path endpoint endpoint_url env
executable_path expose_network extra_http_headers firefox_user_prefs forced_colors geolocation
handle_sighup handle_sigint handle_sigterm has_touch headers headless http_credentials ignore_default_args
ignore_https_errors is_local is_mobile java_script_enabled locale no_defaults no_viewport offline
permissions proxy record_har_content record_har_mode record_har_omit_content record_har_path
record_har_url_filter record_video_dir record_video_fps record_video_size reduced_motion screen
service_workers slow_mo storage_state strict_selectors timeout timezone_id traces_dir user_agent
user_data_dir viewport
"""
)

# browser-use 0.13.14: BrowserProfile.model_json_schema()["properties"].
BROWSER_USE = words(
    """
accept_downloads permissions user_agent screen viewport no_viewport device_scale_factor record_har_content
record_har_mode save_har_path save_recording_path storage_state env browser_binary_path headless args
ignore_default_args channel chromium_sandbox devtools downloads_dir trace_path user_data_dir headers
cdp_url is_local use_cloud cloud_browser_params disable_security deterministic_rendering allowed_domains
prohibited_domains block_ip_addresses keep_alive proxy enable_default_extensions captcha_solver demo_mode
cookie_whitelist_domains window_size window_height window_width window_position cross_origin_iframes
max_iframes max_iframe_depth minimum_wait_page_load_time wait_for_network_idle_page_load_time
wait_between_actions highlight_elements dom_highlight_elements filter_highlight_ids paint_order_filtering
interaction_highlight_color interaction_highlight_duration auto_download_pdfs profile_directory
record_video_size record_video_framerate
"""
)

# browser-use 0.2.5, the release that Bugninja builds on.
BROWSER_USE_OLD = words(
    """
accept_downloads offline strict_selectors proxy permissions bypass_csp client_certificates
extra_http_headers http_credentials ignore_https_errors java_script_enabled base_url service_workers
user_agent screen viewport no_viewport device_scale_factor is_mobile has_touch locale geolocation
timezone_id color_scheme contrast reduced_motion forced_colors record_har_content record_har_mode
record_har_omit_content record_har_path record_har_url_filter record_video_dir record_video_size
storage_state env browser_binary_path headless args ignore_default_args channel chromium_sandbox devtools
slow_mo timeout downloads_path traces_dir handle_sighup handle_sigint handle_sigterm user_data_dir headers
disable_security deterministic_rendering allowed_domains keep_alive window_size window_height window_width
window_position default_navigation_timeout default_timeout minimum_wait_page_load_time
wait_for_network_idle_page_load_time maximum_wait_page_load_time wait_between_actions
include_dynamic_attributes highlight_elements viewport_expansion profile_directory save_recording_path
save_downloads_path save_har_path trace_path cookies_file downloads_dir
"""
)

# @browserbasehq/sdk 2.21.0: SessionCreateParams and its BrowserSettings.
BROWSERBASE = words(
    """
browserSettings extensionId keepAlive projectId proxies proxySettings region api_timeout userMetadata
advancedStealth allowedDomains blockAds captchaImageSelector captchaInputSelector context
ignoreCertificateErrors logSession os recordSession solveCaptchas verified viewport
"""
)

# @browserbasehq/stagehand 3.7.3: localBrowserLaunchOptionsSchema, and the options that hold it.
STAGEHAND = words(
    """
args executablePath port userDataDir preserveUserDataDir headless devtools chromiumSandbox
ignoreDefaultArgs proxy locale viewport deviceScaleFactor hasTouch ignoreHTTPSErrors cdpUrl cdpHeaders
connectTimeoutMs downloadsPath acceptDownloads localBrowserLaunchOptions browserbaseSessionCreateParams
browserbaseSessionID keepAlive useTouch domSettleTimeout waitForCaptchaSolves
"""
)

# @playwright/mcp 0.0.83, config.d.ts: the file itself and its `browser` group.
PLAYWRIGHT_MCP = words(
    """
browser extension server capabilities saveSession webmcp sharedBrowserContext secrets outputDir
outputMaxSize console network testIdAttribute timeouts imageResponses filePaths snapshot
allowUnrestrictedFileAccess codegen browserName isolated userDataDir launchOptions contextOptions
cdpEndpoint cdpHeaders cdpTimeout remoteEndpoint initPage initScript
"""
)

# https://www.w3.org/TR/webdriver2/#capabilities
WEBDRIVER = words(
    """
browserName browserVersion platformName acceptInsecureCerts pageLoadStrategy proxy timeouts setWindowRect
strictFileInteractability unhandledPromptBehavior webSocketUrl
"""
)

BUGNINJA = words(
    """
viewport window_size channel user_data_dir user_agent device_scale_factor color_scheme accept_downloads
proxy client_certificates extra_http_headers http_credentials java_script_enabled geolocation timeout
headers allowed_domains browser_channel
"""
)

SIZE = {"width": 1280, "height": 720}
PLACE = {"latitude": 51.5, "longitude": -0.1}
LOGIN = {"username": "ada", "password": "{{ secret.PASSWORD }}"}
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 1.0, 0.0, -0.5, 2.5, 1e300, -1e300, 10**400),
    *(2**53, 2**53 - 1, 2.0**53, "", "1", "true", "en-GB\n", "Ω"),
    *words("chromium chrome firefox-beta MicrosoftEdge dark null reduce active more allow embed full"),
    *words("linux eager LOCAL relative omit en-GB en_GB e"),
    *([], ["a"], [1], [None], ["a", 1], [[]], [{}], [LOGIN], [LOGIN, {"username": "ada"}]),
    *([{"name": "a", "value": "b"}], [{"name": "a"}], [{"origin": "https://a.example", "certPath": None}]),
    *([{"name": "a", "value": "b", "sameSite": "lax"}], [{"name": "a", "value": "b", "expires": -1}]),
    *({}, {"a": "b"}, {"a": 1}, {"a": 1.5}, {"a": True}, {"a": None}, {"a": ["b"]}, {"a": -1}),
    *(SIZE, {"width": 1280}, {**SIZE, "width": 0}, {**SIZE, "width": 1280.0}, {**SIZE, "height": 720.5}),
    *({**SIZE, "width": True}, {**SIZE, "width": "1280"}, {**SIZE, "depth": 1}, {"width": 0, "height": 0}),
    *(PLACE, {**PLACE, "latitude": 90.1}, {**PLACE, "longitude": -181}, {**PLACE, "accuracy": -1}),
    *({**PLACE, "accuracy": 10}, {**PLACE, "altitude": 1}, {**PLACE, "latitude": "51.5"}, {"latitude": 1}),
    *(LOGIN, {**LOGIN, "send": "always"}, {**LOGIN, "send": "never"}, {**LOGIN, "realm": "a"}),
    *(
        {"server": "http://a"},
        {"server": "http://a", "bypass": None},
        {"server": None},
        {"serve": "http://a"},
    ),
    *({"proxyType": "manual", "httpProxy": "a"}, {"proxyType": "x"}, {"proxyType": "pac", "server": "a"}),
    *({"path": "a.har"}, {"path": "a.har", "mode": "minimal"}, {"path": "a.har", "mode": "x"}),
    *({"dir": "videos", "size": SIZE}, {"dir": "videos", "size": {"width": 1}}, {"fps": 0}, {"fps": 25}),
    *({"headless": False}, {"headless": "no"}, {"viewport": None}, {"viewport": {"width": 1}}),
    *({"contextOptions": {"locale": "en-GB"}}, {"contextOptions": {"locale": "en_GB"}}),
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MUTATED_VALUES = st.builds(
    lambda value, key, extra: {**value, key: extra},
    st.sampled_from([value for value in VALUES if isinstance(value, dict)]),
    st.sampled_from(["width", "server", "username", "latitude", "path", "dir", "proxyType", "viewport", "x"]),
    JSON_VALUES | st.sampled_from(VALUES),
)
SETTINGS = st.dictionaries(
    st.sampled_from(sorted(KNOWN_KEYS)) | st.text(),
    st.sampled_from(VALUES) | MUTATED_VALUES | JSON_VALUES,
    max_size=4,
)


def accepts(value: object) -> bool:
    try:
        ADAPTER.validate_python(value)
    except ValidationError:
        return False
    return True


def paths(value: object) -> list[tuple[int | str, ...]]:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(value)
    return [error["loc"] for error in caught.value.errors()]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(PLAYWRIGHT_JAVASCRIPT, id="Playwright for JavaScript"),
        pytest.param(PLAYWRIGHT_PYTHON, id="Playwright for Python"),
        pytest.param(BROWSER_USE, id="browser-use"),
        pytest.param(BROWSER_USE_OLD, id="browser-use of Bugninja"),
        pytest.param(BROWSERBASE, id="Browserbase"),
        pytest.param(STAGEHAND, id="Stagehand"),
        pytest.param(PLAYWRIGHT_MCP, id="Playwright MCP"),
        pytest.param(WEBDRIVER, id="WebDriver"),
        pytest.param(BUGNINJA, id="Bugninja"),
    ],
)
def test_every_option_of_the_tools_is_known(keys: list[str]) -> None:
    assert [key for key in keys if key not in KNOWN_KEYS] == []


def test_the_lists_have_the_lengths_that_the_packages_report() -> None:
    assert len(BROWSER_USE) == len(set(BROWSER_USE)) == 59
    assert len(BROWSER_USE_OLD) == len(set(BROWSER_USE_OLD)) == 76


def test_javascript_and_python_spellings_of_playwright_meet_in_one_name() -> None:
    names = set(PLAYWRIGHT_PYTHON)
    one_language_only = {
        *("action_timeout", "browser_name", "connect_options", "context_options", "launch_options", "logger"),
        *("navigation_timeout", "record_har", "record_video", "reuse_context", "screenshot"),
        *("test_id_attribute", "trace", "video"),
    }
    assert {ALIASES[key] for key in PLAYWRIGHT_JAVASCRIPT} - names == one_language_only


def test_both_spellings_have_one_name_and_one_type() -> None:
    assert ALIASES["baseURL"] == ALIASES["base_url"] == "base_url"
    assert frozenset(ALIASES) == KNOWN_KEYS
    properties = SCHEMA["$defs"]["BrowserSettings"]["properties"]
    assert set(properties) == KNOWN_KEYS
    assert all(properties[spelling] == properties[name] for spelling, name in ALIASES.items())


def test_names_are_snake_case_and_have_at_most_one_other_spelling() -> None:
    names = list(ALIASES.values())
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)
    assert all(ALIASES[name] == name and names.count(name) <= 2 for name in names)


def test_no_second_spelling_of_an_irregular_name_is_known() -> None:
    irregular = {
        "baseUrl",
        "bypassCsp",
        "endpointUrl",
        "extraHttpHeaders",
        "ignoreHttpsErrors",
        "handleSigint",
    }
    assert not irregular & KNOWN_KEYS


def test_keys_with_a_colon_belong_to_vendors_and_are_known() -> None:
    assert is_known("goog:chromeOptions")
    assert is_known("viewport")
    assert not is_known("viewprt")


def test_every_setting_shows_a_title_and_a_sentence_in_editors() -> None:
    for spelling, shown in SCHEMA["$defs"]["BrowserSettings"]["properties"].items():
        assert spelling in shown["title"].split(" / ")
        assert re.fullmatch(r"[A-Z].*\.", shown["description"])


def test_the_schema_is_a_valid_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_patterns_use_only_what_all_regex_dialects_share() -> None:
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(SCHEMA))
    assert patterns
    for pattern in map(json.loads, patterns):
        assert pattern.startswith("^")
        assert pattern.endswith(r"(?![\s\S])")
        assert not re.search(r"\\[dwbAZz]|\$", pattern)


def test_all_207_playwright_devices_are_accepted_in_both_spellings() -> None:
    assert len(DEVICES) == 207
    for name, device in DEVICES.items():
        for config in (device, {ALIASES[key]: value for key, value in device.items()}):
            assert ADAPTER.validate_python(config) == config, name
            assert SCHEMA_VALIDATOR.is_valid(config), name


@pytest.mark.parametrize("name", sorted(set(ALIASES.values())))
def test_model_and_schema_agree_on_each_setting_in_each_spelling(name: str) -> None:
    for spelling in (spelling for spelling in ALIASES if ALIASES[spelling] == name):
        verdicts = [accepts({spelling: value}) for value in VALUES]
        assert verdicts == [SCHEMA_VALIDATOR.is_valid({spelling: value}) for value in VALUES]
        assert set(verdicts) == {True, False}


@pytest.mark.slow
@settings(deadline=None)
@given(SETTINGS)
def test_model_and_schema_agree(config: dict[str, Any]) -> None:
    assert accepts(config) == SCHEMA_VALIDATOR.is_valid(config)


@settings(deadline=None)
@given(st.from_regex(r"\A[A-Za-z0-9_\-\n]{0,20}\Z") | st.text(max_size=10))
def test_model_and_schema_agree_on_locales(locale: str) -> None:
    assert accepts({"locale": locale}) == SCHEMA_VALIDATOR.is_valid({"locale": locale})


@settings(deadline=None)
@given(
    st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["timeout", "deviceScaleFactor", "window_width", "max_iframes", "viewport_expansion"]),
)
def test_model_and_schema_agree_on_numbers(number: float, key: str) -> None:
    assert accepts({key: number}) == SCHEMA_VALIDATOR.is_valid({key: number})


@pytest.mark.parametrize("locale", ["en", "en-GB", "zh-Hant-TW", "es-419", "de-CH-1901", "sl-rozaj-biske"])
def test_language_tags_are_locales(locale: str) -> None:
    assert accepts({"locale": locale})


@pytest.mark.parametrize(
    "locale", ["en_GB", "en-GB\n", "", "-", "en-", "e", "en--GB", "english speaking", "日本"]
)
def test_other_texts_are_not_locales(locale: str) -> None:
    assert not accepts({"locale": locale})


@pytest.mark.parametrize("number", [True, False, "1", float("nan"), float("inf"), None])
def test_only_finite_numbers_are_numbers(number: object) -> None:
    assert not accepts({"timeout": number})
    assert not accepts({"viewport": {"width": number, "height": 1}})


@pytest.mark.parametrize("flag", [0, 1, "true", "yes", 1.0])
def test_only_true_and_false_are_flags(flag: object) -> None:
    assert not accepts({"has_touch": flag})


def test_viewport_may_be_null() -> None:
    assert accepts({"viewport": None})


@pytest.mark.parametrize(
    "config",
    [
        {"viewport": {"width": 1, "height": 1, "scale": 1}},
        {"proxy": {"server": "http://a.example", "user": "ada"}},
        {"geolocation": {"latitude": 1, "longitude": 1, "altitude": 1}},
        {"http_credentials": {"username": "ada", "password": "x", "realm": "a"}},
    ],
)
def test_closed_groups_refuse_unknown_keys(config: dict[str, Any]) -> None:
    assert not accepts(config)


def test_unknown_keys_are_left_to_the_linter() -> None:
    config = {"viewprt": {"width": "wide"}, "goog:chromeOptions": {"args": []}}
    assert ADAPTER.validate_python(config) == config


def test_numbers_stay_as_written() -> None:
    text = '{"device_scale_factor":1,"env":{"A":1},"slow_mo":0.5,"timeout":5}'
    assert ADAPTER.dump_json(ADAPTER.validate_json(text)) == text.encode()


def test_the_schema_stands_once_in_a_schema_that_uses_it_twice() -> None:
    both: TypeAdapter[Any] = TypeAdapter(tuple[BrowserSettings, BrowserSettings])
    assert both.json_schema()["$defs"] == SCHEMA["$defs"]
    assert both.json_schema()["prefixItems"] == [{"$ref": "#/$defs/BrowserSettings"}] * 2


def test_launch_options_take_the_same_keys() -> None:
    assert paths({"launchOptions": {"headless": "no"}}) == [("launchOptions", "headless")]
    assert accepts({"launchOptions": {"headless": False, "x": 1}})


def test_an_error_in_a_union_speaks_of_the_form_that_is_meant() -> None:
    assert paths({"proxy": {"server": 1}}) == [("proxy", "<playwright>", "server")]
    assert paths({"proxy": {"proxyType": "auto"}}) == [("proxy", "<webdriver>", "proxyType")]
    assert paths({"httpCredentials": [LOGIN, {"username": "ada"}]}) == [
        ("httpCredentials", "<array>", 1, "password")
    ]
    assert paths({"env": {"A": None}}) == [("env", "<object>", "A")]
    assert paths({"storage_state": 1}) == [("storage_state",)]
