"""Files that are broken, huge, foreign or made to harm: each is a problem with its place, quickly and in little memory."""

import os
import resource
import sys
import tracemalloc
from pathlib import Path
from typing import Final

import pytest

from qafiles.results.formats import collected
from qafiles.results.read import read_result_file
from qafiles.results.result import ResultFile
from tests.conftest import samples
from tests.hang import no_hang

_TEST: Final = '{"title":"good","tests":[{"status":"expected","results":[{"status":"passed"}]}]}'


def _read(folder: Path, content: str | bytes) -> ResultFile:
    path = folder / "file"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return read_result_file(path, "file")


def _spec(text: str) -> str:
    return '{"config":{},\n"suites":[{"specs":[\n' + text + ",\n" + _TEST + "]}]}"


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("", "file", "the file is empty"),
        (" \n", "file:1:1", "no result file of a format that is known"),
        ("\0" * 9, "file:1:1", "no result file: it is no text"),
        (b"\x1f\x8b\x08", "file:1:1", "this is compressed (gzip), which is not read"),
        ("<!DOCTYPE html>\n<html/>", "file:1:1", "this is a web page, which is not read"),
        ("<robot/>", "file:1:1", "this is Robot Framework's output.xml, which is not read"),
        ("<note/>", "file:1:1", "no JUnit XML: its root is `note`, not `testsuites` or `testsuite`"),
        (
            "<testsuite>\n<testcase name='a\0'/>",
            "file:2:18",
            "no well-formed XML: (invalid token)",
        ),
        (
            b"<testsuite>\n<testcase name='\xff'/>",
            "file:2:17",
            "no well-formed XML: (invalid token)",
        ),
        (
            '<?xml version="1.0" encoding="hex"?><a/>',
            "file:1",
            "the encoding cannot be read: 'hex' is not a text enc",
        ),
        (
            '<?xml version="1.0" encoding="idna"?><a/>',
            "file:1",
            "the encoding cannot be read: decoding with 'idna'",
        ),
        ("<testsuite>" + "<a>" * 200, "file:1:309", "elements are nested more than 100 deep"),
        ("<testsuite>\n</testsuites>", "file:2:3", "no well-formed XML: mismatched tag"),
        ("{}", "file:1:1", "this JSON is no run of tests that is known"),
        ('{"name":"x","scripts":{}}', "file:1:1", "this JSON is no run of tests that is known"),
        ('{"numTotalTests":1}', "file:1:1", "this is Jest's JSON, which is not read"),
        (
            '{"generator":"Robot 7","rpa":false,"suite":{}}',
            "file:1:1",
            "this is Robot Framework's output.json, which",
        ),
        ('{"suites":[{"tests":[]}]}', "file:1:1", "this JSON is no run of tests that is known"),
        ('[{"a":1}]', "file:1:2", "this JSON is no run of tests that is known"),
        ("[1,2]", "file:1:1", "no result file of a format that is known"),
        ('> playwright test\n{"config":{}}', "file:1:1", "no result file: something stands before the JSON"),
        ('{"config":{},\n"config":{}}', "file:2:9", "the key 'config' stands twice in one object"),
        ('{"config":{},\n"suites":[]} x', "file:2:14", "something stands behind the JSON value"),
        ('{"config":{},\n\0"suites":[]}', "file:2:1", "a key in double quotes was expected"),
        ('{"config":{"a":NaN}}', "file:1:20", "a value has NaN, which is no JSON number"),
        (b'{"config":{\n"a":"\xe9"}}', "file:2", "byte 0xe9 is no UTF-8"),
        (b'{"config":{"a":"\xed\xa0\x80"}}', "file:1", "byte 0xed is no UTF-8"),
        ('{"config":' + "[" * 100_000, "file:1:100011", "the file ends in the middle of its JSON"),
        ('{"config":{},"suites":[' + '{"suites":[' * 99, "file:1:683", "suites are nested more than 60 deep"),
        ('{"config":{},"suites":{}}', "file:1:1", "this JSON is no run of tests that is known"),
        ('{"config":{},"suites":[3]}', "file:1:24", "a suite is an object"),
    ],
)
def test_the_place_is_told_and_what_is_wrong(
    tmp_path: Path, content: str | bytes, place: str, message: str
) -> None:
    file = _read(tmp_path, content)
    assert file.results == ()
    assert [problem.place for problem in file.problems] == [place]
    assert file.problems[0].message.startswith(message)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE testsuite SYSTEM "http://192.0.2.1/junit.dtd">',
    ],
)
def test_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    file = _read(tmp_path, f'<?xml version="1.0"?>\n{declaration}<testsuite><testcase name="a"/></testsuite>')
    assert file.results == ()
    assert file.problems[0].place.startswith("file:2:")
    assert "document type" in file.problems[0].message


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ('{"title":"bad","title":"bad"}', "a test is not read: it has the key 'title' twice in one object"),
        ('{"title":"bad","line":NaN}', "a test is not read: it has NaN, which is no JSON number"),
        ('{"title":"bad","line":-Infinity}', "a test is not read: it has -Infinity, which is no JSON number"),
        (
            '{"title":"bad","line":' + "9" * 5000 + "}",
            "a test is not read: it has a number of thousands of digits",
        ),
        (
            '{"title":"bad","x":' + "[" * 5000 + "]" * 5000 + "}",
            "a test is not read: it is nested too deeply",
        ),
        ('{"title":"bad","x":"' + "a b " * (9 * 2**18) + '"}', "a test is not read: it is longer than 4 MiB"),
        ('{"title":""}', "a test without a title is not read"),
        ("[]", "a test without a title is not read"),
        ('{"title":"bad"}', "`tests` of 'bad' is no list of objects"),
        (
            '{"title":"bad","tests":[{"status":"odd","results":[{}]}]}',
            "the status 'odd' of 'bad' is none of expected",
        ),
    ],
)
def test_a_test_that_cannot_be_read_costs_no_other(tmp_path: Path, spec: str, message: str) -> None:
    file = _read(tmp_path, _spec(spec))
    assert [result.name for result in file.results] == ["good"]
    assert [problem.place for problem in file.problems] == ["file:3:1"]
    assert file.problems[0].message.startswith(message)
    assert (file.problems[0].where.pointer or ())[:4] == ("suites", 0, "specs", 0)


