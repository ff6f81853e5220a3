r"""Control character in the text.

## Why is this bad?
YAML 1.2 allows no control characters but tab and line breaks. They come from damaged files, and
some of them steer terminals.

## Example
A NUL byte, or an escape sequence pasted from a terminal.

## Use instead
The text without them, or an escape in double quotes: `"\\x07"`.
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF105", "error", __doc__, scope="file", needs=())
