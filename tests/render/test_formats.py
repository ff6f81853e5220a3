import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.diagnostics import START, Diagnostic, EntityName, RelatedLocation, Span
from qafiles.loading.loader import load
from qafiles.render.validation import FORMATS, Findings
from qafiles.snapshot import Snapshot
from qafiles.sources import Content, MemorySource, SourceEntry, Unreadable
from qafiles.validation import verdict_of

EXPECTED = Path(__file__).parent / "expected"

PROJECT = "organizations/acme/projects/shop"
COLOR = "color: '#6a1b9a'\n"
LOGIN = f"{PROJECT}/test_cases/login.yaml"

GOOD: dict[str, bytes | str] = {
    "qafiles.yaml": "version: 1\n",
    "organizations/acme/organization.yaml": "id: so2vsgecf081kubmv1wb0sal\nname: Acme\n",
    f"{PROJECT}/project.yaml": "id: mo2vsgecf081kubmv1wb0sal\nname: Shop\ndefault_url_route: https://shop.example/\n",
    f"{PROJECT}/tags/smoke.yaml": "id: to2vsgecf081kubmv1wb0sal\nname: smoke\n" + COLOR,
    f"{PROJECT}/documents/session.yaml": "id: do2vsgecf081kubmv1wb0sal\nname: Session\ncontent: It ends.\n",
}

BAD: dict[str, bytes | str] = {
    **GOOD,
    "qafiles.yaml": "version: 1\nrulez: {}\n",
    f"{PROJECT}/tags/duplicate.yaml": "id: ao2vsgecf081kubmv1wb0sal\nname: one\n\nname: two\n" + COLOR,
    f"{PROJECT}/tags/latin1.yaml": b"id: bo2vsgecf081kubmv1wb0sal\nname: caf\xe9\ncolor: '#6a1b9a'\n",
    f"{PROJECT}/tags/syntax.yaml": "id: co2vsgecf081kubmv1wb0sal\nname: [one\n",
    f"{PROJECT}/tags/empty.yaml": "",
    f"{PROJECT}/tags/wide.yaml": "id: eo2vsgecf081kubmv1wb0sal\n'名前 👍 e\u0301': 1\nname: wide\n" + COLOR,
    f"{PROJECT}/tags/long.yaml": "id: fo2vsgecf081kubmv1wb0sal\nname: " + "long " * 60 + "\n" + COLOR,
    f"{PROJECT}/tags/tab.yaml": "id: go2vsgecf081kubmv1wb0sal\nname:\t[tab]\n" + COLOR,
    f"{PROJECT}/secret_values/password.yaml": (
        "id: ho2vsgecf081kubmv1wb0sal\nsecret_name: password\nsecret_value: [hunter2]\n"
    ),
    f"{PROJECT}/tags/copied.yaml": "id: io2vsgecf081kubmv1wb0sal\nname: copied\nsecret_value: hunter2\n"
    + COLOR,
    LOGIN: "id: jo2vsgecf081kubmv1wb0sal\nurl_route: /login\ntags:\n  - smoke\n  - smkoe\ntest_description: >\n  a\n  b\n",
}


def snapshot(files: dict[str, bytes | str], revision: str | None = None) -> Snapshot:
    return load(MemorySource(files, revision, "qa/data"))


def problem(message: str = "no tag is called `smkoe`", path: str = LOGIN, span: Span = START) -> Diagnostic:
    entity = EntityName("test_case", "jo2vsgecf081kubmv1wb0sal", "acme/shop/login")
    return Diagnostic("QF401", "dangling-reference", "error", message, path, span, entity, ("tags", 1))


def report_of(*diagnostics: Diagnostic, files: dict[str, bytes | str] = GOOD) -> Findings:
    return Findings(diagnostics, verdict_of(snapshot(files)), prefix="../data", root="qa/data")


def clean() -> Findings:
    return report_of()._replace(unchecked=("git refuses the folder", "history: the clone is shallow"))


def undecided() -> Findings:
    """Return a report without findings, of which nobody may believe that all is well."""
    return clean()._replace(is_whole=False)


def found_by_the_loader(loaded: Snapshot) -> Iterator[Diagnostic]:
    """Yield the loader's diagnostics about single places, in words of this test, since those of rules may change."""
    for item in loaded.diagnostics:
        if item.code.startswith("QF1") or item.code in {"QF202", "QF203"}:
            yield item._replace(
                message=f"what {item.name} says",
                hint=item.hint and f"what to do about {item.name}",
                fingerprint="0123456789abcdef",
                related=tuple(place._replace(message="the other end") for place in item.related),
            )


