"""Failures of the environment, which stop a command; problems in data are diagnostics instead."""

from typing import Any


class QafilesError(Exception):
    """Something outside the data stops the command; the message says what to do next.

    `exit_code` is what the command line exits with: 1 for findings, 2 for arguments that name nothing, 3 for the
    environment.
    """

    exit_code = 3


class DataRootError(QafilesError):
    """There is no usable `qafiles.yaml` where one was looked for.

    `span` is the place in it that says why: line, column, and the same of the end; None where no place does.
    """

    def __init__(self, message: str, span: tuple[int, int, int, int] | None = None) -> None:
        super().__init__(message)
        self.span = span


class GitError(QafilesError):
    """Git is missing, refuses the folder, or failed."""


class UnknownRevisionError(QafilesError):
    """A revision that git can't resolve to a commit."""

    exit_code = 2


class UnknownEntityError(QafilesError):
    """An entity argument that matches no entity, or more than one."""

    exit_code = 2


class AmbiguousNameError(UnknownEntityError):
    """A name that more than one entity has."""


class UnreadEntityError(UnknownEntityError):
    """An entity argument that may name what git lacks the content of."""

    exit_code = 3


class UsageError(QafilesError):
    """Arguments that contradict each other or name no file, field or rule."""

    exit_code = 2


class EditRefusedError(QafilesError):
    """An edit would leave something wrong that was not wrong before; nothing was written.

    `findings` are the new errors (diagnostics), where validating found them; `places` are lines `path:line: …` that
    stand in the way.
    """

    exit_code = 1

    def __init__(self, message: str, findings: tuple[Any, ...] = (), places: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings
        self.places = places


class EditFailedError(QafilesError):
    """The files, the disk or git do not allow an edit now; the files are as they were, unless the message names one.

    `details` are lines of another program, such as a hook of git, that say why.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details
