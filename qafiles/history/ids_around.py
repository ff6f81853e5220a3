"""The ids of files before and after one commit, which are seldom needed."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from qafiles.history.identities import IdAt
from qafiles.history.state import Files, Tip, files_of


class IdsAround:
    """The ids of files in the parents of a commit and after it; `holders` gives the ids that a path ever had."""

    def __init__(
        self,
        first: Tip,
        parents: Sequence[Tip | None],
        touched: Mapping[str, Files],
        holders: Callable[[str], Iterable[str]],
    ) -> None:
        self.first = first
        self.parents = parents
        self.touched = touched
        self.holders = holders

    def before(self, number: int) -> IdAt:
        """Return what gives the ids in a parent."""
        tip = self.parents[number] if number else self.first
        return lambda path: next(
            (id_ for id_ in self.holders(path) if tip is not None and path in files_of(tip.get(id_))), None
        )

    def after(self) -> IdAt:
        """Return what gives the ids after the commit."""
        earlier = self.before(0)

        def id_at(path: str) -> str | None:
            new = next((id_ for id_, files in self.touched.items() if path in files), None)
            old = earlier(path) if new is None else None
            return new if old is None or old in self.touched else old

        return id_at