def broken() -> Findings:
    """Return the report of files with problems that the loader finds, and of some that rules would find."""
    loaded = snapshot(BAD, "0123456789abcdef0123456789abcdef01234567")
    other = RelatedLocation(f"{PROJECT}/tags/smoke.yaml", 2, 7, "the nearest tag")
    typo = problem(span=Span(5, 5, 5, 10))._replace(
        hint="did you mean `smoke`?", related=(other,), fixable=True
    )
    long = f"{PROJECT}/tags/long.yaml"
    rules = (
        typo._replace(fingerprint="00ff00ff00ff00ff"),
        problem("the text says nothing", span=Span(6, 19, 8, 4))._replace(severity="warning"),
        problem("far to the right", long, Span(2, 202, 2, 206)),
        problem("and farther", long, Span(2, 302, 2, 306)),
        problem("no logo", "organizations/acme/organization.yaml")._replace(severity="info", pointer=()),
    )
    ordered = sorted(
        [*found_by_the_loader(loaded), *rules], key=lambda item: (item.path, item.span, item.code)
    )
    return Findings(tuple(ordered), verdict_of(loaded), ("git refuses the folder",), "../data", "qa/data")


def hostile() -> Findings:
    """Return a report in which every text tries to be something else than text."""
    evil = "\x1b[31mred\x1b[0m \x9b2J \r\n::error::x\u2028 \u202egnp.exe \x00 100% a,b ##[error]x \udc80 ##vso[task.x]y"
    path = "::add-mask::x\n/\u2066a:b,c%/\udcff.yaml"
    line = f"# {evil}".replace("\udc80", "").replace("\r\n", "").replace("\u2028", "")
    files: dict[str, bytes | str] = {
        **GOOD,
        f"{PROJECT}/tags/smoke.yaml": f"id: to2vsgecf081kubmv1wb0sal\n{line}\n",
    }
    related = (RelatedLocation(path, 1, 1, evil),)
    misplaced = problem(evil, path)._replace(hint=evil, related=related, entity=None, pointer=None)
    quoted = problem("here", f"{PROJECT}/tags/smoke.yaml", Span(2, 4, 2, 12))._replace(
        pointer=(evil, 0, "~/")
    )
    return report_of(misplaced, quoted, files=files)._replace(unchecked=(evil,), prefix="")


def crowded() -> Findings:
    """Return a report with more than GitHub shows of two severities."""
    levels = {"error": 12, "info": 11, "warning": 2}
    found = []
    for severity in ("info", "warning", "error"):
        for number in range(1, levels[severity] + 1):
            item = problem(f"{severity} {number}", span=Span(number, 1, number, 2))
            found.append(item._replace(severity=severity))
    return report_of(*found)


CASES = {"clean": clean, "undecided": undecided, "broken": broken, "hostile": hostile, "crowded": crowded}


def printed(form: str, report: Findings) -> str:
    return "".join(FORMATS[form](report))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_output_is_as_expected(case: str, form: str) -> None:
    check_expected(f"{case}.{form}.txt", stable(printed(form, CASES[case]())))


def stable(text: str) -> str:
    """Return the output without what SARIF holds of all rules and of qafiles itself: that changes on its own."""
    text = re.sub(r'(?m)^ \{"id": "QF.*\n', "", text)
    text = re.sub(r'(?<="ruleIndex": )\d+', "INDEX", text)
    return re.sub(r'(?<="semanticVersion": ")[^"]*', "VERSION", text)


def test_every_format_names_what_a_rule_lacks() -> None:
    # Lines for editors, which stderr goes with, and the one word of a badge have no room for it.
    for form in FORMATS.keys() - {"concise", "badge"}:
        assert "the clone is shallow" in printed(form, undecided()), form


def test_colours_are_as_expected() -> None:
    check_expected("broken.text-color.txt", printed("text", broken()._replace(color=True)))


def check_expected(name: str, text: str) -> None:
    """Compare with the file of expected output, which QAFILES_UPDATE=1 writes."""
    file = EXPECTED / name
    if os.environ.get("QAFILES_UPDATE") == "1":
        file.write_bytes(text.encode())
    assert text == file.read_bytes().decode(), (
        "QAFILES_UPDATE=1 writes the new output, for `git diff` to show"
    )


def test_every_expected_file_has_a_test() -> None:
    names = {f"{case}.{form}.txt" for case in CASES for form in FORMATS} | {"broken.text-color.txt"}
    assert {file.name for file in EXPECTED.iterdir()} == names


