import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qafiles.diagnostics import Diagnostic
from qafiles.domains import Domain, covers, parse
from qafiles.loading.loader import load
from qafiles.models.browser_keys import ALIASES, KNOWN_KEYS, is_known
from qafiles.rules import rule
from qafiles.rules.check import check
from qafiles.rules.reversed_timestamps import instant
from qafiles.snapshot.entity_file import by_kind
from qafiles.sources import FolderSource, MemorySource
from tests.rules.data_root import data_root

ROOT = Path(__file__).parents[2]
DEVICES: dict[str, dict[str, Any]] = json.loads(
    (ROOT / "tests" / "data" / "playwright-devices.json").read_text(encoding="utf-8")
)
PROJECT = "organizations/acme/projects/shop"
TEST_CASE = f"{PROJECT}/test_cases/pay.yaml"
CONFIG = "browser_configs/desktop.yaml"
ORGANIZATION = "organizations/acme/organization.yaml"
CODES = [f"QF6{number:02}" for number in range(1, 12)]


def found(files: dict[str, str], *codes: str) -> list[Diagnostic]:
    """Return the findings of this family, or of some codes, in the base data root with these files."""
    diagnostics = check(load(MemorySource(data_root(files)))).diagnostics
    return [item for item in diagnostics if item.code in (codes or CODES)]


def test_case(**fields: Any) -> dict[str, str]:
    """Return the file of a test case with these fields."""
    data = {"id": "q1w2e3r4t5y6u7i8o9p0a1s2", "test_description": "Pay", "url_route": "/checkout", **fields}
    return {TEST_CASE: yaml.safe_dump(data, allow_unicode=True, default_style='"')}


test_case.__test__ = False  # type: ignore[attr-defined]  # pytest would collect it


def config(**settings: Any) -> dict[str, str]:
    """Return the file of the browser config with these settings."""
    data = {"id": "h4dy9cn2btm7rz5jx3w8qk1v", "browser_config": settings}
    return {CONFIG: yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)}


def brief(diagnostics: list[Diagnostic]) -> list[tuple[str, tuple[str | int, ...] | None]]:
    return [(item.code, item.pointer) for item in diagnostics]


# QF601


@pytest.mark.parametrize(
    ("route", "domains"),
    [
        ("/checkout", ["shop.example.com"]),
        ("/checkout", ["*.example.com"]),
        ("/checkout", ["https://shop.example.com"]),
        ("/checkout", ["shop.example.com:443"]),
        ("/checkout", ["a.example.org", "shop.example.com"]),
        ("http://localhost:3000/a", ["localhost"]),
        ("https://SHOP.example.com./a", ["shop.example.com"]),
        ("https://münchen.example.com", ["xn--mnchen-3ya.example.com"]),
    ],
)
def test_a_route_is_covered_by_host_scheme_and_port(route: str, domains: list[str]) -> None:
    assert found(test_case(url_route=route, allowed_domains=domains)) == []


@pytest.mark.parametrize(
    ("route", "domains", "origin", "hint"),
    [
        ("/checkout", ["a.example.org"], "https://shop.example.com", "add `shop.example.com`"),
        (
            "/checkout",
            ["a.example.org", "b.example.org"],
            "https://shop.example.com",
            "add `shop.example.com`",
        ),
        ("/checkout", ["shop.exmaple.com"], "https://shop.example.com", "did you mean `shop.example.com`"),
        (
            "/checkout",
            ["http://shop.example.com"],
            "https://shop.example.com",
            "`shop.example.com` allows all",
        ),
        ("/checkout", ["*.example.com:8080"], "https://shop.example.com", "`*.example.com` allows all"),
        ("/checkout", ["example.com"], "https://shop.example.com", "does not include its subdomains"),
        (
            "http://localhost:3000/a?token=x",
            ["localhost:3001"],
            "http://localhost:3000",
            "`localhost` allows all",
        ),
        ("https://example.com.evil.org", ["https://example.com"], "https://example.com.evil.org", "add"),
    ],
)
def test_an_uncovered_route_is_an_error_at_the_route(
    route: str, domains: list[str], origin: str, hint: str
) -> None:
    [item] = found(test_case(url_route=route, allowed_domains=domains))
    assert (item.code, item.severity, item.pointer) == ("QF601", "error", ("url_route",))
    assert f"`{origin}`" in item.message
    assert hint in (item.hint or "")
    assert "token" not in item.message


