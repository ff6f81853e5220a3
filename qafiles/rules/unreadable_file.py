"""File that can't be read.

## Why is this bad?
An entity that can't be read can't be checked, and references to it can't be followed. The file has
no read permission, is a pipe or a device, or its content is missing from the git repository.

## Example
A file with mode 000, or a named pipe called `smoke.yaml`.

## Use instead
A regular file that everyone who validates may read.
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF101", "error", __doc__, scope="file", needs=())