def test_colours_change_nothing_else() -> None:
    for case in CASES.values():
        report = case()
        colored = printed("text", report._replace(color=True))
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == printed("text", report)


def test_text_is_the_default() -> None:
    assert next(iter(FORMATS)) == "text"


@pytest.mark.parametrize("key", ["secret_value", "secret-value", "'secret_value' "])
@pytest.mark.parametrize("path", ["secret_values/a.yaml", "secret_value/a.yaml", "tags/a.yaml", "a.yaml"])
def test_secrets_are_never_quoted(path: str, key: str) -> None:
    at = f"{PROJECT}/{path}"
    report = report_of(
        problem("x", at, Span(2, 1, 2, 5)), files={**GOOD, at: f"id: a\nname: b\n{key}: hunter2\n"}
    )
    may_be_quoted = path == "tags/a.yaml" and key == "secret-value"
    assert ("hunter2" in printed("text", report)) == may_be_quoted
    assert "hunter2" not in "".join(printed(form, report) for form in FORMATS if form != "text")


class UnreadableSource(MemorySource):
    """A source whose files became unreadable, were deleted or were cut short after they had been listed."""

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        yield from [Unreadable("QF101", "no", "no"), None, b"id: x"][: len(entries)]


def test_what_cannot_be_read_any_more_has_no_excerpt() -> None:
    paths = [f"{PROJECT}/{name}" for name in ("documents/session.yaml", "project.yaml", "tags/smoke.yaml")]
    found = [problem("x", path, Span(2, 1, 2, 5)) for path in paths]
    report = report_of(*found)
    report = report._replace(verdict=verdict_of(snapshot(GOOD).replaced(source=UnreadableSource(GOOD))))
    text = printed("text", report)
    assert text.count(" --> ") == len(found)
    assert " | " not in text


def test_lines_come_in_the_order_of_the_paths() -> None:
    lines = report_of().lines(["nowhere.yaml", "qafiles.yaml", LOGIN, "organizations/acme/organization.yaml"])
    assert [*lines] == [[], ["version: 1", ""], [], ["id: so2vsgecf081kubmv1wb0sal", "name: Acme", ""]]


def test_paths_are_shown_from_the_current_folder_or_from_the_top_of_the_repository() -> None:
    for prefix, shown in {"": LOGIN, ".": LOGIN, "qa": f"qa/{LOGIN}", "../..": f"../../{LOGIN}"}.items():
        report = report_of(problem())._replace(prefix=prefix, root=prefix or ".")
        assert printed("concise", report) == f"{shown}:1:1: QF401 no tag is called `smkoe`\n"
        assert f" --> {shown}:1:1\n" in printed("text", report)
        assert f"file={shown}," in printed("github", report)


ANY_TEXT = st.text(
    st.characters(codec=None, categories=None) | st.sampled_from("#[::\n\r\t \x1b\u202e\ud800")
)
SPANS = st.builds(Span, st.integers(1, 9), st.integers(1, 200), st.integers(1, 9), st.integers(1, 200))
QUOTED = f"{PROJECT}/tags/smoke.yaml"
EMPTY = snapshot(GOOD)


@pytest.mark.slow
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT | st.just(QUOTED), SPANS), max_size=3), ANY_TEXT, ANY_TEXT)
def test_untrusted_text_steers_nothing(
    findings: list[tuple[str, str, Span]], content: str, sentence: str
) -> None:
    files = {**GOOD, QUOTED: content.encode("utf-8", "replace")}
    diagnostics = [
        problem(text, path, span)._replace(hint=text, related=(RelatedLocation(path, 1, 1, text),))
        for text, path, span in findings
    ]
    held = EMPTY.replaced(source=MemorySource(files))
    report = Findings(tuple(diagnostics), verdict_of(held), (sentence,))
    text, concise = printed("text", report), printed("concise", report)
    for output in (text, concise):
        lines = output.split("\n")
        hidden = {unicodedata.category(char) for line in lines for char in line}
        assert not hidden & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert "##[" not in output
        assert not any(line.lstrip().startswith("::") for line in lines)
    assert concise.count("\n") == len(findings)
    assert text.count("\nerror[QF401]") + text.startswith("error[QF401]") == len(findings)
    github = printed("github", report)
    assert github.encode().count(b"\n") == len(findings)
    assert all(line.startswith("::error title=QF401 dangling-reference,") for line in github.split("\n")[:-1])


def test_the_table_of_formats_is_quick_to_import() -> None:
    program = "import sys, qafiles.render; print(*sys.modules, sep=chr(10))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert not {"pydantic", "yaml", "git", "jsonschema"} & {*run.stdout.split()}
