"""Files that are no result files that can be read: which format each is, and what to write instead."""

from collections.abc import Iterable
from typing import Final

from qafiles.results.formats.collected import ForeignFile
from qafiles.results.result import FilePlace

READ: Final = "JUnit XML, Playwright's JSON, CTRF, Cucumber's JSON or messages, or a sheet"

_XML: Final = {
    "robot": ("Robot Framework's output.xml", "write JUnit XML: `rebot --xunit junit.xml output.xml`"),
    "test-run": ("NUnit's XML", "write JUnit XML with the logger `JunitXml.TestLogger`"),
    "test-results": ("NUnit's XML", "write JUnit XML with the logger `JunitXml.TestLogger`"),
    "TestRun": ("Visual Studio's TRX", "write JUnit XML: `dotnet test --logger junit`"),
    "assemblies": ("xUnit.net's XML", "write JUnit XML: `dotnet test --logger junit`"),
    "testng-results": ("TestNG's XML", "give the files in `test-output/junitreports`"),
    "ns2:test-suite": ("Allure 1's XML", "have the runner itself write JUnit XML or CTRF"),
    "testExecutions": ("Sonar's test executions", "have the runner write JUnit XML"),
    "coverage": ("a coverage report", "give the file with the results of the tests"),
    "Site": ("CTest's XML", "write JUnit XML: `ctest --output-junit junit.xml`"),
    "html": ("a web page", "give the file that the runner writes for machines"),
}

_ALLURE: Final = (
    "an Allure result",
    "have the runner write JUnit XML, CTRF or its own JSON beside Allure's files: Allure keeps annotations as step names",
)
_XRAY: Final = (
    "Xray's results JSON",
    "give the file that the runner wrote before its import into Xray: JUnit XML or CTRF",
)
_JEST: Final = ("Jest's JSON", "write JUnit XML with `jest-junit`")
_MOCHA: Final = ("Mocha's JSON", "write JUnit XML with `mocha-junit-reporter`")

# A format is what has all of these keys at its top.
_JSON: Final = (
    ({"uuid", "historyId"}, _ALLURE),
    ({"uuid", "stage"}, _ALLURE),
    ({"uuid", "children", "befores"}, _ALLURE),
    ({"uid", "statusMessage"}, _ALLURE),
    ({"testExecutionKey"}, _XRAY),
    ({"info", "tests"}, _XRAY),
    ({"testKey"}, _XRAY),
    ({"testInfo"}, _XRAY),
    ({"numTotalTests"}, _JEST),
    ({"stats", "tests"}, _MOCHA),
    (
        {"generator", "suite", "rpa"},
        ("Robot Framework's output.json", "write JUnit XML: `rebot --xunit junit.xml output.json`"),
    ),
    ({"stats", "results"}, ("Mochawesome's JSON", "write JUnit XML with `mocha-junit-reporter`")),
    (
        {"exitcode", "collectors"},
        ("pytest-json-report's JSON", "write JUnit XML: `pytest --junitxml=junit.xml`"),
    ),
    ({"runs", "$schema"}, ("SARIF", "give the file with the results of the tests")),
    ({"log", "version"}, ("SARIF or HAR", "give the file with the results of the tests")),
)


def foreign_xml(root: str, where: FilePlace) -> ForeignFile:
    """Return why an XML file with this root element is not read."""
    if root in _XML:
        format_name, hint = _XML[root]
        return ForeignFile(f"this is {format_name}, which is not read", where, hint)
    return ForeignFile(
        f"no JUnit XML: its root is `{root[:60]}`, not `testsuites` or `testsuite`", where, f"give {READ}"
    )


def foreign_json(keys: Iterable[str], where: FilePlace) -> ForeignFile:
    """Return why a JSON file with these keys at its top is not read."""
    names = set(keys)
    for some, (format_name, hint) in _JSON:
        if some <= names:
            return ForeignFile(f"this is {format_name}, which is not read", where, hint)
    return ForeignFile("this JSON is no run of tests that is known", where, f"give {READ}")


_BYTES: Final = (
    (
        b"PK\x03\x04",
        "a ZIP archive",
        "unpack it; a blob report of Playwright becomes a file with `npx playwright merge-reports`",
    ),
    (b"\x1f\x8b", "compressed (gzip)", "unpack it"),
    (b"%PDF", "a PDF", "give the file that the runner writes for machines"),
    (b"version https://git-lfs", "a pointer of Git LFS", "fetch the file: `git lfs pull`"),
    (b"<!", "a web page", "give the file that the runner writes for machines"),
    (b"---", "YAML", "have the runner write JUnit XML or CTRF"),
    (b"TAP version", "TAP", "write JUnit XML, with `tap-junit` or the runner's own reporter"),
)


def foreign_bytes(head: bytes) -> ForeignFile:
    """Return why a file that begins so is not read."""
    for begin, format_name, hint in _BYTES:
        if head.lstrip().startswith(begin):
            return ForeignFile(f"this is {format_name}, which is not read", FilePlace(1, 1), hint)
    if b"\x00" in head:
        return ForeignFile("no result file: it is no text", FilePlace(1, 1), f"give {READ}")
    if b"\n{" in head.replace(b"\r", b"\n"):
        return ForeignFile(
            "no result file: something stands before the JSON",
            FilePlace(1, 1),
            "have the reporter write to a file, not to the terminal (Playwright: `PLAYWRIGHT_JSON_OUTPUT_FILE=run.json`)",
        )
    return ForeignFile("no result file of a format that is known", FilePlace(1, 1), f"give {READ}")
