from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.models.environments import Environment
from qafiles.rules.check import check
from qafiles.snapshot.environments import missing_secrets, users_of_secrets
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_PROJECT = "organizations/acme/projects/shop"
_CASE = f"{_PROJECT}/test_cases/open.yaml"
_IDS = ("ux5q1gpzr2kh0jmz8w3vcd7n", "k2v9w1hx8rj0qz4mtb7nc5ap", "m8s3vhn2k6y0qf4zpw7rjc1x")
_STAGING = "environments: {staging: {secret_suffix: _STAGING}}\n"


def files(settings: str = "", *secrets: str, text: str = "", more: str = "", **others: str) -> dict[str, str]:
    """Return a data root whose test case has a text, with secrets of these names."""
    return data_root(
        {
            "qafiles.yaml": f"version: 1\n{settings}",
            ".sops.yaml": SOPS_CONFIG,
            _CASE: (
                "id: f2cp7rav4wo9ey1bug6sh3di\ntags: [smoke]\nbrowser_configs: [desktop]\nurl_route: /cart\n"
                f"{more}test_description: Open {text}\n"
            ),
            **{
                f"{_PROJECT}/secret_values/{name}.yaml": sealed(name, id_=id_)
                for name, id_ in zip(secrets, _IDS, strict=False)
            },
            **others,
        }
    )


def found(texts: Mapping[str, str], *codes: str) -> list[Diagnostic]:
    diagnostics = check(load(MemorySource(texts))).diagnostics
    return [item for item in diagnostics if not codes or item.code in codes]


def test_a_secret_that_an_environment_lacks_is_told_at_the_placeholder_with_both_places() -> None:
    (item,) = found(files(_STAGING, "ADMIN", text="{{ secret.ADMIN }}"))
    assert (item.code, item.severity, item.path, item.line, item.column) == ("QF406", "error", _CASE, 5, 24)
    assert item.message == (
        "in environment `staging`, project `acme/shop` has no secret called `ADMIN_STAGING`, which `ADMIN` means there"
    )
    assert "`qafiles secret set ADMIN_STAGING --project acme/shop` makes it" in str(item.hint)
    assert [(r.path, r.line, r.column) for r in item.related] == [("qafiles.yaml", 2, 41)]


def test_there_is_no_fallback_and_shared_names_are_taken_as_they_are() -> None:
    assert found(files(_STAGING, "ADMIN", "ADMIN_STAGING", text="{{ secret.ADMIN }}")) == []
    shared = "environments: {staging: {secret_suffix: _STAGING, shared: [ADMIN]}}\n"
    assert found(files(shared, "ADMIN", text="{{ secret.ADMIN }}")) == []
    assert found(files("environments: {production: {}}\n", "ADMIN", text="{{ secret.ADMIN }}")) == []


def test_to_add_a_secret_that_is_missing_adds_no_finding() -> None:
    missing = found(files(_STAGING, text="{{ secret.ADMIN }}"), "QF406")
    assert [item.message for item in missing] == [
        "in environment `staging`, project `acme/shop` has no secret called `ADMIN_STAGING`, which `ADMIN` means there",
        "project `acme/shop` has no secret called `ADMIN`",
    ]
    (other,) = found(files(_STAGING, "ADMIN", text="{{ secret.ADMIN }}"), "QF406")
    assert other.fingerprint == missing[0].fingerprint


def test_a_misspelled_secret_is_told_once() -> None:
    (item,) = found(files(_STAGING, "ADMIN", "ADMIN_STAGING", text="{{ secret.ADMNI }}"), "QF406")
    assert item.hint == "did you mean `ADMIN`?"


def test_a_text_that_names_the_secret_of_an_environment_is_told_the_plain_name() -> None:
    texts = files(_STAGING, "ADMIN", "ADMIN_STAGING", text="{{ secret.ADMIN_STAGING }}")
    (item,) = found(texts, "QF406")
    assert item.hint == "write `ADMIN`: it means `ADMIN_STAGING` in `staging`"


