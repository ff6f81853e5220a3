"""Data of plainly written files by yaml-rs, which takes a fifth of libyaml's time.

A gate lets only such files pass whose every line has one of a few forms, which cover nearly all that people write; the
others are read by `reader`. tests/parsing/test_yaml_rs_reader.py looks for files that pass and are read differently.
"""

import re
from typing import Any, Final

try:
    from yaml_rs import YAMLDecodeError, loads
except ImportError:  # there is no wheel for some platforms
    loads = None  # type: ignore[assignment]  # its absence

INSTALLED: Final = loads is not None

# Possessive quantifiers: a line that fits no form ends the match at once, whatever came before. Characters that are alike are
# taken in runs, and the forms that most lines have come first.
_END = rb" *+(?:(?<= )\#[^\x00-\x1f\x7f]*+)?\n"
_KEY = rb"(?![nNtTfF](?:ull|ULL|rue|RUE|alse|ALSE):)[A-Za-z][A-Za-z0-9_.-]*+"
_QUOTED = rb"'(?:[^'\x00-\x1f\x7f]++|'')*+'|\"(?:[^\"\\\x00-\x1f\x7f]++|\\[\"\\nt])*+\""
_WORD = rb"[A-Za-z][A-Za-z0-9_./-]*+"
_PLAIN = rb"(?:[A-Za-z/(\x80-\xff])(?:[^\x00-\x20\x7f:\#]++|:(?![ \n])|(?<! )\#| (?![ \#\n]))*+"
_NUMBER = rb"-?(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,17}+)?"
_DATE = rb"[0-9]{4}-[0-9][0-9]-[0-9][0-9](?:T[0-9:.]*+(?:Z|[+-][0-9:]*+))?"
_LIST = rb"\[(?:(?:%b|%b)(?:, ?(?:%b|%b))*+)?\]" % (_WORD, _QUOTED, _WORD, _QUOTED)
_VALUE = rb"(?:%b|%b|%b|%b|%b|\{\})" % (_PLAIN, _QUOTED, _DATE, _NUMBER, _LIST)
_BLOCK = rb"\|-?\n(?P<deep>(?P=indent) ++)[^\x00-\x20\x7f][^\x00-\x1f\x7f]*+\n(?:(?P=deep)[^\x00-\x1f\x7f]*+\n|\n)*+"

_is_plainly_written = re.compile(
    rb"(?:(?P<indent>\ {0,12}+)(?:%(key)b:(?:\ (?:%(block)b|%(value)b%(end)b)|%(end)b)"
    rb"|-\ (?:%(key)b:(?:\ %(value)b)?|%(value)b)%(end)b)"
    rb"|\ {0,12}+(?:\#[^\x00-\x1f\x7f]*+)?\n)*+\Z"
    % {b"key": _KEY, b"block": _BLOCK, b"value": _VALUE, b"end": _END}
).match

_unusual = re.compile(
    # C1 controls, the line breaks of YAML 1.1, the byte order mark and the two code points that are no characters.
    rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]"
).search


def read_plainly_written(content: bytes) -> Any:
    """Return the data of a file, or None where the gate or yaml-rs leaves it to the other reader."""
    if _is_plainly_written(content) is None:
        return None
    if not content.isascii() and _unusual(content) is not None:
        return None
    try:
        return loads(content.decode(), parse_datetime=False)
    except (YAMLDecodeError, UnicodeDecodeError):
        return None
