"""The entry point of the command line: what every failure becomes for a person and for an exit code."""

import gc
import os
import sys

from qafiles.cache.ctrl_c import INTERRUPTED, ignore_ctrl_c, is_interrupted, remember_ctrl_c
from qafiles.version import __version__

TYPE_CHECKING = False  # that of `typing`, which is imported where Ctrl-C is minded
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn


def main() -> None:
    """Run the command line and leave the process with the exit code that the manual documents."""
    alive: list[object] = []
    try:
        code = _code(alive)
        code = _interrupted() if code != INTERRUPTED and is_interrupted() else code
        ignore_ctrl_c()
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt) and not is_interrupted():
            raise
        code = _interrupted()
    # To take a large data root apart takes as long as to read a thousand files, and the system needs none of it.
    # After Ctrl-C Python may end itself by the signal, whatever was caught of it.
    if alive or code == INTERRUPTED or _is_threaded():
        _leave(code)
    # The last collection would look at every value of a large data root, only to leave it to the system.
    gc.freeze()
    sys.exit(code)


def _code(alive: list[object]) -> int:
    """Return the exit code of the command line of this process; what is put into `alive` lives as long as that."""
    # A stream that the caller closed is None, which no library expects.
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: PTH123, SIM115  # open as long as the process
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115  # as above
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115  # as above
    if sys.argv[1:] == ["--version"]:
        # Before click is imported, since scripts and completions ask for it often.
        _leave(_written([f"qafiles {__version__}\n"], "", 0))
    sys.unraisablehook = _unraisable
    remember_ctrl_c()
    if sys.getfilesystemencoding() != "utf-8":
        from qafiles.cli import utf8_mode  # noqa: PLC0415  # rarely needed

        utf8_mode.enter()
    # A search for cycles after each 700 new values finds none in what imports make, and takes a tenth of their time.
    gc.set_threshold(50_000, 20)
    if {"validate", "show", "refs", "list", "set", "new", "mv"}.intersection(sys.argv[1:]):
        gc.disable()  # nothing that it loads is garbage before it ends
    if sys.argv[1:] == ["lsp"] and "_QAFILES_COMPLETE" not in os.environ:
        from qafiles.lsp.opening import opened  # noqa: PLC0415  # needed for this command alone

        return run(sys.argv[1:], opened())
    code, stored = _said_again(sys.argv[1:])
    if code is not None:
        _leave(code)
    return run(sys.argv[1:], stored, alive)


def _interrupted() -> int:
    """Return the exit code of Ctrl-C, after it has been said; the shell that asks for completions is told nothing."""
    ignore_ctrl_c()
    if "_QAFILES_COMPLETE" not in os.environ:
        # Below the line on which a terminal shows ^C.
        print("\nqafiles: interrupted", file=sys.stderr)  # noqa: T201  # for the person who pressed it
    return INTERRUPTED


def _unraisable(problem: "sys.UnraisableHookArgs") -> None:
    """Leave the process where Ctrl-C came at a moment from which Python raises nothing, as in the end of an import."""
    if issubclass(problem.exc_type, KeyboardInterrupt):
        _leave(_interrupted())
    sys.__unraisablehook__(problem)


def _is_threaded() -> bool:
    """Return whether a thread is at work that does not keep the process from ending, as one of the language server."""
    threading = sys.modules.get("threading")
    return threading is not None and any(thread.daemon for thread in threading.enumerate())


