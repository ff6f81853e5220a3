"""What is kept of git's history depends on the programs that made it, as what is kept of a working tree does."""

from functools import cache

from qafiles.cache.git_answer import git_on_path
from qafiles.cache.programs import programs


@cache
def release() -> str:
    """Return what all files depend on: these programs, as they were when this process first asked."""
    return programs(git_on_path() or "").hex()
