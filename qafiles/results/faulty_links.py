"""What is wrong with links of tests, in words: with what became of a test case that is no more, or the nearest one."""

from collections.abc import Iterable, Mapping
from typing import Final

from qafiles.diff.key_whereabouts import key_whereabouts
from qafiles.diff.whereabouts import Whereabouts, whereabouts
from qafiles.layout import LABELS, looks_like_id, name_part, nearest
from qafiles.references import Reference
from qafiles.results.formats.links import LINK_NAME
from qafiles.results.linking import LinkProblem, spellings
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.foreign_keys import foreign_key

_MOST_ASKED: Final = 1_000
"""Names of which git is asked what became: a run of another data root names nothing but strangers."""
_MOST_GUESSES: Final = 200
_MOST_LISTED: Final = 5
_LONGEST: Final = 120


class LinkFaults:
    """What is wrong with the links of a run, whose test cases are those of a snapshot.

    `lacking` are sentences about what git lacks that might tell more.
    """

    def __init__(self, snapshot: Snapshot, problems: Iterable[LinkProblem]) -> None:
        problems = [*problems]
        self._snapshot = snapshot
        self._handles = [file.handle for file in snapshot.of_kind("test_case")]
        self._short = {handle.split("/", 2)[-1]: handle for handle in self._handles}
        self._guesses: dict[str, str | None] = {}
        self.lacking: list[str] = []
        unknown = dict.fromkeys(
            problem.link.value
            for problem in problems
            if problem.fault == "unknown" and problem.link.by != "key" and problem.link.value
        )
        self._whereabouts = _whereabouts(snapshot, [*unknown][:_MOST_ASKED], self.lacking)
        keys = dict.fromkeys(
            problem.link.value
            for problem in problems
            if problem.fault == "unknown" and problem.link.by == "key" and problem.link.value
        )
        self._of_keys = _of_keys(snapshot, [*keys][:_MOST_ASKED], self.lacking)

    def whereabouts(self, problem: LinkProblem) -> Whereabouts | None:
        """Return what became of the test case that a link named once, None where git knows nothing of it."""
        if problem.fault != "unknown":
            return None
        by_name = self._of_keys if problem.link.by == "key" else self._whereabouts
        return by_name.get(problem.link.value)

    def message(self, problem: LinkProblem) -> str:
        """Return what is wrong with a link."""
        value, by = _shown(problem.link.value), problem.link.by
        if not problem.link.value:
            return f"`{problem.link.key or ('qa:' if by == 'tag' else LINK_NAME)}` is empty, and names no test case"
        name = f"`{problem.link.key}` {value}" if problem.link.key else value
        if problem.fault == "ambiguous":
            return f"{name} is {_several(problem.entities)}"
        if problem.fault == "disagreement":
            return f"{name} names {_several(problem.entities)}; {_several(problem.counted)} counts, which a stronger link names"
        if problem.fault == "wrong-kind":
            file = problem.entities[0]
            return f"{name} is the {LABELS[file.kind]} `{file.handle}`, and no test case"
        if by == "key":
            said = f", which `{problem.link.key}` says" if problem.link.key else ""
            return f"no test case has the key {value}{said}"
        return (
            f"no entity has the id {value}"
            if looks_like_id(problem.link.value)
            else f"no test case is called {value}"
        )

    def hint(self, problem: LinkProblem) -> str:
        """Return what to do about a link: what became of the test case, or which one was probably meant."""
        value = problem.link.value
        if problem.fault == "ambiguous":
            return (
                "an annotation `qafiles` with the id decides; on the command line --project or --tool, too"
                if problem.link.by == "key"
                else "write organization and project before it, or the id"
            )
        if problem.fault == "disagreement":
            return (
                "copy id and handle of the row from the same test case"
                if problem.link.by == "sheet"
                else "delete the link that is wrong"
            )
        if problem.fault == "wrong-kind":
            return "name a test case"
        if not value:
            return "write the id or the handle of a test case, or delete it"
        known = self.whereabouts(problem)
        if known is not None:
            sentence = known.message(None)
            return (
                f"{sentence}; write {_now(known.file)}"
                if known.file
                else f"{sentence}; delete the link, or restore the file"
            )
        if problem.link.by == "key":
            return "`x-source` of a test case says which key it has in another tool"
        near = self._nearest(value)
        return f"did you mean `{near}`?" if near else "`qafiles list test_case` lists them"

    def _nearest(self, value: str) -> str | None:
        if looks_like_id(value) or (value not in self._guesses and len(self._guesses) >= _MOST_GUESSES):
            return None
        if value not in self._guesses:
            # Tests may name a file of the data root, and handles without organization and project.
            handle = value.rpartition("test_cases/")[2].removesuffix(".yaml").lower()
            short = nearest(handle, [*self._short])
            near = nearest(value, self._handles) or (self._short[short] if short else None)
            last = name_part(handle)
            same = [handle for handle in self._handles if name_part(handle) == last]
            self._guesses[value] = near or (same[0] if len(same) == 1 else None)
        return self._guesses[value]


def _shown(value: str) -> str:
    return f"`{value if len(value) <= _LONGEST else value[: _LONGEST - 1] + '…'}`"


def _now(file: EntityFile | None) -> str:
    return f"`{(file.id or file.handle)}`" if file is not None else ""


def _several(files: tuple[EntityFile, ...]) -> str:
    shown = []
    for file in files[:_MOST_LISTED]:
        key = foreign_key(file)
        shown.append(f"`{file.handle}`" + (f" ({key})" if key is not None else ""))
    more = [f"{len(files) - _MOST_LISTED} more"] if len(files) > _MOST_LISTED else []
    return " and ".join([*shown, *more])


def _of_keys(snapshot: Snapshot, values: list[str], lacking: list[str]) -> Mapping[str, Whereabouts]:
    """Return what became of the test cases that had keys, whichever way the keys are spelled."""
    spelled = {value: spellings(value) for value in values}
    by_key = key_whereabouts(snapshot, {key for keys in spelled.values() for key in keys}, lacking)
    answers = {
        value: next((by_key[key] for key in keys if key in by_key), None) for value, keys in spelled.items()
    }
    return {value: answer for value, answer in answers.items() if answer is not None}


def _whereabouts(snapshot: Snapshot, values: list[str], lacking: list[str]) -> Mapping[str, Whereabouts]:
    """Return what became of test cases by the ids and handles that they had, the latter with or without their project."""
    projects: dict[str, str] = {}
    for file in snapshot.files.values():
        projects.setdefault(file.project or "", file.path)
    # A handle is completed by the project of the file that it stands in.
    references = (
        {
            Reference(path, (), value, "test_case"): value
            for value in values
            for path in ([next(iter(projects.values()))] if looks_like_id(value) else projects.values())
        }
        if projects
        else {}
    )
    known: dict[str, Whereabouts] = {}
    for reference, answer in whereabouts(snapshot, references, lacking).items():
        known.setdefault(references[reference], answer)
    return known
