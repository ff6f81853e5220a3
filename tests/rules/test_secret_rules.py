from collections import Counter
from pathlib import Path

import pytest

from qafiles import validate
from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.rules.sops_config import sops_config
from qafiles.sources import MemorySource
from qafiles.validation import load as load_checked
from qafiles.validation import unchecked, verdict_of
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root
from tests.sealed import RECIPIENT, SOPS_CONFIG, STANZA, sealed

PROJECT = "organizations/acme/projects/shop"
PATH = f"{PROJECT}/secret_values/ADMIN_PASSWORD.yaml"
CASE = f"{PROJECT}/test_cases/sign-in.yaml"
USES = "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: Use {{ secret.ADMIN_PASSWORD }}\nurl_route: /\n"
OTHER = "age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm"


def files(secret: str = "", **more: str) -> dict[str, str]:
    """Return a data root with a secret that is used; the names of more files are written with `__` for `/`."""
    base = {".sops.yaml": SOPS_CONFIG, PATH: secret or sealed(), CASE: USES}
    return data_root(base | {name.replace("__", "/"): text for name, text in more.items()})


def found(texts: dict[str, str]) -> list[Diagnostic]:
    return [*validate(MemorySource(texts))]


def brief(texts: dict[str, str]) -> list[tuple[str, str, int, int]]:
    return [(item.code, item.path, item.line, item.column) for item in found(texts)]


def test_a_secret_as_sops_writes_it_has_no_finding() -> None:
    assert found(files()) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("version: 1\n", "version: 1  # was hunter2\n", (6, 13)),
        ("sops:\n", "# was hunter2\nsops:\n", (8, 1)),
        ("version: 1\n", "version: 1\n\n", (8, 15)),
        ("secret_name: ADMIN_PASSWORD", "secret_name: 'ADMIN_PASSWORD'", (3, 14)),
        ('updated_at: "2026-03-01T09:30:00Z"', "updated_at: 2026-03-01T09:30:00Z", (5, 13)),
        ("    encrypted_regex: ^secret_value$\n", "", (8, 1)),
        ("encrypted_regex: ^secret_value$", "encrypted_regex: ^nothing$", (21, 22)),
        ("    version: 3", "    mac_only_encrypted: true\n    version: 3", (22, 5)),
        ("\n", "\r\n", (1, 1)),
    ],
)
def test_what_is_not_as_sops_writes_it_is_found_in_its_place(
    old: str, new: str, place: tuple[int, int]
) -> None:
    text = sealed()
    assert old in text
    assert brief(files(text.replace(old, new))) == [("QF503", PATH, *place)]


def test_fields_that_changed_places_are_found() -> None:
    first, second, rest = sealed().split("\n", 2)
    assert brief(files(f"{second}\n{first}\n{rest}")) == [("QF503", PATH, 1, 1)]


def test_of_a_value_in_clear_text_nothing_else_is_said() -> None:
    text = sealed().replace("ENC[AES256", "ENC [AES256").replace(RECIPIENT, OTHER) + "# hunter2\n"
    assert brief(files(text)) == [("QF501", PATH, 7, 1)]


def test_a_field_with_an_error_of_schema_is_found_once() -> None:
    assert [code for code, *_ in brief(files(sealed(version=0)))] == ["QF204"]
    assert [code for code, *_ in brief(files(sealed(version='"1"')))] == ["QF203"]


def test_recipients_are_those_of_the_first_rule_that_is_for_the_path() -> None:
    more = SOPS_CONFIG.replace(RECIPIENT, f"{RECIPIENT},{OTHER}")
    assert brief(files(**{".sops.yaml": more})) == [("QF504", PATH, 8, 1)]
    other = SOPS_CONFIG.replace(RECIPIENT, OTHER)
    assert brief(files(**{".sops.yaml": other})) == [("QF504", PATH, 8, 1), ("QF504", PATH, 10, 11)]
    rule = f"  - path_regex: ^{PROJECT}/\n    encrypted_regex: ^secret_value$\n    age: {RECIPIENT}\n"
    both = other.replace("creation_rules:\n", f"creation_rules:\n{rule}")
    assert brief(files(**{".sops.yaml": both})) == []


