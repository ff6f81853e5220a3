"""Completion in bash, which takes `x-priority=hi` for three words."""

import contextlib
import os
import sys
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class


class Bash(BashComplete):
    """Completion of whole words, of which bash replaces what stands behind the last `=`."""

    _typed = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words in front of the cursor and the one at it, each put together again."""
        words, typed = super().get_completion_args()
        *front, self._typed = [*whole_words([*words, typed]), *([] if typed else [""])]
        return front, self._typed

    def format_completion(self, item: "CompletionItem[Any]") -> str:
        """Return the type of an item and what bash is to put in the place of its word."""
        head = self._typed[: self._typed.rfind("=") + 1]
        starts = [0, *(number + 1 for number, char in enumerate(head) if char == "=")]
        front = next((head[start:] for start in starts if item.value.startswith(head[start:])), "")
        return f"{item.type},{item.value.removeprefix(front)}"


def answer_shell(cli: click.Command) -> int:
    """Answer the shell, whatever is broken: what it can't complete, a person still types, without a traceback between."""
    with contextlib.suppress(Exception, SystemExit), open(os.devnull, "w") as nowhere:  # noqa: PTH123  # `pathlib` is slow to import
        add_completion_class(Bash)
        with contextlib.redirect_stderr(nowhere):
            cli.main(args=[], prog_name="qafiles")
        sys.stdout.flush()
    return 0


def whole_words(words: list[str]) -> list[str]:
    """Return words with those around a lone `=` put together."""
    joined: list[str] = []
    is_open = False
    for word in filter(None, words):
        if joined and (word == "=" or is_open):
            joined[-1] += word
        else:
            joined.append(word)
        is_open = word == "="
    return joined
