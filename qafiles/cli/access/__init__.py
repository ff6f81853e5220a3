"""`qafiles access`."""

from qafiles.cli.access.group import command

__all__ = ["command"]
