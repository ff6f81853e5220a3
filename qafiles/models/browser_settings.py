"""The known keys of `browser_config`, their types and their two spellings, from one table."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, NotRequired

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    WrapValidator,
    with_config,
)
from pydantic_core import CoreSchema, core_schema

# pydantic refuses typing.TypedDict before Python 3.12.
from typing_extensions import TypedDict

from qafiles.models.browser_help import EXAMPLES, GROUPS


def _add_help(schema: dict[str, Any], group: type) -> None:
    """Adds what editors show of each key of a group."""
    for key, (title, description, *examples) in GROUPS[group.__name__].items():
        shown = schema["properties"][key]
        shown |= {"title": title, "description": description}
        if examples:
            shown["examples"] = examples


_CLOSED = ConfigDict(extra="forbid", strict=True, regex_engine="python-re", json_schema_extra=_add_help)
_OPEN = ConfigDict(extra="allow", strict=True, regex_engine="python-re", json_schema_extra=_add_help)


def _integral(value: object) -> object:
    """Turns 1280.0 into 1280, since JSON Schema counts both as the same integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_written(value: Any, check: Any) -> Any:
    """Checks a number and keeps it as written, where pydantic would turn 1 into 1.0."""
    check(value)
    return value


def _shape(value: object) -> str:
    """Names the JSON type of a value; the brackets keep it apart from the keys in an error's path."""
    for type_, name in _SHAPES:
        if isinstance(value, type_):
            return name
    return "<other>"


def _proxy_form(value: object) -> str:
    """Names the form of proxy that is meant."""
    return "<webdriver>" if isinstance(value, dict) and "proxyType" in value else "<playwright>"


def _one_of(expected: str) -> Discriminator:
    """Picks the member of a union by its JSON type, so that errors speak of the member that is meant."""
    return Discriminator(
        _shape, custom_error_type="wrong_type", custom_error_message=f"Input should be {expected}"
    )


# bool is a subclass of int, hence first.
_SHAPES: tuple[tuple[type, str], ...] = (
    (bool, "<boolean>"),
    (int, "<number>"),
    (float, "<number>"),
    (str, "<string>"),
    (list, "<array>"),
    (dict, "<object>"),
)

# Up to here every reader of JSON sees the same number (RFC 7493).
_SAFE = 2**53 - 1
_KEEP = WrapValidator(_as_written)
Number = Annotated[float, Field(ge=-_SAFE, le=_SAFE, allow_inf_nan=False), _KEEP]
NonNegative = Annotated[float, Field(ge=0, le=_SAFE, allow_inf_nan=False), _KEEP]
Positive = Annotated[float, Field(gt=0, le=_SAFE, allow_inf_nan=False), _KEEP]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[51.5074]), _KEEP]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[-0.1278]), _KEEP]
Count = Annotated[int, Field(ge=0, le=_SAFE), BeforeValidator(_integral)]
Pixels = Annotated[int, Field(ge=1, le=_SAFE), BeforeValidator(_integral)]
Locale = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*(?![\s\S])", examples=["en-GB"])]
TimeZone = Annotated[str, Field(examples=["Europe/London"])]
Device = Annotated[str, Field(examples=["iPhone 15", "Desktop Chrome"])]
Domains = Annotated[list[str], Field(examples=[["example.com", "*.example.org"]])]
Strings = list[str]
Json = dict[str, Any]
StringMap = dict[str, str]