def test_the_url_of_a_path_is_shown_where_the_project_says_it() -> None:
    [item] = found(test_case(allowed_domains=["a.example.org"]))
    assert [(end.path, end.line) for end in item.related] == [(f"{PROJECT}/project.yaml", 3)]
    [item] = found(test_case(url_route="https://b.example.org", allowed_domains=["a.example.org"]))
    assert item.related == ()


def test_a_path_without_a_project_has_no_finding_of_this_family() -> None:
    files = data_root(test_case(allowed_domains=["a.example.org"]))
    del files[f"{PROJECT}/project.yaml"]
    snapshot = check(load(MemorySource(files)))
    assert [item for item in snapshot.diagnostics if item.code in CODES] == []


def test_a_url_that_no_browser_opens_is_not_looked_for_among_the_entries() -> None:
    route = "https://shop.example.com:abc/a"
    assert found(test_case(url_route=route, allowed_domains=["shop.example.com"])) == []
    files = data_root(test_case(url_route=route))
    assert [d.code for d in check(load(MemorySource(files))).diagnostics] == ["QF612"]


def test_an_invalid_entry_that_would_cover_the_route_once_mended_is_one_finding() -> None:
    assert brief(found(test_case(allowed_domains=["https://Shop.example.com/a"]))) == [
        ("QF603", ("allowed_domains", 0))
    ]


def test_an_entry_that_can_not_be_mended_covers_nothing() -> None:
    assert {item.code for item in found(test_case(allowed_domains=["${HOST}"]))} == {"QF601", "QF603"}


# QF602 and QF603: the measured table


@pytest.mark.parametrize(
    ("pattern", "url", "code"),
    [
        ("example.com", "https://example.com", None),
        ("example.com", "http://example.com", None),
        ("example.com", "https://www.example.com", "QF601"),
        ("example.com", "https://a.example.com", "QF601"),
        ("*.example.com", "https://example.com", None),
        ("*.example.com", "https://a.b.example.com", None),
        ("*.example.com", "http://a.example.com", None),
        ("http*://*.example.com", "https://example.com", "QF603"),
        ("https://example.com", "https://example.com.evil.org", "QF601"),
        ("https://example.com/", "https://example.com", "QF603"),
        ("example.com:8080", "https://example.com:8080", None),
        ("example.com/path", "https://example.com/path", "QF603"),
        (" example.com", "https://example.com", "QF603"),
        ("example.com.", "https://example.com", "QF603"),
        ("localhost", "http://localhost:3000", None),
        ("http://localhost:3000", "http://localhost:3000/a", None),
        ("example.*", "https://example.org", "QF602"),
        ("*example.com", "https://evilexample.com", "QF602"),
        ("*", "https://anything.example", "QF602"),
        ("münchen.de", "https://xn--mnchen-3ya.de", "QF603"),
    ],
)
def test_what_runners_disagree_about_has_one_verdict(pattern: str, url: str, code: str | None) -> None:
    codes = [item.code for item in found(test_case(url_route=url, allowed_domains=[pattern]))]
    assert codes == ([code] if code else [])


def test_dangerous_and_invalid_entries_are_found_in_their_places() -> None:
    domains = ["shop.example.com", "*", "*Example.org/path", "a b", "*.com"]
    assert brief(found(test_case(allowed_domains=domains))) == [
        ("QF602", ("allowed_domains", 1)),
        ("QF602", ("allowed_domains", 2)),
        ("QF603", ("allowed_domains", 3)),
        ("QF602", ("allowed_domains", 4)),
    ]


def test_a_long_list_must_not_rely_on_wildcards() -> None:
    hosts = [f"h{number}.example.com" for number in range(98)]
    assert found(test_case(allowed_domains=["shop.example.com", *hosts, "*.example.org"][:99])) == []
    [item] = found(test_case(allowed_domains=["shop.example.com", *hosts, "*.example.org"]))
    assert (item.code, item.pointer) == ("QF602", ("allowed_domains",))
    assert found(test_case(allowed_domains=["shop.example.com", *hosts, "a.example.org"])) == []


