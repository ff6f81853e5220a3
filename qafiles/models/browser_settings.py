"""The types of the known keys of `browser_config`."""

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
from qafiles.models.browser_keys import ALIASES, DESCRIPTIONS, camel
from qafiles.models.conversions import as_written, integral, proxy_form, shape


def _add_help(schema: dict[str, Any], group: type) -> None:
    """Adds what editors show of each key of a group."""
    for key, (title, description, *examples) in GROUPS[group.__name__].items():
        shown = schema["properties"][key]
        shown |= {"title": title, "description": description}
        if examples:
            shown["examples"] = examples


_CLOSED = ConfigDict(extra="forbid", strict=True, regex_engine="python-re", json_schema_extra=_add_help)
_OPEN = ConfigDict(extra="allow", strict=True, regex_engine="python-re", json_schema_extra=_add_help)


def _one_of(expected: str) -> Discriminator:
    """Picks the member of a union by its JSON type, so that errors speak of the member that is meant."""
    return Discriminator(
        shape, custom_error_type="wrong_type", custom_error_message=f"Input should be {expected}"
    )


# Up to here every reader of JSON sees the same number (RFC 7493).
_SAFE = 2**53 - 1
_KEEP = WrapValidator(as_written)
Number = Annotated[float, Field(ge=-_SAFE, le=_SAFE, allow_inf_nan=False), _KEEP]
NonNegative = Annotated[float, Field(ge=0, le=_SAFE, allow_inf_nan=False), _KEEP]
Positive = Annotated[float, Field(gt=0, le=_SAFE, allow_inf_nan=False), _KEEP]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[51.5074]), _KEEP]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[-0.1278]), _KEEP]
Count = Annotated[int, Field(ge=0, le=_SAFE), BeforeValidator(integral)]
Pixels = Annotated[int, Field(ge=1, le=_SAFE), BeforeValidator(integral)]
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
    Discriminator(proxy_form),
]
Credentials = Annotated[
    Annotated[HttpCredentials, Tag("<object>")] | Annotated[list[HttpCredentials], Tag("<array>")],
    _one_of("a mapping or a list of mappings"),
]
# Stands for a group that takes the same keys again, as in Playwright's `launchOptions: {headless: false}`.
_SAME_KEYS: Any = object()
_REF = "qafiles.BrowserSettings"

# `| None` stands where Playwright for JavaScript or browser-use documents null as a value.
_PLAYWRIGHT: dict[str, Any] = {
    "accept_downloads": bool,
    "action_timeout": NonNegative,
    "args": Strings,
    "artifacts_dir": str,
    "base_url": str | None,
    "browser_name": BrowserName,
    "bypass_csp": bool,
    "channel": Channel | None,
    "chromium_sandbox": bool,
    "client_certificates": list[ClientCertificate],
    "color_scheme": ColorScheme | None,
    "connect_options": Json,
    "context_options": _SAME_KEYS,
    "contrast": Contrast | None,
    "cookies": list[Cookie],
    "default_browser_type": Engine,
    "device": Device,
    "device_scale_factor": Positive | None,
    "devtools": bool,
    "downloads_path": str | None,
    "endpoint": str,
    "endpoint_url": str,
    "engine": Engine,
    "env": Environment | None,
    "executable_path": str | None,
    "expose_network": str,
    "extra_http_headers": StringMap,
    "firefox_user_prefs": ScalarMap,
    "forced_colors": ForcedColors | None,
    "geolocation": Geolocation | None,
    "handle_sighup": bool,
    "handle_sigint": bool,
    "handle_sigterm": bool,
    "has_touch": bool,
    "headers": StringMap | None,
    "headless": bool | None,
    "http_credentials": Credentials | None,
    "ignore_default_args": BoolOrStrings,
    "ignore_https_errors": bool,
    "is_local": bool,
    "is_mobile": bool,
    "java_script_enabled": bool,
    "launch_options": _SAME_KEYS,
    "locale": Locale | None,
    "logger": Json,
    "navigation_timeout": NonNegative,
    "no_defaults": bool,
    "no_viewport": bool | None,
    "offline": bool,
    "permissions": Strings,
    "proxy": AnyProxy | None,
    "record_har": RecordHar,
    "record_har_content": HarContent,
    "record_har_mode": HarMode,
    "record_har_omit_content": bool,
    "record_har_path": str | None,
    "record_har_url_filter": str | None,
    "record_video": RecordVideo,
    "record_video_dir": str | None,
    "record_video_fps": Positive,
    "record_video_size": Size | None,
    "reduced_motion": ReducedMotion | None,
    "reuse_context": bool,
    "screen": Size | None,
    "screenshot": StringOrJson,
    "service_workers": Literal["allow", "block"],
    "slow_mo": NonNegative,
    "storage_state": StringOrJson | None,
    "strict_selectors": bool,
    "test_id_attribute": str,
    "timeout": NonNegative,
    "timezone_id": TimeZone | None,
    "trace": StringOrJson,
    "traces_dir": str | None,
    "user_agent": str | None,
    "user_data_dir": str | None,
    "video": StringOrJson,
    "viewport": Size | None,
    "ws_endpoint": str,
}

