"""A new kind is an entry in the table and a model: it is then loaded, listed, referred to, shown and published."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import git, write

_TOP = Path(__file__).parents[1]
_ENTRIES = """        "device": KindFacts(
            label="device",
            plural="Devices",
            example="pixel-9",
            within="root",
            folder="devices",
            model="lab:Device",
            symbol="Object",
            dates=("bought_at", "created_at"),
            placeholders=("notes",),
            derived=("created_at",),
        ),
        "team": KindFacts(
            label="team",
            plural="Teams",
            example="acme/testers",
            within="organization",
            folder="teams",
            model="lab:Team",
            symbol="Object",
            references=(_ORGANIZATION, ReferenceField("users", "user", many=True)),
        ),
        "environment": KindFacts(
            label="environment",
            plural="Environments",
            example="acme/shop/staging",
            within="project",
            folder="environments",
            model="lab:Environment",
            symbol="Object",
            references=(_PROJECT, ReferenceField("device_id", "device")),
        ),
        "release": KindFacts(
            label="release",
            plural="Releases",
            example="acme/shop/v1",
            within="project",
            folder="releases",
            file="release.yaml",
            model="lab:Release",
            symbol="Object",
            references=(_PROJECT,),
            derived=("version",),
        ),
        "check_list": KindFacts(
            label="check list",
            plural="Check lists",
            example="acme/shop/release/before",
            within="project",
            folder="check_lists",
            suites=True,
            model="lab:CheckList",
            symbol="File",
            references=(
                ReferenceField("project_id", "project"),
                ReferenceField("device_id", "device"),
                ReferenceField("test_cases", "test_case", many=True),
            ),
            placeholders=("content",),
        ),
"""
_MODEL = '''"""Devices, and lists of what is to be checked on them."""

from typing import Annotated

from pydantic import Field

from qafiles.models.entity import Entity
from qafiles.models.values import Items, Optional, RefersTo, Text, Timestamp, Version


class Device(Entity):
    """A device on which tests are done."""

    name: Text = Field(description="What people call it.")
    notes: Optional[Text] = Field(None, description="What to know.")
    bought_at: Optional[Timestamp] = Field(None, description="When it was bought.")
    created_at: Optional[Timestamp] = Field(None, description="When it was made.")


class Team(Entity):
    """People who test together."""

    organization_id: Optional[Annotated[str, RefersTo("organization")]] = Field(None, description="Its own.")
    users: Items[Annotated[str, RefersTo("user")]] = Field((), description="Who is in it.")


class Environment(Entity):
    """Where tests are done."""

    project_id: Optional[Annotated[str, RefersTo("project")]] = Field(None, description="Its project.")
    device_id: Annotated[str, RefersTo("device")] = Field(description="The device.")


class Release(Entity):
    """What is tested, as a folder."""

    project_id: Optional[Annotated[str, RefersTo("project")]] = Field(None, description="Its project.")
    version: Optional[Version] = Field(None, description="Its version.")


class CheckList(Entity):
    """Test cases to go through."""

    project_id: Optional[Annotated[str, RefersTo("project")]] = Field(None, description="Its project.")
    device_id: Optional[Annotated[str, RefersTo("device")]] = Field(None, description="The device.")
    test_cases: Items[Annotated[str, RefersTo("test_case")]] = Field((), description="The test cases.")
    content: Text = Field(description="What to do.")
'''
_FIELD = """    environment_id: Optional[Annotated[str, RefersTo("environment")]] = Field(None, description="Where.")


