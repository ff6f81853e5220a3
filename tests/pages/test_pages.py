import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from qafiles.pages import clean, markdown, standalone, stylesheet, table
from qafiles.pages.charts import bars, columns, heat_map, swatch
from qafiles.pages.markdown import MAX_LENGTH, MAX_MARKS

_ADDRESSES = ("href", "src", "srcset", "action", "data", "poster", "background", "xlink:href")


class _Elements(HTMLParser):
    """What a parser other than the sanitiser's finds in HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _is_harmless(html: str) -> bool:
    return all(
        tag
        not in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "img",
            "image",
            "link",
            "base",
            "form",
            "meta",
            "use",
        }
        and not any(name.startswith("on") or name in {"style", "srcdoc"} for name in attributes)
        and all(
            re.match(r"(?i)https?:|mailto:", attributes[name] or "")
            for name in _ADDRESSES
            if name in attributes
        )
        for tag, attributes in _Elements(html).found
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](  JaVaScRiPt&colon;alert(1))",
        "[a](java\tscript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "<javascript:alert(1)>",
        "![a](javascript:alert(1))",
        '![a](https://evil.example/x.png "t")',
        '![a" onload=alert(1)](https://evil.example/x)',
        "[a]: javascript:alert(1)\n\n[a]",
        "[a](//evil.example)",
        "[a](../../users/ada.html)",
        '[a](https://e.example/"onmouseover="alert(1))',
        "<svg><script>alert(1)</script></svg>",
        "```html\n</code></pre><script>alert(1)</script>\n```",
        "`</code><script>alert(1)</script>`",
        "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
        '# <a href="javascript:alert(1)">x</a>',
        "<style>*{background:url(https://evil.example)}</style>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_markdown_leaves_nothing_that_runs_or_loads(text: str) -> None:
    assert _is_harmless(markdown(text))


@given(
    st.text(
        alphabet=st.sampled_from("[]()<>!\"'`*_&;:/ \n#|-=javscriptonerhxlg\x00\x1b\u202e\ud800"), max_size=80
    )
)
def test_no_text_gets_out_of_markdown(text: str) -> None:
    assert _is_harmless(markdown(text))
    markdown(text).encode()


def test_a_picture_becomes_a_link() -> None:
    html = markdown("![the cart](https://example.com/cart.png)")
    assert html == (
        '<p><a href="https://example.com/cart.png" rel="noopener noreferrer nofollow">the cart</a></p>\n'
    )


def test_headings_lie_below_those_of_the_page() -> None:
    assert re.findall(r"<(h\d)>", markdown("# a\n\n## b\n\n# c", level=3)) == ["h3", "h4", "h3"]
    assert re.findall(r"<(h\d)>", markdown("### a\n\n###### b", level=2)) == ["h2", "h5"]


def test_steps_keep_their_lines_and_wrapped_prose_does_not() -> None:
    assert markdown("Given a cart\nWhen I pay\nThen it is empty").count("<br>") == 2
    long = "word " * 14
    assert markdown(f"{long}\n{long}\nend").count("<br>") == 0


def test_tables_and_strikethrough_are_rendered() -> None:
    html = markdown("| a | b |\n|---|---|\n| 1 | ~~2~~ |")
    assert "<th>a</th>" in html
    assert "<s>2</s>" in html


def test_a_page_in_one_file_allows_its_own_style_and_nothing_else() -> None:
    page = standalone("A <title>", Markup("<h1>Body</h1>"))
    elements = dict(_Elements(page).found)
    (policy,) = [a["content"] for tag, a in _Elements(page).found if tag == "meta" and "http-equiv" in a]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "link" not in elements
    assert "script" not in elements
    assert "<title>A &lt;title&gt;</title>" in page


def test_the_stylesheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face|</", stylesheet())


def test_a_table_escapes_cells_and_keeps_markup() -> None:
    html = table(["<a>", "n"], [["<b>", 1], [Markup("<i>x</i>"), None]], caption='C"', numbers=[1])
    assert '<th scope="col">&lt;a&gt;</th><th scope="col" class="number">n</th>' in html
    assert '<td>&lt;b&gt;</td><td class="number">1</td>' in html
    assert '<td><i>x</i></td><td class="number"></td>' in html
    assert 'aria-label="C&#34;"' in html


_HOSTILE = '"><script>alert(1)</script>\x00\u202e'


@pytest.mark.parametrize(
    "picture",
    [
        columns(_HOSTILE, [(_HOSTILE, 3), ("b", 0)], summary=_HOSTILE),
        bars(_HOSTILE, [(_HOSTILE, 3)], summary=_HOSTILE),
        heat_map(_HOSTILE, [_HOSTILE], [_HOSTILE], [[5]], summary=_HOSTILE),
    ],
)
def test_no_text_gets_out_of_a_picture(picture: Markup) -> None:
    assert _is_harmless(picture)
    assert "\x00" not in picture
    assert "\u202e" not in picture


@pytest.mark.parametrize("make", [columns, bars])
def test_a_picture_of_nothing_is_drawn(make: object) -> None:
    assert callable(make)
    assert "NaN" not in make("t", [], summary="s")


def test_bars_are_as_long_as_their_values() -> None:
    lengths = [
        float(x)
        for x in re.findall(
            r'<rect class="bar" x="185" y="[\d.]+" width="([\d.]+)"',
            bars("t", [("a", 4), ("b", 2), ("c", 0)], summary="s"),
        )
    ]
    assert lengths[0] == 2 * lengths[1]
    assert lengths[2] == 0


@pytest.mark.parametrize("color", ["#0483ac", "#abc", "teal", "TEAL"])
def test_a_colour_has_a_swatch(color: str) -> None:
    assert f'fill="{color}"' in swatch(color)


@pytest.mark.parametrize("color", ["url(#x)", "#12", "red;fill:url(x)", '"/><script>', None, "", "#12345g"])
def test_what_is_no_colour_has_none(color: str | None) -> None:
    assert not swatch(color)


@given(st.text())
def test_cleaned_text_can_be_written_and_is_kept_where_it_is_fit(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()
    if text.isascii() and text.isprintable():
        assert clean(text) == text


def test_of_a_very_long_text_the_beginning_is_shown_and_the_rest_is_told() -> None:
    html = markdown("word " * (MAX_LENGTH // 5) + "end")
    assert f"of which the first {MAX_LENGTH} are shown" in html
    assert "end" not in html


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["![", "[", "- a\n", "<![CDATA[", "**a *b ", "`a"])
def test_of_a_text_that_is_mostly_markup_no_more_is_rendered_than_takes_a_moment(mark: str) -> None:
    html = markdown(mark * (MAX_LENGTH // len(mark)))
    found = re.search(r"of which the first (\d+) are shown", html)
    assert found is not None
    assert int(found[1]) <= (MAX_MARKS + 1) * len(mark)


def test_a_table_is_not_filled_with_more_cells_than_a_reader_would_want() -> None:
    wide = f"{'a|' * 300}\n{'-|' * 300}\n"
    assert "<table>" in markdown(wide + "a\n" * 20)
    filled = markdown(wide + "a\n" * 9_000)
    assert "<table>" not in filled
    assert len(filled) < 3 * MAX_LENGTH


def test_a_long_document_is_shown_as_a_whole() -> None:
    row = "| [case](https://example.com/1) | **passed** in `1.2 s` | by ada |\n"
    text = "# Results\n\n| case | result | who |\n|---|---|---|\n" + row * 600
    html = markdown(text)
    assert html.count("<tr>") == 601
    assert "are shown" not in html


_PIECES = (
    *(
        "a",
        "Given x",
        "And you",
        "word " * 12,
        "1. x",
        "- ",
        "# ",
        "===",
        "---",
        "|",
        "a|b",
        "-|-",
        "    x",
        "\t",
    ),
    *(
        "\n",
        "\n\n",
        " ",
        "  ",
        '"q"',
        "'",
        "(",
        "$5",
        "é",
        "\u00a0",
        "\u200b",
        "http://a.b/",
        "!",
        ":",
        "*",
        "<",
        "&",
    ),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
def test_a_plain_text_is_rendered_as_any_other_one(text: str) -> None:
    # A reference that nothing uses leaves no trace, and makes the text one that needs the parser.
    assert markdown(text) == markdown(f"{text}\n\n[none]: http://example.com/")
