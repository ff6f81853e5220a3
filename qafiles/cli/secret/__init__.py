"""`qafiles secret`."""

from qafiles.cli.secret.group import command

__all__ = ["command"]
