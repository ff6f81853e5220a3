"""What runs of a project: its test cases, the browser configs that they list, and its secrets."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from qafiles.errors import QafilesError
from qafiles.kinds import SECRET
from qafiles.layout import LABELS
from qafiles.playwright.places import Placed, for_test_runner, placed
from qafiles.references import PLACEHOLDER, texts_in
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import base_url, effective_url, environments_of_secret, users_of_secrets

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


class NotRunnableError(QafilesError):
    """The data do not say what Playwright needs; `places` are lines `path: …` that say what is wrong where."""

    exit_code = 1

    def __init__(self, message: str, places: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.places = places


class CaseToRun(NamedTuple):
    """A test case: its handle without the project's, its id, and the URL at which it begins."""

    name: str
    id: str
    url: str


class ConfigToRun(NamedTuple):
    """A browser config, its options by place, and the test cases that list it, sorted."""

    handle: str
    id: str
    placed: Placed
    cases: tuple[CaseToRun, ...]


class RunnableProject(NamedTuple):
    """A project as a runner needs it; `secrets` are the names of variables, `without_config` the cases that list no config."""

    handle: str
    base_url: str
    cases: tuple[CaseToRun, ...]
    configs: tuple[ConfigToRun, ...]
    secrets: tuple[str, ...]
    without_config: tuple[CaseToRun, ...]
    environment: str | None = None


def runnable_project(
    snapshot: Snapshot, project: EntityFile, environment: "Environment | None" = None
) -> RunnableProject:
    """Return a project as Playwright runs it, with the URLs and secrets of an environment where one is named.

    Raises NotRunnableError where a file has errors, a config does not say its browser, or there is no test case.
    """
    files = [file for file in snapshot.of_kind("test_case") if file.project == project.handle]
    users: dict[str, list[EntityFile]] = {}
    for file in files:
        for link in snapshot.outgoing(file):
            if link.reference.field == "browser_configs" and link.target is not None:
                users.setdefault(link.target.path, []).append(file)
    configs = [snapshot.files[path] for path in sorted(users)]
    problems = [*_problems(snapshot, project, files, configs)]
    if problems:
        raise NotRunnableError(f"{project.handle} can't be exported", tuple(problems))
    cases = {file.path: _case(snapshot, file, environment) for file in files}
    runnable = [_config(file, [cases[user.path] for user in users[file.path]]) for file in configs]
    base = base_url(project, environment)
    names = {*_secret_names(snapshot, project.handle, environment), *_named_in(configs)}
    listed = {user.path for group in users.values() for user in group}
    return RunnableProject(
        project.handle,
        base.url if base is not None else "",
        tuple(sorted(cases.values())),
        tuple(runnable),
        tuple(sorted(names)),
        tuple(sorted(case for path, case in cases.items() if path not in listed)),
        environment.name if environment is not None else None,
    )


def _problems(
    snapshot: Snapshot, project: EntityFile, files: list[EntityFile], configs: list[EntityFile]
) -> Iterator[str]:
    """Yield a sentence for each place that stands in the way."""
    for file in (project, *files, *configs):
        if not file.valid or file.id is None:
            yield f"{file.path}: has errors; `qafiles validate {file.path}` names them"
    if not files:
        yield f"{project.path}: the project has no test case"
    for file in files:
        for link in snapshot.outgoing(file):
            reference = link.reference
            if reference.field != "browser_configs":
                continue
            if link.target is None:
                yield f"{file.path}: there is no browser config `{reference.value}`"
            elif link.target.kind != "browser_config":
                yield f"{file.path}: `{reference.value}` is a {LABELS[link.target.kind]}, and no browser config"
    for file in configs:
        if file.valid and file.kind == "browser_config":
            options = placed(file.data["browser_config"])
            if options.engine is None and options.device is None:
                yield (
                    f"{file.path}: does not say its browser (`browserName`, `device` or `channel`); "
                    f"`qafiles set browser_config:{file.handle} browser_config.browserName=chromium` does"
                )


def _case(snapshot: Snapshot, file: EntityFile, environment: "Environment | None") -> CaseToRun:
    name = file.handle.removeprefix(f"{file.project}/")
    return CaseToRun(name, str(file.id), effective_url(snapshot, file, environment) or "")


def _config(file: EntityFile, cases: list[CaseToRun]) -> ConfigToRun:
    options = for_test_runner(placed(file.data["browser_config"]))
    left_out = tuple(sorted(options.left_out))
    return ConfigToRun(
        file.handle, str(file.id), options._replace(left_out=left_out), tuple(sorted({*cases}))
    )


def _secret_names(snapshot: Snapshot, project: str, environment: "Environment | None") -> Iterator[str]:
    """Yield the names of variables in which `secret run --project` hands out what a project's texts and traversals name."""
    users = users_of_secrets(snapshot)
    for file in snapshot.of_kind(SECRET):
        if file.project != project or file.path not in users:
            continue
        own = environments_of_secret(snapshot, file)
        if environment is None or not environment.secret_suffix:
            if not own:
                yield file.secret_name
        elif (name := environment.plain_name(file.secret_name)) is not None:
            yield name


def _named_in(configs: list[EntityFile]) -> Iterator[str]:
    """Yield the names of secrets in the texts of browser configs."""
    for file in configs:
        config: Mapping[str, object] = file.data["browser_config"]
        for _, value in texts_in(config, ()):
            yield from (match[1] for match in PLACEHOLDER.finditer(value))
