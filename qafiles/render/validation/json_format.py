"""The format `json`: one document with everything, whose shape is stable and has a version."""

import json
import re
from collections.abc import Iterator
from typing import Final

from qafiles.render.document import as_record
from qafiles.render.escape import OLD_COMMAND
from qafiles.render.validation.findings import Findings

VERSION: Final = 1

# Lone surrogates have no UTF-8; the others would steer the terminal or the CI runner that shows the document.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|" + OLD_COMMAND)


def render(findings: Findings) -> Iterator[str]:
    """Yield the document, with one line for each diagnostic."""
    verdict = findings.verdict
    by_kind = findings.entities
    checked = {"files": findings.files, "entities": sum(by_kind.values()), "by_kind": by_kind}
    summary = {f"{severity}s": number for severity, number in findings.counts.items()}
    yield f'{{"version": {VERSION}, "root": {_dump(verdict.root)}, "revision": {_dump(verdict.revision)},\n'
    yield f' "checked": {_dump(checked)},\n'
    yield f' "summary": {_dump(summary)},\n'
    yield f' "unchecked": {_dump(findings.unchecked)},\n'
    yield ' "diagnostics": ['
    separator = "\n  "
    for diagnostic in findings.diagnostics:
        yield separator + _dump(as_record(diagnostic))
        separator = ",\n  "
    yield "\n ]}\n" if findings.diagnostics else "]}\n"


def _dump(value: object) -> str:
    # Such characters stand only inside JSON strings, where an escape means the same.
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