_BROWSER_USE: dict[str, Any] = {
    "allowed_domains": Domains | None,
    "auto_download_pdfs": bool,
    "block_ip_addresses": bool,
    "browser_binary_path": str | None,
    "browser_channel": str,
    "captcha_solver": bool,
    "cdp_url": str | None,
    "cloud_browser_params": Json | None,
    "cookie_whitelist_domains": Strings,
    "cookies_file": str | None,
    "cross_origin_iframes": bool,
    "default_navigation_timeout": NonNegative | None,
    "default_timeout": NonNegative | None,
    "demo_mode": bool,
    "deterministic_rendering": bool,
    "disable_security": bool,
    "dom_highlight_elements": bool,
    "downloads_dir": str | None,
    "enable_default_extensions": bool,
    "filter_highlight_ids": bool,
    "highlight_elements": bool,
    "include_dynamic_attributes": bool,
    "interaction_highlight_color": str,
    "interaction_highlight_duration": NonNegative,
    "keep_alive": bool | None,
    "max_iframe_depth": Count,
    "max_iframes": Count,
    "maximum_wait_page_load_time": NonNegative,
    "minimum_wait_page_load_time": NonNegative,
    "paint_order_filtering": bool,
    "profile_directory": str,
    "prohibited_domains": Domains | None,
    "record_video_framerate": Pixels,
    "save_downloads_path": str | None,
    "save_har_path": str | None,
    "save_recording_path": str | None,
    "trace_path": str | None,
    "use_cloud": bool,
    "viewport_expansion": Number,
    "wait_between_actions": NonNegative,
    "wait_for_network_idle_page_load_time": NonNegative,
    "window_height": Pixels | None,
    "window_position": WindowPosition | None,
    "window_size": Size | None,
    "window_width": Pixels | None,
}

_BROWSERBASE_AND_STAGEHAND: dict[str, Any] = {
    "advanced_stealth": bool,
    "api_timeout": NonNegative,
    "block_ads": bool,
    "browser_settings": Json,
    "browserbase_session_create_params": Json,
    "browserbase_session_id": str,
    "captcha_image_selector": str,
    "captcha_input_selector": str,
    "cdp_headers": StringMap,
    "connect_timeout_ms": NonNegative,
    "context": Json,
    "dom_settle_timeout": NonNegative,
    "extension_id": str,
    "ignore_certificate_errors": bool,
    "local_browser_launch_options": _SAME_KEYS,
    "log_session": bool,
    "os": OperatingSystem,
    "port": Count,
    "preserve_user_data_dir": bool,
    "project_id": str,
    "proxies": BoolOrJsons,
    "proxy_settings": Json,
    "record_session": bool,
    "region": str,
    "solve_captchas": bool,
    "use_touch": bool,
    "user_metadata": Json,
    "verified": bool,
    "wait_for_captcha_solves": bool,
}

_PLAYWRIGHT_MCP: dict[str, Any] = {
    "allow_unrestricted_file_access": bool,
    "browser": StringOrJson,
    "capabilities": StringsOrJson,
    "cdp_endpoint": str,
    "cdp_timeout": NonNegative,
    "codegen": str,
    "console": Json,
    "extension": bool,
    "file_paths": Literal["relative", "absolute"],
    "image_responses": Literal["allow", "omit", "only"],
    "init_page": Strings,
    "init_script": Strings,
    "isolated": bool,
    "network": Json,
    "output_dir": str,
    "output_max_size": NonNegative,
    "remote_endpoint": StringOrJson,
    "save_session": bool,
    "secrets": StringMap,
    "server": Json,
    "shared_browser_context": bool,
    "snapshot": Json,
    "webmcp": bool,
}

_WEBDRIVER: dict[str, Any] = {
    "accept_insecure_certs": bool,
    "browser_version": str,
    "page_load_strategy": Literal["none", "eager", "normal"],
    "platform_name": str,
    "set_window_rect": bool,
    "strict_file_interactability": bool,
    "timeouts": dict[str, NonNegative | None],
    "unhandled_prompt_behavior": StringOrStringMap,
    "web_socket_url": bool,
}

_TYPES: dict[str, Any] = (
    _PLAYWRIGHT | _BROWSER_USE | _BROWSERBASE_AND_STAGEHAND | _PLAYWRIGHT_MCP | _WEBDRIVER
)


class BrowserSettings(dict[str, Any]):
    """Settings of the browser that runs the test; keys are snake_case or camelCase."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Builds what a TypedDict of all spellings would, but each type once, in a third of the time."""
        schemas: dict[Any, CoreSchema] = {_SAME_KEYS: core_schema.definition_reference_schema(_REF)}
        for type_ in _TYPES.values():
            if type_ not in schemas:
                schemas[type_] = handler.generate_schema(type_)
        fields = {
            spelling: core_schema.typed_dict_field(schemas[_TYPES[name]], required=False)
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
            spelled = camel(name)
            title = name if name == spelled else f"{name} / {spelled}"
            properties[spelling] |= {"title": title, "description": DESCRIPTIONS[name]}
            if name in EXAMPLES:
                properties[spelling]["examples"] = [*EXAMPLES[name]]
        return reference
