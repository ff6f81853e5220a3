"""What an editor says over stdin, message by message, before there is a server that reads it, and all of it again for that server."""

import io
import json
import os
import select
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_HEADER_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"Content-Length: "
_MOST_BYTES: Final = 16 << 20
_PART: Final = 1 << 16


class Incoming:
    """The bytes that an editor has sent so far, and the messages in them. Raises ValueError for what is no message."""

    def __init__(self, descriptor: int) -> None:
        self.received = bytearray()
        self._descriptor = descriptor
        self._at = 0

    def next(self, seconds: float | None) -> Mapping[str, Any] | None:
        """Return the next message, waiting for more so long, or for ever; None where none comes, and at the end."""
        while (message := self._message()) is None:
            if len(self.received) > _MOST_BYTES or not self._read(seconds):
                return None
        return message

    def _message(self) -> Mapping[str, Any] | None:
        end = self.received.find(_HEADER_END, self._at)
        if end < 0:
            return None
        lengths = [
            line
            for line in self.received[self._at : end].split(b"\r\n")
            if line.lower().startswith(_LENGTH.lower().rstrip())
        ]
        if len(lengths) != 1 or not lengths[0].startswith(_LENGTH):
            raise ValueError(lengths)
        start = end + len(_HEADER_END)
        stop = start + int(lengths[0].removeprefix(_LENGTH))
        if len(self.received) < stop:
            return None
        self._at = stop
        message = json.loads(self.received[start:stop].decode())
        if not isinstance(message, dict):
            raise ValueError(message)  # noqa: TRY004  # one error for all that is no message
        return message

    def _read(self, seconds: float | None) -> bool:
        """Return whether more was read."""
        waiting = select.poll()
        waiting.register(self._descriptor, select.POLLIN)
        ready = waiting.poll(None if seconds is None else seconds * 1000)
        part = os.read(self._descriptor, _PART) if ready else b""
        self.received += part
        return bool(part)


class Again(io.RawIOBase):
    """A stream that yields bytes that were read of a descriptor before, and then what follows them there."""

    def __init__(self, received: bytes, descriptor: int) -> None:
        super().__init__()
        self._received = memoryview(received)
        self._descriptor = descriptor

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Return how many bytes were put into a buffer; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._received:
            count = min(len(view), len(self._received))
            view[:count], self._received = self._received[:count], self._received[count:]
            return count
        return os.readv(self._descriptor, [view])


class Outgoing(NamedTuple):
    """A descriptor that an editor reads messages from."""

    descriptor: int

    def send(self, message: Mapping[str, Any]) -> None:
        """Write a message whole. Raises OSError where the editor is gone."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        header = (
            f"Content-Length: {len(body)}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"
        )
        left = memoryview(header.encode() + body)
        while left:
            left = left[os.write(self.descriptor, left) :]