_Bool = Annotated[bool, Tag("<boolean>")]
_Number = Annotated[Number, Tag("<number>")]
_Str = Annotated[str, Tag("<string>")]
_Strings = Annotated[Strings, Tag("<array>")]
_Json = Annotated[Json, Tag("<object>")]
Scalar = Annotated[_Str | _Bool | _Number, _one_of("a string, a number, true or false")]
ScalarMap = dict[str, Scalar]
StringOrJson = Annotated[_Str | _Json, _one_of("a string or a mapping")]
StringOrStringMap = Annotated[
    _Str | Annotated[StringMap, Tag("<object>")], _one_of("a string or a mapping of strings")
]
StringsOrJson = Annotated[_Strings | _Json, _one_of("a list of strings or a mapping")]
BoolOrStrings = Annotated[_Bool | _Strings, _one_of("true, false or a list of strings")]
BoolOrJsons = Annotated[
    _Bool | Annotated[list[Json], Tag("<array>")], _one_of("true, false or a list of mappings")
]
Engine = Literal["chromium", "firefox", "webkit"]
# WebDriver's names stand beside Playwright's, since both tools call the key `browserName`.
BrowserName = Literal[Engine, "chrome", "msedge", "MicrosoftEdge", "safari", "Safari", "internet explorer"]
ChromiumChannel = Literal[
    "chromium", "chromium-headless-shell", "chromium-tip-of-tree", "chromium-tip-of-tree-headless-shell"
]
ChromeChannel = Literal["chrome", "chrome-beta", "chrome-dev", "chrome-canary", "chrome-for-testing"]
EdgeChannel = Literal["msedge", "msedge-beta", "msedge-dev", "msedge-canary"]
BidiChannel = Literal[
    "bidi-chromium", "bidi-chrome", "bidi-chrome-beta", "bidi-chrome-dev", "bidi-chrome-canary"
]
OtherChannel = Literal["moz-firefox", "moz-firefox-beta", "moz-firefox-nightly", "firefox-beta", "webkit-wsl"]
Channel = Literal[ChromiumChannel, ChromeChannel, EdgeChannel, BidiChannel, OtherChannel]
# Playwright for Python and browser-use write "null" where Playwright for JavaScript writes null.
ColorScheme = Literal["light", "dark", "no-preference", "null"]
ReducedMotion = Literal["reduce", "no-preference", "null"]
ForcedColors = Literal["active", "none", "null"]
Contrast = Literal["no-preference", "more", "null"]
HarContent = Literal["omit", "embed", "attach"]
HarMode = Literal["full", "minimal"]
Environment = Annotated[
    Annotated[Literal["LOCAL", "BROWSERBASE"], Tag("<string>")] | Annotated[ScalarMap, Tag("<object>")],
    _one_of("a mapping, LOCAL or BROWSERBASE"),
]
OperatingSystem = Literal["windows", "mac", "linux", "mobile", "tablet"]


@with_config(_CLOSED)
class Size(TypedDict):
    """A width and a height in CSS pixels."""

    width: Pixels
    height: Pixels


@with_config(_CLOSED)
class WindowPosition(TypedDict):
    """The distance of a window from the left (width) and the top (height) of the display."""

    width: Count
    height: Count


@with_config(_CLOSED)
class Proxy(TypedDict):
    """A proxy server, as Playwright and the tools built on it describe it."""

    server: str
    bypass: NotRequired[str | None]
    username: NotRequired[str | None]
    password: NotRequired[str | None]


@with_config(_OPEN)
class WebDriverProxy(TypedDict):
    """A proxy, as the W3C WebDriver standard describes it."""

    proxyType: Literal["pac", "direct", "autodetect", "system", "manual"]


@with_config(_CLOSED)
class Geolocation(TypedDict):
    """A place on earth that the browser reports as its own."""

    latitude: Latitude
    longitude: Longitude
    accuracy: NotRequired[NonNegative | None]


@with_config(_CLOSED)
class HttpCredentials(TypedDict):
    """A user name and a password for HTTP authentication."""

    username: str
    password: str
    origin: NotRequired[str | None]
    send: NotRequired[Literal["always", "unauthorized"] | None]


@with_config(_OPEN)
class ClientCertificate(TypedDict):
    """A TLS client certificate and the origin that asks for it."""

    origin: str
    certPath: NotRequired[str | None]
    keyPath: NotRequired[str | None]
    pfxPath: NotRequired[str | None]
    passphrase: NotRequired[str | None]


@with_config(_OPEN)
class Cookie(TypedDict):
    """A cookie that is set before the test begins."""

    name: str
    value: str
    url: NotRequired[str]
    domain: NotRequired[str]
    path: NotRequired[str]
    expires: NotRequired[Number]
    httpOnly: NotRequired[bool]
    secure: NotRequired[bool]
    sameSite: NotRequired[Literal["Strict", "Lax", "None"]]


@with_config(_OPEN)
class RecordHar(TypedDict):
    """Where and how network traffic is recorded as a HAR file."""

    path: str
    content: NotRequired[HarContent]
    mode: NotRequired[HarMode]
    omitContent: NotRequired[bool]
    urlFilter: NotRequired[str]


@with_config(_OPEN)
class RecordVideo(TypedDict):
    """Where and how the pages are filmed."""

    dir: NotRequired[str]
    size: NotRequired[Size]
    fps: NotRequired[Positive]
    showActions: NotRequired[Json]