def test_credentials_in_an_entry_are_not_shown() -> None:
    for item in found(test_case(allowed_domains=["https://ada:s3cret@shop.example.com", "ada:s3cret@*"])):
        assert "s3cret" not in f"{item.message} {item.hint}"


def test_an_empty_entry_is_named() -> None:
    [item] = found(test_case(allowed_domains=["", "shop.example.com"]))
    assert item.message == "the entry is empty"


def test_browser_configs_may_use_the_patterns_of_their_runner_but_no_dangerous_ones() -> None:
    assert found(config(allowed_domains=["http*://*.example.com"])) == []
    assert brief(found(config(contextOptions={"allowedDomains": ["*", "*.example.com"]}))) == [
        ("QF602", ("browser_config", "contextOptions", "allowedDomains", 0))
    ]


def test_a_list_of_hardly_anything_but_mistakes_has_a_hundred_findings() -> None:
    assert len(found(test_case(allowed_domains=[f"a {number}" for number in range(500)]))) == 100


@pytest.mark.slow
@given(st.lists(st.one_of(st.text(max_size=30), st.text("*.:/@a1", max_size=12)), max_size=6))
def test_whatever_the_entries_are_each_has_at_most_one_verdict(entries: list[str]) -> None:
    diagnostics = found(test_case(allowed_domains=entries), "QF602", "QF603")
    places = [item.pointer for item in diagnostics]
    assert len(places) == len(set(places))
    assert {place[1] for place in places if place} == {
        index for index, entry in enumerate(entries) if not isinstance(parse(entry), Domain)
    }


@given(
    st.sampled_from(["shop.example.com", "*.example.com", "http://shop.example.com", "example.com", "*.org"])
)
def test_a_route_is_uncovered_exactly_where_no_entry_covers_it(entry: str) -> None:
    domain = parse(entry)
    covered = isinstance(domain, Domain) and covers(domain, "https://shop.example.com/checkout")
    assert bool(found(test_case(allowed_domains=[entry]), "QF601")) is not covered


# QF604


def test_an_empty_list_is_a_warning_in_test_cases_and_in_browser_configs() -> None:
    [item] = found(test_case(allowed_domains=[]))
    assert (item.code, item.severity, item.pointer) == ("QF604", "warning", ("allowed_domains",))
    [item] = found(config(allowedDomains=[]))
    assert (item.code, item.pointer) == ("QF604", ("browser_config", "allowedDomains"))
    assert found(config(allowedDomains=None)) == []


# QF605


def test_all_207_playwright_devices_have_no_finding() -> None:
    assert len(DEVICES) == 207
    files = {
        f"browser_configs/device-{number}.yaml": yaml.safe_dump(
            {"id": f"d{number:023}", "browser_config": {**descriptor}}, allow_unicode=True
        )
        for number, descriptor in enumerate(DEVICES.values())
    }
    snapshot = check(load(MemorySource(data_root(files))))
    assert {item.code for item in snapshot.diagnostics} == {"QF409"}


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        ("viewprt", "viewport"),
        ("userAgnet", "userAgent"),
        ("user_agnet", "user_agent"),
        ("user-agent", "userAgent"),
        ("useragent", "userAgent"),
        ("UserAgent", "userAgent"),
        ("ignoreHttpsErrors", "ignoreHTTPSErrors"),
        ("baseUrl", "baseURL"),
        ("javascriptEnabled", "javaScriptEnabled"),
        ("javascript_enabled", "java_script_enabled"),
        ("Headless", "headless"),
        ("headles", "headless"),
        ("extraHttpHeaders", "extraHTTPHeaders"),
        ("timezone", "timezoneId"),
    ],
)
def test_the_known_key_is_suggested_in_the_spelling_of_the_unknown_one(key: str, suggestion: str) -> None:
    [item] = found(config(**{key: 1}))
    assert (item.code, item.severity, item.pointer) == ("QF605", "warning", ("browser_config", key))
    assert (item.line, item.column) == (3, 3)
    assert item.hint == f"did you mean `{suggestion}`?"


