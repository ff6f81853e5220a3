"""Keys of mappings as one object each: those of all files of a large data root would take a fifth of its memory."""

from sys import intern
from typing import Any


def with_shared_keys(data: Any) -> Any:
    """Return data in which equal keys are one object: each file has the keys of its kind, and each step those of steps."""
    cls = data.__class__
    if cls is dict:
        return {
            intern(key) if key.__class__ is str else key: (
                value if value.__class__ is str else with_shared_keys(value)
            )
            for key, value in data.items()
        }
    if cls is list:
        for index, item in enumerate(data):
            if item.__class__ is dict:
                data[index] = with_shared_keys(item)
    return data
