"""The rows of the table: what is measured, as a ratio to what, and the bar that it has to hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.measure import Cost, peak_together
from tests.benchmarks.repository import Repository
from tests.benchmarks.table import Pair
from tests.benchmarks.typing_in_editor import first_findings, first_findings_of_unsaved, keystroke

Run = Callable[[Repository, int], Cost]


def _nothing(repository: Repository, number: int) -> None:
    del repository, number


def _settled(repository: Repository, number: int) -> None:
    del number
    repository.settle()


def _edited(repository: Repository, number: int) -> None:
    del number
    repository.edit()


def _saved(repository: Repository, number: int) -> None:
    del number
    repository.save()


def _validated(repository: Repository, number: int) -> None:
    """Change a file, and validate what has changed."""
    _saved(repository, number)
    repository.run("validate")


@dataclass(frozen=True)
class Row:
    """One row: `of` names the reference, or the unit of an absolute bar; `bar` is None where none is set."""

    name: str
    work: str
    of: str
    bar: float | None
    run: Run
    before: Callable[[Repository, int], None] = _settled
    changes: bool = False
    large: bool = False
    large_bar: float | None = None

    def measured(self, repository: Repository, number: int) -> Pair:
        """Return the costs of one round, which has a number of its own.

        What costs as much as a cold run is measured first, since it may drop what is kept; the others in the same state.
        """
        reference = REFERENCES.get(self.of)
        early = reference(repository) if reference and self.of in _EARLY else None
        self.before(repository, number)
        theirs = reference(repository) if reference and early is None else early
        ours = self.run(repository, number)
        if self.changes:
            repository.settled = False
        return Pair(ours, theirs)


def _cold(repository: Repository) -> Cost:
    return repository.run_cold("validate")


def _cold_smaller(repository: Repository) -> Cost:
    assert repository.smaller is not None
    return repository.smaller.run_cold("validate")


BASE, GS, COLD, PASS, SMALLER = "base", "GS", "cold validate", "python -c pass", "10,000 files"
REFERENCES: Final[dict[str, Callable[[Repository], Cost]]] = {
    BASE: Repository.base,
    GS: Repository.status,
    COLD: _cold,
    PASS: Repository.nothing,
    SMALLER: _cold_smaller,
}
_EARLY: Final = (COLD, SMALLER)


def _command(*arguments: str) -> Run:
    return lambda repository, number: repository.run(
        *(part.format(r=repository, number=number) for part in arguments)
    )


def _cold_command(command: str, *arguments: str) -> Run:
    return lambda repository, _: repository.run_cold(command, *arguments)


def _first(repository: Repository, number: int) -> None:
    del number
    repository.settle()
    repository.forget()


def _revision(repository: Repository, number: int) -> None:
    """Make sure that the round's commit is known."""
    repository.settle()
    repository.run("validate", "--rev", f"HEAD~{number}")


def _in_order(repository: Repository, number: int) -> None:
    """Make sure that what `fmt --check` finds is known."""
    del number
    repository.settle()
    repository.run("fmt", "--check")


def _site(repository: Repository, number: int) -> None:
    del number
    repository.settle()
    if not repository.site.is_dir():
        repository.run("site", "-o", str(repository.site))


def _completion(*words: str) -> Run:
    def run(repository: Repository, number: int) -> Cost:
        del number
        typed = [word.format(r=repository, part=repository.handle[:9]) for word in words]
        variables = {
            "_QAFILES_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("qafiles", *typed)),
            "COMP_CWORD": str(len(words)),
        }
        return repository.run(environment=variables)

    return run


def _peak(repository: Repository, number: int) -> Cost:
    del number
    if not repository.program.keeps_from("validate"):
        repository.forget()
    command = repository.program.without_cache("validate")
    return Cost(0, 0, peak_together(command, repository.program.environment, repository.folder))


def _peak_keeping(repository: Repository, number: int) -> Cost:
    del number
    command = [*repository.program.command, "validate"]
    return Cost(0, 0, peak_together(command, repository.program.environment, repository.folder))


