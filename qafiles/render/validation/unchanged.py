"""The answer to a plain `validate` of a working tree that has not changed, before the command line itself is imported."""

from typing import NamedTuple

from qafiles.render.color import wants_color
from qafiles.render.validation import FORMATS, Findings
from qafiles.render.validation.findings import where_it_lies
from qafiles.validation.asked import Line
from qafiles.validation.kept import KeptVerdict


class Answer(NamedTuple):
    """What is written to stdout and to stderr, and the exit code."""

    text: str
    talk: str
    code: int


def answer_of(line: Line, stored: KeptVerdict) -> Answer | None:
    """Return the answer to a command line where it is known."""
    verdict = stored.read()
    if verdict is None:
        return None
    prefix, current_folder = where_it_lies(verdict.folder)
    findings = Findings(
        verdict.diagnostics,
        verdict,
        verdict.unchecked,
        prefix=prefix,
        current_folder=current_folder,
        root=verdict.root,
        color=wants_color(),
    )
    text = "".join(FORMATS[line.format](findings))
    talk = (f"not checked: {sentence}\n" for sentence in findings.unchecked if line.format == "concise")
    failing = {"error", "warning"} if line.strict else {"error"}
    code = int(any(item.severity in failing for item in verdict.diagnostics))
    return Answer(text, "".join(talk), code)
