"""The structure of the package: no circle of imports, those inside functions counted, and few names at its top."""

import ast
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path

from tests.hang import HANG

_TOP = Path(__file__).parents[1]
_PACKAGE = _TOP / "qafiles"


def _module(path: Path) -> str:
    parts = path.relative_to(_TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    """Yield the modules of the package that one imports anywhere in its text, also for type checkers alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module in modules:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in modules else node.module for name in names)


def circles(graph: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return the circles of a graph: its strongly connected components of more than one node (Tarjan, 1972)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = lowest[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
            if other in stack:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == index[node]:
            component = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(component) > 1:
                found.append(sorted(component))

    for node in graph:
        if node not in index:
            visit(node)
    return found


def test_circles_are_found() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert circles(graph) == [["a", "b", "c"]]


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {_module(path): path for path in _PACKAGE.rglob("*.py")}
    graph = {name: frozenset(_imports(path, modules)) - {name} for name, path in modules.items()}
    assert sum(map(len, graph.values())) > 1000
    assert circles(graph) == []


def test_what_may_import_what_has_no_exceptions() -> None:
    contracts = ConfigParser()
    contracts.read(_TOP / ".importlinter")
    kinds = [section["type"] for section in contracts.values() if "type" in section]
    assert kinds.count("layers") > 2
    for section in contracts.values():
        assert "ignore_imports" not in section
        assert section.get("type") != "layers" or section["exhaustive"] == "true"


def test_nothing_is_imported_that_may_not_be() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=_TOP, capture_output=True, text=True, timeout=HANG, check=False)
    assert done.returncode == 0, done.stdout[done.stdout.rfind("Broken contracts") :] + done.stderr


def test_few_names_stand_at_the_top_of_the_package() -> None:
    names = {path.name for path in _PACKAGE.iterdir()}
    names -= {"__init__.py", "__main__.py", "__pycache__", "py.typed"}
    assert len(names) <= 40, sorted(names)


def test_modules_are_short() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _PACKAGE.rglob("*.py")}
    # One table of the keys of browsers.
    del sizes[_PACKAGE / "models/browser_settings.py"]
    assert {path.name: size for path, size in sizes.items() if size > 260} == {}
    assert sorted(sizes.values())[len(sizes) // 2] <= 110


def test_a_tuple_that_says_what_equals_it_says_what_does_not() -> None:
    # A tuple has an answer of its own to `!=`, which compares all of its fields.
    tuples = {"NamedTuple", "_Fields", "_Values"}
    said = 0
    for path in sorted(_PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and tuples & {ast.unparse(base) for base in node.bases}:
                own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
                assert ("__eq__" in own) == ("__ne__" in own), f"{path}: {node.name}"
                said += "__eq__" in own
    assert said >= 3


_CLOCKS = {
    "perf_counter",
    "perf_counter_ns",
    "process_time",
    "process_time_ns",
    "monotonic",
    "monotonic_ns",
    "time",
    "time_ns",
}


def _looks_at_a_clock(node: ast.AST, names: Collection[str] = ()) -> bool:
    return any(
        (isinstance(part, ast.Attribute) and part.attr in _CLOCKS and ast.unparse(part.value) == "time")
        or (isinstance(part, ast.Name) and part.id in names)
        for part in ast.walk(node)
    )


def _times_asserted(text: str) -> list[int]:
    """Return the lines whose `assert` says that a time is less than another one, and those that import a clock by its name."""
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "time"]
    clocks = [node.lineno for node in imports if _CLOCKS.intersection(alias.name for alias in node.names)]
    times = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _looks_at_a_clock(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return clocks + [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) and _looks_at_a_clock(node.test, times)
        for part in ast.walk(node.test)
        if isinstance(part, ast.Compare)
        and any(isinstance(op, ast.Lt | ast.LtE) for op in part.ops)
        and ast.unparse(part.comparators[-1]) != "HANG"
    ]


def test_no_test_says_how_quick_something_is_but_that_it_does_not_hang() -> None:
    begin = "start = time.monotonic()\n"
    assert _times_asserted(f"{begin}assert time.monotonic() - start < 3\n") == [2]
    assert _times_asserted(f"{begin}took = time.monotonic() - start\nassert took < 3\n") == [3]
    assert _times_asserted("from time import monotonic\n") == [1]
    found = {
        path.relative_to(_TOP).as_posix(): _times_asserted(path.read_text("utf-8"))
        for path in (_TOP / "tests").rglob("*.py")
    }
    assert {path for path, lines in found.items() if lines} == set()
