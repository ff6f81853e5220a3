"""Setting in qafiles.yaml that has no effect.

## Why is this bad?
A hostile change could otherwise switch off what guards against it, so the settings can ignore or re-rate only rules of
QF4 and QF6 and those of QF3 and QF7 that `qafiles explain` marks as optional. Anything else, and a code that does not
exist, reads as if it worked and does not.

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

from collections.abc import Iterator
from typing import Final

from qafiles.codes import NAMES
from qafiles.diagnostics import Finding, Pointer
from qafiles.layout import SETTINGS_FILE, nearest
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

_MOST_GUESSES: Final = 50
"""Codes whose nearest code is looked for: a hostile file may hold many."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each code in the settings that fits no rule, or none that may be configured."""
    from qafiles.rules import all_rules  # noqa: PLC0415  # the table holds this rule, too

    rules = snapshot.settings.rules
    places: list[tuple[str, Pointer]] = [
        (code, ("rules", "ignore", i)) for i, code in enumerate(rules.ignore)
    ]
    places += [(code, ("rules", "severity", code)) for code in rules.severity]
    for glob, here in rules.paths.items():
        places += [(code, ("rules", "paths", glob, "ignore", i)) for i, code in enumerate(here.ignore)]
    told: dict[str, tuple[str, str] | None] = {}
    table = all_rules()
    for code, pointer in places:
        if code not in told:
            told[code] = _problem(code, table, guess=len(told) < _MOST_GUESSES)
        problem = told[code]
        if problem:
            message, hint = problem
            at_key = pointer[-1] == code
            yield Finding(
                SETTINGS_FILE, message, pointer, "key" if at_key else "value", hint=hint, subject=code
            )


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


RULE = Rule("QF205", "error", __doc__, check, scope="file", needs=())
