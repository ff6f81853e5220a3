"""Bytes that are not UTF-8.

## Why is this bad?
YAML in git is UTF-8; in another encoding, names and texts would read differently on every machine.

## Example
A file saved as Latin-1 or UTF-16.

## Use instead
The same file saved as UTF-8, with or without a byte order mark.
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF104", "error", __doc__, scope="file", needs=())