def test_a_key_of_one_word_follows_the_spelling_around_it() -> None:
    [item] = found(config(color_scheme="dark", useragent="x"))
    assert item.hint == "did you mean `user_agent`?"


def test_unknown_keys_are_found_in_groups_of_the_same_keys_and_not_in_other_mappings() -> None:
    settings = {
        "launchOptions": {"headles": True, "contextOptions": {"viewprt": 1}},
        "firefoxUserPrefs": {"headles": True},
        "goog:chromeOptions": {"headles": True},
        "x-note": "of our own",
    }
    assert brief(found(config(**settings))) == [
        ("QF605", ("browser_config", "launchOptions", "headles")),
        ("QF605", ("browser_config", "launchOptions", "contextOptions", "viewprt")),
    ]


def test_unlike_any_known_key_means_no_suggestion() -> None:
    [item] = found(config(qqqqqqqqq=1))
    assert "did you mean" not in (item.hint or "")


def mutations(key: str) -> list[str]:
    """Return the unknown keys that one slip of the finger makes: a character left out, added, changed or moved."""
    made = set()
    for index in range(len(key) + 1):
        before, after = key[:index], key[index:]
        made |= {before + letter + after for letter in "e_"}
        if after:
            made |= {before + letter + after[1:] for letter in ("", "x", after[0] * 2, after[0].swapcase())}
            made.add(before + after[1:2] + after[0] + after[2:])
    return sorted(item for item in made if item and not is_known(item))


@pytest.mark.slow
def test_one_character_mutations_of_every_known_key_are_found_or_are_another_known_key() -> None:
    made = sorted({mutation for key in KNOWN_KEYS for mutation in mutations(key)})
    assert len(made) > 30_000
    files = {}
    for index in range(0, len(made), 100):
        settings = "".join(f'  "{key}": null\n' for key in made[index : index + 100])
        files[f"browser_configs/m{index}.yaml"] = f"id: m{index:023}\nbrowser_config:\n{settings}"
    run = rule("QF605").check_files
    assert run is not None
    assert {finding.subject for finding in run(load(MemorySource(data_root(files))).by_kind)} == {*made}


@pytest.mark.parametrize("key", sorted(key for key in KNOWN_KEYS if len(key) > 3)[::7])
def test_the_key_that_was_mutated_is_suggested_or_one_as_near(key: str) -> None:
    for mutation in mutations(key)[::11]:
        [item] = found(config(**{mutation: 1}), "QF605")
        assert item.hint is not None
        suggested = item.hint.removeprefix("did you mean `").removesuffix("`?")
        assert suggested in KNOWN_KEYS


# QF606


@pytest.mark.parametrize(
    ("settings", "pointer", "severity"),
    [
        ({"userAgent": "a", "user_agent": "a"}, ("user_agent",), "error"),
        ({"launchOptions": {"slow_mo": 1, "slowMo": 1}}, ("launchOptions", "slowMo"), "error"),
        ({"browserName": "firefox", "isMobile": True}, ("isMobile",), "error"),
        (
            {"engine": "firefox", "contextOptions": {"isMobile": True}},
            ("contextOptions", "isMobile"),
            "error",
        ),
        ({"default_browser_type": "firefox", "is_mobile": True}, ("is_mobile",), "error"),
        ({"channel": "moz-firefox", "is_mobile": True}, ("is_mobile",), "error"),
        ({"viewport": {"width": 1, "height": 1}, "noViewport": True}, ("noViewport",), "error"),
        ({"storage_state": "a.json", "user_data_dir": "b"}, ("storage_state",), "error"),
        ({"device": "iPhone 15", "viewport": {"width": 1, "height": 1}}, ("viewport",), "warning"),
    ],
)
def test_keys_that_contradict_each_other(
    settings: dict[str, Any], pointer: tuple[str, ...], severity: str
) -> None:
    [item] = found(config(**settings))
    assert (item.code, item.severity, item.pointer) == ("QF606", severity, ("browser_config", *pointer))
    assert len(item.related) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"headless": True, "devtools": True},
        {"browserName": "firefox", "isMobile": False},
        {"browserName": "webkit", "isMobile": True},
        {"browserName": "chromium", "defaultBrowserType": "firefox", "isMobile": True},
        {"viewport": None, "noViewport": True},
        {"viewport": {"width": 1, "height": 1}, "noViewport": False},
        {"storageState": None, "userDataDir": "b"},
        {"userAgent": "a", "contextOptions": {"user_agent": "a"}},
        {"device": "iPhone 15"},
    ],
)
def test_keys_that_go_together(settings: dict[str, Any]) -> None:
    assert found(config(**settings)) == []