def test_a_traversal_takes_the_secrets_of_an_environment_too() -> None:
    traversal = "id: q1w2e3r4t5y6u7i8o9p0a1s5\ntest_case_id: open\nsecret_values: [ADMIN]\n"
    path = f"{_PROJECT}/test_traversals/one.yaml"
    (item,) = found(files(_STAGING, "ADMIN", **{path: traversal}))
    assert (item.code, item.path, item.line, item.column) == ("QF406", path, 3, 17)
    own = traversal.replace("[ADMIN]", "[ADMIN_STAGING]")
    assert found(files(_STAGING, "ADMIN", "ADMIN_STAGING", **{path: own}), "QF406") == []


def test_the_secret_of_an_environment_is_used_where_the_plain_one_is() -> None:
    named = {"text": "{{ secret.ADMIN }}"}
    assert found(files(_STAGING, "ADMIN", "ADMIN_STAGING", **named), "QF408") == []
    shared = "environments: {staging: {secret_suffix: _STAGING, shared: [ADMIN]}}\n"
    (item,) = found(files(shared, "ADMIN", "ADMIN_STAGING", **named), "QF408")
    assert item.path == f"{_PROJECT}/secret_values/ADMIN_STAGING.yaml"
    assert [d.code for d in found(files(_STAGING, "ADMIN", "ADMIN_STAGING"), "QF408")] == ["QF408"] * 2


def test_no_secret_is_called_unused_where_a_suffix_can_not_be_read() -> None:
    wrong = "environments: {staging: {secret_suffix: _staging}}\n"
    assert found(files(wrong, "ADMIN", "ADMIN_STAGING", text="{{ secret.ADMIN }}"), "QF408") == []


