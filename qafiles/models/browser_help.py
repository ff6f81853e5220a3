"""What editors show of browser settings: examples where the form is not obvious, and help on nested keys."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_PATH: Final = ("playwright/state.json",)
_REMOTE: Final = ("wss://browsers.example.com/playwright",)
_CDP: Final = ("http://localhost:9222",)
_FOLDER: Final = ("artifacts",)

EXAMPLES: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "args": (["--lang=en-GB"],),
        "artifacts_dir": _FOLDER,
        "base_url": ("https://shop.example.com",),
        "browser": ("firefox",),
        "browser_binary_path": ("/usr/bin/chromium",),
        "browser_channel": ("chrome",),
        "browser_settings": ({"blockAds": True},),
        "browser_version": ("stable",),
        "browserbase_session_create_params": ({"region": "eu-central-1"},),
        "browserbase_session_id": ("3f1c9e52-7f0a-4b0e-9d34-0c2f5c1d8a11",),
        "capabilities": (["vision"],),
        "captcha_image_selector": ("img.captcha",),
        "captcha_input_selector": ("input[name=captcha]",),
        "cdp_endpoint": _CDP,
        "cdp_headers": ({"X-Team": "qa"},),
        "cdp_url": _CDP,
        "client_certificates": ([{"origin": "https://shop.example.com", "pfxPath": "client.pfx"}],),
        "cloud_browser_params": ({"timeout": 30},),
        "codegen": ("typescript",),
        "connect_options": ({"wsEndpoint": _REMOTE[0]},),
        "console": ({"level": "error"},),
        "context": ({"id": "checkout", "persist": True},),
        "context_options": ({"locale": "en-GB"},),
        "cookie_whitelist_domains": (["example.com"],),
        "cookies": ([{"name": "consent", "value": "accepted", "url": "https://shop.example.com"}],),
        "cookies_file": ("cookies.json",),
        "downloads_dir": ("downloads",),
        "downloads_path": ("downloads",),
        "endpoint": _REMOTE,
        "endpoint_url": _CDP,
        "env": ({"TZ": "UTC"},),
        "executable_path": ("/usr/bin/chromium",),
        "expose_network": ("*.internal.example.com",),
        "extension_id": ("ghbmnnjooekpmoecnnnilnnbdlolhkhi",),
        "extra_http_headers": ({"X-Team": "qa"},),
        "firefox_user_prefs": ({"intl.accept_languages": "en-GB"},),
        "geolocation": ({"latitude": 51.5074, "longitude": -0.1278},),
        "headers": ({"X-Team": "qa"},),
        "http_credentials": ({"username": "ada", "password": "{{ secret.ADMIN_PASSWORD }}"},),
        "ignore_default_args": (["--mute-audio"],),
        "init_page": (["scripts/page.ts"],),
        "init_script": (["scripts/before.js"],),
        "interaction_highlight_color": ("rgb(255, 127, 39)",),
        "launch_options": ({"headless": True},),
        "local_browser_launch_options": ({"headless": True},),
        "logger": ({"name": "browser"},),
        "network": ({"allowedOrigins": ["https://shop.example.com"]},),
        "output_dir": _FOLDER,
        "permissions": (["geolocation", "clipboard-read"],),
        "platform_name": ("linux",),
        "profile_directory": ("Default",),
        "project_id": ("9b2f7d1e-0c54-4c8a-8f55-2f0b6a1c7e90",),
        "proxies": ([{"type": "browserbase"}],),
        "proxy": ({"server": "http://proxy.example.com:3128"},),
        "proxy_settings": ({"caCertificates": []},),
        "record_har": ({"path": "traffic.har"},),
        "record_har_path": ("traffic.har",),
        "record_har_url_filter": ("**/api/**",),
        "record_video": ({"dir": "videos"},),
        "record_video_dir": ("videos",),
        "record_video_size": ({"width": 1280, "height": 720},),
        "region": ("eu-central-1",),
        "remote_endpoint": _REMOTE,
        "save_downloads_path": ("downloads",),
        "save_har_path": ("traffic.har",),
        "save_recording_path": ("videos",),
        "screen": ({"width": 1920, "height": 1080},),
        "screenshot": ("only-on-failure",),
        "secrets": ({"ADMIN_PASSWORD": "{{ secret.ADMIN_PASSWORD }}"},),
        "server": ({"host": "localhost", "port": 8931},),
        "snapshot": ({"mode": "full"},),
        "storage_state": _PATH,
        "test_id_attribute": ("data-testid",),
        "timeouts": ({"pageLoad": 30000},),
        "trace": ("retain-on-failure",),
        "trace_path": ("traces",),
        "traces_dir": ("traces",),
        "unhandled_prompt_behavior": ("dismiss and notify",),
        "user_agent": ("Mozilla/5.0 (X11; Linux x86_64) ExampleBrowser/1.0",),
        "user_data_dir": ("profile",),
        "user_metadata": ({"team": "qa"},),
        "video": ("retain-on-failure",),
        "viewport": ({"width": 1280, "height": 720},),
        "window_position": ({"width": 0, "height": 0},),
        "window_size": ({"width": 1280, "height": 720},),
        "ws_endpoint": _REMOTE,
    }
)
"""Name of a setting in snake_case -> values that its type accepts."""

GROUPS: Final[Mapping[str, Mapping[str, tuple[Any, ...]]]] = MappingProxyType(
    {
        "Size": {
            "width": ("Width", "CSS pixels from left to right.", 1280),
            "height": ("Height", "CSS pixels from top to bottom.", 720),
        },
        "WindowPosition": {
            "width": ("From the left", "Pixels between the left of the display and the window.", 0),
            "height": ("From the top", "Pixels between the top of the display and the window.", 0),
        },
        "Proxy": {
            "server": (
                "Server",
                "Address of the proxy; http, https and socks5 are known schemes.",
                "http://proxy.example.com:3128",
            ),
            "bypass": (
                "Bypass",
                "Hosts that are reached without the proxy, separated by commas.",
                ".example.com, localhost",
            ),
            "username": ("User name", "User name for the proxy.", "ada"),
            "password": (
                "Password",
                "Password for the proxy; name a secret instead of writing it.",
                "{{ secret.PROXY_PASSWORD }}",
            ),
        },
        "WebDriverProxy": {
            "proxyType": ("Proxy type", "Where the settings of the proxy come from."),
        },
        "Geolocation": {
            "latitude": ("Latitude", "Degrees north of the equator, from -90 to 90."),
            "longitude": ("Longitude", "Degrees east of Greenwich, from -180 to 180."),
            "accuracy": ("Accuracy", "Metres by which the place may be wrong.", 10),
        },
        "HttpCredentials": {
            "username": ("User name", "User name that the server asks for.", "ada"),
            "password": (
                "Password",
                "Password; name a secret instead of writing it.",
                "{{ secret.ADMIN_PASSWORD }}",
            ),
            "origin": ("Origin", "The only origin that gets the credentials.", "https://shop.example.com"),
            "send": ("Send", "Whether every request carries the credentials, or only one that was refused."),
        },
        "ClientCertificate": {
            "origin": ("Origin", "The origin that asks for the certificate.", "https://shop.example.com"),
            "certPath": ("Certificate", "Path of the certificate in PEM format.", "certificates/client.pem"),
            "keyPath": ("Key", "Path of the private key in PEM format.", "certificates/client.key"),
            "pfxPath": (
                "PFX",
                "Path of certificate and key in one PKCS #12 file.",
                "certificates/client.pfx",
            ),
            "passphrase": (
                "Passphrase",
                "Passphrase of the key; name a secret instead of writing it.",
                "{{ secret.KEY_PASSPHRASE }}",
            ),
        },
        "Cookie": {
            "name": ("Name", "Name of the cookie.", "consent"),
            "value": ("Value", "Value of the cookie.", "accepted"),
            "url": (
                "URL",
                "URL that the cookie belongs to, instead of domain and path.",
                "https://shop.example.com",
            ),
            "domain": (
                "Domain",
                "Domain of the cookie; one that begins with a dot counts for subdomains, too.",
                ".example.com",
            ),
            "path": ("Path", "Path that the cookie is sent to.", "/"),
            "expires": ("Expires", "Seconds since 1970 when the cookie ends; -1 means with the session.", -1),
            "httpOnly": ("HTTP only", "Whether the cookie is hidden from scripts."),
            "secure": ("Secure", "Whether the cookie is sent over https alone."),
            "sameSite": ("Same site", "When requests from other sites carry the cookie."),
        },
        "RecordHar": {
            "path": ("Path", "Path of the HAR file.", "traffic.har"),
            "content": ("Content", "How response bodies are kept."),
            "mode": ("Mode", "How much is recorded."),
            "omitContent": ("Omit content", "Whether response bodies are left out."),
            "urlFilter": ("URL filter", "Glob of the requests that are recorded.", "**/api/**"),
        },
        "RecordVideo": {
            "dir": ("Folder", "Folder for the videos.", "videos"),
            "size": ("Size", "Size of the videos.", {"width": 1280, "height": 720}),
            "fps": ("Frames", "Frames a second.", 25),
            "showActions": ("Show actions", "How actions are shown in the videos.", {"position": "top"}),
        },
    }
)
"""Name of a group -> key -> its title, its description and its examples."""
