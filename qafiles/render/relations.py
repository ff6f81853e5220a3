"""The relations of an entity as a tree, as JSON, and as a graph for Graphviz or Mermaid."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from qafiles.layout import LABELS
from qafiles.render.columns import cut
from qafiles.render.escape import escape
from qafiles.render.records import as_json
from qafiles.snapshot import EntityFile
from qafiles.snapshot.relations import Relation, Relations
from qafiles.snapshot.titles import title

_WIDTH: Final = 60


def _tree(relations: Relations, terminal: bool) -> Iterator[str]:  # noqa: FBT001  # as GRAPHS
    """Yield one line a relation: the field, the entity at the other end, and where the reference is written."""
    file, width = relations.file, _WIDTH if terminal else None
    yield f"{LABELS[file.kind]} {escape(file.handle)}  {escape(cut(title(file), width))}\n"
    sides = (("refers to", relations.outgoing, file.path), ("is referred to by", relations.incoming, None))
    for index, (label, side, path) in enumerate(sides):
        last_side = index == len(sides) - 1
        yield f"{'└─' if last_side else '├─'} {label}: {len(side) or 'nothing'}\n"
        for number, relation in enumerate(side, start=1):
            stem = "   " if last_side else "│  "
            branch = "└─" if number == len(side) else "├─"
            yield f"{stem}{branch} {_line(relation, path, width)}\n"


def _line(relation: Relation, path: str | None, width: int | None) -> str:
    other = relation.other
    if other is None:
        name = f"`{escape(cut(relation.value, width))}`, which does not exist"
    else:
        name = f"{LABELS[other.kind]} {escape(other.handle)}"
    if relation.line is None:
        return f"{relation.field}: {name} (by its folder)"
    written_in = path or (other.path if other else "")
    return f"{relation.field}: {name} ({escape(written_in)}:{relation.line})"


def _json(relations: Relations, terminal: bool) -> Iterator[str]:  # noqa: FBT001  # as GRAPHS
    del terminal
    yield as_json(relations.as_json())


def _dot(relations: Relations, terminal: bool) -> Iterator[str]:  # noqa: FBT001  # as GRAPHS
    """Yield a digraph in the DOT language, https://graphviz.org/doc/info/lang.html."""
    del terminal
    nodes, edges = _graph(relations)
    yield "digraph refs {\n  rankdir=LR;\n  node [shape=box, fontname=sans-serif];\n"
    for name, file in nodes.items():
        label = _quoted(f"{LABELS[file.kind]}\n{file.handle}" if file else f"missing\n{name[1:]}")
        style = ", style=bold" if file is relations.file else "" if file else ", style=dashed, color=red"
        yield f"  {_quoted(name)} [label={label}{style}];\n"
    for source, target, field in edges:
        yield f"  {_quoted(source)} -> {_quoted(target)} [label={_quoted(field)}];\n"
    yield "}\n"


def _quoted(text: str) -> str:
    escaped = "\\n".join(escape(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return f'"{escaped}"'


def _mermaid(relations: Relations, terminal: bool) -> Iterator[str]:  # noqa: FBT001  # as GRAPHS
    """Yield a Mermaid flowchart, https://mermaid.js.org/syntax/flowchart.html."""
    del terminal
    nodes, edges = _graph(relations)
    names = {name: f"n{number}" for number, name in enumerate(nodes)}
    yield "flowchart LR\n"
    for name, file in nodes.items():
        text = f"{LABELS[file.kind]}: {file.handle}" if file else f"missing: {name[1:]}"
        yield f'  {names[name]}["{_entities(text)}"]\n'
    for source, target, field in edges:
        yield f"  {names[source]} -->|{_entities(field)}| {names[target]}\n"


def _entities(text: str) -> str:
    return "".join(c if c.isalnum() or c in " /:._-" else f"#{ord(c)};" for c in escape(text))


def _graph(relations: Relations) -> tuple[dict[str, EntityFile | None], list[tuple[str, str, str]]]:
    """Return the nodes by name (a path, or `?` and the text of a dangling reference) and the edges, each once."""
    nodes: dict[str, EntityFile | None] = {relations.file.path: relations.file}
    edges: dict[tuple[str, str, str], None] = {}

    def add(side: Sequence[Relation], *, outward: bool) -> None:
        for relation in side:
            name = relation.other.path if relation.other else f"?{relation.value}"
            nodes.setdefault(name, relation.other)
            ends = (relations.file.path, name) if outward else (name, relations.file.path)
            edges[*ends, relation.field] = None

    add(relations.outgoing, outward=True)
    add(relations.incoming, outward=False)
    return nodes, [*edges]


GRAPHS: Final[Mapping[str, Callable[[Relations, bool], Iterator[str]]]] = MappingProxyType(
    {"tree": _tree, "json": _json, "dot": _dot, "mermaid": _mermaid}
)
"""What draws relations by the name of the format; the second value says whether it is for a terminal, where long titles are cut."""
