"""A cached property that waits for no other thread."""

import sys
from functools import cached_property
from typing import Any, TypeVar, overload

T = TypeVar("T")

if sys.version_info >= (3, 12):
    lazy = cached_property
else:

    class lazy(cached_property[T]):  # noqa: N801  # used as a decorator
        """A cached property as of Python 3.12: before, it is computed for one object at a time, https://bugs.python.org/issue43468."""

        @overload
        def __get__(self, instance: None, owner: type[Any] | None = None) -> "lazy[T]": ...
        @overload
        def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
        def __get__(self, instance: object, owner: type[Any] | None = None) -> "lazy[T] | T":
            """Return the value, which two threads at once may both compute."""
            if instance is None:
                return self
            value: T = self.func(instance)
            instance.__dict__[str(self.attrname)] = value
            return value
