"""Git as it runs beside this process, and what it prints: without `subprocess`, whose import takes longer than git."""

import contextlib
import os
import sys
from _signal import SIGTERM  # type: ignore[import-not-found]  # `signal` takes as long to import as Python to start

from qafiles.cache.surroundings import variable

_PIPE_SIZE = 1 << 20


class Answer:
    """What a running process prints, read when it is wanted."""

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        self.words: bytes | None = None
        self.is_read = False
        self.reader, writer = os.pipe()
        if sys.platform == "linux":
            import fcntl

            with contextlib.suppress(OSError):  # the user has no room for so many
                fcntl.fcntl(self.reader, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        silence = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        try:
            self.pid = os.posix_spawn(
                command[0],
                [os.fsencode(word) for word in command],
                variables,
                file_actions=[nothing, (os.POSIX_SPAWN_DUP2, writer, 1), silence],
            )
        except OSError:
            os.close(self.reader)
            raise
        finally:
            os.close(writer)

    def is_there(self) -> bool:
        """Return whether all has been printed, so that reading would not wait."""
        if self.is_read:
            return True
        from select import POLLERR, POLLHUP, poll

        waiting = poll()
        waiting.register(self.reader, 0)  # the end is told without being asked for
        return any(events & (POLLERR | POLLHUP) for _, events in waiting.poll(0))

    def read(self) -> bytes | None:
        """Return what the process has printed; None where it failed."""
        if not self.is_read:
            self.is_read = True
            parts = []
            with open(self.reader, "rb", buffering=0) as stream:
                while part := stream.read(_PIPE_SIZE):
                    parts.append(part)
            _, status = os.waitpid(self.pid, 0)
            self.words = b"".join(parts) if status == 0 else None
        return self.words

    def __del__(self) -> None:
        """Let go of what nobody read: a program that asks again and again would have no descriptors left."""
        if not getattr(self, "is_read", True) and hasattr(self, "pid"):
            os.close(self.reader)
            with contextlib.suppress(OSError):
                os.kill(self.pid, SIGTERM)
                os.waitpid(self.pid, 0)


def git_on_path() -> str | None:
    """Return git in the folders of PATH that are absolute."""
    path = variable("PATH")
    for folder in (os.defpath if path is None else path).split(os.pathsep):
        place = os.path.join(folder, "git")
        if os.path.isabs(folder) and os.path.isfile(place) and os.access(place, os.X_OK):
            return place
    return None
