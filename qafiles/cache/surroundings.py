"""What answers depend on beside the files of a data root: read here, so that what is kept depends on it, too.

Environment variables are read by `variable`, which knows those that count by name, and files of git's own folder by
`git_file`. Whatever validating reads otherwise is read where a test says why. Plain Python alone is imported here.
"""

import os

VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_SHALLOW_FILE",
        "LOCALAPPDATA",
        "PATH",
        "QAFILES_PARTIAL",
        "XDG_STATE_HOME",
    }
)
"""The environment variables that validating reads itself, beside those of git."""

GIT_FILES = ("commondir", "shallow")
"""The files of git's folder that validating reads itself."""

GIT_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "protocol.allow=never",  # a partial clone is not completed over the network, https://git-scm.com/docs/partial-clone
)
"""What git is always told."""

_GIT_VARIABLES = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",  # reading never refreshes the index
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # No grafts, as no replace refs: a path that nobody can make, https://git-scm.com/docs/gitglossary#def_grafts
    "GIT_GRAFT_FILE": f"{os.devnull}/none",
}
_UNSET = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_REPLACE_REF_BASE",
    "GIT_ATTR_SOURCE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
OF_ONE_REPOSITORY = (
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_SHALLOW_FILE",
)
"""What git tells its hooks about the repository that they run in: the index of a partial commit, pushed objects."""


def variable(name: str) -> str | None:
    """Return an environment variable, None where it is not set. Raises KeyError for one that is not said to count."""
    if name not in VARIABLES:
        raise KeyError(name)
    return os.environ.get(name)


def variables_of_git(dropped: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the environment for git, without what could change a result and without some more variables."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")}
    for name in (*_UNSET, *dropped):
        variables.pop(name, None)
    return variables | _GIT_VARIABLES


def git_file(folder: str | os.PathLike[str], name: str) -> bytes | None:
    """Return the content of a file in git's folder, None without it. Raises KeyError for one that is not said to count."""
    if name not in GIT_FILES:
        raise KeyError(name)
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except OSError:
        return None
