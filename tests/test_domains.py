from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.domains import Domain, Hosts, Origin, Problem, covered_by, covers, masked, origin, parse, shown
from tests.hang import no_hang

LABEL = st.from_regex(r"[a-z](?:[a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
HOST = st.one_of(
    NAME,
    st.just("localhost"),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address.compressed}]"),
)
DOMAIN = st.one_of(
    st.builds(
        Domain,
        HOST,
        st.sampled_from([None, "http", "https"]),
        st.one_of(st.none(), st.integers(1, 65535)),
        st.just(value=False),
    ),
    NAME.map(lambda name: Domain(name, subdomains=True)),
)
PIECES = [
    ".",
    "*",
    ":",
    "/",
    "//",
    "@",
    "[",
    "]",
    "?",
    "#",
    "\\",
    "%",
    " ",
    "\n",
    "\0",
    "-",
    "_",
    "0x",
    "1",
    "256",
]
PIECES += [
    "::",
    "http",
    "https:",
    "://",
    "a",
    "A",
    "com",
    "ß",
    "ü",
    "。",
    "İ",
    "\u200d",
    "\ud800",
    "{{",
    "xn--",
]
TEXT = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


@pytest.mark.parametrize(
    ("entry", "url", "expected"),
    [
        ("example.com", "https://example.com", True),
        ("example.com", "http://example.com", True),
        ("example.com", "https://EXAMPLE.com./a?b#c", True),
        ("example.com", "https://example.com:8443/", True),
        ("example.com", "https://www.example.com", False),
        ("example.com", "https://a.example.com", False),
        ("example.com", "https://evilexample.com", False),
        ("example.com", "ftp://example.com", False),
        ("*.example.com", "https://example.com", True),
        ("*.example.com", "https://a.b.example.com", True),
        ("*.example.com", "http://a.example.com", True),
        ("*.example.com", "https://evilexample.com", False),
        ("https://example.com", "https://example.com/pay", True),
        ("https://example.com", "http://example.com", False),
        ("https://example.com", "https://example.com.evil.org", False),
        ("https://example.com", "https://example.com@evil.org", False),
        ("https://*.example.com", "https://a.example.com", True),
        ("example.com:8080", "https://example.com:8080", True),
        ("example.com:8080", "https://example.com", False),
        ("example.com:443", "https://example.com", True),
        ("example.com:443", "http://example.com", False),
        ("localhost", "http://localhost:3000", True),
        ("http://localhost:3000", "http://localhost:3000/a", True),
        ("http://localhost:3000", "http://localhost:3001", False),
        ("localhost", "http://127.0.0.1", False),
        ("*.localhost", "http://shop.localhost", True),
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("[::1]", "http://[0:0:0:0:0:0:0:1]:8000", True),
        ("my_app:3000", "http://my_app:3000", True),
        ("xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de", True),
        ("xn--mnchen-3ya.de", "https://münchen.de", True),
        ("xn--strae-oqa.de", "https://straße.de", True),
        ("*.example.com", "https://evil.org\\.example.com", False),
        ("*.example.com", "https://evil.org/.example.com", False),
        ("*.example.com", "https://evil.org?.example.com", False),
        ("*.example.com", "https://a.example.com:0", False),
        ("*.example.com", "https://a.example.com:x", False),
        ("*.example.com", "/path", False),
    ],
)
def test_an_entry_covers_hosts_and_not_texts(entry: str, url: str, expected: bool) -> None:  # noqa: FBT001
    domain = parse(entry)
    assert isinstance(domain, Domain)
    assert covers(domain, url) is expected


