"""More than 64 levels of nesting.

## Why is this bad?
No entity needs them, and deep nesting is a known way to exhaust the readers of a file.

## Example
`x-matrix: [[[[…]]]]` with 65 brackets.

## Use instead
A flat list or mapping.
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF115", "error", __doc__, scope="file", needs=())
