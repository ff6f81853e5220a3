"""Ctrl-C, which is raised as Python does, and remembered: extension modules make other exceptions of it.

What those say, of a file or of a library, is nobody's finding: pyo3 panics where an import is interrupted, and pydantic-core
calls a schema invalid. Nothing of it may be kept.
"""

import _signal  # type: ignore[import-not-found]  # `signal` takes as long to import as Python to start

TYPE_CHECKING = False  # that of `typing`, as above
if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
"""The exit code of a process that Ctrl-C has ended."""


class _Handler:
    """What is called at Ctrl-C, and knows whether it was; it raises nothing while it is said to wait."""

    __slots__ = ("is_pressed", "waits")

    def __init__(self) -> None:
        self.is_pressed = self.waits = False

    def __call__(self, _number: int, _frame: "FrameType | None") -> None:
        self.is_pressed = True
        if not self.waits:
            raise KeyboardInterrupt


class CtrlCLater:
    """A block during which a Ctrl-C waits: extension modules start there, which write what stops them to stderr, and processes.

    In threads other than the main one it changes nothing, as Python raises nothing there.
    """

    __slots__ = ("before", "handler", "waited")

    def __enter__(self) -> None:
        self.before = _signal.getsignal(_signal.SIGINT)
        is_default = self.before is _signal.default_int_handler
        self.handler = _Handler() if is_default else _remembering()
        if self.handler is None:
            return
        try:
            _signal.signal(_signal.SIGINT, self.before)
        except ValueError:  # this is another thread
            self.handler = None
            return
        self.waited = self.handler.waits
        self.handler.waits = True
        _signal.signal(_signal.SIGINT, self.handler)

    def __exit__(self, *_error: object) -> None:
        if self.handler is not None:
            _signal.signal(_signal.SIGINT, self.before)
            self.handler.waits = self.waited
            if self.handler.is_pressed and not self.waited:
                raise KeyboardInterrupt


def remember_ctrl_c() -> None:
    """Remember a Ctrl-C that comes from now on, where Python would raise KeyboardInterrupt; in the main thread only."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _Handler())


def ignore_ctrl_c() -> None:
    """Let no Ctrl-C interrupt what follows; in the main thread only."""
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)


def is_interrupted() -> bool:
    """Return whether there was a Ctrl-C that is remembered."""
    handler = _remembering()
    return handler is not None and handler.is_pressed


def _remembering() -> _Handler | None:
    handler = _signal.getsignal(_signal.SIGINT)
    return handler if isinstance(handler, _Handler) else None
