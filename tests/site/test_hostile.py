import re
from pathlib import Path

import pytest

from qafiles.site import site
from tests.site.hostile import hostile_data
from tests.site.html import broken_links, is_outside, pages
from tests.site.payloads import MARK, PAYLOADS

_VALUE = "correct horse battery staple"
_ALLOWED = frozenset(
    {
        "a",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "circle",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
    }
    | {
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "img",
    }
    | {
        "input",
        "ins",
        "label",
        "li",
        "line",
        "link",
        "main",
        "meta",
        "nav",
        "noscript",
        "ol",
        "option",
        "p",
        "path",
        "pre",
    }
    | {
        "rect",
        "s",
        "script",
        "section",
        "select",
        "span",
        "strong",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "th",
        "thead",
    }
    | {"time", "title", "tr", "ul"}
)


def test_there_are_forty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.slow
def test_no_payload_is_an_element_or_an_attribute(hostile_site: Path) -> None:
    found = pages(hostile_site)
    assert len(found) > 8 * len(PAYLOADS)
    for name, page in found.items():
        assert {tag for tag, _ in page.elements} - {"button", "wbr"} <= _ALLOWED, name
        # The only buttons are those that show more rows, which stand there while nothing is run.
        assert all(
            {"type", "hidden"} <= {*values} <= {"type", "hidden", "id", "data-more"}
            for values in page.of("button")
        )
        assert len(page.of("button")) <= (1 if name == "search.html" or name.endswith("index.html") else 0), (
            name
        )
        for tag, values in page.elements:
            assert not any(
                key.startswith("on") or key in {"style", "srcdoc", "srcset", "action"} for key in values
            ), name
            for key in ("href", "src"):
                address = values.get(key, "")
                assert re.match(r"(?i)\s*(?:javascript|data|vbscript):|//", address) is None, (name, address)
                if MARK in address:
                    assert tag == "a", (name, address)
        assert len(page.of("script")) == len(page.of("link")) == 1, name
        assert [values for values in page.of("meta") if values.get("http-equiv") == "refresh"] == []


@pytest.mark.slow
def test_every_link_of_a_hostile_site_leads_somewhere(hostile_site: Path) -> None:
    found = pages(hostile_site)
    assert broken_links(hostile_site, found) == []
    assert all(
        not is_outside(values["href"]) or values.get("rel", "").startswith("noopener noreferrer")
        for page in found.values()
        for values in page.of("a")
        if "href" in values
    )


@pytest.mark.slow
def test_names_of_pages_are_plain(hostile_site: Path) -> None:
    names = [path.relative_to(hostile_site).as_posix() for path in hostile_site.rglob("*.html")]
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)


@pytest.mark.slow
def test_the_data_of_the_search_is_a_script_that_nothing_gets_out_of(hostile_site: Path) -> None:
    script = (hostile_site / "assets/search-data.js").read_text("utf-8")
    assert script.isascii()
    assert "<" not in script


def test_no_value_of_a_secret_is_on_any_page(tmp_path: Path) -> None:
    data = hostile_data(tmp_path / "data", PAYLOADS[:2])
    secret = data / "organizations/a/projects/p0/secret_values/S.yaml"
    fields = (
        "secret_value",
        "secret_name",
        "name",
        "version",
        "x-note",
        "color",
        "content",
        "created_at",
        "project_id",
    )
    secret.write_text(
        "id: hzzzzzzzzzzzzzzzzzzzzzzz\n" + "".join(f'{name}: "{_VALUE} {name}"\n' for name in fields),
        "utf-8",
    )
    site(data, tmp_path / "site")
    leaks = [
        path
        for path in (tmp_path / "site").rglob("*")
        if path.is_file() and _VALUE.encode() in path.read_bytes()
    ]
    assert leaks == []


@pytest.mark.slow
def test_a_logo_is_a_picture_or_nothing(tmp_path: Path) -> None:
    data = hostile_data(tmp_path / "data", PAYLOADS[:2])
    organization = data / "organizations/a/organization.yaml"
    text = organization.read_text("utf-8").partition('"logo"')[0]
    for logo, content, shown in (
        ("logo.png", b"\x89PNG\r\n\x1a\n....", True),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", False),
        ("logo.png", b"<svg onload=1>", False),
        ("../../../../etc/passwd", b"", False),
        ("https://example.com/logo.png", b"", False),
        ("data:image/svg+xml;base64,PHN2Zz4=", b"", False),
        ("data:image/png;base64,iVBORw0KGgo=", b"", True),
    ):
        organization.write_text(f'{text}logo: "{logo}"\n', "utf-8")
        if content:
            (organization.parent / logo).write_bytes(content)
        site(data, tmp_path / "site")
        assert len([*(tmp_path / "site/organizations/a").glob("logo.*")]) == shown, logo