@pytest.mark.parametrize(
    ("entry", "what", "mended"),
    [
        ("", "is empty", None),
        (" \n", "is empty", None),
        (" example.com", "white space", "example.com"),
        ("example.com\n", "white space", "example.com"),
        ("exam\u200bple.com", "invisible", "example.com"),
        ("a.com b.com", "white space", None),
        ("a.com,b.com", "`,`", None),
        ("example.com/path", "a path", "example.com"),
        ("https://example.com/", "a path", "https://example.com"),
        ("https://example.com\\", "a path", "https://example.com"),
        ("example.com?token=x", "a query", "example.com"),
        ("example.com#top", "a fragment", "example.com"),
        ("https://ada:pass@example.com", "a user name", "https://example.com"),
        ("https://example.com@evil.org", "a user name", "https://evil.org"),
        ("example.com.", "ends in a dot", "example.com"),
        (".example.com", "begins with a dot", "*.example.com"),
        (".com", "begins with a dot", None),
        ("a..com", "two dots", None),
        ("Example.COM", "lower case", "example.com"),
        ("HTTPS://example.com:443", "lower case", "https://example.com:443"),
        ("[::A]", "lower case", "[::a]"),
        ("münchen.de", "punycode", "xn--mnchen-3ya.de"),
        ("*.MÜNCHEN.de", "punycode", "*.xn--mnchen-3ya.de"),
        ("straße.de:80", "punycode", "xn--strae-oqa.de:80"),
        ("日本。jp", "punycode", "xn--wgv71a.jp"),
        ("example.com:", "port", "example.com"),
        ("example.com:*", "port", "example.com"),
        ("example.com:0", "port", None),
        ("example.com:65536", "port", None),
        ("example.com:http", "port", None),
        ("example.com:08", "port", None),
        ("http*://*.example.com", "scheme", "*.example.com"),
        ("htps://example.com", "scheme", "https://example.com"),
        ("https:/example.com", "scheme", "https://example.com"),
        ("https//example.com", "scheme", "https://example.com"),
        ("https:example.com", "scheme", "https://example.com"),
        ("//example.com", "a path", "example.com"),
        ("https://", "no host", None),
        ("256.1.1.1", "IPv4", None),
        ("1.2.3", "IPv4", None),
        ("127.0.0.01", "IPv4", None),
        ("0x7f.1", "IPv4", None),
        ("::1", "IPv6", "[::1]"),
        ("[::1", "IPv6", None),
        ("[::g]", "IPv6", None),
        ("[fe80::1%eth0]", "IPv6", None),
        ("*.127.0.0.1", "no subdomains", None),
        ("*.[::1]", "no subdomains", None),
        ("a.*.com", "elsewhere", None),
        ("{{ secret.HOST }}", "a placeholder", None),
        ("${HOST}", "a placeholder", None),
        ("<host>", "`<`", None),
        ("-a.com", "begins or ends with `-`", None),
        ("a" * 64 + ".com", "more than 63", None),
        ("a." * 130 + "com", "263 characters", None),
        ("a" * 301, "301 characters", None),
    ],
)
def test_what_is_no_entry_is_named_and_mended_where_the_meaning_is_plain(
    entry: str, what: str, mended: str | None
) -> None:
    problem = parse(entry)
    assert isinstance(problem, Problem)
    assert not problem.dangerous
    assert what in problem.what
    assert (str(problem.meant) if problem.meant else None) == mended
    if mended:
        assert mended in problem.hint
        assert parse(mended) == problem.meant


@pytest.mark.parametrize(
    ("entry", "also"),
    [
        ("*", "https://evil.org"),
        ("*.*", "https://evil.org"),
        ("**", "https://evil.org"),
        ("*://*/*", "https://evil.org"),
        ("https://*", "https://evil.org"),
        ("*:443", "https://evil.org"),
        ("*.com", "https://evil.com"),
        ("*.COM", "https://evil.com"),
        ("*.com:99999", "https://evil.com"),
        ("*.*.com", "https://evil.com"),
        ("*example.com", "https://evilexample.com"),
        ("*Example.com/path", "https://evilexample.com"),
        ("*münchen.de", "https://example.org"),
        ("example.*", "https://example.evil.org"),
        ("*.example.*", "https://example.evil.org"),
        ("192.168.*", "http://192.168.evil.org"),
        ("example*", "https://example.evil.org"),
    ],
)
def test_patterns_without_a_real_limit_are_dangerous(entry: str, also: str) -> None:
    problem = parse(entry)
    assert isinstance(problem, Problem)
    assert problem.dangerous
    assert problem.meant is not None
    if entry.isascii():
        assert covers(problem.meant, also)


@pytest.mark.parametrize("entry", ["*.localhost", "*.test", "*.local", "*.internal", "*.example", "*.co.uk"])
def test_wildcards_of_names_that_nobody_can_register_are_fine(entry: str) -> None:
    assert isinstance(parse(entry), Domain)


@pytest.mark.parametrize("entry", ["chrome-extension://abcdefgh", "ftp://example.com"])
def test_other_schemes_are_in_the_grammar_and_cover_no_page(entry: str) -> None:
    domain = parse(entry)
    assert isinstance(domain, Domain)
    assert not covers(domain, "https://example.com")


def test_the_hint_for_a_missing_dot_adds_it() -> None:
    assert "'*.example.com'" in cast("Problem", parse("*example.com")).hint


