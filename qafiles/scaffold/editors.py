"""What editors find beside a data root: schemas, and for VS Code settings, recommended extensions and a task."""

import json
import re
from typing import Any, Final
from urllib.parse import quote

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.kinds import KIND_FACTS
from qafiles.layout import SETTINGS_FILE
from qafiles.schema.dialects import SchemaName, file_name
from qafiles.schema.generated import SCHEMA_NAMES, schema_text

SCHEMA_FOLDER: Final = ".qafiles/schemas"
"""Where editors find the schemas; a dot folder holds no entities."""

# https://marketplace.visualstudio.com/items?itemName=zsol.vscode-glspc
_CLIENT: Final = "zsol.vscode-glspc"
_CLIENT_SETTINGS: Final = {
    "glspc.server.command": "qafiles",
    "glspc.server.commandArguments": ["lsp"],
    "glspc.server.languageId": ["yaml"],
}

MATCHER: Final = (
    {
        "regexp": r"^(error|warning|info)\[(QF[0-9]{3})\] [a-z0-9-]+: (.*)$",
        "severity": 1,
        "code": 2,
        "message": 3,
    },
    {"regexp": r"^ *--> (.*):([0-9]+):([0-9]+)$", "file": 1, "line": 2, "column": 3},
)
"""How VS Code reads two lines of `qafiles validate` as a problem; concise output has no severity.

https://code.visualstudio.com/docs/debugtest/tasks#_defining-a-problem-matcher
"""


def editor_files(path: str, declared: DeclaredFields = NOTHING_DECLARED) -> dict[str, str]:
    """Return schemas and VS Code's files by their paths in a data root; `path` is where it lies in the repository.

    The schemas have the fields that the data root declares.
    """
    schemas = {f"{SCHEMA_FOLDER}/{file_name(name)}": name for name in SCHEMA_NAMES}
    settings = {
        **_CLIENT_SETTINGS,
        # The language server says all that this would say, and better; help and completion stay.
        "yaml.validate": False,
        "yaml.schemas": {place: _below(path, file_globs(name)) for place, name in schemas.items()},
    }
    return {
        **{place: schema_text(name, "7", declared) for place, name in schemas.items()},
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml", _CLIENT]}),
        ".vscode/settings.json": _json(settings),
        ".vscode/tasks.json": _json({"version": "2.0.0", "tasks": [_task()]}),
    }


def to_be_added(ours: str, theirs: str) -> str:
    """Return what a file of VS Code that is kept lacks of ours, as JSON to be added by hand; empty where it lacks nothing.

    Where theirs has comments, it is taken for empty. What they have set otherwise is as they want it.
    """
    try:
        there = json.loads(theirs)
    except ValueError:
        there = {}
    there = there if isinstance(there, dict) else {}
    lacking: dict[str, Any] = {}
    for key, value in json.loads(ours).items():
        if isinstance(value, list) and isinstance(there.get(key), list):
            value = [item for item in value if item not in there[key]]  # noqa: PLW2901  # what is left of it
        elif key in there:
            continue
        if value != []:
            lacking[key] = value
    return json.dumps(lacking, indent=2, ensure_ascii=False) if lacking else ""


def _task() -> dict[str, Any]:
    return {
        "label": "qafiles: validate",
        "type": "process",
        "command": "qafiles",
        "args": ["validate"],
        "options": {"cwd": "${workspaceFolder}", "env": {"NO_COLOR": "1"}},
        "group": {"kind": "build", "isDefault": True},
        "presentation": {"reveal": "silent", "clear": True},
        "problemMatcher": {
            "owner": "qafiles",
            "source": "qafiles",
            "fileLocation": ["relative", "${workspaceFolder}"],
            "pattern": [*MATCHER],
        },
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _below(path: str, globs: str | list[str]) -> str | list[str]:
    """Return globs below a folder of the repository.

    yaml-language-server looks for each at any depth of a file's whole path, so that the folder's own path is what keeps
    `src/users/` out, whichever folder above is opened. At the top there is none: each clone may have another name.
    """
    if not path:
        return globs
    folder = re.sub(r"[^A-Za-z0-9._~/-]", _encoded_or_not, path)
    if isinstance(globs, str):
        return f"{folder}/{globs}"
    return [f"!{folder}/{glob[1:]}" if glob.startswith("!") else f"{folder}/{glob}" for glob in globs]


def _encoded_or_not(char: re.Match[str]) -> str:
    """Return what matches a character as it is and as editors write it in a URI, of which they have several ways."""
    units = len(char[0].encode("utf-16-le", "surrogatepass")) // 2
    return f"{{{quote(char[0], safe='', errors='surrogateescape')},{'?' * units}}}"


def file_globs(name: SchemaName) -> str | list[str]:
    """Return which files of a data root have a schema; a suite may be called `users/`, too."""
    if name == "settings":
        return SETTINGS_FILE
    facts = KIND_FACTS[name]
    above = {"root": "", "organization": "organizations/*/", "project": "organizations/*/projects/*/"}[
        facts.within
    ]
    if facts.file is not None:
        return f"{above}{facts.folder}/*/{facts.file}"
    files = f"{above}{facts.folder}/{'**/' if facts.suites else ''}*.yaml"
    return [files, "!organizations/*/projects/*/*/**"] if facts.within == "root" else files
