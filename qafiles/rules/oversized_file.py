"""File larger than 1 MiB.

## Why is this bad?
An entity is text that people read and review. A larger file is a mistake or an attack, and would
slow every run. The file of a secret may have 2 MiB, since ciphertext is longer than the value.

## Example
A test case with a screenshot pasted as base64.

## Use instead
Text in the file, and large content as a file beside it or behind a URL.
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF103", "error", __doc__, scope="file", needs=())