AnyProxy = Annotated[
    Annotated[Proxy, Tag("<playwright>")] | Annotated[WebDriverProxy, Tag("<webdriver>")],
    Discriminator(_proxy_form),
]
Credentials = Annotated[
    Annotated[HttpCredentials, Tag("<object>")] | Annotated[list[HttpCredentials], Tag("<array>")],
    _one_of("a mapping or a list of mappings"),
]
# Stands for a group that takes the same keys again, as in Playwright's `launchOptions: {headless: false}`.
_SAME_KEYS: Any = object()
_REF = "qafiles.BrowserSettings"

# `| None` stands where Playwright for JavaScript or browser-use documents null as a value.
_PLAYWRIGHT: dict[str, tuple[Any, str]] = {
    "accept_downloads": (bool, "Whether files that a page offers are downloaded."),
    "action_timeout": (NonNegative, "Milliseconds that an action may take; 0 means no limit."),
    "args": (Strings, "Command-line arguments for the browser."),
    "artifacts_dir": (str, "Folder for traces, videos, downloads and HAR files."),
    "base_url": (str | None, "URL that relative addresses are resolved against."),
    "browser_name": (BrowserName, "The browser to run: an engine of Playwright or a WebDriver browser name."),
    "bypass_csp": (bool, "Whether the Content-Security-Policy of pages is ignored."),
    "channel": (Channel | None, "Distribution channel of the browser, such as chrome or msedge-beta."),
    "chromium_sandbox": (bool, "Whether Chromium's sandbox is on."),
    "client_certificates": (list[ClientCertificate], "TLS client certificates, one an origin."),
    "color_scheme": (ColorScheme | None, "The emulated prefers-color-scheme."),
    "connect_options": (Json, "How to connect to a running Playwright server."),
    "context_options": (_SAME_KEYS, "Options of the browser context, with the same keys as here."),
    "contrast": (Contrast | None, "The emulated prefers-contrast."),
    "cookies": (list[Cookie], "Cookies that are set before the test begins."),
    "default_browser_type": (Engine, "The engine that a device descriptor asks for."),
    "device": (Device, "Name of one of Playwright's device descriptors."),
    "device_scale_factor": (Positive | None, "Device pixels for each CSS pixel."),
    "devtools": (bool, "Whether the developer tools open with each page."),
    "downloads_path": (str | None, "Folder for accepted downloads."),
    "endpoint": (str, "Address of a running Playwright server."),
    "endpoint_url": (str, "Address of a running browser, for connecting over CDP."),
    "engine": (Engine, "The browser engine to run."),
    "env": (Environment | None, "Environment variables of the browser, or where Stagehand runs it."),
    "executable_path": (str | None, "Path of the browser's executable."),
    "expose_network": (str, "Networks of the client that a remote browser may use."),
    "extra_http_headers": (StringMap, "Headers that are sent with every request."),
    "firefox_user_prefs": (ScalarMap, "Firefox preferences, as in about:config."),
    "forced_colors": (ForcedColors | None, "The emulated forced-colors."),
    "geolocation": (Geolocation | None, "The place that the browser reports as its own."),
    "handle_sighup": (bool, "Whether the browser closes on SIGHUP."),
    "handle_sigint": (bool, "Whether the browser closes on Ctrl-C."),
    "handle_sigterm": (bool, "Whether the browser closes on SIGTERM."),
    "has_touch": (bool, "Whether the viewport takes touch events."),
    "headers": (StringMap | None, "Headers of the request that connects to a remote browser."),
    "headless": (bool | None, "Whether the browser runs without a window."),
    "http_credentials": (Credentials | None, "Credentials for HTTP authentication, one or several."),
    "ignore_default_args": (BoolOrStrings, "Which of the default command-line arguments are left out."),
    "ignore_https_errors": (bool, "Whether invalid TLS certificates are accepted."),
    "is_local": (bool, "Whether the browser runs on the same computer."),
    "is_mobile": (bool, "Whether the page is shown as on a mobile device."),
    "java_script_enabled": (bool, "Whether pages may run JavaScript."),
    "launch_options": (_SAME_KEYS, "Options for starting the browser, with the same keys as here."),
    "locale": (Locale | None, "Language and region of the user, as a BCP 47 tag."),
    "logger": (Json, "The logger of the browser."),
    "navigation_timeout": (NonNegative, "Milliseconds that a navigation may take; 0 means no limit."),
    "no_defaults": (bool, "Whether a browser connected over CDP keeps its own defaults."),
    "no_viewport": (bool | None, "Whether the page takes the size of the window."),
    "offline": (bool, "Whether the network is cut off."),
    "permissions": (Strings, "Permissions that every page has, such as geolocation."),
    "proxy": (AnyProxy | None, "The proxy server of the browser."),
    "record_har": (RecordHar, "Records network traffic as a HAR file."),
    "record_har_content": (HarContent, "How response bodies are kept in the HAR file."),
    "record_har_mode": (HarMode, "How much the HAR file records."),
    "record_har_omit_content": (bool, "Whether response bodies are left out of the HAR file."),
    "record_har_path": (str | None, "Path of the HAR file."),
    "record_har_url_filter": (str | None, "Which requests the HAR file records."),
    "record_video": (RecordVideo, "Films every page."),
    "record_video_dir": (str | None, "Folder for the videos."),
    "record_video_fps": (Positive, "Frames a second of the videos."),
    "record_video_size": (Size | None, "Size of the videos."),
    "reduced_motion": (ReducedMotion | None, "The emulated prefers-reduced-motion."),
    "reuse_context": (bool, "Whether tests share one browser context."),
    "screen": (Size | None, "Size of the screen, as the page sees it."),
    "screenshot": (StringOrJson, "When screenshots are taken."),
    "service_workers": (Literal["allow", "block"], "Whether pages may register service workers."),
    "slow_mo": (NonNegative, "Milliseconds by which every operation is slowed down."),
    "storage_state": (StringOrJson | None, "Cookies and local storage to begin with, or a file of them."),
    "strict_selectors": (bool, "Whether a selector that matches several elements is an error."),
    "test_id_attribute": (str, "The HTML attribute that names elements for tests."),
    "timeout": (NonNegative, "Milliseconds that the browser may take to start; 0 means no limit."),
    "timezone_id": (TimeZone | None, "The emulated time zone, as an IANA name."),
    "trace": (StringOrJson, "When traces are recorded."),
    "traces_dir": (str | None, "Folder for traces."),
    "user_agent": (str | None, "The User-Agent header."),
    "user_data_dir": (str | None, "Folder of the browser profile."),
    "video": (StringOrJson, "When videos are recorded."),
    "viewport": (Size | None, "Size of the page; null takes the size of the window."),
    "ws_endpoint": (str, "Address of a running Playwright server."),
}

