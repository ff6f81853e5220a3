"""What files and commits hold can't become a formula, an escape sequence, markup or a command."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qafiles.kinds import Kind
from qafiles.render.reports import FORMATS, Shown, render
from qafiles.render.reports.markdown import text as in_markdown
from qafiles.reports import REPORTS, Column, EntityRef, Figure, Report, Table, make_report
from tests.conftest import git, write
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"
_CANARY = "hunter2-canary-7f3k9x2m"

PAYLOADS = (
    '=HYPERLINK("https://evil.example",1)',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\x1b]0;owned\x07\x1b[31mred",
    "\u202eevil\u2066",
    "::error::owned",
    "##[error]owned",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a | b | c",
    "`code` ``more``",
    "@octocat please look, and #1, and GH-12, and acme/shop#3",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "https://evil.example/?q=1 www.evil.example mail@evil.example",
    "**bold** _under_ ~~gone~~ $x$ :tada:",
    "&lt;b&gt; &#64;octocat \\@octocat",
    "a\r\nb\nc",
    "{{ secret.NOTHING }} {{ 7 * 7 }} {% raw %}",
    "\ud800 lone",
    "]]> --> </style></title></td>",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a payload in every text of some file, and in the authors and subjects of commits."""
    files: dict[str, str | bytes] = {**data_root()}
    for number, payload in enumerate(PAYLOADS):
        text = json.dumps(payload)
        id_ = f"h{number:02}kq8w3xj5zr7mtb2nc9yd4"
        files[f"{_PROJECT}/tags/t{number}.yaml"] = f"id: t{id_[:23]}\nname: {text}\ncolor: {text}\n"
        files[f"{_PROJECT}/documents/d{number}.yaml"] = f"id: d{id_[:23]}\nname: {text}\ncontent: {text}\n"
        files[f"{_PROJECT}/test_cases/c{number}.yaml"] = (
            f"id: c{id_[:23]}\ntest_description: {text}\nextra_rules: {text}\nurl_route: {json.dumps('/' + payload)}\n"
            f"tags: [t{number}, {text}]\ndocument_id: d{number}\n"
        )
        files[f"{_PROJECT}/test_traversals/r{number}.yaml"] = f"id: r{id_[:23]}\ntest_case_id: c{number}\n"
        files[f"users/u{number}.yaml"] = (
            f"id: u{id_[:23]}\nname: {text}\nemail: {text}\nage_recipients: [{text}]\n"
        )
        files[f"organizations/acme/members/m{number}.yaml"] = (
            f"id: m{id_[:23]}\nuser_id: u{number}\nrole: {text}\n"
        )
    files[f"{_PROJECT}/secret_values/BAD.yaml"] = (
        f"id: s1kq8w3xj5zr7mtb2nc9yd4h\nsecret_value: {_CANARY}\nsecret_name: {_CANARY}-name\nsops:\n  age:\n    - recipient: {json.dumps(PAYLOADS[5])}\n      enc: {_CANARY}\n"
    )
    folder = write(tmp_path_factory.mktemp("hostile") / "data", files)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "begin")
    git(folder, "tag", "v1")
    for number, payload in enumerate(PAYLOADS):
        if "\ud800" in payload:
            continue
        place = folder / _PROJECT / "tags" / f"t{number}.yaml"
        place.write_text(place.read_text() + f"x-note: {number}\n")
        name = re.sub(r"[\x00<>\r\n]", "", payload)
        git(folder, "commit", "-qam", payload, GIT_AUTHOR_NAME=f"a {name} a", GIT_AUTHOR_EMAIL=f"{number}@x")
    git(folder, "tag", "v2")
    return folder


@pytest.fixture(scope="module")
def made(hostile: Path) -> dict[str, Report]:
    return {
        name: make_report(name, hostile, revisions="v1..v2" if name == "changes" else None, days=0)
        for name in REPORTS
    }


