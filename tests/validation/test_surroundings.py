"""Whatever validating reads beside the files of a data root is read through `qafiles.cache.surroundings`, or named here."""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from qafiles.cache.surroundings import GIT_FILES, VARIABLES, git_file, variable, variables_of_git

_TOP = Path(__file__).parents[2]
_OF_VALIDATING = ("validation", "loading", "rules", "sources", "git", "history", "diff")
_READING = frozenset(
    {
        "DirEntry", "access", "cpu_count", "environ", "environb", "exists", "expanduser", "expandvars", "getcwd", "getenv",
        "getlogin", "getmtime", "getpass", "gettempdir", "getuser", "glob", "gethostname", "home", "iglob", "is_dir", "is_file",
        "isdir", "isfile", "iterdir", "lexists", "listdir", "localtime", "lstat", "monotonic", "node", "now", "open",
        "perf_counter", "platform", "process_time", "random", "read_bytes", "read_text", "readlink", "realpath", "rglob",
        "scandir", "sched_getaffinity", "stat", "time", "time_ns", "today", "uname", "urandom", "utcnow", "which",
    }
)  # fmt: skip
_ALLOWED = {
    "cache.asked_git": "it makes the key",
    "cache.asked_paths": "it asks git what loading would ask it; what a hook has set is left to loading",
    "cache.commit_state": "it makes the key",
    "cache.contents": "what the key says of files is read by it",
    "cache.git_answer": "it starts git, whose path is a part of the key",
    "cache.index_listing": "whether a file that a sparse checkout leaves out is there; then nothing is kept",
    "cache.programs": "which programs there are is a part of the key",
    "cache.store": "what is kept changes no answer",
    "cache.surroundings": "the one place for it",
    "cache.folder_stamps": "it makes the key",
    "cache.untracked": "it makes the key",
    "cache.working_tree": "it makes the key",
    "atomic_write": "it writes",
    "git.commit": "it commits",
    "git.discovery": "where git refuses a folder nothing is kept",
    "git.index": "it commits",
    "git.merge": "no verdict that is kept is of a merge",
    "git.people": "who the user is, is asked by commands that write",
    "git.process": "GIT_DIR and the index of a hook, with which nothing is kept; which git, a part of the key",
    "git.signatures": "no verdict that is kept looks at signatures",
    "git.temporary": "folders for a moment, on which no answer depends",
    "git.uncommitted": "asked by commands that write",
    "history.replay_cache": "the file `shallow`, a part of the key",
    "loading.listed_tree": "whether folders can be entered; otherwise nothing that is kept is taken",
    "loading.installed": "how this program was installed, in an error; programs are a part of the key",
    "loading.settings": "asked by commands that complete words",
    "processes": "how many processes work makes no other answer",
    "results.linked_tests": "no verdict that is kept looks at tests",
    "results.paths": "no verdict that is kept looks at tests",
    "results.formats.opened": "no verdict that is kept looks at tests",
    "loading.asked": "whether a shell asks for completions; then nothing is asked early",
    "models.stored": "a file of this package, a part of the key",
    "scaffold.companions": "it writes; its texts are files of this package, a part of the key",
    "scaffold.installation": "it is asked by `init`",
    "schema.core": "a file of this package, a part of the key",
    "schema.generated": "a file of this package, a part of the key",
    "sources.data_root": "which folders hold settings, and whether git's folder is there: the key is made in the same places",
    "sources.edit_state": "where a journal is that keeps a verdict from being kept",
    "sources.enclosing": "which folders above hold settings: the key is made in the same places",
    "sources.file_on_disk": "the files of the data root, of which git tells in the key",
    "sources.folder": "the files of the data root, which git tells of in the key",
    "validation.asked": "whether a folder of the command line is there; otherwise nothing is kept",
    "validation.baseline": "a baseline is compared with what was kept each time",
}


def _reads(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in _READING:
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner in {"snapshot", "ast", "self", "re"} or (node.attr == "access" and owner != "os"):
                continue
            yield f"{node.attr} in line {node.lineno}"
        elif isinstance(node, ast.Name) and node.id in {"open", "input"} and isinstance(node.ctx, ast.Load):
            yield f"{node.id} in line {node.lineno}"
        elif isinstance(node, ast.ImportFrom) and node.module in {"os", "time", "random", "platform"}:
            yield from (
                f"{alias.name} in line {node.lineno}" for alias in node.names if alias.name in _READING
            )


def test_nothing_is_read_around_the_one_place() -> None:
    graph = grimp.build_graph("qafiles", cache_dir=None)
    names = {f"qafiles.{name}" for name in _OF_VALIDATING}
    reached = set(names)
    for name in names:
        reached |= graph.find_descendants(name) | graph.find_upstream_modules(name, as_package=True)
    around, needed = {}, set()
    for name in sorted(reached):
        place = _TOP / (name.replace(".", "/") + ".py")
        place = place if place.exists() else _TOP / name.replace(".", "/") / "__init__.py"
        reads = [*_reads(place)]
        short = name.removeprefix("qafiles.")
        if reads and short in _ALLOWED:
            needed.add(short)
        elif reads:
            around[short] = reads
    assert around == {}
    assert sorted(_ALLOWED.keys() - needed) == []


def test_a_variable_or_a_file_that_is_not_said_to_count_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        variable("HOME")
    with pytest.raises(KeyError):
        git_file(tmp_path, "HEAD")
    assert {"PATH", "GIT_DIR"} <= VARIABLES
    assert git_file(tmp_path, GIT_FILES[0]) is None


def test_git_gets_no_variable_that_could_change_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_WORK_TREE", "/elsewhere")
    monkeypatch.setenv("GIT_TRACE", "1")
    variables = variables_of_git(("GIT_INDEX_FILE",))
    assert {"GIT_WORK_TREE", "GIT_TRACE", "GIT_INDEX_FILE"}.isdisjoint(variables)
    assert variables["GIT_OPTIONAL_LOCKS"] == "0"
    assert os.environ["GIT_TRACE"] == "1"
    assert sys.platform == "win32" or "PATH" in variables