_BROWSER_USE: dict[str, tuple[Any, str]] = {
    "allowed_domains": (Domains | None, "Domains that the browser may visit."),
    "auto_download_pdfs": (bool, "Whether PDF files are downloaded when they are opened."),
    "block_ip_addresses": (bool, "Whether addresses that are bare IP addresses are blocked."),
    "browser_binary_path": (str | None, "Path of the browser's executable."),
    "browser_channel": (str, "Name of the browser, as Bugninja lists it."),
    "captcha_solver": (bool, "Whether captchas are solved."),
    "cdp_url": (str | None, "Address of a running browser, for connecting over CDP."),
    "cloud_browser_params": (Json | None, "Settings of the cloud browser."),
    "cookie_whitelist_domains": (Strings, "Domains whose cookie banners are left alone."),
    "cookies_file": (str | None, "Path of a file of cookies."),
    "cross_origin_iframes": (bool, "Whether the agent sees into frames of other origins."),
    "default_navigation_timeout": (NonNegative | None, "Milliseconds that a navigation may take."),
    "default_timeout": (NonNegative | None, "Milliseconds that an operation may take."),
    "demo_mode": (bool, "Whether the page shows what the agent does."),
    "deterministic_rendering": (bool, "Whether pages are drawn the same on every computer."),
    "disable_security": (bool, "Whether the browser's security features are off."),
    "dom_highlight_elements": (bool, "Whether elements are highlighted in the page itself."),
    "downloads_dir": (str | None, "Folder for downloads."),
    "enable_default_extensions": (bool, "Whether the default extensions are loaded."),
    "filter_highlight_ids": (bool, "Whether the numbers of highlighted elements are thinned out."),
    "highlight_elements": (bool, "Whether elements are highlighted in screenshots."),
    "include_dynamic_attributes": (bool, "Whether selectors may use attributes that change."),
    "interaction_highlight_color": (str, "Colour that highlights the element in use."),
    "interaction_highlight_duration": (NonNegative, "Seconds for which the element in use is highlighted."),
    "keep_alive": (bool | None, "Whether the browser stays open after the test."),
    "max_iframe_depth": (Count, "How deeply nested frames are looked at."),
    "max_iframes": (Count, "How many frames are looked at."),
    "maximum_wait_page_load_time": (NonNegative, "Seconds to wait for a page at most."),
    "minimum_wait_page_load_time": (NonNegative, "Seconds to wait for a page at least."),
    "paint_order_filtering": (bool, "Whether elements that others cover are left out."),
    "profile_directory": (str, "Name of the profile in the user data folder."),
    "prohibited_domains": (Domains | None, "Domains that the browser may not visit."),
    "record_video_framerate": (Pixels, "Frames a second of the videos."),
    "save_downloads_path": (str | None, "Folder for downloads."),
    "save_har_path": (str | None, "Path of the HAR file."),
    "save_recording_path": (str | None, "Folder for the videos."),
    "trace_path": (str | None, "Folder for traces."),
    "use_cloud": (bool, "Whether a browser in the cloud is used."),
    "viewport_expansion": (Number, "Pixels around the viewport that the agent sees too; -1 means all."),
    "wait_between_actions": (NonNegative, "Seconds between two actions."),
    "wait_for_network_idle_page_load_time": (NonNegative, "Seconds to wait for the network to be idle."),
    "window_height": (Pixels | None, "Height of the window."),
    "window_position": (WindowPosition | None, "Position of the window on the display."),
    "window_size": (Size | None, "Size of the window."),
    "window_width": (Pixels | None, "Width of the window."),
}