def test_an_origin_leaves_out_the_port_of_its_scheme() -> None:
    assert str(origin("https://example.com:443/a")) == "https://example.com"
    assert str(origin("http://[::1]:8000")) == "http://[::1]:8000"


@pytest.mark.parametrize(
    "url", ["", "/a", "https:", "https://", "https://[::1", "https://a b", "https://%41", "x://a"]
)
def test_what_no_browser_opens_has_no_origin(url: str) -> None:
    assert origin(url) is None


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (["a.com"], ["a.com"], True),
        (["a.com"], ["b.com"], False),
        (["http://a.com:80"], ["https://a.com:443"], True),
        (["x.a.com"], ["*.a.com"], True),
        (["*.a.com"], ["x.a.com"], True),
        (["*.a.com"], ["*.x.a.com"], True),
        (["*.a.com"], ["*.ba.com"], False),
        (["a.com"], ["x.a.com"], False),
        (["10.0.0.1"], ["*.0.0.1"], False),
        (["*"], ["a.com"], True),
        (["a.com", "b.com"], ["c.com", "*.b.com"], True),
        ([], ["a.com"], False),
    ],
)
def test_lists_overlap_where_a_host_is_in_both(left: list[str], right: list[str], expected: bool) -> None:  # noqa: FBT001
    ours = [domain for domain in map(covered_by, left) if domain]
    theirs = [domain for domain in map(covered_by, right) if domain]
    assert Hosts(theirs).overlap(ours) is expected
    assert Hosts(ours).overlap(theirs) is expected


def test_credentials_and_queries_are_never_shown() -> None:
    for entry in (
        "https://ada:s3cret@example.com",
        "ada:s3cret@example.com",
        "https://ada:s3/c#r?et@x",
        "a.com?s3cret",
    ):
        assert "s3" not in masked(entry)
        found = parse(entry)
        assert isinstance(found, Problem)
        assert "s3" not in found.what + found.hint


def test_shown_entries_are_short_and_printable() -> None:
    assert shown("a" * 1000) == "a" * 57 + "…"
    assert shown("a\x1b[31m\nb") == "a\\u001b[31m\\u000ab"


@given(DOMAIN)
def test_what_a_domain_says_of_itself_is_the_entry_that_means_it(domain: Domain) -> None:
    assert parse(str(domain)) == domain


@given(DOMAIN, st.sampled_from(["", "/", "/a?b#c", "?x", "#x"]))
def test_an_entry_covers_its_own_host_with_every_path(domain: Domain, tail: str) -> None:
    url = str(domain._replace(scheme=domain.scheme or "https", subdomains=False)) + tail
    assert covers(domain, url)


@pytest.mark.slow
@given(NAME, NAME)
def test_a_wildcard_covers_subdomains_and_an_exact_host_does_not(host: str, sub: str) -> None:
    assert covers(Domain(host, subdomains=True), f"https://{sub}.{host}")
    assert not covers(Domain(host), f"https://{sub}.{host}")
    assert not covers(Domain(host, subdomains=True), f"https://{sub}x{host}.evil.org")


@pytest.mark.slow
@given(DOMAIN, DOMAIN)
def test_overlap_is_symmetric_and_includes_what_both_cover(left: Domain, right: Domain) -> None:
    overlap = Hosts([left]).overlap([right])
    assert overlap is Hosts([right]).overlap([left])
    if any(covers(left._replace(scheme=None, port=None), f"https://{host}") for host in [right.host]):
        assert overlap


@given(TEXT, TEXT)
def test_no_text_raises_and_every_problem_has_a_sentence_and_a_hint(entry: str, url: str) -> None:
    found = parse(entry)
    if isinstance(found, Problem):
        assert found.what
        assert found.hint
        assert not (found.meant is None and found.dangerous)
        if found.meant is not None and not found.dangerous:
            assert parse(str(found.meant)) == found.meant
    domain = covered_by(entry)
    if domain is not None:
        assert covers(domain, url) in {True, False}
    assert len(shown(entry)) <= 60
    assert shown(entry).isprintable()


@given(TEXT)
def test_an_origin_is_canonical(text: str) -> None:
    found = origin("https://" + text)
    if found is not None:
        assert origin(str(found)) == found
        assert isinstance(found, Origin)


@pytest.mark.parametrize(
    "text",
    ["*" * 1_000_000, "a." * 500_000, "@" * 1_000_000, "https:/" * 100_000, "ü" * 300, "*." * 150, "/" * 299],
)
def test_no_text_takes_long(text: str) -> None:
    with no_hang():
        parse(text)
        origin("https://" + text)
        masked(text)
