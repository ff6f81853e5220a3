"""What git was asked before click was imported, as commands find it."""

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from qafiles.cache.asked_paths import AskedPaths
    from qafiles.cache.working_tree import WorkingTree

STORED: Final = "qafiles.kept"
"""What was found out of a working tree before click was imported, in the context of a command."""


def asked_tree() -> "WorkingTree | None":
    """Return the working tree that git was asked about, if there is one."""
    from qafiles.cache.working_tree import WorkingTree

    stored = click.get_current_context().meta.get(STORED)
    return stored if isinstance(stored, WorkingTree) else None


def asked_paths() -> "AskedPaths | None":
    """Return the paths that git was asked for, if it was."""
    from qafiles.cache.asked_paths import AskedPaths

    stored = click.get_current_context().meta.get(STORED)
    return stored if isinstance(stored, AskedPaths) else None