@pytest.mark.parametrize(
    "content",
    [
        '<testsuite>\n<testcase name="good"/>\n<testcase name="b"><fail',
        '<testsuite>\n<testcase name="good"/>\n<testcase name="b">',
        '{"config":{},\n"suites":[{"specs":[' + _TEST + ',\n{"title":"b","te',
        '{"config":{},\n"suites":[{"specs":[' + _TEST + ",\n",
        '{"results":{\n"tests":[{"name":"good","status":"passed"},\n{"name":"b',
        '[{"uri":"a",\n"elements":[{"name":"good"},\n{"na',
    ],
)
def test_what_stands_before_the_cut_of_a_truncated_file_is_read(tmp_path: Path, content: str) -> None:
    file = _read(tmp_path, content)
    assert [result.name for result in file.results] == ["good"]
    assert "ends in the middle" in file.problems[0].message
    assert file.problems[0].where.line in {2, 3}


def test_every_cut_of_a_file_is_told(tmp_path: Path) -> None:
    for content in (
        _spec('{"title":"a","tests":[],"x":[1.5,true,"\\u00e9"]}'),
        '<testsuite name="ü"><testcase name="a"/></testsuite>',
    ):
        data = content.encode()
        for length in range(0, len(data), 3):
            assert _read(tmp_path, data[:length]).problems != ()


