"""What all pages of a site draw on: the data, its history, and where each thing is shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from qafiles.diagnostics import NOTHING_LEFT_OUT, Diagnostic, LeftOut
from qafiles.diff import EntityChange
from qafiles.git.dates import day
from qafiles.history import History
from qafiles.history.shared_ids import own_state
from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import FOLDER_KINDS, LABELS
from qafiles.models.environments import Environment
from qafiles.pages.charts import swatch
from qafiles.reports.run_notes import left_out_of
from qafiles.results.joined import Joined
from qafiles.site.pending import pending_changes, state_sentence
from qafiles.site.places import Places, places
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import users_of_secrets
from qafiles.snapshot.titles import title
from qafiles.snapshot.unread import left_out
from qafiles.sources.commit_state import CommitState, commit_state

PLURALS: Final[Mapping[Kind, str]] = {kind: facts.plural for kind, facts in KIND_FACTS.items()}
"""How headings call each kind."""

_MARKS: Final = re.compile(r"^#{1,6}\s+")
_LONGEST_TITLE: Final = 160


class Target(NamedTuple):
    """An entity as pages name and link it; `page` is its path from the top of the site, `color` that of a tag's swatch."""

    title: str
    page: str
    kind: Kind
    handle: str
    swatch: Markup = Markup("")
    color: str = ""

    @property
    def label(self) -> str:
        """What messages call the kind."""
        return LABELS[self.kind]