def test_a_key_of_a_type_that_is_not_declared_is_found() -> None:
    vault = (
        '    hc_vault:\n        - vault_address: https://evil.example\n          engine_path: transit\n          key_name: k\n          created_at: "2026-03-01T09:30:00Z"\n          enc: vault:v1:'
        + "A" * 60
        + "\n"
    )
    (item,) = found(files(sealed().replace("sops:\n", f"sops:\n{vault}")))
    assert (item.code, item.line) == ("QF504", 10)
    assert "`hc_vault`" in item.message
    assert "evil" not in f"{item.message}{item.hint}"


@pytest.mark.parametrize(
    ("config", "words", "place"),
    [
        ("", "there is no .sops.yaml", (1, 1)),
        ("creation_rules: []\n", "no list of rules", (1, 17)),
        ("creation_rules: [\n", "", (1, 18)),
        (f"keys: [&a {RECIPIENT}]\n", "anchor", (1, 8)),
        (SOPS_CONFIG.replace("secret_values", "secrets"), "no rule is for", (1, 1)),
        (SOPS_CONFIG.replace("[^/]+", "([^/]+"), "no regular expression", (2, 17)),
        (SOPS_CONFIG.replace("^secret_value$", "^value$"), "encrypts other values", (3, 22)),
        (SOPS_CONFIG + "    mac_only_encrypted: true\n", "does not go with", (5, 5)),
        (SOPS_CONFIG + SOPS_CONFIG.partition("\n")[2].replace(RECIPIENT, OTHER), "for the same paths", (5, 5)),
    ],
)  # fmt: skip
def test_a_config_that_does_not_protect_the_secrets_is_found(
    config: str, words: str, place: tuple[int, int]
) -> None:
    texts = {path: text for path, text in files(**{".sops.yaml": config}).items() if text}
    items = [item for item in found(texts) if item.path == ".sops.yaml"]
    assert items[0].code == "QF505"
    assert (items[0].line, items[0].column) == place
    assert words in " ".join(item.message for item in items)


def test_a_rule_for_one_project_is_a_rule_for_secrets() -> None:
    config = SOPS_CONFIG.replace("secret_values/", "shop/secret_values/").replace("^secret_value$", "^x$")
    (item,) = found(files(**{".sops.yaml": config}))
    assert (item.code, item.line) == ("QF505", 3)


def test_a_config_without_secrets_is_not_looked_at() -> None:
    assert found(data_root({".sops.yaml": "no: [yaml"})) == []


def test_an_expression_that_a_backtracking_engine_would_never_end_is_read() -> None:
    config = SOPS_CONFIG.replace("secret_values/[^/]+", "(([a-z/_]+)+)+X")
    assert [item.code for item in found(files(**{".sops.yaml": config}))] == ["QF505"]


def test_a_config_with_very_many_rules_is_read_to_a_limit() -> None:
    rule = "  - {{path_regex: '(a{{{0}}}){{900}}', age: x}}\n"
    config = SOPS_CONFIG + "".join(rule.format(number) for number in range(100, 20_000))
    items = found(files(**{".sops.yaml": config}))
    assert {item.code for item in items} == {"QF505"}
    assert any("19901 rules" in item.message for item in items)


def test_a_stanza_with_very_many_recipients_is_read() -> None:
    entry = f"        - recipient: {OTHER}\n          enc: x\n"
    text = sealed().replace("    age:\n", "    age:\n" + entry * 8_000)
    items = found(files(text))
    assert Counter(item.code for item in items) == {"QF503": 101, "QF504": 101}


def test_all_is_read_from_the_same_source(tmp_path: Path) -> None:
    folder = committed(tmp_path, files())
    assert validate(folder) == validate(folder, staged=True) == validate(folder, rev="HEAD") == ()
    write(folder, {".sops.yaml": SOPS_CONFIG.replace(RECIPIENT, f"{RECIPIENT},{OTHER}")})
    assert [item.code for item in validate(folder)] == ["QF504"]
    assert validate(folder, staged=True) == ()
    git(folder, "add", ".sops.yaml")
    write(folder, {".sops.yaml": SOPS_CONFIG, PATH: sealed().replace("version: 1", "version: 1 # hunter2")})
    assert [item.code for item in validate(folder)] == ["QF503"]
    assert [item.code for item in validate(folder, staged=True)] == ["QF504"]
    assert validate(folder, rev="HEAD") == ()