@pytest.mark.parametrize("name", sorted(name for spelling, name in ALIASES.items() if spelling != name))
def test_both_spellings_of_every_key_are_found(name: str) -> None:
    other = next(spelling for spelling, known in ALIASES.items() if known == name and spelling != name)
    text = f"id: h4dy9cn2btm7rz5jx3w8qk1v\nbrowser_config:\n  {name}: null\n  {other}: null\n"
    snapshot = load(MemorySource(data_root({CONFIG: text})))
    run = rule("QF606").check_files
    assert run is not None
    # Many keys refuse null, which matters to the schema and not to this rule.
    file = snapshot.files[CONFIG]._replace(valid=True, broken=frozenset())
    findings = run(by_kind([file]))
    assert [finding.pointer for finding in findings] == [("browser_config", other)]


# QF607


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"ignoreHTTPSErrors": True}, ("ignoreHTTPSErrors",)),
        ({"contextOptions": {"ignore_https_errors": True}}, ("contextOptions", "ignore_https_errors")),
        ({"acceptInsecureCerts": True}, ("acceptInsecureCerts",)),
        ({"ignoreCertificateErrors": True}, ("ignoreCertificateErrors",)),
        ({"bypassCSP": True}, ("bypassCSP",)),
        ({"disable_security": True}, ("disable_security",)),
        ({"chromiumSandbox": False}, ("chromiumSandbox",)),
        ({"args": ["--lang=en", "--no-sandbox"]}, ("args", 1)),
        ({"launchOptions": {"args": ["--disable-web-security"]}}, ("launchOptions", "args", 0)),
        ({"args": ["--ignore-certificate-errors"]}, ("args", 0)),
        ({"args": ["--remote-debugging-address=0.0.0.0"]}, ("args", 0)),
        ({"args": ["--remote-debugging-address=[::]"]}, ("args", 0)),
        ({"args": ["--remote-debugging-address=192.168.0.7"]}, ("args", 0)),
        ({"args": ["--remote-allow-origins=*"]}, ("args", 0)),
        ({"goog:chromeOptions": {"args": ["no-sandbox"]}}, ("goog:chromeOptions", "args", 0)),
    ],
)
def test_settings_that_switch_off_security(settings: dict[str, Any], pointer: tuple[str | int, ...]) -> None:
    [item] = found(config(**settings))
    assert (item.code, item.severity, item.pointer) == ("QF607", "warning", ("browser_config", *pointer))


@pytest.mark.parametrize(
    "settings",
    [
        {"ignoreHTTPSErrors": False, "bypassCSP": False, "chromiumSandbox": True},
        {"args": ["--headless=new", "--no-sandbox-and-elevated-x", "--remote-debugging-port=9222"]},
        {"args": ["--remote-debugging-address=127.0.0.1", "--remote-debugging-address=localhost"]},
        {"args": ["--ignore-certificate-errors-spki-list=abc", "--remote-allow-origins=http://localhost"]},
        {"goog:chromeOptions": {"args": "no list"}, "ms:edgeOptions": ["--no-sandbox"]},
    ],
)
def test_settings_that_leave_security_on(settings: dict[str, Any]) -> None:
    assert found(config(**settings)) == []