_NEW: Final = "{r.handle}-new-{number}"
ROWS: Final = (
    Row("validate-cold", "validate, cold", BASE, 0.8, _cold_command("validate"), _nothing, large=True),
    Row("validate-first", "validate, cold, keeping", BASE, None, _command("validate"), _first, large=True),
    Row("validate-same", "validate, nothing changed", GS, 1.2, _command("validate"), large=True),
    Row("validate-one", "validate, one file changed", GS, 3, _command("validate"), _edited, large=True),
    Row("validate-saved", "validate, one saved by an editor", GS, 3, _command("validate"), _saved),
    Row("validate-again", "validate, again after that", GS, 1.2, _command("validate"), _validated),
    Row("show", "show ONE", GS, 3, _command("show", "test_case:{r.handle}")),
    Row("refs", "refs ONE", GS, 3, _command("refs", "test_case:{r.handle}")),
    Row("list", "list test_case", GS, 3, _command("list", "test_case")),
    Row(
        "list-json", "list test_case --format json", GS, 3, _command("list", "test_case", "--format", "json")
    ),
    Row("complete-handle", "completion of a handle", GS, 3, _completion("show", "{part}")),
    Row(
        "set",
        "set one field",
        GS,
        5,
        _command("set", "test_case:{r.handle}", "url_route=/n-{number}"),
        changes=True,
    ),
    Row(
        "new",
        "new test_case",
        GS,
        5,
        _command(
            "new", "test_case", _NEW, "url_route=/new", "test_description=New {number}", "x-priority=low"
        ),
        changes=True,
    ),
    Row("mv", "mv of a test case", GS, 5, _command("mv", "test_case:{r.handle}", _NEW), changes=True),
    Row(
        "mv-tag",
        "mv of a tag that many name",
        GS,
        None,
        _command("mv", "tag:{r.tag}", "{r.tag}-{number}"),
        changes=True,
    ),
    Row("rev-new", "validate --rev, new commit", COLD, 0.9, _command("validate", "--rev", "HEAD~{number}")),
    Row(
        "rev-known",
        "validate --rev, known commit",
        GS,
        3,
        _command("validate", "--rev", "HEAD~{number}"),
        _revision,
    ),
    Row(
        "since",
        "validate --since HEAD~1",
        COLD,
        1.2,
        _cold_command("validate", "--since", "HEAD~1"),
        _nothing,
    ),
    Row("fmt-cold", "fmt --check, cold", COLD, 1.5, _cold_command("fmt", "--check"), _nothing),
    Row("fmt-warm", "fmt --check, warm", GS, 5, _command("fmt", "--check"), _in_order),
    Row("site-again", "site again, nothing changed", COLD, 0.5, _command("site", "-o", "{r.site}"), _site),
    Row("lsp-first", "lsp, start to first findings", COLD, 0.3, first_findings),
    Row("lsp-unsaved", "lsp, start to what is not saved", COLD, None, first_findings_of_unsaved),
    Row("lsp-key", "lsp, keystroke to findings", "ms", 20, keystroke),
    Row("version", "--version", PASS, 2.5, _command("--version"), _nothing),
    Row("help", "--help", PASS, 5, _command("--help"), _nothing),
    Row("complete-command", "completion of a command", PASS, 5, _completion("val"), _nothing),
    Row("memory", "memory of validate, cold", "MiB", 90, _peak, _nothing, large=True, large_bar=500),
    Row(
        "memory-first",
        "memory of validate, cold, keeping",
        "MiB",
        90,
        _peak_keeping,
        _first,
        large=True,
        large_bar=500,
    ),
    Row("growth", "validate, cold", SMALLER, 10, _cold_command("validate"), _nothing, large=True),
)


def rows_for(names: Iterable[str], repository: Repository) -> list[Row]:
    """Return the rows that are measured of a repository, all of those that fit where no names are given."""
    chosen = set(names) or {row.name for row in ROWS}
    return [
        row
        for row in ROWS
        if row.name in chosen
        and (row.large or not repository.smaller)
        and (row.of != SMALLER or repository.smaller)
    ]