def test_a_link_in_the_place_of_the_config_is_not_followed(tmp_path: Path) -> None:
    folder = committed(tmp_path / "qa", files())
    (folder / ".sops.yaml").rename(tmp_path / "rules.yaml")
    (folder / ".sops.yaml").symlink_to(tmp_path / "rules.yaml")
    git(folder, "add", "-A")
    for staged in (False, True):
        (item,) = validate(folder, staged=staged)
        assert (item.code, item.path) == ("QF505", ".sops.yaml")
        assert "symbolic link" in item.message


def test_what_was_not_checked_is_told_with_the_number_of_secrets() -> None:
    assert unchecked(verdict_of(load_checked(MemorySource(data_root())))) == ()
    (told,) = unchecked(verdict_of(load_checked(MemorySource(files()))))
    assert told.startswith("the MAC of 1 secret, whose form and recipients are checked: that needs a key")


@pytest.mark.parametrize(
    "data", ["sops: null", "sops: []", "sops: {age: x}", "sops: {age: [1, {}], pgp: {}}"]
)
def test_no_stanza_raises(data: str) -> None:
    assert validate(MemorySource(files(sealed().replace(STANZA, data + "\n"))))


def test_an_illegible_config_gives_no_rules() -> None:
    texts = {path: text for path, text in files().items() if path != ".sops.yaml"}
    assert sops_config(load(MemorySource(texts))) is None
    assert sops_config(load(MemorySource({**texts, ".sops.yaml": "a: *b\n"}))) is None


def test_a_secret_that_an_illegible_browser_config_may_use_is_not_called_unused() -> None:
    texts = {**files(), CASE: USES.replace("{{ secret.ADMIN_PASSWORD }}", "nothing")}
    assert brief(texts) == [("QF408", PATH, 1, 1)]
    texts["browser_configs/admin.yaml"] = "browser_config: [\n"
    assert {item.code for item in found(texts)} == {"QF106", "QF409"}


def test_a_config_that_projects_share_uses_a_secret_of_each() -> None:
    web = "organizations/acme/projects/web"
    run = "id: {}\ntest_case_id: sign-in\nbrowser_config_id: admin\n"
    texts = files(
        **{
            "qafiles.yaml": "version: 1\nunique_secret_names: project\n",
            "browser_configs/admin.yaml": "id: q1w2e3r4t5y6u7i8o9p0a1s9\nbrowser_config:\n  extraHTTPHeaders:\n"
            "    X-Test: '{{ secret.ADMIN_PASSWORD }}'\n",
            f"{web}/project.yaml": "id: wz4a98xxat96iws9zmbrgj3b\nname: Web\ndefault_url_route: https://web.example.com\n",
            f"{web}/test_cases/sign-in.yaml": USES.replace("a1s2", "a1s4").replace(
                "Use {{ secret.ADMIN_PASSWORD }}", "x"
            ),
            f"{web}/secret_values/ADMIN_PASSWORD.yaml": sealed(
                id_="k2v9w1hx8rj0qz4mtb7nc5ap", project="wz4a98xxat96iws9zmbrgj3b"
            ),
            f"{web}/test_traversals/one.yaml": run.format("q1w2e3r4t5y6u7i8o9p0a1s5"),
            f"{PROJECT}/test_traversals/one.yaml": run.format("q1w2e3r4t5y6u7i8o9p0a1s6"),
        }
    )
    assert "QF408" not in [item.code for item in found(texts)]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("public/organizations/acme/projects/shop/secret_values/PIN.html", False),
        ("public/organizations/acme/projects/shop/secret_values/index.html", False),
        ("public/organizations/acme/projects/shop/secret_values/PIN.yaml", True),
        ("backup/secret_values/PIN.env", True),
        ("backup/secret_values/PIN.html", True),
        ("organizations/acme/projects/shop/secret_values/PIN.html", True),
        ("organisations/acme/projects/shop/secret_values/PIN.html", True),
    ],
)
def test_pages_of_a_site_beside_the_data_are_no_secrets(path: str, told: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    diagnostics = validate(MemorySource(data_root({path: "x"})))
    assert (path in {item.path for item in diagnostics if item.code == "QF507"}) == told
