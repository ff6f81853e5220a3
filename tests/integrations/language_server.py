"""A client of the real yaml-language-server, as an editor that opened a folder with its .vscode/settings.json."""

import itertools
import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import IO, Any, Self

_SECONDS = 60


class LanguageServer:
    """The server, started for one folder; a context manager.

    Where `validate` is given, it stands for the folder's own setting of that name.
    """

    def __init__(self, node_modules: Path, folder: Path, *, validate: bool | None = None) -> None:
        script = node_modules / "yaml-language-server" / "bin" / "yaml-language-server"
        self._process = subprocess.Popen(
            ["node", script, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._stdin: IO[bytes] = self._process.stdin
        self._stdout: IO[bytes] = self._process.stdout
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.Queue[Any]] = {}
        self._diagnostics: dict[str, queue.Queue[Any]] = {}
        written = json.loads((folder / ".vscode" / "settings.json").read_text(encoding="utf-8"))
        settings = {key.removeprefix("yaml."): value for key, value in written.items()}
        if validate is not None:
            settings["validate"] = validate
        self._settings = settings | {
            "schemaStore": {"enable": False},
            "kubernetesCRDStore": {"enable": False},
        }
        self._folder = folder
        self._configured = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        uri = self._folder.as_uri()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"completion": {"completionItem": {"documentationFormat": ["markdown"]}}},
        }
        folders = [{"uri": uri, "name": self._folder.name}]
        self.request(
            "initialize",
            {"processId": None, "rootUri": uri, "capabilities": capabilities, "workspaceFolders": folders},
        )
        # It asks for the settings now; a file that is opened before they came has no findings.
        self._send({"method": "initialized", "params": {}})
        assert self._configured.wait(_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()

    def open(self, path: str, text: str | None = None) -> list[dict[str, Any]]:
        """Open a file of the folder, with other content if given, and return the server's diagnostics."""
        place = self._folder / path
        text = place.read_text(encoding="utf-8") if text is None else text
        uri = place.as_uri()
        document = {"uri": uri, "version": next(self._numbers)}
        if uri in self._diagnostics:
            change = {"textDocument": document, "contentChanges": [{"text": text}]}
            self._send({"method": "textDocument/didChange", "params": change})
        else:
            self._diagnostics[uri] = queue.Queue()
            opened = {"textDocument": {**document, "languageId": "yaml", "text": text}}
            self._send({"method": "textDocument/didOpen", "params": opened})
        diagnostics: list[dict[str, Any]] = self._diagnostics[uri].get(timeout=_SECONDS)
        return diagnostics

    def at(self, method: str, path: str, line: int, character: int) -> Any:
        """Return the answer to a request about a position of an open file, both numbers counted from 0."""
        uri = (self._folder / path).as_uri()
        position = {"line": line, "character": character}
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position})

    def completions(self, path: str, text: str) -> set[str]:
        """Return what the server proposes at the `|` in a text."""
        return {item["label"] for item in self.proposals(path, text)}

    def proposals(self, path: str, text: str) -> list[dict[str, Any]]:
        """Return the proposals at the `|` in a text, with what each would insert."""
        before, _, after = text.partition("|")
        self.open(path, before + after)
        found = self.at("completion", path, before.count("\n"), len(before.rpartition("\n")[2]))
        items: list[dict[str, Any]] = found["items"]
        return items

    def request(self, method: str, params: Any) -> Any:
        number = next(self._numbers)
        self._answers[number] = queue.Queue()
        self._send({"id": number, "method": method, "params": params})
        answer = self._answers[number].get(timeout=_SECONDS)
        assert "error" not in answer, answer
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._stdin.flush()

    def _read(self) -> None:
        while header := self._stdout.readline():
            length = int(header.split(b":")[1])
            while self._stdout.readline().strip():
                pass
            self._handle(json.loads(self._stdout.read(length)))

    def _handle(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answers[message["id"]].put(message)
        elif method == "textDocument/publishDiagnostics":
            params = message["params"]
            self._diagnostics[params["uri"]].put(params["diagnostics"])
        elif "id" in message:
            sections = message["params"].get("items", []) if method == "workspace/configuration" else []
            result = [self._settings if item["section"] == "yaml" else {} for item in sections] or None
            self._send({"id": message["id"], "result": result})
            if any(item["section"] == "yaml" for item in sections):
                self._configured.set()