# QF608


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (["shop.example.com"], ["shop.example.com"], False),
        (["shop.example.com"], ["*.example.com"], False),
        (["shop.example.com"], ["example.com"], False),
        (["*.example.com"], ["pay.example.com", "a.example.org"], False),
        (["https://shop.example.com"], ["http://shop.example.com:8080"], False),
        (["shop.example.com"], ["*"], False),
        (["shop.example.com"], ["http*://*.example.org"], True),
        (["shop.example.com"], ["staging.example.org"], True),
        (["shop.example.com", "a.example.org"], ["b.example.org"], True),
        (None, ["staging.example.org"], True),
        (None, ["shop.example.com"], False),
        ([], ["staging.example.org"], False),
        (["shop.example.com"], ["{{ secret.HOST }}"], False),
    ],
)
def test_a_browser_config_must_allow_a_host_of_the_test_case(
    ours: list[str] | None,
    theirs: list[str],
    expected: bool,  # noqa: FBT001
) -> None:
    domains = {} if ours is None else {"allowed_domains": ours}
    open_ = {f"{PROJECT}/test_cases/open.yaml": test_case()[TEST_CASE].replace("q1w2e3r4", "f2cp7rav")}
    files = test_case(browser_configs=["desktop"], **domains) | config(allowed_domains=theirs) | open_
    diagnostics = found(files, "QF608")
    assert brief(diagnostics) == ([("QF608", ("browser_configs", 0))] if expected else [])
    if expected:
        assert diagnostics[0].path == TEST_CASE
        assert [end.path for end in diagnostics[0].related] == [CONFIG, TEST_CASE][: 2 if ours else 1]


def test_the_browser_config_of_a_traversal_is_compared_with_its_test_case() -> None:
    traversal = f"{PROJECT}/test_traversals/run.yaml"
    text = "id: k2v9w1hx8rj0qz4mtb7nc5ap\ntest_case_id: open\nbrowser_config_id: tablet\n"
    tablet = config(allowed_domains=["a.example.org"])[CONFIG].replace("h4dy", "x4dy")
    [item] = found({traversal: text, "browser_configs/tablet.yaml": tablet})
    assert (item.code, item.path, item.pointer) == ("QF608", traversal, ("browser_config_id",))


# QF609 and QF610


@pytest.mark.parametrize(
    ("date", "exists"),
    [
        ("2026-02-28", True),
        ("2026-02-29", False),
        ("2026-02-30", False),
        ("2024-02-29", True),
        ("1900-02-29", False),
        ("2000-02-29", True),
        ("2026-04-30", True),
        ("2026-04-31", False),
        ("2026-12-31", True),
        ("0000-01-01", False),
        ("0001-01-01", True),
        ("9999-12-31", True),
    ],
)
@pytest.mark.parametrize("field", ["created_at", "updated_at"])
def test_a_date_must_be_in_the_calendar(date: str, exists: bool, field: str) -> None:  # noqa: FBT001
    diagnostics = found(test_case(**{field: f"{date}T23:59:59+14:00"}))
    assert brief(diagnostics) == ([] if exists else [("QF609", (field,))])


@pytest.mark.parametrize(
    ("path", "pointer"),
    [("users/ada.yaml", "created_at"), (ORGANIZATION, "created_at"), (f"{PROJECT}/tags/smoke.yaml", None)],
)
def test_dates_are_checked_in_every_kind_that_has_them(path: str, pointer: str | None) -> None:
    files = data_root()
    diagnostics = found({path: files[path] + "created_at: 2026-06-31T00:00:00Z\n"})
    assert brief(diagnostics) == ([("QF609", (pointer,))] if pointer else [])


@pytest.mark.parametrize(
    ("created", "updated", "reversed_"),
    [
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z", False),
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:01Z", False),
        ("2026-03-01T09:00:01Z", "2026-03-01T09:00:00Z", True),
        ("2026-03-01T09:00:00Z", "2026-03-01T10:00:00+02:00", True),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T09:00:00Z", False),
        ("2026-03-01T09:00:00-01:00", "2026-03-01T09:30:00Z", True),
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00.000Z", False),
        ("2026-03-01T09:00:00.5Z", "2026-03-01T09:00:00.49Z", True),
        ("2026-03-01T09:00:00.000000002Z", "2026-03-01T09:00:00.000000001Z", True),
        ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", False),
        ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", True),
    ],
)
def test_timestamps_are_compared_as_instants(created: str, updated: str, reversed_: bool) -> None:  # noqa: FBT001
    diagnostics = found(test_case(created_at=created, updated_at=updated))
    assert brief(diagnostics) == ([("QF610", ("updated_at",))] if reversed_ else [])