def _leave(code: int) -> "NoReturn":
    """End the process without ending Python, which kills such threads: https://github.com/python/cpython/issues/87135."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


def _said_again(arguments: list[str]) -> tuple[int | None, object]:
    """Return the exit code of a `validate` that has been answered from what was kept, or None and what `run` goes on with."""
    if "site" in arguments and (code := _site_said_again(arguments)) is not None:
        return code, None
    if {"show", "refs", "list", "set", "new", "mv", "rm", "restore", "site", "fmt"}.intersection(arguments):
        from qafiles.loading.asked import asked_of_git  # noqa: PLC0415  # needed for these commands alone

        if (asked := asked_of_git(arguments)) is not None:
            return None, asked
    if "validate" not in arguments:
        return None, None
    from qafiles.validation.asked import line_of, paths_asked_at, stored_at  # noqa: PLC0415  # as above

    line = line_of(arguments)
    if line is not None and (line.no_cache or line.since is not None):
        return None, paths_asked_at(line.folder) if not line.is_of_commit else None
    known = stored_at(line) if line is not None else None
    if line is None or known is None:
        return None, None
    try:
        from qafiles.render.validation.plain_line import kept_answer  # noqa: PLC0415  # while git is at work
        from qafiles.validation.kept import of_answer  # noqa: PLC0415  # as above

        stored = of_answer(known)
        answer = kept_answer(line, stored)
    except Exception:  # noqa: BLE001  # whatever is kept, the files themselves can be loaded
        return None, None
    if answer is None:
        return None, stored
    return _written(answer.text, answer.talk, answer.code), stored


def _site_said_again(arguments: list[str]) -> int | None:
    """Return the exit code of a `site` of which nothing changed, after that was said; None where more has to be looked at."""
    from qafiles.site.asked import said_before  # noqa: PLC0415  # needed for this command alone

    try:
        text = said_before(arguments)
    except Exception:  # noqa: BLE001  # whatever is kept, the files themselves can be looked at
        text = None
    return _written([text], "", 0) if text is not None else None


def _written(text: "Iterable[str]", talk: str, code: int) -> int:
    """Return the exit code of an answer that is known, after it was written."""
    from qafiles.render.streams import write_streams  # noqa: PLC0415  # not needed for --version

    try:
        write_streams(text, talk)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        _say(_of_system(error))
        return 3
    return code


def run(arguments: list[str], stored: object = None, alive: list[object] | None = None) -> int:
    """Return the exit code of one command line, after its output and its messages have been written.

    `stored` is what was found out of the working tree already. Into `alive` is put what the process ends without taking apart.
    """
    from qafiles.cache.store import NothingKept  # noqa: PLC0415  # not needed for --version
    from qafiles.errors import QafilesError  # noqa: PLC0415  # as above

    try:
        with NothingKept(is_asked="--no-cache" in arguments):
            result = _run(arguments, stored, [] if alive is None else alive)
        sys.stdout.flush()
    except QafilesError as error:
        _say(f"qafiles: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
    except (BrokenPipeError, SystemExit):
        # The reader, such as `head`, has seen enough (click answers that with SystemExit); Python must not try to flush
        # what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        return 141
    except OSError as error:
        if _has_no_folder():
            _say("qafiles: the current folder is gone; `cd` to one that is there, or name one with -C DIR")
            return 3
        _say(_of_system(error))
        return 3
    except Exception:  # noqa: BLE001  # the last boundary: a bug becomes a report to paste, not a bare traceback
        if is_interrupted():
            return _interrupted()
        from qafiles.cli.bug_report import report_bug  # noqa: PLC0415  # needed in this one case

        report_bug(sys.stderr)
        return 4
    return result


def _run(arguments: list[str], stored: object, alive: list[object]) -> int:
    """Return the exit code of one command line; raises what goes wrong in the environment."""
    if "validate" in arguments:
        from qafiles.validation.asked import line_of  # noqa: PLC0415  # needed for this command alone

        if (line := line_of(arguments)) is not None:
            from qafiles.render.streams import write_streams  # noqa: PLC0415  # as above
            from qafiles.render.validation.plain_line import loaded_answer  # noqa: PLC0415  # as above

            answer = loaded_answer(line, stored)
            alive.append(answer.loaded)
            write_streams(answer.text, answer.talk)
            return answer.code
    if {"show", "refs", "list"}.intersection(arguments):
        from qafiles.render.plain_lookup import looked_up, lookup_of  # noqa: PLC0415  # needed for these commands alone

        if (lookup := lookup_of(arguments)) is not None:
            loaded, output = looked_up(lookup, stored)
            alive.append(loaded)
            output.write()
            return output.code
    from qafiles.cli.utf8_mode import encode_streams, texts  # noqa: PLC0415  # not needed for all command lines

    encode_streams()
    if {"set", "new", "mv"}.intersection(arguments):
        from qafiles.cli.plain_edit import plain_edit_of  # noqa: PLC0415  # needed for these commands alone

        if (edit := plain_edit_of(arguments)) is not None:
            alive.append(edit.make(stored))
            return 0
    from qafiles.cli.commands import run_by_click  # noqa: PLC0415  # click is not needed for all command lines

    return run_by_click(texts(arguments), stored)


def _of_system(error: OSError) -> str:
    from qafiles.render.system_error import system_error  # noqa: PLC0415  # needed in this one case

    return f"qafiles: {system_error(error)}"


def _has_no_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109  # it is the answer that counts
    except FileNotFoundError:
        return True
    return False


def _say(message: str) -> None:
    print("".join(c if c.isprintable() else repr(c)[1:-1] for c in message), file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
