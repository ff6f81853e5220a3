"""Hypothesis strategies for entities of every kind and for settings: good ones, and good ones with a fault or two."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from qafiles.diagnostics import Pointer
from qafiles.layout import ID_PATTERN
from qafiles.models.browser_keys import KNOWN_KEYS
from qafiles.models.text_patterns import (
    AGE_RECIPIENT_PATTERN,
    EMAIL_PATTERN,
    LOGO_PATTERN,
    NOT_BLANK_PATTERN,
    ROUTE_PATTERN,
    SSH_KEY_PATTERN,
    TIMESTAMP_PATTERN,
    URL_PATTERN,
)
from qafiles.schema.generated import SCHEMA_NAMES, json_schema

_TEXT = st.text("ab Ωé\u00a0\u2003\u2028\U0001f600.-_/:@#*'\"\n\t", max_size=20)
_LINE = st.text("abz019 Ω-_.", max_size=12)
_NOT_BLANK = _TEXT.map(lambda text: text + "x")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALPHABET = _LETTERS + "0123456789"


def _join(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def _chars(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most)


IDS = _join(_chars(_LETTERS, 1, 1), _chars(_ALPHABET, 23, 23)) | _join(
    st.just("c"), _chars(_ALPHABET, 24, 24)
)
_HANDLES = _join(_chars(_LETTERS, 1, 8), st.sampled_from(["", "/a", "/a/b", ".x"]))
_REFERENCES = IDS | _HANDLES
_ZONES = st.sampled_from(["Z", "+00:00", "-23:59", "+05:30"])
_TIMES = st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat())
_TIMESTAMPS = _join(_TIMES, st.sampled_from(["", ".1", ".123456789"]), _ZONES)
_HOSTS = st.sampled_from(
    ["localhost", "shop.example.com", "127.0.0.1:8080", "[::1]:1", "xn--bcher-kva.example", "Ω.example"]
)
_PATHS = st.sampled_from(["", "/", "/a?b=c#d", "?x", "#x", "/%20Ω", "/\\", "/a//b"])
_URLS = _join(st.sampled_from(["http://", "https://"]), _HOSTS, _PATHS)
_ROUTES = _URLS | st.sampled_from(["/", "/checkout", "/a//b", "/Ω?x=y#z", "/a\\b"])
_COLORS = st.sampled_from(["#fff", "#0483ac", "#ABCDEF", "teal", "rebeccapurple"])
_LOGOS = st.sampled_from(
    ["logo.png", "a b.png", "x/../y.svg", "https://a.example/b.png", "data:image/png;base64,AAAA"]
)
_EMAILS = st.sampled_from(["ada@example.com", "a+b@c", "Ω@é.example"])
_SSH_KEYS = st.sampled_from(
    ["ssh-ed25519 AAAA+/==", "ecdsa-sha2-nistp256 AAAA ada@home", "sk-ssh-ed25519@openssh.com A "]
)
_AGE_KEYS = st.sampled_from(["age1" + "q" * 58, "age1x"])
_VERSIONS = st.integers(1, 2**63 - 1) | st.sampled_from([1.0, 2.0, 1e15])
_SECRET_VERSIONS = st.integers(1, 999_999) | st.sampled_from([1.0, 2.0, 999_999.0])
_ROLES = st.sampled_from(["admin", "member", "guest"])
_SECRET_NAMES = _join(_chars("AZ", 1, 1), _chars("AZ09_", 0, 8))
_SECRET_TIMES = _join(_TIMES, st.just("Z"))

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_LINE | st.sampled_from(["id", "x-"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_SIZES = st.fixed_dictionaries(
    {"width": st.integers(1, 9999), "height": st.integers(1, 9999) | st.just(720.0)}
)
_BROWSER_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "headless": st.booleans() | st.none(),
        "viewport": _SIZES | st.none(),
        "browser_name": st.sampled_from(["chromium", "firefox", "webkit", "safari"]),
        "userAgent": _TEXT | st.none(),
        "args": st.lists(_TEXT, max_size=3),
        "locale": st.sampled_from(["en", "en-GB", "zh-Hant-TW"]) | st.none(),
        "timeout": st.integers(0, 2**53 - 1) | st.floats(0, 1e9),
        "geolocation": st.fixed_dictionaries(
            {"latitude": st.floats(-90, 90), "longitude": st.integers(-180, 180)}
        ),
        "proxy": st.fixed_dictionaries(
            {"server": _TEXT}, optional={"username": _TEXT, "password": _TEXT | st.none()}
        )
        | st.fixed_dictionaries({"proxyType": st.sampled_from(["pac", "direct", "manual"])}),
        "http_credentials": st.lists(
            st.fixed_dictionaries({"username": _TEXT, "password": _TEXT}), max_size=2
        ),
        "extraHTTPHeaders": st.dictionaries(_LINE, _TEXT, max_size=2),
        "env": st.dictionaries(
            _LINE, _TEXT | st.booleans() | st.integers(0, 9) | st.floats(0, 1), max_size=2
        ),
        "cookies": st.lists(
            st.fixed_dictionaries({"name": _TEXT, "value": _TEXT}, optional={"secure": st.booleans()}),
            max_size=2,
        ),
        "launchOptions": st.fixed_dictionaries(
            {}, optional={"headless": st.booleans(), "slowMo": st.integers(0, 99)}
        ),
        "goog:chromeOptions": JSON,
        "unknown": JSON,
    },
)
_RULES = st.fixed_dictionaries(
    {},
    optional={
        "ignore": st.lists(_TEXT, max_size=2),
        "severity": st.dictionaries(_TEXT, st.sampled_from(["error", "warning", "info"]), max_size=2),
        "paths": st.dictionaries(
            _TEXT, st.fixed_dictionaries({}, optional={"ignore": st.lists(_TEXT, max_size=2)}), max_size=2
        ),
    },
)


_ORIGINS = st.fixed_dictionaries(
    {
        "tool": st.sampled_from(["testrail", "Azure-DevOps", "x.y_z"]),
        "key": st.sampled_from(["C1", "a b", "Ω:1"]),
    },
    optional={"url": _URLS},
)


def _entity(
    required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"id": IDS, **required}, optional={**optional, "x-own": JSON, "x-": JSON, "x-source": _ORIGINS}
    )


_CREATED = {"created_at": _TIMESTAMPS}
_CHANGED = {**_CREATED, "updated_at": _TIMESTAMPS}
_ACCESS = st.fixed_dictionaries(
    {},
    optional={
        "require_signed": st.sampled_from(["error", "warn", "platform"]),
        "repository_admins": st.lists(_NOT_BLANK, max_size=2),
        "pgp_keys": st.dictionaries(_LINE, st.lists(st.just("0123456789ABCDEF" * 4), max_size=2), max_size=1),
        "rules": st.lists(
            st.fixed_dictionaries(
                {
                    "who": st.lists(_NOT_BLANK, min_size=1, max_size=2),
                    "may": st.lists(st.sampled_from(["create", "change", "rename", "delete"]), max_size=2),
                },
                optional={
                    "paths": st.lists(_NOT_BLANK, max_size=1),
                    "kinds": st.lists(st.sampled_from(["tag", "secret_value"]), max_size=1),
                    "fields": st.lists(_NOT_BLANK, max_size=1),
                },
            ),
            max_size=2,
        ),
    },
)

GOOD: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "user": _entity(
        {"name": _TEXT},
        {
            **_CREATED,
            "email": _EMAILS,
            "logins": st.lists(_NOT_BLANK, max_size=2),
            "signing_keys": st.lists(_SSH_KEYS, max_size=2),
            "age_recipients": st.lists(_AGE_KEYS, max_size=2),
        },
    ),
    "member": _entity({"user_id": _REFERENCES, "role": _ROLES}, {**_CREATED, "organization_id": _REFERENCES}),
    "organization": _entity({"name": _TEXT}, {**_CREATED, "role": _ROLES, "logo": _LOGOS}),
    "project": _entity(
        {"name": _TEXT, "default_url_route": _URLS}, {**_CREATED, "organization_id": _REFERENCES}
    ),
    "test_case": _entity(
        {"test_description": _NOT_BLANK, "url_route": _ROUTES},
        {
            **_CHANGED,
            "project_id": _REFERENCES,
            "document_id": _REFERENCES,
            "extra_rules": _TEXT,
            "allowed_domains": st.lists(_TEXT, max_size=3),
            "tags": st.lists(_REFERENCES, max_size=3),
            "browser_configs": st.lists(_REFERENCES, max_size=3),
        },
    ),
    "document": _entity(
        {"name": _TEXT, "content": _TEXT},
        {**_CREATED, "project_id": _REFERENCES, "test_case_id": _REFERENCES},
    ),
    "tag": _entity({"name": _TEXT, "color": _COLORS}, {"project_id": _REFERENCES}),
    "secret_value": st.fixed_dictionaries(
        {
            "id": IDS,
            "project_id": IDS,
            "secret_name": _SECRET_NAMES,
            "created_at": _SECRET_TIMES,
            "updated_at": _SECRET_TIMES,
            "version": _SECRET_VERSIONS,
            "secret_value": _NOT_BLANK,
            "sops": st.dictionaries(_LINE, JSON, max_size=3),
        }
    ),
    "test_traversal": _entity(
        {"test_case_id": _REFERENCES},
        {
            **_CREATED,
            "browser_config_id": _REFERENCES,
            "secret_values": st.lists(_REFERENCES, max_size=3),
            "version": _VERSIONS,
        },
    ),
    "browser_config": _entity({"browser_config": _BROWSER_SETTINGS}, _CHANGED),
    "settings": st.fixed_dictionaries(
        {"version": st.sampled_from([1, 1.0])},
        optional={
            "unique_secret_names": st.sampled_from(["repository", "project"]),
            "rules": _RULES,
            "environments": st.dictionaries(
                _LINE,
                st.fixed_dictionaries(
                    {},
                    optional={
                        "secret_suffix": st.sampled_from(["_STAGING", "_QA", "2"]),
                        "shared": st.lists(st.sampled_from(["TOKEN", "API_KEY"]), max_size=2),
                        "default_url_route": st.dictionaries(_LINE, _URLS, max_size=2),
                    },
                ),
                max_size=2,
            ),
            "access": _ACCESS,
            "automated": st.lists(
                st.sampled_from(["x-automated=true", "x-kind!=manual", "project=shop", "a.b="]), max_size=2
            ),
        },
    ),
}
_OF_A_PATTERN = {
    ID_PATTERN: IDS,
    TIMESTAMP_PATTERN: _TIMESTAMPS,
    URL_PATTERN: _URLS,
    ROUTE_PATTERN: _ROUTES,
    NOT_BLANK_PATTERN: _NOT_BLANK,
    LOGO_PATTERN: _LOGOS,
    EMAIL_PATTERN: _EMAILS,
    SSH_KEY_PATTERN: _SSH_KEYS,
    AGE_RECIPIENT_PATTERN: _AGE_KEYS,
}


def of_schema(schema: dict[str, Any], root: dict[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """Return good values of what a model may hold, for kinds of which no better ones are written down here."""
    root = root or schema
    if "$ref" in schema:
        return of_schema(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "oneOf" in schema or "anyOf" in schema:
        return st.one_of(
            *(of_schema(part, root) for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ())))
        )
    pattern = schema.get("pattern")
    match schema.get("type"):
        case "object" if "properties" in schema:
            parts = {name: of_schema(part, root) for name, part in schema["properties"].items()}
            required = {name: parts.pop(name) for name in schema.get("required", ())}
            own = {"x-own": JSON} if "patternProperties" in schema else {}
            return st.fixed_dictionaries(required, optional={**parts, **own})
        case "object":
            return st.dictionaries(_LINE, JSON, max_size=2)
        case "array":
            return st.lists(of_schema(schema.get("items", {}), root), max_size=schema.get("maxItems", 3))
        case "string" | None if pattern:
            return _OF_A_PATTERN[pattern] if pattern in _OF_A_PATTERN else st.from_regex(pattern)
        case "string":
            return _NOT_BLANK
        case "integer":
            low = schema.get("minimum", 0)
            return st.integers(low, schema.get("maximum", low + 9))
        case "number":
            return st.integers(schema.get("minimum", 0), schema.get("maximum", 2**53))
        case "boolean":
            return st.booleans()
    return JSON


for _name in SCHEMA_NAMES:
    if _name not in GOOD:
        GOOD[_name] = of_schema(json_schema(_name))
_NUMBERS = [0, 1, -1, 2, 1.0, 0.0, -0.0, 1.5, 1e300, -1e300, 2**53, 2**63 - 1, -(2**63), 0.1 + 0.2]
_TEXTS = [
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\u00a0",
    "\u2003",
    "\u2028",
    "\x85",
    "\ufeff",
    "x",
    "1",
    "true",
    "null",
    "\U0001f600",
    "\0",
]
OTHERS: st.SearchStrategy[Any] = (
    st.sampled_from([None, True, False, [], {}, [None], [[]], {"a": None}, {"x-a": 1}, *_NUMBERS, *_TEXTS])
    | JSON
).map(copy.deepcopy)
_EXTRA_KEYS = st.sampled_from(
    [
        "x-a",
        "x-",
        "X-a",
        "x_a",
        " x-a",
        "x-\n",
        "\nx-a",
        "kind",
        "Id",
        "id ",
        "",
        "\u2139d",
        *sorted(KNOWN_KEYS)[:9],
    ]
)
_ENDS = st.sampled_from(
    [
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        "\u00a0",
        "\u2028",
        "\x85",
        "\0",
        "x",
        "٣",
        "Ω",
        "\U0001f600",
        "/",
        "@",
        '"',
    ]
)


def _places(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    yield pointer
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(item, (*pointer, key))


@st.composite
def mutated(draw: st.DrawFn, good: st.SearchStrategy[dict[str, Any]]) -> Any:
    """Draw a good document and change it in up to three places."""
    document: Any = {"": copy.deepcopy(draw(good))}
    for _ in range(draw(st.integers(1, 3))):
        pointer = draw(st.sampled_from([*_places(document)][1:]))
        parent = document
        for part in pointer[:-1]:
            parent = parent[part]
        key = pointer[-1]
        value = parent[key]
        change = draw(st.sampled_from(["replace", "delete", "add", "end", "begin", "number", "wrap"]))
        if change == "delete" and parent is not document:
            del parent[key]
        elif change == "add" and isinstance(value, dict):
            value[draw(_EXTRA_KEYS)] = draw(OTHERS)
        elif change == "add" and isinstance(value, list):
            value.insert(0, draw(OTHERS))
        elif change == "end" and isinstance(value, str):
            parent[key] = value + draw(_ENDS)
        elif change == "begin" and isinstance(value, str):
            parent[key] = draw(_ENDS) + value
        elif change == "number" and isinstance(value, int | float):
            parent[key] = draw(st.sampled_from([float(value), value == 1, -value, str(value), value + 0.5]))
        elif change == "wrap":
            parent[key] = draw(st.sampled_from([[value], {"a": value}]))
        else:
            parent[key] = draw(OTHERS)
        if not isinstance(document[""], dict | list):
            break
    return document[""]