def test_a_date_that_does_not_exist_is_not_compared() -> None:
    files = test_case(created_at="2026-02-30T00:00:00Z", updated_at="2026-02-01T00:00:00Z")
    assert brief(found(files)) == [("QF609", ("created_at",))]


@given(st.datetimes(), st.integers(-1439, 1439), st.integers(-1439, 1439))
def test_one_instant_is_the_same_in_every_offset(moment: Any, first: int, second: int) -> None:
    base = (moment.toordinal() * 24 + moment.hour) * 3600 + moment.minute * 60 + moment.second
    for offset in (first, second):
        sign = "-" if offset < 0 else "+"
        text = f"{moment:%H:%M:%S}{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
        value = instant(f"{moment.year:04}-{moment:%m-%d}T{text}")
        assert value == (base - offset * 60, "000000000")


# QF611


@pytest.mark.parametrize(
    ("logo", "others", "hint"),
    [
        ("logo.png", [], "put the image beside"),
        ("logo.png", ["organizations/acme/Logo.png"], "did you mean `Logo.png`"),
        ("logo.png", ["organizations/acme/logo.jpg"], "did you mean `logo.jpg`"),
        ("logo.png", ["logo.png", "organizations/logo.png"], "put the image beside"),
        ("../logo.png", ["organizations/logo.png"], "into the organization's folder"),
        ("images/../logo.png", ["organizations/acme/logo.png"], "into the organization's folder"),
        ("images\\logo.png", ["organizations/acme/images/logo.png"], "write `images/logo.png`"),
        ("organization.yaml", [], "put the image beside"),
    ],
)
def test_a_logo_that_is_not_there(logo: str, others: list[str], hint: str) -> None:
    text = data_root()[ORGANIZATION] + f"logo: '{logo}'\n"
    [item] = found({ORGANIZATION: text, **dict.fromkeys(others, "")})
    assert (item.code, item.severity, item.pointer) == ("QF611", "error", ("logo",))
    assert hint in (item.hint or "")


@pytest.mark.parametrize(
    "logo",
    ["logo.png", "./logo.png", "images/dark.svg", "https://acme.example/l.png", "data:image/png;base64,AA"],
)
def test_a_logo_that_is_there_or_elsewhere_by_url(logo: str) -> None:
    images = dict.fromkeys(["organizations/acme/logo.png", "organizations/acme/images/dark.svg"], "")
    assert found({ORGANIZATION: data_root()[ORGANIZATION] + f"logo: '{logo}'\n", **images}) == []


# The family


def test_broken_fields_are_left_to_the_schema() -> None:
    files = test_case(allowed_domains=[1, "*"], created_at="2026-02-30", url_route=5) | config(
        viewport=1, viewprt=2
    )
    assert found(files) == []


def test_nothing_is_assumed_where_a_file_has_more_errors_than_are_told() -> None:
    wrong: Any = [{"a": 1}] * 150
    files = test_case(tags=wrong, browser_configs=wrong, created_at=[1], updated_at={}, url_route=[], x=1)
    snapshot = load(
        MemorySource(data_root(files | config(args=wrong, allowed_domains=wrong, launchOptions=1)))
    )
    for code in CODES:
        one = rule(code)
        assert one.check is not None or one.check_files is not None
        findings = [
            *(one.check(snapshot) if one.check is not None else ()),
            *(one.check_files(snapshot.by_kind) if one.check_files is not None else ()),
        ]
        assert [finding for finding in findings if finding.path == TEST_CASE] == []


def test_the_settings_can_switch_the_family_off() -> None:
    settings = {"qafiles.yaml": "version: 1\nrules: {ignore: [QF6]}\n"}
    assert found(test_case(allowed_domains=["*"]) | settings) == []


def test_the_shipped_example_has_no_finding() -> None:
    snapshot = check(load(FolderSource(ROOT / "examples" / "acme-qa")))
    assert [item for item in snapshot.diagnostics if item.code in CODES] == []