def rendered(report: Report, format_: str, **options: str) -> str:
    pieces = render(report, format_, shown=Shown(0, width=120), **options)
    return "".join(piece if isinstance(piece, str) else piece.decode("latin-1") for piece in pieces)


@pytest.mark.parametrize("name", REPORTS)
def test_no_format_holds_what_steers_a_terminal_or_a_runner(made: dict[str, Report], name: str) -> None:
    texts = {format_: rendered(made[name], format_) for format_ in ("text", "markdown", "json")}
    for table in made[name].tables:
        texts[f"csv of {table.name}"] = rendered(made[name], "csv", table=table.name)
    for text in texts.values():
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert not re.search(r"(?m)^\W*::\w", text)
        assert "##[" not in text
        text.encode()


@pytest.mark.parametrize("name", REPORTS)
def test_no_cell_of_csv_is_a_formula(made: dict[str, Report], name: str) -> None:
    for table in made[name].tables:
        for row in csv.reader(io.StringIO(rendered(made[name], "csv", table=table.name), newline="")):
            for cell in row:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("name", REPORTS)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(made: dict[str, Report], name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(rendered(made[name], "xlsx").encode("latin-1")))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n", "d"}
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix


@pytest.mark.parametrize("name", REPORTS)
def test_markdown_holds_no_markup_but_its_own(made: dict[str, Report], name: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(rendered(made[name], "markdown"))
    found = {child.type for token in tokens for child in token.children or []}
    own = {"strong_open", "strong_close"} if name == "changes" else set()
    assert found <= {"text", "code_inline", "softbreak", *own}
    plain = " ".join(
        child.content for token in tokens for child in token.children or [] if child.type == "text"
    )
    assert not re.search(r"@\w|#\d|GH-\d|https?:|www\.|:\w+:|\$x\$", plain)
    assert "html_block" not in {token.type for token in tokens}


@pytest.mark.parametrize("name", REPORTS)
def test_html_holds_no_markup_of_files(made: dict[str, Report], name: str) -> None:
    page = rendered(made[name], "html")
    body = page.partition("</style>")[2]
    tags = set(re.findall(r"<(/?[a-z0-9]+)", body))
    assert tags <= {
        f"{slash}{tag}"
        for slash in ("", "/")
        for tag in (
            "head",
            "body",
            "main",
            "h1",
            "h2",
            "p",
            "dl",
            "dt",
            "dd",
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "td",
            "th",
            "html",
            "footer",
            "span",
            "figure",
            "figcaption",
            "svg",
            "g",
            "line",
            "rect",
            "text",
            "title",
            "wbr",
        )
    }
    assert not re.search(r"<[^>]*\s(?:on\w+|href|src|style)=", body)
    assert "default-src &#39;none&#39;" in page


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_no_secret_is_in_a_report(made: dict[str, Report], name: str, format_: str) -> None:
    if format_ == "csv":
        text = "".join(rendered(made[name], "csv", table=table.name) for table in made[name].tables)
    elif format_ == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(rendered(made[name], "xlsx").encode("latin-1")))
        text = str([[*sheet.iter_rows(values_only=True)] for sheet in book.worksheets])
    else:
        text = rendered(made[name], format_)
    assert _CANARY not in text.replace(f"{_CANARY}-name", "")


def test_a_text_among_the_figures_steers_no_terminal() -> None:
    report = Report("inventory", "Inventory", None, (Figure("f", "figure", "a\x1b[2J\ud800"),), ())
    text = rendered(report, "text")
    assert "\x1b" not in text
    assert text.encode()


_texts = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(PAYLOADS)
_kinds: st.SearchStrategy[Kind] = st.sampled_from(["tag", "test_case"])
_refs = st.builds(EntityRef, _kinds, _texts, st.none() | _texts, _texts)
_cells = (
    st.none()
    | _texts
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | _refs
    | st.lists(_texts, max_size=3).map(tuple)
    | st.lists(_refs, max_size=3).map(tuple)
)


