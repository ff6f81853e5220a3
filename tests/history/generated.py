"""A generated history: edits, renames, moves, copies, deletions, merges and reverts by twenty authors.

The same bytes for the same arguments, whatever the machine: authors, dates and names are pinned. Written through
`git fast-import`, which takes a second where two thousand calls of `git commit` take minutes.
"""

import random
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from qafiles.layout import SETTINGS_FILE, Place, classify
from tests.conftest import git
from tests.history.edits_of_text import edited, new_id, reformatted

Tree = dict[str, str]

AUTHORS: Final = tuple(f"Author {number} <author-{number}@example.com>" for number in range(20))
_ZONES: Final = ("+0000", "+0100", "-0800", "+0530", "+1245", "-0330")
_BEGIN: Final = 1_700_000_000


@dataclass
class _Branch:
    """A line of work: its last commit's mark, what that holds, and what it held when it left the main line."""

    mark: int
    tree: Tree
    base: Tree = field(default_factory=dict)


def generated_history(folder: Path, files: Mapping[str, str], commits: int, seed: int) -> Path:
    """Write a repository whose branch `main` has exactly so many commits, check it out, and return its folder.

    The first commit holds the files. Tags `c0`, `c1`, … name the commits in the order in which they were made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    stream = "".join(_History(random.Random(seed), dict(files), commits).stream())  # noqa: S311  # test data
    subprocess.run(
        ["git", "fast-import", "--quiet", "--done"],
        cwd=folder,
        input=stream.encode("utf-8", "surrogateescape"),
        check=True,
    )
    git(folder, "reset", "-q", "--hard", "main")
    return folder


class _History:
    """The commits of a history, one after the other."""

    def __init__(self, source: random.Random, files: Tree, commits: int) -> None:
        self.random = source
        self.files = files
        self.commits = commits
        self.mark = 0
        self.main = _Branch(0, {})
        self.sides: list[_Branch] = []
        self.done: list[tuple[Tree, Tree]] = []
        """What single-parent commits of the main line changed, before and after, to be reverted."""
        self.gone: Tree = {}
        """The last text of each deleted path."""

    def stream(self) -> Iterator[str]:
        """Yield the input for fast-import."""
        yield from self._commit(self.main, "first", dict(self.files), [])
        while self.mark < self.commits:
            left = self.commits - self.mark
            # All open branches have to be merged by the end.
            if left <= len(self.sides):
                yield from self._merge([self.sides.pop()])
            elif self.sides and self.random.random() < 0.12:
                count = 2 if len(self.sides) > 1 and self.random.random() < 0.3 else 1
                yield from self._merge([self.sides.pop(0) for _ in range(count)])
            elif self.sides and self.random.random() < 0.04:
                yield from self._catch_up(self.random.choice(self.sides))
            elif len(self.sides) < 4 and left > len(self.sides) + 2 and self.random.random() < 0.1:
                side = _Branch(self.main.mark, self.main.tree, self.main.tree)
                self.sides.append(side)
                yield from self._work(side)
            else:
                yield from self._work(self.random.choice([self.main, self.main, *self.sides]))
        yield "done\n"

    def _work(self, branch: _Branch) -> Iterator[str]:
        """Yield one ordinary commit, which does one to four things."""
        if branch is self.main and self.done and self.random.random() < 0.06:
            before, after = self.done.pop(self.random.randrange(len(self.done)))
            tree = _reverted(branch.tree, before, after)
            if tree != branch.tree:
                yield from self._commit(branch, "revert", tree, [branch.mark])
                return
        tree = dict(branch.tree)
        titles = [self._change(tree) for _ in range(self.random.choice((1, 1, 1, 2, 4)))]
        paths = {path for path in {*tree, *branch.tree} if tree.get(path) != branch.tree.get(path)}
        if branch is self.main:
            self.done.append((_part(branch.tree, paths), _part(tree, paths)))
            del self.done[:-30]
        self.gone.update({path: branch.tree[path] for path in sorted(paths) if path not in tree})
        yield from self._commit(branch, ", ".join(titles), tree, [branch.mark])

    def _change(self, tree: Tree) -> str:
        """Do one thing to a tree and return what."""
        kinds = (
            "edit",
            "reformat",
            "move",
            "move and edit",
            "swap",
            "copy",
            "duplicate",
            "delete",
            "restore",
            "other",
        )
        what = self.random.choices(kinds, (40, 8, 12, 5, 1, 6, 3, 6, 4, 3))[0]
        if what in {"edit", "reformat"}:
            path = self._pick(tree, _is_entity)
            tree[path] = (reformatted if what == "reformat" else edited)(tree[path], self.random)
            return f"{what} {path}"
        path = self._pick(tree, _is_movable)
        if what == "other":
            tree["README.md"] = f"Notes {self.mark}\n"
        elif what == "delete":
            del tree[path]
        elif what == "restore":
            gone = [p for p in self.gone if p not in tree]
            if not gone:
                return self._change(tree)
            path = self.random.choice(gone)
            tree[path] = self.gone[path]
        elif what == "swap":
            other = self._pick(tree, _is_movable)
            tree[path], tree[other] = tree[other], tree[path]
        else:
            target = self._target(path, tree)
            text = tree[path]
            if what.startswith("move"):
                del tree[path]
            if what == "move and edit":
                text = edited(text, self.random)
            if what == "copy":
                text = re.sub(r"(?m)^id: .*$", lambda _: f"id: {new_id(self.random)}", text, count=1)
            tree[target] = text
        return f"{what} {path}"

    def _pick(self, tree: Tree, fits: Callable[[str], bool]) -> str:
        """Return a path that fits, of which a tree has enough for this to end soon."""
        paths = [*tree]
        while not fits(path := self.random.choice(paths)):
            pass
        return path

    def _target(self, path: str, tree: Tree) -> str:
        """Return a free path for a moved or copied file, at times in another suite."""
        folder, _, name = path.rpartition("/")
        stem = re.sub(r"-v\d+$", "", name.removesuffix(".yaml"))[:80]
        if not folder.endswith("/tags") and self.random.random() < 0.4:
            head = re.match(r".*/(?:test_cases|documents|test_traversals)", folder)
            assert head is not None
            folder = f"{head[0]}/suite-{self.random.randrange(9)}"
        while (target := f"{folder}/{stem}-v{self.random.randrange(10**6)}.yaml") in tree:
            pass
        return target

    def _merge(self, sides: list[_Branch]) -> Iterator[str]:
        """Yield a merge of branches into the main line, now and then with a change of its own."""
        tree = dict(self.main.tree)
        for side in sides:
            tree = self._merged(side.base, tree, side.tree)
        if self.random.random() < 0.15:
            self._change(tree)
        title = "merge" if len(sides) == 1 else "octopus"
        yield from self._commit(self.main, title, tree, [self.main.mark, *(side.mark for side in sides)])

    def _catch_up(self, side: _Branch) -> Iterator[str]:
        """Yield a merge of the main line into a branch."""
        tree = self._merged(side.base, side.tree, self.main.tree)
        side.base = self.main.tree
        yield from self._commit(side, "catch up", tree, [side.mark, self.main.mark])

    def _merged(self, base: Tree, ours: Tree, theirs: Tree) -> Tree:
        """Return what one changed; where both did, either side or an edit of one."""
        tree = dict(ours)
        for path in sorted({*base, *theirs}):
            before, other = base.get(path), theirs.get(path)
            if other == before or other == ours.get(path):
                continue
            chosen = other
            if ours.get(path) != before:
                chosen = self.random.choice((ours.get(path), other))
                if chosen is not None and self.random.random() < 0.3:
                    chosen = edited(chosen, self.random)
            if chosen is None:
                tree.pop(path, None)
            else:
                tree[path] = chosen
        return tree

    def _commit(self, branch: _Branch, title: str, tree: Tree, parents: list[int]) -> Iterator[str]:
        number = self.mark
        self.mark += 1
        author = AUTHORS[self.random.randrange(len(AUTHORS))]
        when = _BEGIN + number * 3600
        # Written some time before it was committed, as after a rebase.
        written = when - self.random.choice((0, 0, 60, 86_400 * 3))
        zone = self.random.choice(_ZONES)
        yield f"commit refs/heads/main\nmark :{self.mark}\n"
        yield f"author {author} {written} {zone}\ncommitter {author} {when} {zone}\n"
        yield _data(title)
        yield "".join(f"{'merge' if index else 'from'} :{mark}\n" for index, mark in enumerate(parents))
        yield "".join(f"D {_quoted(path)}\n" for path in branch.tree if path not in tree)
        for path, text in tree.items():
            if branch.tree.get(path) != text:
                yield f"M 100644 inline {_quoted(path)}\n{_data(text)}"
        yield f"reset refs/tags/c{number}\nfrom :{self.mark}\n\n"
        branch.mark, branch.tree = self.mark, tree


def _part(tree: Tree, paths: set[str]) -> Tree:
    return {path: tree[path] for path in paths if path in tree}


def _reverted(tree: Tree, before: Tree, after: Tree) -> Tree:
    """Return the tree with a change undone where nothing has changed since."""
    result = dict(tree)
    for path in sorted({*before, *after}):
        if tree.get(path) == after.get(path):
            if path in before:
                result[path] = before[path]
            else:
                result.pop(path, None)
    return result


def _is_movable(path: str) -> bool:
    return re.search(r"/(?:test_cases|documents|tags|test_traversals)/", path) is not None


def _is_entity(path: str) -> bool:
    return path != SETTINGS_FILE and isinstance(classify(path), Place)


def _data(text: str) -> str:
    return f"data {len(text.encode('utf-8', 'surrogateescape'))}\n{text}\n"


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
