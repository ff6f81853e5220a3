"""The site of a data root: which pages there are, and their bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, Template

from qafiles.errors import UsageError
from qafiles.history import derived_values, entity_logs, history_of, settled
from qafiles.history.shared_ids import why_not_its_own
from qafiles.layout import ENTITY_FOLDERS, KINDS, TOP_FOLDERS
from qafiles.loading.loader import Progress
from qafiles.pages import SITE_POLICY, clean, environment, stylesheet
from qafiles.processes import collector_paused
from qafiles.render.reports import csv_format
from qafiles.reports.report import Report, Table
from qafiles.results.joining import join
from qafiles.results.result import ResultFile
from qafiles.site.content import PLURALS, Content, heading
from qafiles.site.entity import entity_page
from qafiles.site.help_pages import help_index, help_page, help_pages
from qafiles.site.listing import MOST_ROWS, listing_page, rows_page, rows_script
from qafiles.site.logos import logos
from qafiles.site.output import Written, write_files
from qafiles.site.places import FINDINGS, HELP, OVERVIEW, REPORTS, SEARCH, to_root
from qafiles.site.report_pages import long_tables, page_of, report_index, report_page, reports_of, rows_of
from qafiles.site.search_data import search_data
from qafiles.site.summaries import findings_page, organization_page, overview_page, project_page
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import environment_named
from qafiles.sources import FolderSource, Source
from qafiles.validation import load

_STATIC: Final = ("site.js", "minisearch.js", "minisearch.LICENSE.txt")
_TOP: Final = frozenset({*ENTITY_FOLDERS, ".git"})


def build(  # noqa: PLR0913  # as `site`
    data: Source | Snapshot,
    place: Path,
    *,
    name: str | None,
    environment: str | None,
    result_files: Iterable[ResultFile] | None,
    tools: Sequence[str],
    progress: Progress,
) -> tuple[Written, Mapping[str, bytes]]:
    """Return what `site` does, and the digests of what was written; takes and raises what it does."""
    progress("reading", 0, 0)
    snapshot = data if isinstance(data, Snapshot) else load(data)
    where = environment_named(snapshot, environment) if environment is not None else None
    _refuse_place(snapshot, place)
    progress("history", 0, 0)
    with collector_paused():
        history = history_of(snapshot)
        whole = settled(snapshot, history)
        run = join(whole, result_files, tools=tools) if result_files is not None else None
        content = Content(whole, history, name or _name(snapshot), where, run)
        progress("reports", 0, 0)
        pages = Pages(content)
        done, digests = write_files(
            place,
            [*pages.names],
            pages.bytes_of,
            lambda done, total: progress("pages", done, total),
        )
        return replace(done, left_out=content.left_out), digests


def _name(snapshot: Snapshot) -> str:
    organizations = snapshot.of_kind("organization")
    return f"{heading(organizations[0])} QA" if len(organizations) == 1 else "QA"


def _refuse_place(snapshot: Snapshot, folder: Path) -> None:
    """Refuse a folder in which pages would lie among entities or in git's own files."""
    source = snapshot.source
    if not isinstance(source, FolderSource):
        return
    root, wanted = source.folder.resolve(), folder.resolve()
    below = wanted.relative_to(root).parts if wanted.is_relative_to(root) else ()
    if below and below[0] in _TOP:
        raise UsageError(f"{folder} lies in {below[0]}/, which holds the data; choose a folder beside it")


