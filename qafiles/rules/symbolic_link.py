"""Symbolic link among the entities.

## Why is this bad?
A link may lead out of the repository, to `/etc/passwd` as well as to a colleague's home folder, and
it means something else on every machine. qafiles never follows one.

## Example
`users/ada.yaml -> ../../people/ada.yaml`

## Use instead
The file itself, with an id of its own.
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF102", "error", __doc__, scope="file", needs=())