_BROWSERBASE_AND_STAGEHAND: dict[str, tuple[Any, str]] = {
    "advanced_stealth": (bool, "Whether the browser hides that it is automated."),
    "api_timeout": (NonNegative, "Seconds after which the session ends."),
    "block_ads": (bool, "Whether advertisements are blocked."),
    "browser_settings": (Json, "Browserbase's settings of the session's browser."),
    "browserbase_session_create_params": (Json, "Parameters with which Stagehand creates a session."),
    "browserbase_session_id": (str, "The session that Stagehand resumes."),
    "captcha_image_selector": (str, "Selector of the image of a custom captcha."),
    "captcha_input_selector": (str, "Selector of the input of a custom captcha."),
    "cdp_headers": (StringMap, "Headers of the request that connects over CDP."),
    "connect_timeout_ms": (NonNegative, "Milliseconds that connecting to the browser may take."),
    "context": (Json, "The stored context that the session uses."),
    "dom_settle_timeout": (NonNegative, "Milliseconds to wait for the page to stop changing."),
    "extension_id": (str, "The extension that is loaded."),
    "ignore_certificate_errors": (bool, "Whether invalid TLS certificates are accepted."),
    "local_browser_launch_options": (_SAME_KEYS, "Options for a local browser, with the same keys as here."),
    "log_session": (bool, "Whether the session is logged."),
    "os": (OperatingSystem, "The operating system that the browser claims."),
    "port": (Count, "The port for debugging the local browser."),
    "preserve_user_data_dir": (bool, "Whether the profile folder is kept."),
    "project_id": (str, "The Browserbase project."),
    "proxies": (BoolOrJsons, "Whether the session uses proxies, or which."),
    "proxy_settings": (Json, "Settings for all proxies of the session."),
    "record_session": (bool, "Whether the session is recorded."),
    "region": (str, "The region where the session runs."),
    "solve_captchas": (bool, "Whether captchas are solved."),
    "use_touch": (bool, "Whether the agent taps instead of clicking."),
    "user_metadata": (Json, "Data of the user's own, kept with the session."),
    "verified": (bool, "Whether the session runs a verified browser."),
    "wait_for_captcha_solves": (bool, "Whether the agent waits until captchas are solved."),
}