@dataclass(frozen=True)
class Pages:
    """The files of a site by their names, and what each holds."""

    content: Content
    reports: Mapping[str, Report] = field(init=False, repr=False)
    _logos: Mapping[str, tuple[str, bytes]] = field(init=False, repr=False)
    _of_entity: Mapping[str, EntityFile] = field(init=False, repr=False)
    _of_folder: Mapping[str, str] = field(init=False, repr=False)
    _in_folder: Mapping[str, list[EntityFile]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        content = self.content
        places = content.places
        in_folder: dict[str, list[EntityFile]] = {folder: [] for folder in places.folders}
        for path, file in content.snapshot.files.items():
            parts = path.split("/")[:-1]
            for depth in range(1, len(parts) + 1):
                folder = "/".join(parts[:depth])
                if folder in in_folder:
                    in_folder[folder].append(file)
        for key, value in (
            ("reports", reports_of(content)),
            ("_logos", logos(content)),
            ("_of_entity", {page: content.snapshot.files[path] for path, page in places.entities.items()}),
            ("_of_folder", {page: folder for folder, page in places.folders.items()}),
            ("_in_folder", in_folder),
        ):
            object.__setattr__(self, key, value)

    @cached_property
    def _others(self) -> Mapping[str, Callable[[], bytes]]:
        """The files that are not about one entity or one folder."""
        content = self.content

        def page(name: str, template: str, context: Callable[[], dict[str, Any]]) -> Callable[[], bytes]:
            return lambda: self._page(name, template, context())

        page_makers: dict[str, Callable[[], bytes]] = {
            OVERVIEW: page(OVERVIEW, "overview.html", lambda: overview_page(content)),
            SEARCH: page(SEARCH, "search.html", self._search),
            FINDINGS: page(FINDINGS, "findings.html", lambda: findings_page(content)),
            REPORTS: page(REPORTS, "reports.html", lambda: report_index(dict(self.reports))),
            HELP: page(HELP, "help_index.html", help_index),
            "assets/style.css": lambda: stylesheet().encode(),
            "assets/search-data.js": lambda: search_data(content).encode(),
        }
        for name, report in self.reports.items():
            page_makers[page_of(name)] = page(page_of(name), "report.html", _report(content, report))
            for item in long_tables(report):
                page_makers[rows_of(name, item)] = _csv(item)
        for name, topic in help_pages().items():
            page_makers[name] = page(name, "help.html", partial(help_page, topic))
        for folder, within in self._in_folder.items():
            if len(within) > MOST_ROWS:
                page_makers[rows_page(folder)] = _rows(content, folder, within)
        for name in _STATIC:
            page_makers[f"assets/{name}"] = files("qafiles.site").joinpath("assets", name).read_bytes
        for name, data in self._logos.values():
            page_makers[name] = lambda data=data: data  # type: ignore[misc]  # mypy infers no default
        return page_makers

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all files, those of entities in the order of their paths."""
        return (*self._others, *self._of_folder, *self._of_entity)

    def bytes_of(self, names: Sequence[str]) -> Iterator[bytes]:
        """Yield what each of some files holds."""
        entities = [self._of_entity[name] for name in names if name in self._of_entity]
        history = self.content.history
        logs = entity_logs(history, [file.id for file in entities if file.id is not None])
        for name in names:
            if name in self._others:
                yield self._others[name]()
            elif name in self._of_folder:
                folder = self._of_folder[name]
                yield self._page(
                    name, "listing.html", listing_page(self.content, folder, self._in_folder[folder])
                )
            else:
                file = self._of_entity[name]
                copied = why_not_its_own(history, file, self.content.snapshot) is not None
                log = logs.get(file.id, ()) if file.id is not None and not copied else ()
                given = derived_values(history, file, self.content.snapshot)
                context = entity_page(self.content, file, log, given)
                template = "entity.html"
                if file.kind == "project":
                    template, more = "project.html", project_page(self.content, file)
                    context |= more
                elif file.kind == "organization":
                    logo = self._logos.get(file.path)
                    template = "organization.html"
                    context |= organization_page(self.content, file, logo[0] if logo else None)
                yield self._page(name, template, context)

    def _search(self) -> dict[str, Any]:
        snapshot = self.content.snapshot
        kinds = [kind for kind in KINDS if snapshot.of_kind(kind)]
        tags = {self.content.target(file).title for file in snapshot.of_kind("tag")}
        return {
            "title": "Search",
            "crumbs": [("Overview", OVERVIEW)],
            "kinds": [(kind, PLURALS[kind]) for kind in kinds],
            "projects": sorted({file.project for file in snapshot.files.values() if file.project}),
            "tags": sorted(tags),
        }

    def _page(self, name: str, template: str, context: dict[str, Any]) -> bytes:
        text = self._template(template).render(
            context,
            name=clean(self.content.name),
            page_name=name,
            root=to_root(name),
            policy=SITE_POLICY,
            navigation=self._navigation,
            state=self.content.state,
            environment=self.content.environment and clean(self.content.environment.name),
        )
        return text.encode()

    @cached_property
    def _navigation(self) -> list[tuple[str, str]]:
        folders = self.content.places.folders
        return [
            ("Overview", OVERVIEW),
            ("Reports", REPORTS),
            ("Findings", FINDINGS),
            *((PLURALS[kind], folders[name]) for name, kind in TOP_FOLDERS.items() if name in folders),
            ("Search", SEARCH),
            ("Help", HELP),
        ]

    @cached_property
    def _environment(self) -> Environment:
        return environment("qafiles.site")

    def _template(self, name: str) -> Template:
        return self._environment.get_template(name)


def _rows(content: Content, folder: str, within: list[EntityFile]) -> Callable[[], bytes]:
    return lambda: rows_script(content, folder, within).encode()


def _csv(table: Table) -> Callable[[], bytes]:
    return lambda: "".join(csv_format.render(table)).encode()


def _report(content: Content, report: Report) -> Callable[[], dict[str, Any]]:
    return lambda: report_page(content, report)
