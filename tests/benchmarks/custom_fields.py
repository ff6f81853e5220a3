"""Ten declared custom fields of a test case, one a reference, for every test case of a data root."""

import zlib
from collections.abc import Iterable, Iterator

_DECLARED = r"""fields:
  test_case:
    x-priority: {enum: [high, medium, low], required: true, description: How bad it is when this fails}
    x-estimate: {type: integer, minimum: 0, maximum: 240}
    x-owner: {reference: user}
    x-tickets: {type: array, items: {type: string, pattern: "^[A-Z]+-[0-9]+$"}}
    x-automated: {type: boolean}
    x-component: {type: string, minLength: 2, maxLength: 40}
    x-weight: {type: number, minimum: 0}
    x-reviewed: {type: string, format: date}
    x-wiki: {type: string, format: uri}
    x-level: {enum: [unit, service, browser], description: Where it is tested}
"""


def with_custom_fields(files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of the files of a data root, whose settings declare ten fields and whose test cases have them."""
    for path, text in files:
        if path == "qafiles.yaml":
            yield path, text + _DECLARED
        elif "/test_cases/" in path:
            yield path, text + _fields(zlib.crc32(path.encode()))
        else:
            yield path, text


def _fields(number: int) -> str:
    """Return the lines of the ten fields; the users are those of every data root that is measured."""
    return f"""x-automated: {"true" if number % 2 else "false"}
x-component: part {number % 30}
x-estimate: {number % 60}
x-level: {("unit", "service", "browser")[number % 3]}
x-owner: {("lead", "tester", "auditor")[number % 3]}
x-priority: {("high", "medium", "low")[number % 3]}
x-reviewed: '2026-{1 + number % 12:02}-{1 + number % 28:02}'
x-tickets:
  - SHOP-{number % 1000}
  - QA-{number % 77}
x-weight: {number % 10}.5
x-wiki: https://wiki.example.com/cases/{number}
"""
