"""Reports for the tests of all formats: of the examples, of ten thousand findings, and of any text."""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

import qafiles
from qafiles.diagnostics import SEVERITIES, Diagnostic, RelatedLocation, Span
from qafiles.render.validation import FORMATS, Findings
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from qafiles.validation import verdict_of

EXAMPLES = Path(__file__).parents[2] / "examples"

_HOSTILE = "%:,\r\n\t #[]()<>&\"'`|*_~@$!\\{}\x00\x1b\x7f\x9b\u202e\u2028\ud83d\udc4d\udc80\ufffe\uffffé名👍"
ANY_TEXT = st.text(st.characters(codec=None, categories=None) | st.sampled_from(_HOSTILE)) | st.sampled_from(
    [
        "[x](https://example.com)",
        "![x](https://example.com/x.png)",
        "<img src=x onerror=alert(1)>",
        "@octocat #1 :smile: $x$",
        "]]><x/>&amp;",
        "[[ATTACHMENT|/etc/passwd]]",
        "\n::error::x",
        "##[error]x ##vso[task.x]y",
        "a `b` ``c`` \\|d|",
        "`",
        "",
    ]
)
LINES = st.integers(1, 9)
DIAGNOSTICS = st.lists(
    st.builds(
        Diagnostic,
        code=st.just("QF401"),
        name=st.just("dangling-reference"),
        severity=st.sampled_from(SEVERITIES),
        message=ANY_TEXT,
        path=ANY_TEXT.filter(bool),
        span=st.builds(lambda line, column: Span(line, column, line, column + 1), LINES, LINES),
        hint=st.none() | ANY_TEXT,
        fingerprint=st.sampled_from(["", "0123456789abcdef", "fedcba9876543210"]),
        related=st.lists(st.builds(RelatedLocation, ANY_TEXT, LINES, LINES, ANY_TEXT), max_size=2).map(tuple),
    ),
    max_size=4,
).map(tuple)

TAG = Diagnostic(
    "QF407",
    "unused-tag",
    "warning",
    "50% of `a`, <b>: unused",
    "tags/a b,é.yaml",
    Span(2, 7, 2, 12),
    hint="delete it",
    fingerprint="00ff00ff00ff00ff",
)

_EMPTY = qafiles.load(MemorySource({"qafiles.yaml": "version: 1\n"}))


def printed(form: str, report: Findings) -> str:
    """Return what a format prints."""
    return "".join(FORMATS[form](report))


def report_of(
    *diagnostics: Diagnostic,
    files: dict[str, bytes | str] | None = None,
    root: str = ".",
    dialect: str = "",
    unchecked: tuple[str, ...] = (),
) -> Findings:
    """Return a report of these diagnostics about files in memory."""
    snapshot = qafiles.load(MemorySource(files)) if files else _EMPTY
    return Findings(diagnostics, verdict_of(snapshot), unchecked, root=root, dialect=dialect)


def _report(snapshot: Snapshot, root: str) -> Findings:
    return Findings(snapshot.diagnostics, verdict_of(snapshot), root=root)


@cache
def clean() -> Findings:
    """Return the report of the example without findings."""
    return _report(qafiles.load(EXAMPLES / "acme-qa"), "examples/acme-qa")


@cache
def broken() -> Findings:
    """Return the report of the example with a fault for each rule."""
    return _report(qafiles.load(EXAMPLES / "broken"), "examples/broken")


@cache
def crowd() -> Findings:
    """Return the report of a data root with ten thousand findings, many of them on a line with others."""
    project = "organizations/acme/projects/shop"
    files: dict[str, bytes | str] = {
        "qafiles.yaml": "version: 1\n",
        "organizations/acme/organization.yaml": "id: so2vsgecf081kubmv1wb0sal\nname: Acme\n",
        f"{project}/project.yaml": "id: mo2vsgecf081kubmv1wb0sal\nname: Shop\ndefault_url_route: https://shop.example/\n",
    }
    for number in range(100):
        tags = ", ".join(f"é{number}-{other}" for other in range(100))
        files[f"{project}/test_cases/case-{number}.yaml"] = (
            f"id: a{number:023}\nurl_route: /\ntest_description: x\ntags: [{tags}]\n"
        )
    return _report(qafiles.load(MemorySource(files, root="qa")), "qa")


@cache
def undecided() -> Findings:
    """Return a report without findings in which a selected rule could not be decided."""
    return clean()._replace(unchecked=("history: the clone is shallow",), is_whole=False)


REPORTS = {"clean": clean, "undecided": undecided, "broken": broken, "crowd": crowd}