@dataclass(frozen=True)
class Content:
    """A snapshot with its history, the name of the site, the environment whose URLs and secrets are shown, and results of a run."""

    snapshot: Snapshot
    history: History
    name: str
    environment: Environment | None = None
    results: Joined | None = None
    places: Places = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", places(self.snapshot.files.values()))

    @cached_property
    def origin(self) -> CommitState:
        """How the files stand to the commit that they come from."""
        return commit_state(self.snapshot.source)

    @cached_property
    def state(self) -> str | None:
        """What every page says of where the files come from; None where there is nothing to say."""
        return state_sentence(self.origin)

    @cached_property
    def pending(self) -> Mapping[str, EntityChange]:
        """What no commit holds of the entities, by their paths."""
        return pending_changes(self.snapshot.source, self.origin)

    @cached_property
    def _targets(self) -> Mapping[str, Target]:
        targets = {}
        for path, file in self.snapshot.files.items():
            dot = swatch(file.get("color")) if file.kind == "tag" else Markup("")
            color = str(file.get("color")) if dot else ""
            page = self.places.entities[path]
            targets[path] = Target(self._title(file), page, file.kind, file.handle, dot, color)
        return targets

    def _title(self, file: EntityFile) -> str:
        """Return what a person calls an entity: a member like the user, a traversal like the test case that it leads through."""
        name = {"member": "user_id", "test_traversal": "test_case_id"}.get(file.kind)
        named = self.targets(file, name) if name is not None else []
        if not named:
            return heading(file)
        if file.kind == "member" or named[0].kind != "test_case":
            return heading(named[0])
        way = file.name_part if file.name_part != named[0].name_part else _suite(file)
        return f"{heading(named[0])} ({way})"

    def target(self, file: EntityFile) -> Target:
        """Return how pages name and link an entity."""
        return self._targets[file.path]

    def named(self, id_: str) -> Target | None:
        """Return how pages name the entity with an id; None where there is none now."""
        file = self.snapshot.by_id.get(id_)
        return self.target(file) if file is not None else None

    @cached_property
    def left_out(self) -> LeftOut:
        """What the pages are made without."""
        history_gaps = self.history.left_out
        gaps = history_gaps if history_gaps.is_missing else NOTHING_LEFT_OUT
        return left_out(self.snapshot) + gaps + left_out_of(self.results)

    @cached_property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """The diagnostics, those of secrets without words of the file: whatever stands in it may be the secret."""
        return [
            item._replace(
                message=f"{item.name.replace('-', ' ')} (the text of a secret's file is not shown)",
                hint=None,
                related=(),
            )
            if item.entity is not None and item.entity.kind == SECRET
            else item
            for item in self.snapshot.diagnostics
        ]

    @cached_property
    def findings(self) -> Mapping[str, list[Diagnostic]]:
        """The diagnostics of each file."""
        by_path: dict[str, list[Diagnostic]] = {}
        for diagnostic in self.diagnostics:
            by_path.setdefault(diagnostic.path, []).append(diagnostic)
        return by_path

    @cached_property
    def users_of_secrets(self) -> Mapping[str, tuple[EntityFile, ...]]:
        """The entities that refer to each secret, by its path."""
        return users_of_secrets(self.snapshot)

    @cached_property
    def today(self) -> date | None:
        """The day from which ages are counted: that of the newest commit, None without history."""
        days = [
            authored_on
            for commit in self.history.commits
            if (authored_on := day(commit.authored)) is not None
        ]
        return max(days, default=None)

    def changed_on(self, file: EntityFile) -> date | None:
        """Return the day of the commit from which an entity's data comes."""
        state = own_state(self.history, file, self.snapshot)
        return day(state.updated.authored) if state is not None else None

    def sources(self, file: EntityFile, kind: Kind, name: str | None = None) -> list[EntityFile]:
        """Return the entities of a kind that refer to one, each once, by path."""
        sources_by_path = {
            link.source.path: link.source
            for link in self.snapshot.incoming(file)
            if link.source.kind == kind and name in {None, link.reference.field}
        }
        return [sources_by_path[path] for path in sorted(sources_by_path)]

    def targets(self, file: EntityFile, name: str) -> list[EntityFile]:
        """Return the entities that a field of one names, each once, in their order."""
        targets_by_path = {
            link.target.path: link.target
            for link in self.snapshot.outgoing(file)
            if link.target is not None and link.reference.field == name and not link.reference.placeholder
        }
        return [*targets_by_path.values()]

    def documents(self, case: EntityFile) -> list[EntityFile]:
        """Return the documents of a test case: the one that it names and those that name it."""
        documents = [*self.targets(case, "document_id"), *self.sources(case, "document", "test_case_id")]
        return [*{file.path: file for file in documents if file.kind == "document"}.values()]

    def cases(self, document: EntityFile) -> list[EntityFile]:
        """Return the test cases of a document: those that name it and the one that it names."""
        cases = [*self.sources(document, "test_case", "document_id"), *self.targets(document, "test_case_id")]
        return [*{file.path: file for file in cases if file.kind == "test_case"}.values()]

    def within(self, project: EntityFile, kind: Kind) -> list[EntityFile]:
        """Return the entities of a kind in a project."""
        return self._within.get((project.handle, kind), [])

    @cached_property
    def _within(self) -> Mapping[tuple[str, Kind], list[EntityFile]]:
        files_within: dict[tuple[str, Kind], list[EntityFile]] = {}
        for file in self.snapshot.files.values():
            if file.project is not None:
                files_within.setdefault((file.project, file.kind), []).append(file)
        return files_within

    @cached_property
    def cells(self) -> dict[str, tuple[Any, ...]]:
        """What lists show of an entity, by its path: it stands in the lists of all folders that it lies in."""
        return {}

    def crumbs(self, file: EntityFile) -> list[tuple[str, str]]:
        """Return (title, page) of what an entity lies in, from the top."""
        if file.kind in FOLDER_KINDS:
            return self._crumbs_of(file)
        key = (file.kind, file.path.rpartition("/")[0])
        if key not in self._crumbs:
            self._crumbs[key] = self._crumbs_of(file)
        return self._crumbs[key]

    @cached_property
    def _crumbs(self) -> dict[tuple[Kind, str], list[tuple[str, str]]]:
        """The crumbs of the entities of a kind in a folder, which are the same for all of them."""
        return {}

    def _crumbs_of(self, file: EntityFile) -> list[tuple[str, str]]:
        crumbs = [("Overview", "index.html")]
        parts = file.path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if depth in {2, 4} and parts[0] == "organizations":
                owner = self._owner(parts, depth)
                if owner is not None and owner is not file:
                    crumbs.append((self.target(owner).title, self.target(owner).page))
            elif folder in self.places.folders:
                name = PLURALS[file.kind] if depth in {1, 3, 5} else parts[depth - 1]
                crumbs.append((name, self.places.folders[folder]))
        return crumbs

    def _owner(self, parts: list[str], depth: int) -> EntityFile | None:
        if depth == 2:
            return self.snapshot.by_handle.get(("organization", parts[1]))
        if len(parts) > 4 and parts[2] == "projects":
            return self.snapshot.by_handle.get(("project", f"{parts[1]}/{parts[3]}"))
        return None


def _suite(traversal: EntityFile) -> str:
    """Return the folder of a traversal within those of its project, its name where there is none."""
    return "/".join(traversal.handle.split("/")[2:-1]) or traversal.name_part


def heading(file: EntityFile) -> str:
    """Return what a person calls an entity, without the marks of a Markdown heading; a secret only by its file."""
    if file.kind in {SECRET, "member", "test_traversal", "browser_config"}:
        return file.name_part
    text = _MARKS.sub("", title(file)) or file.handle
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"