class Document("""
_REFERENCE = """                ReferenceField("browser_configs", "browser_config", many=True),
"""
_CASE = "organizations/acme/projects/conduit/test_cases/accounts/sign-out-from-settings.yaml"
_PROJECT = "organizations/acme/projects/conduit"
_LIST = f"{_PROJECT}/check_lists/release/before.yaml"
_FILES = {
    "devices/pixel-9.yaml": (
        "id: d1cp7rav4wo9ey1bug6sh3di\nname: Pixel 9\nnotes: sign in with {{ secret.CONDUIT_PASSWORD }}\n"
    ),
    _LIST: (
        "id: d2cp7rav4wo9ey1bug6sh3di\ndevice_id: pixel-9\n"
        "test_cases: [accounts/sign-out-from-settings]\ncontent: Look at it\n"
    ),
    "organizations/acme/teams/testers.yaml": "id: d3cp7rav4wo9ey1bug6sh3di\nusers: [mei]\n",
    f"{_PROJECT}/environments/staging.yaml": "id: d4cp7rav4wo9ey1bug6sh3di\ndevice_id: pixel-9\n",
    f"{_PROJECT}/releases/v1/release.yaml": "id: d5cp7rav4wo9ey1bug6sh3di\nversion: 3\n",
}
_HANDLES = {
    "device": "pixel-9",
    "team": "acme/testers",
    "environment": "acme/conduit/staging",
    "release": "acme/conduit/v1",
    "check_list": "acme/conduit/release/before",
}
"""One entity of each form: at the top, in an organization, in a project, as a folder, and in a suite."""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package that has more kinds, and in `qa` the example with one entity of each."""
    folder = tmp_path_factory.mktemp("kinds")
    shutil.copytree(_TOP / "qafiles", folder / "qafiles", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "qafiles/kinds.py"
    text = table.read_text(encoding="utf-8")
    assert text.count('        "user": KindFacts(\n') == 1
    assert text.count(_REFERENCE) == 1
    text = text.replace(
        _REFERENCE, _REFERENCE + '                ReferenceField("environment_id", "environment"),\n'
    )
    table.write_text(text.replace('        "user": KindFacts(\n', _ENTRIES + '        "user": KindFacts(\n'))
    model = folder / "qafiles/models/testing.py"
    text = model.read_text(encoding="utf-8")
    assert text.count("\n\nclass Document(") == 1
    text = text.replace("\n\nclass Document(", _FIELD)
    text = text.replace("from pydantic import", "from typing import Annotated\n\nfrom pydantic import", 1)
    model.write_text(text.replace("    ProjectReference,\n", "    ProjectReference,\n    RefersTo,\n", 1))
    (folder / "qafiles/models/lab.py").write_text(_MODEL)
    root = folder / "qa"
    shutil.copytree(_TOP / "examples/acme-qa", root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    case = (root / _CASE).read_text(encoding="utf-8")
    write(root, {**_FILES, _CASE: f"{case}environment_id: staging\n"})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    return folder


@pytest.fixture(scope="module")
def qafiles(folder: Path) -> Run:
    """The command line of that package in that data root."""
    root = folder / "qa"

    def run(*arguments: str, code: int = 0, files: dict[str, str] | None = None) -> str:
        write(root, files or {})
        command = [sys.executable, "-m", "qafiles", "-C", str(root), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def unchanged(folder: Path) -> Iterator[Path]:
    """The data root, which is afterwards as it was committed."""
    yield folder / "qa"
    git(folder / "qa", "reset", "-q", "--hard")
    git(folder / "qa", "clean", "-fdq")


@pytest.mark.slow
def test_it_is_loaded_listed_and_shown(qafiles: Run, folder: Path) -> None:
    names = git(folder / "qa", "ls-files", "*.yaml").split()
    entities = [name for name in names if "/" in name and not name.startswith(".")]
    assert {*_FILES} < {*entities}
    assert f"All good: {len(entities) + 1} files, {len(entities)} entities" in qafiles("validate")
    assert "d1cp7rav4wo9ey1bug6sh3di" in qafiles("list", "devices")
    (shown,) = json.loads(qafiles("list", "check_list", "--format", "json"))
    assert shown["handle"] == _HANDLES["check_list"]
    assert shown["device_id"] == "d1cp7rav4wo9ey1bug6sh3di"
    assert "handle: pixel-9" in qafiles("show", "device:pixel-9")


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "handle"), _HANDLES.items())
def test_every_form_of_kind_is_listed_shown_logged_and_published(
    qafiles: Run, kind: str, handle: str
) -> None:
    (shown,) = json.loads(qafiles("list", kind, "--format", "json"))
    assert (shown["handle"], shown["kind"]) == (handle, kind)
    assert f"handle: {handle}" in qafiles("show", f"{kind}:{handle}")
    assert f"created {kind.replace('_', ' ')}" in qafiles("log", f"{kind}:{handle}")
    assert json.loads(qafiles("schema", kind))["properties"]["id"]


@pytest.mark.slow
def test_references_to_and_from_it_resolve_follow_and_dangle(qafiles: Run, unchanged: Path) -> None:
    found = qafiles("refs", "acme/conduit/accounts/sign-out-from-settings")
    assert "check list acme/conduit/release/before" in found
    assert "environment acme/conduit/staging" in found
    qafiles("mv", "device:pixel-9", "pixel-10")
    qafiles("mv", "environment:acme/conduit/staging", "stage")
    qafiles("mv", "release:acme/conduit/v1", "v2")
    assert (unchanged / _PROJECT / "releases/v2/release.yaml").is_file()
    assert "handle: pixel-10" in qafiles("show", "device:pixel-10")
    assert "environment_id: stage\n" in (unchanged / _CASE).read_text()
    assert "All good" in qafiles("validate")
    broken = _FILES[_LIST].replace("pixel-9", "nokia")
    assert "no device is called `nokia`" in qafiles("validate", code=1, files={_LIST: broken})


@pytest.mark.slow
def test_its_parents_are_those_of_its_folder(qafiles: Run, unchanged: Path) -> None:
    (team,) = json.loads(qafiles("list", "team", "--format", "json"))
    (release,) = json.loads(qafiles("list", "release", "--format", "json"))
    assert (
        team["organization_id"] == json.loads(qafiles("show", "organization:acme", "--format", "json"))["id"]
    )
    assert (
        release["project_id"] == json.loads(qafiles("show", "project:acme/conduit", "--format", "json"))["id"]
    )
    assert "team acme/testers" in qafiles("refs", "organization:acme")
    assert "release acme/conduit/v1" in qafiles("refs", "project:acme/conduit")
    qafiles("mv", "project:acme/conduit", "acme/moved")
    assert "All good" in qafiles("validate")
    assert "device_id" not in qafiles("diff")
    assert (unchanged / "organizations/acme/projects/moved/environments/staging.yaml").is_file()


@pytest.mark.slow
def test_a_secret_that_one_at_the_top_names_is_that_of_the_projects_which_use_it(
    qafiles: Run, unchanged: Path
) -> None:
    assert "CONDUIT_PASSWORD" in qafiles("refs", "device:pixel-9")
    wrong = {"devices/pixel-9.yaml": _FILES["devices/pixel-9.yaml"].replace("CONDUIT_PASSWORD", "NOWHERE")}
    assert "project `acme/conduit`" in qafiles("validate", code=1, files=wrong)
    assert unchanged.is_dir()


@pytest.mark.slow
def test_its_history_pages_and_schema_are_there(qafiles: Run, tmp_path: Path) -> None:
    (projects, organizations, suites) = json.loads(qafiles("report", "inventory", "--format", "json"))[
        "tables"
    ]
    assert {"environments", "releases", "check_lists"} <= projects["rows"][0].keys()
    assert organizations["rows"][0]["teams"] == 1
    assert sum(row["check_lists"] for row in suites["rows"]) == 1
    chosen = json.loads(qafiles("report", "inventory", "--project", "acme/conduit", "--format", "json"))
    figures = chosen["figures"]
    assert (figures["devices"], figures["teams"], figures["environments"]) == (1, 1, 1)
    qafiles("schema", "--write", str(tmp_path / "schemas"))
    assert {f"{kind}.schema.json" for kind in _HANDLES} < {
        path.name for path in (tmp_path / "schemas").iterdir()
    }
    site = tmp_path / "site"
    qafiles("site", "-o", str(site))
    for page in (
        "devices/pixel-9.html",
        "organizations/acme/teams/testers.html",
        f"{_PROJECT}/environments/staging.html",
        f"{_PROJECT}/releases/v1/index.html",
        f"{_PROJECT}/check_lists/release/before.html",
    ):
        assert (site / page).is_file(), page
    assert 'href="devices/index.html"' in (site / "index.html").read_text()
    assert "teams/index.html" in (site / "organizations/acme/index.html").read_text()
    for name in ("environments", "releases", "check_lists"):
        assert f"{name}/index.html" in (site / _PROJECT / "index.html").read_text()
    for shown in site.rglob("*.html"):
        for link in re.findall(r'href="([^"#?:]+)["#?]', shown.read_text()):
            assert (shown.parent / link).exists(), (shown, link)


@pytest.mark.slow
def test_it_is_made_formatted_and_removed_like_any_other(qafiles: Run, unchanged: Path) -> None:
    qafiles("new", "device", "nokia", "name=Nokia")
    assert qafiles("fmt", "--check") == ""
    qafiles("rm", "device:nokia", "--force")
    hint = qafiles(
        "validate",
        code=1,
        files={
            "device/old.yaml": "",
            "devices/x/y.yaml": "",
            f"{_PROJECT}/releases/v3.yaml": "",
            "organizations/acme/team/a.yaml": "",
        },
    )
    assert "devices/ has no sub-folders" in hint
    assert "`device/`" in hint
    assert f"each release is a folder: move it to `{_PROJECT}/releases/v3/release.yaml`" in hint
    assert "did you mean `organizations/acme/teams/a.yaml`?" in hint
    assert unchanged.is_dir()


@pytest.mark.slow
def test_what_can_not_do_without_it_keeps_it_or_goes_with_it(qafiles: Run, unchanged: Path) -> None:
    qafiles("rm", "device:pixel-9", code=1)
    qafiles("rm", "device:pixel-9", "--detach", code=1)
    qafiles("rm", "device:pixel-9", "--cascade")
    assert not (unchanged / _PROJECT / "environments/staging.yaml").exists()
    assert "environment_id" not in (unchanged / _CASE).read_text()
    assert "All good" in qafiles("validate")


@pytest.mark.slow
def test_a_date_of_it_is_checked_and_told_like_any_other(qafiles: Run, unchanged: Path) -> None:
    path = "devices/pixel-9.yaml"
    no_day = {path: _FILES[path] + "bought_at: 2026-02-30T09:00:00Z\n"}
    assert "`bought_at` is `2026-02-30T09:00:00Z`, but that month has 28 days" in qafiles(
        "validate", code=1, files=no_day
    )
    no_time = {path: _FILES[path] + "bought_at: 2026-03-01\n"}
    shown = qafiles("validate", code=1, files=no_time)
    assert "expected a date and time like 2026-03-01T09:30:00Z" in shown
    assert "write '2026-03-01T00:00:00Z'" in shown
    assert unchanged.is_dir()


@pytest.mark.slow
def test_a_version_of_it_that_goes_down_is_found(qafiles: Run, unchanged: Path) -> None:
    path = f"{_PROJECT}/releases/v1/release.yaml"
    lower = {path: _FILES[path].replace("3\n", "2\n")}
    assert "`version` was 3 before, and is 2" in qafiles("validate", "--since", "HEAD", code=1, files=lower)
    assert unchanged.is_dir()


@pytest.mark.slow
def test_editors_git_and_hooks_know_its_files(qafiles: Run, tmp_path: Path) -> None:
    qafiles("init", str(tmp_path / "fresh"))
    settings = json.loads((tmp_path / "fresh/.vscode/settings.json").read_text())["yaml.schemas"]
    globs = {Path(name).name.partition(".")[0]: value for name, value in settings.items()}
    assert globs["device"][0] == "devices/*.yaml"
    assert globs["team"] == "organizations/*/teams/*.yaml"
    assert globs["environment"] == "organizations/*/projects/*/environments/*.yaml"
    assert globs["release"] == "organizations/*/projects/*/releases/*/release.yaml"
    assert globs["check_list"] == "organizations/*/projects/*/check_lists/**/*.yaml"
    assert "/devices/*.yaml text" in (tmp_path / "fresh/.gitattributes").read_text()
    assert "devices" in (tmp_path / "fresh/.pre-commit-config.yaml").read_text()