@pytest.mark.slow
@given(st.lists(st.tuples(_cells, _cells), max_size=4), _cells, st.dates(), _texts)
@settings(max_examples=25, deadline=None)
def test_any_cells_can_be_shown_in_every_format(
    rows: list[tuple[object, object]], value: object, day: date, text: str
) -> None:
    columns = (Column("a", "a"), Column("b", "b", "number"))
    table = Table("t", "Things", columns, tuple(rows))  # type: ignore[arg-type]
    figure = Figure("f", "figure", value if not isinstance(value, tuple) else None)  # type: ignore[arg-type]
    report = Report(
        "inventory",
        f"Changes {text}",
        None,
        (figure,),
        (table,),
        as_of=day,
        filters={"tag": (text,)},
        notes=(text,),
    )
    for format_ in FORMATS:
        content = rendered(report, format_)
        content.encode()
        if format_ == "json":
            assert len(json.loads(content)["tables"][0]["rows"]) == len(rows)
        if format_ == "csv":
            assert len([*csv.reader(io.StringIO(content, newline=""))]) == len(rows) + 1
        if format_ == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content.encode("latin-1")))["t"]
            filled = [
                number for number, row in enumerate(rows, 2) if any(cell not in {None, ()} for cell in row)
            ]
            assert sheet.max_row == max(filled, default=1)


@given(_texts)
def test_any_text_in_markdown_is_text_or_code(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"| a |\n|---|\n| {in_markdown(text)} |\n")
    assert [token.type for token in tokens].count("td_open") == 1
    inline = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inline} <= {"text", "code_inline"}


@pytest.mark.slow
def test_a_file_that_says_what_yaml_can_say_breaks_no_report(tmp_path: Path) -> None:
    deep: object = {"a": [1.5, True, None, {"b": []}]}
    odd = yaml.safe_dump(
        {
            "id": 7,
            "name": deep,
            "tags": deep,
            "url_route": 3,
            "role": [],
            "version": 10**30,
            "test_case_id": ["x"],
            "email": 5,
            "age_recipients": {"a": 1},
            "default_url_route": "http://[",
            "user_id": None,
            "sops": {"age": [3, {"recipient": 4}], "key_groups": "x"},
        }
    )
    files: dict[str, str | bytes] = {**data_root()}
    project = "organizations/x/projects/p"
    for place in ("tags", "test_cases", "documents", "test_traversals", "secret_values"):
        files |= {f"{project}/{place}/X.yaml": odd, f"{project}/{place}/Y.yaml": "- no\n"}
    for path in ("users/x", "browser_configs/x", "organizations/x/organization", "organizations/x/members/x"):
        files |= {f"{path}.yaml": odd, f"{path.replace('x/', 'y/')}y.yaml": "- no\n"}
    files[f"{project}/project.yaml"] = odd
    folder = write(tmp_path / "data", files)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "begin")
    # A clock of the year 3170843, which git itself would not write.
    raw = git(folder, "cat-file", "commit", "HEAD").replace("1767323045", "99999999999999") + "\n"
    (tmp_path / "commit").write_text(raw)
    name = git(folder, "hash-object", "-t", "commit", "-w", "--literally", tmp_path / "commit")
    git(folder, "reset", "-q", "--hard", name)
    assert "99999999999999" in git(folder, "log", "--format=%ad", "--date=raw")
    for name in REPORTS:
        report = make_report(name, folder, revisions="HEAD" if name == "changes" else None)
        for format_ in FORMATS:
            assert rendered(report, format_)


def test_a_title_of_a_mebibyte_is_shown_in_part_where_people_look(tmp_path: Path) -> None:
    case = f"{_PROJECT}/test_cases/open.yaml"
    long = "a/b-c d" * 140_000
    text = data_root()[case].replace("The start page opens", long)
    folder = write(tmp_path / "data", {**data_root(), case: text})
    report = make_report("coverage", folder)
    assert len(rendered(report, "text")) < 20_000
    assert len(rendered(report, "markdown")) < 5_000
    assert long in rendered(report, "json")
    assert rendered(report, "xlsx")
