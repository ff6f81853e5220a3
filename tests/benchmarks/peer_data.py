"""The same test cases in the forms of other tools, as many as asked for, with the documents and tags that they name."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.repository import Program
from tests.conftest import committed, write


def part_of(files: Mapping[str, str], items: int) -> dict[str, str]:
    """Return the files of a data root that so many test cases need: theirs, and all files of kinds that they refer to."""
    cases = set(islice((path for path in files if "/test_cases/" in path), items))
    projects = {path.partition("/test_cases/")[0] for path in cases}
    suites = {path.replace("/test_cases/", "/documents/").rpartition("/")[0] for path in cases}
    return {
        path: text
        for path, text in files.items()
        if path in cases
        or "/projects/" not in path
        or (path.endswith("/project.yaml") and path.removesuffix("/project.yaml") in projects)
        or ("/tags/" in path and path.partition("/tags/")[0] in projects)
        or (
            "/documents/" in path
            and (path.removesuffix(".yaml") in suites or path.rpartition("/")[0] in suites)
        )
    }


def _cases(files: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, text in files.items():
        if "/test_cases/" in path:
            yield path, yaml.load(text, yaml.CSafeLoader)


def _documents(files: Mapping[str, str]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return (number, data) of the documents by id and by handle in their project."""
    named = {}
    for number, (path, text) in enumerate(item for item in files.items() if "/documents/" in item[0]):
        data = yaml.load(text, yaml.CSafeLoader)
        for name in (data["id"], path.partition("/documents/")[2].removesuffix(".yaml")):
            named[name] = (number, data)
    return named


def as_data_root(folder: Path, files: Mapping[str, str], program: Program) -> None:
    """Write the data root itself, committed, and beside it the JSON Schema of a test case."""
    committed(folder, dict(files))
    schema = subprocess.run(
        [*program.command, "schema", "test_case"],
        cwd=folder,
        env=program.environment,
        capture_output=True,
        check=True,
    )
    folder.with_name("test_case.schema.json").write_bytes(schema.stdout)


def as_fmf(folder: Path, files: Mapping[str, str]) -> None:
    """Write the tree of fmf, whose tests are tmt's: one file a test case, with its summary, description, tags and link."""
    tree = {".fmf/version": "1\n"}
    for path, data in _cases(files):
        fields = {
            "summary": data["test_description"].partition("\n")[0][:50],
            "description": data["test_description"],
            "tag": data["tags"],
            "test": "true",
            "link": [{"relates": f"https://{data['allowed_domains'][0]}{data['url_route']}"}],
        }
        name = path.partition("/projects/")[2].removesuffix(".yaml")
        tree[f"{name}.fmf"] = yaml.dump(fields, Dumper=yaml.CSafeDumper, sort_keys=False)
    committed(folder, tree)


def as_doorstop(folder: Path, files: Mapping[str, str]) -> None:
    """Write two documents of doorstop: one item a document, and one a test case that links to it."""
    documents = _documents(files)
    tree = {
        "doc/.doorstop.yml": _settings("DOC", None),
        "tests/.doorstop.yml": _settings("TC", "DOC"),
    }
    for number, data in dict(documents.values()).items():
        tree[f"doc/DOC{number + 1:05}.yml"] = _item(number, str(data["content"]), [])
    for number, (_, data) in enumerate(_cases(files)):
        target = documents[data["document_id"]][0]
        tree[f"tests/TC{number + 1:05}.yml"] = _item(
            number, str(data["test_description"]), [f"DOC{target + 1:05}"]
        )
    committed(folder, tree)


def _settings(prefix: str, parent: str | None) -> str:
    named = {"digits": 5, "prefix": prefix, "sep": "", **({"parent": parent} if parent else {})}
    return yaml.dump({"settings": named}, Dumper=yaml.CSafeDumper)


def _item(number: int, text: str, links: list[str]) -> str:
    fields = {
        "active": True,
        "derived": False,
        "header": "",
        "level": f"1.{number + 1}",
        "links": links,
        "normative": True,
        "ref": "",
        "reviewed": None,
        "text": text,
    }
    return yaml.dump(fields, Dumper=yaml.CSafeDumper)


def as_strictdoc(folder: Path, files: Mapping[str, str]) -> None:
    """Write a document of strictdoc for the documents, and one for the test cases, each related to its document."""
    documents = _documents(files)
    nodes = ["[DOCUMENT]\nTITLE: Documents\n"]
    for number, data in dict(documents.values()).items():
        nodes.append(_node(f"DOC-{number}", data["name"], data["content"], None))
    cases = ["[DOCUMENT]\nTITLE: Test cases\n"]
    for number, (_, data) in enumerate(_cases(files)):
        title, _, text = data["test_description"].partition("\n")
        cases.append(_node(f"TC-{number}", title, text, f"DOC-{documents[data['document_id']][0]}"))
    write(folder, {"documents.sdoc": "\n".join(nodes), "test_cases.sdoc": "\n".join(cases)})


def _node(name: str, title: str, text: str, parent: str | None) -> str:
    related = f"RELATIONS:\n- TYPE: Parent\n  VALUE: {parent}\n" if parent else ""
    return (
        f"[REQUIREMENT]\nUID: {name}\nTITLE: {json.dumps(title)[1:-1]}\nSTATEMENT: >>>\n{text.strip() or title}\n<<<\n"
        f"{related}"
    )