@pytest.mark.parametrize(
    ("declared", "place"),
    [
        ("{^a b: {}}", "a b"),
        ("{staging: {secret_suffix: _S}, eu: {secret_suffix: ^_EU_S}}", "_EU_S"),
        ("{eu: {secret_suffix: ^_EU_S}, staging: {secret_suffix: _S}}", "_EU_S"),
        ("{one: {secret_suffix: _S}, two: {secret_suffix: ^_S}}", "_S"),
        ("{staging: {secret_suffix: _S, shared: [^ADMINN]}}", "did you mean `ADMIN`?"),
        ("{staging: {secret_suffix: _S, shared: [ADMIN, ^ADMIN]}}", "delete one of them"),
        ("{staging: {secret_suffix: _MIN, shared: [^AD_MIN]}}", "delete it"),
        ("{staging: {^shared: [ADMIN]}}", "delete it, or give the environment a `secret_suffix`"),
        ("{staging: {default_url_route: {^acme/shopp: https://s.example.com}}}", "did you mean `acme/shop`?"),
        ("{staging: {default_url_route: {^shop: https://s.example.com}}}", "did you mean `acme/shop`?"),
    ],
)
def test_what_means_nothing_is_told_at_its_place(declared: str, place: str) -> None:
    line = f"environments: {declared}"
    texts = files(line.replace("^", "") + "\n", "ADMIN", "AD_MIN", "AD")
    (item,) = found(texts, "QF207")
    assert (item.path, item.severity, item.line, item.column) == (
        "qafiles.yaml",
        "error",
        2,
        line.index("^") + 1,
    )
    assert place in f"{item.message} {item.hint}"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("{staging: {secret_suffix: ^_staging}}", "QF204"),
        ("{staging: {secret_suffix: ^''}}", "QF204"),
        ("{staging: {^secret_sufix: _S}}", "QF202"),
        ("{staging: {default_url_route: {acme/shop: ^s.example.com}}}", "QF204"),
        ("{staging: {default_url_route: {acme/shop: ^'https://256.1.1.1'}}}", "QF612"),
        ("{staging: {default_url_route: {acme/shop: ^'ftp://s.example.com'}}}", "QF204"),
        ("{staging: {shared: ^ADMIN}}", "QF203"),
        ("^[staging]", "QF203"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(declared: str, code: str) -> None:
    line = f"environments: {declared}"
    (item,) = found(files(line.replace("^", "") + "\n"))
    assert (item.code, item.line, item.column) == (code, 2, line.index("^") + 1)


def test_a_project_is_named_with_its_handle_where_the_last_part_is_written() -> None:
    (item,) = found(files("environments: {s: {default_url_route: {shop: 'https://s.example.com'}}}\n"))
    assert item.hint == "did you mean `acme/shop`?"


_ROUTES = "environments: {staging: {default_url_route: {acme/shop: 'https://staging.example.net'}}}\n"


def test_a_route_is_judged_in_each_environment() -> None:
    (item,) = found(files(_ROUTES, more="allowed_domains: [shop.example.com]\n"))
    assert (item.code, item.line, item.column) == ("QF601", 4, 12)
    assert item.message == (
        "in environment `staging`, the test begins at `https://staging.example.net`, which `shop.example.com` in "
        "`allowed_domains` does not cover"
    )
    assert [(r.path, r.line, r.column) for r in item.related] == [("qafiles.yaml", 2, 57)]
    assert found(files(_ROUTES, more="allowed_domains: [shop.example.com, staging.example.net]\n")) == []


def test_what_holds_without_an_environment_is_told_once() -> None:
    same = _ROUTES.replace("staging.example.net", "shop.example.com/new")
    (item,) = found(files(same, more="allowed_domains: [example.org]\n"))
    assert "environment" not in item.message
    texts = files(_ROUTES, more="allowed_domains: [example.org]\n")
    (item,) = found({**texts, _CASE: texts[_CASE].replace("/cart", "https://example.net/cart")})
    assert "environment" not in item.message


def test_a_browser_config_is_compared_with_the_host_of_each_environment() -> None:
    config = "id: h4dy9cn2btm7rz5jx3w8qk1v\nbrowser_config: {browserName: webkit, allowed_domains: [shop.example.com]}\n"
    (item,) = found(files(_ROUTES, **{"browser_configs/desktop.yaml": config}))
    assert item.code == "QF608"
    assert item.message.startswith("in environment `staging`, ")


_names = st.sampled_from(["A", "AB", "A_S", "B_S", "A_EU_S", "S", "EU"])
_suffixes = st.sampled_from(["", "_S", "_EU_S", "S", "_EU"])


def _meant(name: str, suffix: str, shared: list[str]) -> str:
    """Return what a name means, from the words of the contract: X in `shared` is X, any other X with the suffix behind it."""
    for other in shared:
        if other == name:
            return other
    return f"{name}{suffix}"


@given(st.lists(_names, max_size=4), _suffixes, st.lists(_names, max_size=3), st.lists(_names, max_size=6))
def test_the_secret_that_a_name_means_is_the_one_that_an_oracle_says(
    named: list[str], suffix: str, shared: list[str], extra: list[str]
) -> None:
    text = " ".join(f"{{{{ secret.{name} }}}}" for name in named)
    secrets = {*extra, *(f"{name}{suffix}" for name in extra[:2])}
    declared = ", ".join(
        [*([f"secret_suffix: {suffix}"] if suffix else []), f"shared: [{', '.join(shared)}]"]
    )
    texts = files(f"environments: {{staging: {{{declared}}}}}\n", text=text)
    for number, name in enumerate(sorted(secrets)):
        texts[f"{_PROJECT}/secret_values/{name}.yaml"] = sealed(name, id_=f"ux5q1gpzr2kh0jmz8w3vc{number:03}")
    snapshot = load(MemorySource(texts))
    environment = snapshot.settings.environments["staging"]
    assert [environment.secret_name(name) for name in named] == [
        _meant(name, suffix, shared) for name in named
    ]
    assert {use.name for use in missing_secrets(snapshot, environment)} == {
        name for name in named if _meant(name, suffix, shared) not in secrets
    }
    used = {path.rpartition("/")[2].removesuffix(".yaml") for path in users_of_secrets(snapshot)}
    assert used == secrets & {*named, *(_meant(name, suffix, shared) for name in named)}


@given(_names, _suffixes, st.lists(_names, max_size=3))
def test_the_plain_name_of_a_secret_is_one_that_means_it(name: str, suffix: str, shared: list[str]) -> None:
    environment = Environment("staging", suffix, tuple(shared))
    plain = environment.plain_name(environment.secret_name(name))
    assert plain is not None
    assert environment.secret_name(plain) == environment.secret_name(name)


def test_a_suffix_in_small_letters_is_told_with_what_keeps_it_from_the_name() -> None:
    wrong = "environments: {staging: {secret_suffix: staging}}\n"
    assert [item.hint for item in found(files(wrong), "QF204")] == ["write _STAGING"]