_PLAYWRIGHT_MCP: dict[str, tuple[Any, str]] = {
    "allow_unrestricted_file_access": (bool, "Whether files outside of the workspace may be read."),
    "browser": (StringOrJson, "The browser and its options."),
    "capabilities": (StringsOrJson, "Groups of tools that are switched on, or WebDriver capabilities."),
    "cdp_endpoint": (str, "Address of a running browser, for connecting over CDP."),
    "cdp_timeout": (NonNegative, "Milliseconds that connecting over CDP may take; 0 means no limit."),
    "codegen": (str, "The language of generated code."),
    "console": (Json, "Which console messages are passed on."),
    "extension": (bool, "Whether to connect through the browser extension."),
    "file_paths": (Literal["relative", "absolute"], "How paths of files are shown."),
    "image_responses": (Literal["allow", "omit", "only"], "Whether responses carry images."),
    "init_page": (Strings, "Scripts that prepare the page."),
    "init_script": (Strings, "Scripts that run before those of every page."),
    "isolated": (bool, "Whether the profile is kept in memory only."),
    "network": (Json, "Origins that the browser may or may not request."),
    "output_dir": (str, "Folder for output files."),
    "output_max_size": (NonNegative, "Bytes after which old output files are removed."),
    "remote_endpoint": (StringOrJson, "Address of a running Playwright server."),
    "save_session": (bool, "Whether the session is saved."),
    "secrets": (StringMap, "Texts that are replaced in responses."),
    "server": (Json, "The address on which the server listens."),
    "shared_browser_context": (bool, "Whether all clients share one browser context."),
    "snapshot": (Json, "How snapshots of pages are taken."),
    "webmcp": (bool, "Whether tools that a page registers are offered."),
}

_WEBDRIVER: dict[str, tuple[Any, str]] = {
    "accept_insecure_certs": (bool, "Whether invalid TLS certificates are accepted."),
    "browser_version": (str, "The version of the browser, such as stable."),
    "page_load_strategy": (Literal["none", "eager", "normal"], "When a page counts as loaded."),
    "platform_name": (str, "The operating system that is asked for."),
    "set_window_rect": (bool, "Whether the window can be moved and resized."),
    "strict_file_interactability": (bool, "Whether hidden file inputs refuse files."),
    "timeouts": (dict[str, NonNegative | None], "Milliseconds that each kind of operation may take."),
    "unhandled_prompt_behavior": (StringOrStringMap, "What happens to dialogs that a test leaves open."),
    "web_socket_url": (bool, "Whether a WebDriver BiDi connection is asked for."),
}

_TABLE = _PLAYWRIGHT | _BROWSER_USE | _BROWSERBASE_AND_STAGEHAND | _PLAYWRIGHT_MCP | _WEBDRIVER

_IRREGULAR: dict[str, str] = {
    "base_url": "baseURL",
    "browserbase_session_id": "browserbaseSessionID",
    "bypass_csp": "bypassCSP",
    "endpoint_url": "endpointURL",
    "extra_http_headers": "extraHTTPHeaders",
    "handle_sighup": "handleSIGHUP",
    "handle_sigint": "handleSIGINT",
    "handle_sigterm": "handleSIGTERM",
    "ignore_https_errors": "ignoreHTTPSErrors",
}


def _camel(name: str) -> str:
    """Gives the camelCase spelling of a setting."""
    first, *rest = name.split("_")
    return _IRREGULAR.get(name, first + "".join(part.capitalize() for part in rest))


ALIASES: Mapping[str, str] = MappingProxyType(
    {spelling: name for name in _TABLE for spelling in (name, _camel(name))}
)
KNOWN_KEYS = frozenset(ALIASES)


def is_known(key: str) -> bool:
    """Tells whether some tool reads this key; WebDriver leaves every key with a colon to the vendors."""
    return key in KNOWN_KEYS or ":" in key


class BrowserSettings(dict[str, Any]):
    """Settings of the browser that runs the test; keys are snake_case or camelCase."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Builds what a TypedDict of all spellings would, but each type once, in a third of the time."""
        schemas: dict[Any, CoreSchema] = {_SAME_KEYS: core_schema.definition_reference_schema(_REF)}
        for type_, _ in _TABLE.values():
            if type_ not in schemas:
                schemas[type_] = handler.generate_schema(type_)
        fields = {
            spelling: core_schema.typed_dict_field(schemas[_TABLE[name][0]], required=False)
            for spelling, name in ALIASES.items()
        }
        config = core_schema.CoreConfig(strict=True, regex_engine="python-re")
        return core_schema.typed_dict_schema(
            fields,
            cls=cls,
            config=config,
            extra_behavior="allow",
            ref=_REF,
            # Without it, the JSON of `timeout: 5` would be 5.0.
            serialization=core_schema.simple_ser_schema("any"),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Adds to each property the title, the description and the examples that editors show."""
        reference = handler(schema)
        properties = handler.resolve_ref_schema(reference)["properties"]
        for spelling, name in ALIASES.items():
            camel = _camel(name)
            title = name if name == camel else f"{name} / {camel}"
            properties[spelling] |= {"title": title, "description": _TABLE[name][1]}
            if name in EXAMPLES:
                properties[spelling]["examples"] = [*EXAMPLES[name]]
        return reference
