"""What the rules about tests and their links share."""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Span, Undecided
from qafiles.results.linked_tests import LinkedTest, LinkedTests
from qafiles.results.linking import LinkProblem

_LONGEST = 120


def named(item: LinkedTest) -> str:
    """Return what a test is called, for messages."""
    name = printable(item.test.name)
    return f"`{name if len(name) <= _LONGEST else name[: _LONGEST - 1] + '…'}`"


def unread(tests: LinkedTests, code: str) -> Iterator[Undecided]:
    """Yield what a rule can't decide for each part of the files that can't be read: tests may be there that nobody knows of."""
    for problem in tests.problems:
        yield Undecided(
            code, f"{problem.place}: {problem.message}" + (f"; {problem.hint}" if problem.hint else "")
        )


def printable(text: str) -> str:
    """Return a text of a result file with escapes for what is no letter, sign or blank."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def of_link(tests: LinkedTests, item: LinkedTest, problem: LinkProblem, message: str) -> Finding:
    """Return the finding for a link: at the link where the file says its place, else at the test."""
    link = problem.link
    path, span = item.path, item.span
    if link.source is not None:
        path = tests.places.path(link.source, "")
        line, column = link.source.line or 1, link.source.column or 1
        span = Span(line, column, line, column)
    lacking = tests.faults.lacking if problem.fault == "unknown" and link.by != "key" else ()
    hint = "; ".join([tests.faults.hint(problem), *lacking])
    return Finding(
        path,
        f"{message}: {printable(tests.faults.message(problem))}",
        hint=printable(hint),
        subject=f"{link.by}\0{link.value}\0{item.test.name}",
        severity="warning" if problem.fault == "disagreement" else None,
        span=span,
    )
