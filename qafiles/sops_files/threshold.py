"""Of how many groups of keys one key each is needed, checked as SOPS takes it: https://getsops.io/docs/#key-groups."""

from collections.abc import Iterator, Mapping
from typing import Any

from qafiles.diagnostics import Pointer
from qafiles.sops_files.flaw import Flaw


def wrong_threshold(rule: Mapping[str, Any], pointer: Pointer) -> Iterator[Flaw]:
    """Yield that the `shamir_threshold` of a rule is no number by which SOPS can split a data key; 0 means all groups."""
    if "shamir_threshold" not in rule:
        return
    groups, threshold = rule.get("key_groups"), rule["shamir_threshold"]
    most = len(groups) if isinstance(groups, list) else 0
    is_number = isinstance(threshold, int) and not isinstance(threshold, bool)
    if not is_number or (most > 1 and threshold != 0 and not 2 <= threshold <= most):
        hint = (
            f"write a number from 2 to {most}"
            if most > 1
            else "delete it, or write several groups below `key_groups`"
        )
        yield Flaw("SOPS can't split a data key by this threshold", (*pointer, "shamir_threshold"), hint)
