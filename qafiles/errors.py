"""Failures of the environment, which stop a command; problems in data are diagnostics instead."""


class QafilesError(Exception):
    """Something outside the data stops the command; the message says what to do next.

    `exit_code` is what the command line exits with: 2 for arguments that name nothing, 3 for the environment.
    """

    exit_code = 3


class DataRootError(QafilesError):
    """There is no usable `qafiles.yaml` where one was looked for."""


class GitError(QafilesError):
    """Git is missing, refuses the folder, or failed."""


class UnknownRevisionError(QafilesError):
    """A revision that git can't resolve to a commit."""

    exit_code = 2


class UnknownEntityError(QafilesError):
    """An entity argument that matches no entity, or more than one."""

    exit_code = 2


class UsageError(QafilesError):
    """Arguments that contradict each other or name no file, field or rule."""

    exit_code = 2
