"""Setting in qafiles.yaml that has no effect.

## Why is this bad?
A hostile change could otherwise switch off what guards against it, so the settings can ignore or re-rate only rules of
QF4 and QF6 and those of QF3 and QF7 that `qafiles explain` marks as optional. Anything else, and a code that does not
exist, reads as if it worked and does not. Nor does a path under `rules.paths` that matches no file, as after a rename: `*` stays
in a folder, `**` crosses folders, and a folder alone is none of its files. Nor does a file beside qafiles.yaml whose name is nearly
that, such as qafiles.yml: nobody reads it. Nor does a condition under `automated` with a field that no test case has.

## Example
```yaml title=qafiles.yaml
version: 1
rules:
  ignore: [QF301]
```

## Use instead
```yaml title=qafiles.yaml
version: 1
rules:
  ignore: [QF409]
```
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Final

from qafiles.codes import NAMES
from qafiles.diagnostics import Finding, Pointer
from qafiles.layout import SETTINGS_FILE, nearest
from qafiles.rules.path_globs import beginning, matches
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot
from qafiles.sources.enclosing import is_misnamed

_MOST_GUESSES: Final = 50
"""Codes whose nearest code is looked for: a hostile file may hold many."""
_MOST_COMPARISONS: Final = 1_000_000
"""Paths that are compared with globs."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each code that fits no rule, or none that may be configured, and each glob that matches no file."""
    from qafiles.rules import all_rules  # noqa: PLC0415  # the table holds this rule, too

    rules = snapshot.settings.rules
    places: list[tuple[str, Pointer]] = [
        (code, ("rules", "ignore", i)) for i, code in enumerate(rules.ignore)
    ]
    places += [(code, ("rules", "severity", code)) for code in rules.severity]
    for glob, path_rules in rules.paths.items():
        places += [(code, ("rules", "paths", glob, "ignore", i)) for i, code in enumerate(path_rules.ignore)]
    problems: dict[str, tuple[str, str] | None] = {}
    table = all_rules() if places else ()
    for code, pointer in places:
        if code not in problems:
            problems[code] = _problem(code, table, guess=len(problems) < _MOST_GUESSES)
        problem = problems[code]
        if problem:
            message, hint = problem
            at_key = pointer[-1] == code
            yield Finding(
                SETTINGS_FILE, message, pointer, "key" if at_key else "value", hint=hint, subject=code
            )
    yield from _useless_globs(snapshot)
    yield from _useless_conditions(snapshot)
    yield from _misnamed(snapshot)


def _useless_conditions(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each condition of automated test cases that no test case can meet, as one with a field that none has."""
    from qafiles.snapshot.selection import problem_of  # noqa: PLC0415  # few data roots have such conditions

    for index, condition in enumerate(snapshot.settings.automated[:_MOST_GUESSES]):
        problem = problem_of(snapshot, "test_case", condition)
        if problem is not None:
            yield Finding(
                SETTINGS_FILE,
                f"`{condition}` chooses no test cases: {problem}",
                ("automated", index),
                hint="name a field that test cases have, or declare it under `fields`",
                subject=condition,
                severity="warning",
            )


def _misnamed(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each file beside the settings that was probably meant to be them."""
    for path in snapshot.other_paths:
        if "/" not in path and is_misnamed(path) and snapshot.exists(path):
            yield Finding(
                path,
                f"`{path}` is not read, and so has no effect: settings have the name {SETTINGS_FILE} alone",
                hint=f"move what it says into {SETTINGS_FILE}, and delete it",
                subject=path,
                severity="warning",
            )


def _useless_globs(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each glob that matches no file, up to the comparisons that a hostile file may cost."""
    globs = snapshot.settings.rules.paths
    # Of files at the top no rule that can be ignored says anything.
    paths = sorted(path for path in snapshot.entries if "/" in path) if globs else []
    left = _MOST_COMPARISONS
    for glob in globs:
        some = [*islice(_beginning_with(paths, beginning(glob)), max(left, 0))]
        left -= len(some) + 1
        if left < 0:
            return
        if not any(matches(glob, path) for path in some):
            yield Finding(
                SETTINGS_FILE,
                f"`{glob[:120]}` matches no file in the folders of entities, and so has no effect",
                ("rules", "paths", glob),
                "key",
                _hint(glob, paths),
                subject=glob,
                severity="warning",
            )


def _beginning_with(paths: Sequence[str], text: str) -> Iterator[str]:
    """Return those of sorted paths that begin with a text."""
    return takewhile(lambda path: path.startswith(text), islice(paths, bisect_left(paths, text), None))


def _hint(glob: str, paths: Sequence[str]) -> str:
    """Return what was probably meant by a glob that matches nothing."""
    if "\\" in glob:
        return "write `/` between folders"
    if "{" in glob:
        return "`{a,b}` is no part of a glob here: write an entry for each"
    folder = glob.removeprefix("./").strip("/").removesuffix("/*") + "/"
    if beginning(folder) == folder and any(_beginning_with(paths, folder)):
        return f"write `{folder}**` for all files below the folder"
    if glob.startswith("*") and "/" not in glob:
        return f"`*` stays in a folder: write `**/{glob}`"
    return "write the path as it is now, or delete the entry"


def _problem(code: str, table: tuple[Rule, ...], *, guess: bool) -> tuple[str, str] | None:
    fitting = [rule for rule in table if code and rule.code.startswith(code)]
    if not fitting:
        near = nearest(code.upper(), [*NAMES]) if guess else None
        return (
            f"`{code[:40]}` is no code of a rule",
            f"did you mean `{near}`?" if near else "`qafiles explain` lists them",
        )
    if not any(rule.configurable for rule in fitting):
        what = fitting[0].name if len(fitting) == 1 else f"{len(fitting)} rules"
        return (
            f"`{code}` ({what}) can't be ignored or re-rated",
            "delete the entry, and mend what the rule reports",
        )
    return None


RULE = Rule("QF205", "error", __doc__, check=check, scope="whole", needs=())
