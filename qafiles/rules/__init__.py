"""All rules in one explicit table, and the run of those that look at a snapshot."""

from importlib import import_module

from qafiles.codes import NAMES
from qafiles.rules.rule import Rule

__all__ = ["Rule", "all_rules", "rule"]


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
