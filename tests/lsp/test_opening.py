"""What an editor is answered and shown before there is a server is what the server would answer and show."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader, BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

import pytest
from pygls.io_ import StdoutWriter

from qafiles.cache import untracked
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.cache.working_tree import WorkingTree
from qafiles.diagnostics import Diagnostic
from qafiles.loading.data_root import load_data_root
from qafiles.lsp import convert
from qafiles.lsp.encoding import ENCODINGS, Encoding
from qafiles.lsp.incoming import Again
from qafiles.lsp.introduction import introduction_of
from qafiles.lsp.lookups import text_of
from qafiles.lsp.opening import Opening, opened
from qafiles.lsp.positions import Document
from qafiles.lsp.server import Server
from qafiles.lsp.state import Findings, all_findings
from qafiles.lsp.state import opened as loaded
from qafiles.lsp.uris import to_uri
from qafiles.rules.file_rules import examiner
from tests.conftest import committed, write
from tests.lsp.conftest import Start, keep_verdict
from tests.validation.rich_root import SHOP, rich_root

_FAULTY = "users/ada.yaml"
_BROKEN = Path(__file__).parents[2] / "examples" / "broken"
_CAPABILITIES: Mapping[str, dict[str, Any]] = {
    "nothing": {},
    "null": {"general": None, "textDocument": None},
    "utf-8": {"general": {"positionEncodings": ["utf-8", "utf-16"]}},
    "utf-32": {"general": {"positionEncodings": ["utf-32"]}},
    "unknown": {"general": {"positionEncodings": ["utf-7", "klingon"]}},
    "unknown first": {"general": {"positionEncodings": ["utf-7", "utf-32", "utf-8"]}},
    "rename": {"textDocument": {"rename": {"prepareSupport": True}}},
    "no rename": {"textDocument": {"rename": {"prepareSupport": False, "dynamicRegistration": True}}},
    "saving": {"textDocument": {"synchronization": {"willSave": False, "didSave": True}}},
    "much": {
        "workspace": {
            "applyEdit": True,
            "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename"]},
            "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
            "fileOperations": {"didCreate": True, "willRename": True},
            "workspaceFolders": True,
            "diagnostics": {"refreshSupport": True},
        },
        "textDocument": {
            "synchronization": {"willSave": True, "willSaveWaitUntil": True, "didSave": True},
            "publishDiagnostics": {"relatedInformation": False, "versionSupport": False},
            "diagnostic": {"dynamicRegistration": True},
            "semanticTokens": {
                "requests": {},
                "tokenTypes": [],
                "tokenModifiers": [],
                "formats": ["relative"],
            },
        },
        "notebookDocument": {"synchronization": {"dynamicRegistration": True}},
        "window": {"workDoneProgress": True},
    },
}


def _framed(message: Mapping[str, Any]) -> bytes:
    content = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


def _messages(stream: bytes) -> Iterator[dict[str, Any]]:
    while stream:
        header, _, rest = stream.partition(b"\r\n\r\n")
        length = int(header.split(b"\r\n")[0].removeprefix(b"Content-Length: "))
        yield json.loads(rest[:length])
        stream = rest[length:]


def _initialize(*folders: Path, capabilities: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    params = {
        "processId": None,
        "rootUri": None,
        "capabilities": capabilities or {},
        "workspaceFolders": [{"uri": folder.as_uri(), "name": "qa"} for folder in folders],
    }
    return {"id": 1, "method": "initialize", "params": {**params, **more}}


_INITIALIZED = {"method": "initialized", "params": {}}


def _open(path: Path, text: str, version: int = 7) -> dict[str, Any]:
    document = {"uri": path.as_uri(), "languageId": "yaml", "version": version, "text": text}
    return {"method": "textDocument/didOpen", "params": {"textDocument": document}}


def _begun(*messages: Mapping[str, Any]) -> tuple[Opening, list[dict[str, Any]]]:
    """Return how a conversation begins in which an editor says this, and what it is sent."""
    return _begun_with(b"".join(map(_framed, messages)))


def _begun_with(stream: bytes) -> tuple[Opening, list[dict[str, Any]]]:
    with TemporaryFile() as stdin, TemporaryFile() as stdout:
        stdin.write(stream)
        stdin.seek(0)
        opening = opened(stdin.fileno(), stdout.fileno())
        assert opening is not None
        stdout.seek(0)
        return opening, [*_messages(stdout.read())]


def _shown_of(root: Path, encoding: Encoding) -> dict[str, Any]:
    """Return what the server shows of a data root once it is loaded: the JSON of the findings by URI."""
    state = loaded(root, {})
    converter = Server().protocol._converter  # noqa: SLF001  # pygls has no other way to it

    def document(path: str) -> Document:
        return Document(text_of(state.snapshot, path), encoding)

    def uri(path: str) -> str:
        return to_uri(root / path)

    return {
        uri(path): [
            converter.unstructure(convert.diagnostic_of(diagnostic, document, uri))
            for diagnostic in diagnostics
        ]
        for path, diagnostics in all_findings(state).items()
    }


def _published(messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        message["params"]["uri"]: message["params"]["diagnostics"]
        for message in messages
        if message.get("method") == "textDocument/publishDiagnostics"
    }


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A commit of the example of every fault, some of it behind characters of several units."""
    root = tmp_path / "broken ü"
    shutil.copytree(_BROKEN, root)
    return committed(root, {})


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A commit of a data root with one file, in which there is something to be found."""
    files = {"qafiles.yaml": "version: 1\n", _FAULTY: "id: zfsncchy387l36yglgtby7fo\nnick: Ada 🦆\n"}
    return committed(tmp_path / "q ä", files)


@pytest.mark.parametrize("name", _CAPABILITIES)
def test_the_answer_to_initialize_is_that_of_pygls(name: str) -> None:
    message = _initialize(capabilities=_CAPABILITIES[name])
    out = BytesIO()
    server = Server()
    server.protocol.set_writer(StdoutWriter(cast("Any", out)))
    request = json.loads(
        json.dumps({"jsonrpc": "2.0", **message}), object_hook=server.protocol.structure_message
    )
    server.protocol.handle_message(request)
    introduction = introduction_of({"jsonrpc": "2.0", **message})
    assert introduction is not None
    assert [{"jsonrpc": "2.0", **introduction.answer}] == [*_messages(out.getvalue())]


@pytest.mark.parametrize(
    "message",
    [
        {"id": 1, "method": "shutdown"},
        _initialize() | {"id": None},
        _initialize() | {"id": True},
        _initialize() | {"params": []},
        _initialize(capabilities={"general": []}),
        _initialize(capabilities={"general": {"positionEncodings": "utf-8"}}),
        _initialize(capabilities={"textDocument": {"rename": {"prepareSupport": "yes"}}}),
        _initialize(workspaceFolders=["file:///tmp"]),
        _initialize(workspaceFolders=[{"uri": 7}]),
        _initialize(rootPath="/data"),
        {"method": "initialize", "params": {}},
    ],
)
def test_what_pygls_has_to_judge_is_left_to_it(message: dict[str, Any]) -> None:
    opening, sent = _begun(message)
    assert (opening.received, opening.answered, sent) == (_framed(message), None, [])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_findings_that_are_kept_are_shown_as_the_loaded_server_shows_them(
    broken: Path, encoding: Encoding
) -> None:
    keep_verdict(broken)
    capabilities = {"general": {"positionEncodings": [encoding]}}
    opening, sent = _begun(_initialize(broken, capabilities=capabilities), _INITIALIZED)
    expected = _shown_of(broken, encoding)
    assert len(expected) > 20
    assert _published(sent[1:]) == expected
    state: Findings = all_findings(loaded(broken, {}))
    assert {path: without_fingerprints(found) for path, found in opening.begun[broken].published.items()} == {
        path: without_fingerprints(found) for path, found in state.items()
    }


def test_what_is_kept_is_shown_before_it_is_kept_anew(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untracked, "_RECENT", 1_000_000)
    keep_verdict(small)
    time.sleep(0.05)
    with monkeypatch.context() as patch:
        patch.delattr(KeptAnswer, "keep_at_rest")
        assert _published(_begun(_initialize(small), _INITIALIZED)[1])
    _, sent = _begun(_initialize(small), _INITIALIZED)
    with monkeypatch.context() as patch:
        patch.setattr(WorkingTree, "walk", None)
        assert _begun(_initialize(small), _INITIALIZED)[1] == sent
    assert _published(sent) == _shown_of(small, "utf-16")


def without_fingerprints(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [diagnostic._replace(fingerprint="") for diagnostic in diagnostics]


def test_what_became_of_a_file_is_told_by_what_is_kept_and_by_the_loaded_server(tmp_path: Path) -> None:
    root = committed(tmp_path, rich_root())
    (root / f"{SHOP}/tags/smoke.yaml").unlink()
    keep_verdict(root)
    _, sent = _begun(_initialize(root), _INITIALIZED)
    expected = _shown_of(root, "utf-16")
    assert "was deleted, and that is not committed yet" in str(expected)
    assert _published(sent) == expected


def test_a_client_without_folders_is_shown_what_is_kept_of_its_root(broken: Path) -> None:
    keep_verdict(broken)
    message = _initialize(rootUri=broken.as_uri(), workspaceFolders=None)
    _, sent = _begun(message, _INITIALIZED)
    assert _published(sent) == _shown_of(broken, "utf-16")


@pytest.mark.slow
def test_each_data_root_in_the_folders_is_shown_as_far_as_it_is_known(tmp_path: Path) -> None:
    roots = [tmp_path / "product" / "qa", tmp_path / "other", tmp_path / "new", tmp_path / "plain"]
    for root in roots:
        shutil.copytree(_BROKEN, root)
    for top in (tmp_path / "product", *roots[1:3]):
        committed(top, {})
    for root in roots[:2]:
        keep_verdict(root)
    opening, sent = _begun(_initialize(tmp_path / "product", *roots[1:]), _INITIALIZED)
    assert {*opening.begun} == {*roots[:2]}
    assert _published(sent) == _shown_of(roots[0], "utf-16") | _shown_of(roots[1], "utf-16")


def test_a_data_root_inside_another_is_left_to_the_loaded_server(small: Path) -> None:
    keep_verdict(small)
    write(small, {"users/qafiles.yaml": "version: 1\n"})
    for folder in (small, small / "users"):
        opening, sent = _begun(_initialize(folder), _INITIALIZED)
        assert (opening.answered, opening.begun, len(sent)) == (1, {}, 1)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("qafiles.yaml", "version: 1\nrules:\n  ignore: [QF4]\n"),
        ("users/somebody-new.yaml", "name: x\n"),
        (".gitignore", "users/\n"),
    ],
)
def test_nothing_is_shown_of_what_changed_on_disk(small: Path, path: str, content: str) -> None:
    keep_verdict(small)
    write(small, {path: content})
    opening, sent = _begun(_initialize(small), _INITIALIZED)
    assert (opening.begun, len(sent)) == ({}, 1)


def test_a_saved_text_that_is_open_is_shown_by_its_version_and_the_editors_own_name(small: Path) -> None:
    keep_verdict(small)
    place = small / _FAULTY
    message = _open(place, place.read_bytes().decode())
    message["params"]["textDocument"]["uri"] = place.as_uri().replace("%C3%A4", "%c3%a4")
    _, sent = _begun(_initialize(small), _INITIALIZED, message)
    (shown,) = [item["params"] for item in sent[1:] if item["params"].get("version") is not None]
    assert shown == {
        "uri": message["params"]["textDocument"]["uri"],
        "version": 7,
        "diagnostics": _shown_of(small, "utf-16")[place.as_uri()],
    }


@pytest.mark.parametrize("how", ["opened", "changed", "changed in part", "never saved"])
def test_nothing_is_shown_before_the_loaded_server_has_seen_what_is_not_saved(small: Path, how: str) -> None:
    keep_verdict(small)
    place = small / _FAULTY
    text = place.read_bytes().decode()
    if how == "opened":
        said = [_open(place, f"{text}\n")]
    elif how == "never saved":
        said = [_open(place.with_name("unsaved.yaml"), text)]
    else:
        change = {"text": f"{text}\n"}
        if how == "changed in part":
            change = {"text": "", "range": {}}  # type: ignore[dict-item]
        document = {"uri": place.as_uri(), "version": 8}
        params = {"textDocument": document, "contentChanges": [change]}
        said = [_open(place, text), {"method": "textDocument/didChange", "params": params}]
    opening, sent = _begun(_initialize(small), _INITIALIZED, *said)
    assert (opening.begun, len(sent)) == ({}, 1)


def _keep_rows(root: Path) -> None:
    """Keep what is read of the files of a data root, as every command does."""
    load_data_root(root, examine=examiner())


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("qafiles.yaml", "version: 1\nrules:\n  ignore: [QF4]\n"),
        ("users/somebody-new.yaml", "name: x\n"),
        (_FAULTY, "id: zfsncchy387l36yglgtby7fo\nname: Ada\n"),
        (".gitignore", "users/\n"),
    ],
)
def test_what_changed_on_disk_is_shown_as_the_loaded_server_shows_it_where_other_files_were_read_before(
    small: Path, path: str, content: str
) -> None:
    keep_verdict(small)
    _keep_rows(small)
    write(small, {path: content})
    opening, sent = _begun(_initialize(small), _INITIALIZED)
    assert _published(sent) == _shown_of(small, "utf-16")
    state = opening.begun[small].state
    assert state is not None
    assert opening.begun[small].checked == all_findings(state) == all_findings(loaded(small, {}))


@pytest.mark.parametrize("is_known", [False, True])
def test_what_is_wrong_in_open_files_is_shown_where_some_text_is_not_saved(
    small: Path, *, is_known: bool
) -> None:
    if is_known:
        keep_verdict(small)
    _keep_rows(small)
    new = _open(small / "users/new.yaml", "id: ö\nname: New\n")
    opening, sent = _begun(_initialize(small), _INITIALIZED, new)
    (shown,) = [item["params"] for item in sent[1:]]
    assert (shown["uri"], shown["version"]) == ((small / "users/new.yaml").as_uri(), 7)
    assert [item["code"] for item in shown["diagnostics"]] == ["QF204"]
    assert [*opening.begun[small].published] == ["users/new.yaml"]


@pytest.mark.parametrize("how", ["emptied", "cut", "flipped"])
def test_what_is_kept_and_damaged_is_not_shown(small: Path, how: str) -> None:
    keep_verdict(small)
    _keep_rows(small)
    places = [place for place in (small / ".git/qafiles").iterdir() if place.is_file()]
    assert len(places) > 1
    for place in places:
        content = place.read_bytes()
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        place.write_bytes({"emptied": b"", "cut": content[:middle], "flipped": flipped}[how])
    opening, sent = _begun(_initialize(small), _INITIALIZED)
    assert opening.begun[small].state is not None
    assert _published(sent) == _shown_of(small, "utf-16")


def test_a_data_root_that_can_not_be_loaded_is_left_to_the_server(small: Path) -> None:
    keep_verdict(small)
    _keep_rows(small)
    write(small, {"qafiles.yaml": "version: 999\n"})
    opening, sent = _begun(_initialize(small), _INITIALIZED)
    assert (opening.answered, opening.begun, len(sent)) == (1, {}, 1)


@pytest.mark.slow
def test_a_text_that_was_not_saved_when_the_server_began_is_seen_through(small: Path, start: Start) -> None:
    _keep_rows(small)
    new = small / "users/new.yaml"
    editor = start(small)
    editor.open(new, "id: x\nname: New\n")
    editor.until(lambda: "QF204" in editor.codes(new))
    editor.until(lambda: editor.codes(small / _FAULTY))
    editor.change(new, "id: l1aaaaaaaaaaaaaaaaaaaaaa\nname: New\n")
    editor.until(lambda: not editor.codes(new))
    assert editor.codes(small / _FAULTY)
    assert not new.exists()


def test_a_text_that_is_closed_again_is_that_on_disk(small: Path) -> None:
    keep_verdict(small)
    place = small / _FAULTY
    close = {"method": "textDocument/didClose", "params": {"textDocument": {"uri": place.as_uri()}}}
    _, sent = _begun(_initialize(small), _INITIALIZED, _open(place, "id: x\n"), close)
    assert _published(sent) == _shown_of(small, "utf-16")


@pytest.mark.parametrize(
    "method",
    [
        "shutdown",
        "exit",
        "textDocument/didSave",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
    ],
)
def test_nothing_is_shown_after_a_word_of_change_or_of_the_end(small: Path, method: str) -> None:
    keep_verdict(small)
    opening, sent = _begun(_initialize(small), _INITIALIZED, {"method": method, "params": {}})
    assert (opening.begun, len(sent)) == ({}, 1)


def test_nothing_is_shown_before_the_editor_has_said_initialized(small: Path) -> None:
    keep_verdict(small)
    opening, sent = _begun(_initialize(small), {"method": "$/setTrace", "params": {"value": "off"}})
    assert (opening.answered, opening.begun, len(sent)) == (1, {}, 1)


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"\r\n\r\n",
        b"Content-Length: 5\r\n\r\nhel",
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: x\r\n\r\n{}",
        b"Content-Length: -4\r\n\r\n{}",
        b"content-length: 2\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: 3\r\n\r\n\xff{}",
        b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_every_byte_of_what_is_no_message_goes_on_to_pygls(stream: bytes) -> None:
    opening, sent = _begun_with(stream)
    assert (opening.received, opening.answered, sent) == (stream, None, [])


def test_every_byte_is_read_again_in_order_before_what_follows() -> None:
    with TemporaryFile() as stdin:
        stdin.write(b"and more\n")
        stdin.seek(0)
        stream = BufferedReader(Again(b"one\ntwo ", stdin.fileno()))
        assert [stream.readline(), stream.read(7), stream.readline(), stream.read(1)] == [
            b"one\n",
            b"two and",
            b" more\n",
            b"",
        ]


def test_a_finding_that_was_shown_at_once_goes_when_it_is_mended(small: Path, start: Start) -> None:
    keep_verdict(small)
    faulty = small / _FAULTY
    editor = start(small)
    editor.until(lambda: editor.codes(faulty))
    editor.open(faulty)
    assert "Ada" in str(editor.hover(faulty, "nick: A")) or editor.outline(faulty)
    editor.change(faulty, "id: zfsncchy387l36yglgtby7fo\nname: Ada\n")
    editor.until(lambda: not editor.codes(faulty))


@pytest.mark.slow
def test_a_finding_that_was_shown_at_once_goes_when_its_file_was_mended_before_there_was_a_server(
    small: Path, start: Start
) -> None:
    keep_verdict(small)
    faulty = small / _FAULTY
    editor = start(small)
    editor.until(lambda: editor.codes(faulty))
    faulty.write_text("id: zfsncchy387l36yglgtby7fo\nname: Ada\n", encoding="utf-8")
    editor.until(lambda: not editor.codes(faulty))
    assert len(editor.published) == 2


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_messages_in_pieces_are_answered_in_order_and_a_cancelled_request_is_not(
    small: Path, size: int
) -> None:
    keep_verdict(small)
    symbols = {"method": "workspace/symbol", "params": {"query": ""}}
    messages = [
        _initialize(small),
        _INITIALIZED,
        _open(small / _FAULTY, (small / _FAULTY).read_text(encoding="utf-8") + "# " + "x" * 9000),
        {**symbols, "id": 2},
        {"method": "$/cancelRequest", "params": {"id": 2}},
        {**symbols, "id": "three"},
        {"method": "unknown/request", "params": {}, "id": 4},
    ]
    stream = b"".join(map(_framed, messages))
    command = [sys.executable, "-m", "qafiles", "lsp"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for at in range(0, len(stream), size):
            server.stdin.write(stream[at : at + size])
            server.stdin.flush()
        answers: dict[object, dict[str, Any]] = {}
        while "three" not in answers or 4 not in answers:
            header = server.stdout.readline()
            while server.stdout.readline().strip():
                continue
            message = json.loads(server.stdout.read(int(header.removeprefix(b"Content-Length: "))))
            assert message.get("id") is None or message["id"] not in answers
            answers[message.get("id")] = message
        end = _framed({"method": "shutdown", "id": 5}) + _framed({"method": "exit"})
        _, errors = server.communicate(end, 60)
    assert "capabilities" in answers[1]["result"]
    assert answers[2]["error"]["code"] == -32800
    assert answers["three"]["result"]
    assert answers[4]["error"]["code"] == -32601
    assert server.returncode == 0
    assert b"Traceback" not in errors