def test_folders_pipes_and_missing_files_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    names = ["", "pipe", "loop", "none", "a\0b", "x" * 300]
    messages = [read_result_file(tmp_path / name, "file").problems[0].message for name in names]
    assert messages == [
        "it is a folder",
        "it is a pipe or a device, not a file",
        "it cannot be opened: too many levels of symbolic links",
        "it cannot be opened: no such file or directory",
        "no file can have this name",
        "it cannot be opened: file name too long",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("<testsuite/>")
    (tmp_path / "file").chmod(0)
    assert read_result_file(tmp_path / "file").problems[0].message == "it cannot be opened: permission denied"


def test_utf_16_is_read_as_powershell_redirects_it(tmp_path: Path) -> None:
    for content in (_spec(_TEST), '<testsuite><testcase name="good"/></testsuite>'):
        assert _read(tmp_path, content.encode("utf-16")).results[0].name == "good"


def test_halves_of_characters_become_replacement_characters(tmp_path: Path) -> None:
    test = '{"status":"unexpected","results":[{"status":"failed","error":{"message":"\\udfff!"}}]}'
    file = _read(tmp_path, _spec('{"title":"cut \\ud83d","tests":[' + test + "]}"))
    assert file.problems == ()
    assert (file.results[0].name, file.results[0].failure) == ("cut \ufffd", "\ufffd!")


def test_pictures_in_json_take_no_memory(tmp_path: Path) -> None:
    picture = '{"attachments":[{"body":"' + "QUJD" * 2**21 + '"}],"status":"passed"}'
    content = _spec('{"title":"with","tests":[{"status":"expected","results":[' + picture + "]}]}")
    tracemalloc.start()
    file = _read(tmp_path, content)
    assert [result.name for result in file.results] == ["with", "good"]
    del content
    tracemalloc.reset_peak()
    read_result_file(tmp_path / "file")
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        "<testsuite name='" + "x" * 9 * 2**20,
        "<testsuite><!--" + "x" * 9 * 2**20,
        "<testsuite><testcase name='a'>" + "<property name='qafiles' value='a'/>" * 100_001,
    ],
)
def test_what_must_be_read_as_a_whole_has_a_limit(tmp_path: Path, content: str) -> None:
    file = _read(tmp_path, content)
    assert "long" in file.problems[0].message or "more than" in file.problems[0].message


def test_a_file_of_very_many_tests_is_read_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collected, "MAX_RESULTS", 10)
    file = _read(tmp_path, "<testsuite>" + "<testcase name='a'/>" * 11 + "</testsuite>")
    assert len(file.results) == 10
    assert file.problems[0].message.startswith("the tests after the first 10 are not read")


def test_of_very_many_problems_the_first_are_told(tmp_path: Path) -> None:
    file = _read(tmp_path, '{"results":{"tests":[' + "1," * 100 + "1]}}")
    assert len(file.problems) == 51
    assert file.problems[-1].message == "and 51 more problems like these"
    file = _read(tmp_path, '{"results":{"tests":[' + "1," * 20_000 + "1]}}")
    assert "the rest of the file is not read" in file.problems[-2].message


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts the memory as Linux does")
@pytest.mark.parametrize("kind", ["xml", "json"])
def test_a_file_of_any_size_is_read_in_little_memory(tmp_path: Path, kind: str) -> None:
    output = "a line of what the test printed\n" * 4000
    if kind == "xml":
        piece = f'<testcase name="a"><system-out>{output}</system-out></testcase>\n'
        begin, end = "<testsuite>", "</testsuite>"
    else:
        piece = '{"name":"a","status":"passed","stdout":["' + output.replace("\n", '","') + '"]},'
        begin, end = '{"results":{"tests":[', '{"name":"a","status":"passed"}]}}'
    path = tmp_path / "file"
    with path.open("w") as stream:
        stream.write(begin)
        for _ in range(samples(2**30, 2**27) // len(piece) // 32):
            stream.write(piece * 32)
        stream.write(end)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with no_hang():
        file = read_result_file(path)
    path.unlink()
    assert file.problems == ()
    assert len(file.results) > 900
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 2**10
