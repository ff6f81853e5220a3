"""All rules in one explicit table, and the run of those that look at a snapshot."""

from importlib import import_module
from typing import Final

from qafiles.codes import NAMES
from qafiles.rules.rule import Rule

__all__ = ["OF_LOADER", "Rule", "all_rules", "checking_codes", "checking_rules", "rule"]

OF_LOADER: Final = ("QF1", "QF201", "QF202", "QF203", "QF204")
"""What the codes of rules begin with that the loader decides while it reads a file."""
_OF_CHANGES: Final = "QF7"
_OF_COMMITS: Final = ("QF506", "QF509")
_OF_ACCESS: Final = "QF8"
_OF_TESTS: Final = "QF9"


def rule(code: str) -> Rule:
    """Return the rule with a code; its module has the rule's name, and its docstring is the rule's page.

    Raises KeyError for an unknown code.
    """
    module = import_module(f"{__name__}.{NAMES[code].replace('-', '_')}")
    module_rule: Rule = module.RULE
    return module_rule


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by code."""
    return tuple(rule(code) for code in NAMES)


def checking_rules(*, changes: bool = False, commits: bool = False, tests: bool = False) -> tuple[Rule, ...]:
    """Return the rules that run on a snapshot, sorted by code: no others are imported, which takes as long as many files.

    Those that compare two states, look at the commits between them or at tests are among them where asked for.
    """
    return tuple(map(rule, checking_codes(changes=changes, commits=commits, tests=tests)))


def checking_codes(*, changes: bool = False, commits: bool = False, tests: bool = False) -> tuple[str, ...]:
    """Return the codes of the same rules, none of which is imported."""
    others = [*OF_LOADER, _OF_ACCESS]
    others += [] if changes else [_OF_CHANGES]
    others += [] if commits else _OF_COMMITS
    others += [] if tests else [_OF_TESTS]
    return tuple(code for code in NAMES if not code.startswith(tuple(others)))
