import gc
import os
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# A shell without job control starts what it puts into the background with Ctrl-C ignored, which programs inherit.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples everywhere, so that a change passes here and there; QAFILES_RANDOM=1 looks for others. How long one takes
# depends on what else the machine does.
settings.register_profile("qafiles", derandomize=os.environ.get("QAFILES_RANDOM") != "1", deadline=None)
settings.load_profile("qafiles")


def samples(every: int, part: int) -> int:
    """Return how many samples a test takes: all of them where QAFILES_ALL_SAMPLES=1 gives it many minutes, else a part."""
    return every if os.environ.get("QAFILES_ALL_SAMPLES") == "1" else part


_TOP = Path(__file__).parents[1]
_skipped: list[str] = []
PINNED = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str | Path, code: int = 0, **environment: str) -> str:
    """Return what a git command prints in a folder, as a pinned author and without the user's configuration."""
    # A commit of many files would pack them in the background, and take folders away while a test copies them.
    defaults = (
        "init.defaultBranch=main",
        "protocol.file.allow=always",
        "gc.auto=0",
        "maintenance.auto=false",
    )
    command = ["git", *(part for default in defaults for part in ("-c", default)), *arguments]
    variables = {**os.environ, **PINNED, **environment}
    result = subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=False)
    assert result.returncode == code, result.stderr.decode()
    return result.stdout.decode(errors="surrogateescape").strip("\n")


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, made if needed, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def committed(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a git repository whose only commit holds the files, and return its folder."""
    write(folder, files)
    git(folder, "init", "-q")
    git(folder, "add", "-A", "--force")
    git(folder, "commit", "-qm", "first")
    return folder


def children() -> set[int]:
    """Return the processes that this one started, those that nobody has waited for among them."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,ucomm="], capture_output=True, text=True, check=True
    ).stdout
    # A name may hold blanks, as that of `tmux: server`.
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return {int(pid) for pid, parent, name in rows if int(parent) == os.getpid() and name != "ps"}


@pytest.fixture(scope="session")
def _folder_of_settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings-of-the-user")


@pytest.fixture(scope="session")
def _empty_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder apart from that of settings, where programs keep caches that no repository should start with."""
    return tmp_path_factory.mktemp("template-of-git")


@pytest.fixture(autouse=True)
def _collector_sees_all() -> Iterator[None]:
    """Undo what a language server does for its own process: hypothesis asks the collector who refers to its generator.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_configuration_of_the_user(
    _folder_of_settings: Path, _empty_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the user's settings, keys and variables of a calling hook or workflow away from every test."""
    for name in [name for name in os.environ if name.startswith("SOPS_")]:
        monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(_folder_of_settings))
    for name in [name for name in os.environ if name.startswith("GIT_") and name != "GIT_SSL_CAINFO"]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    # Hundreds of repositories without the fourteen sample hooks that `git init` copies into each.
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(_empty_template))


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users of the machine may enter; pytest closes its own to them whenever another run begins."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a random name, and open to all above it
        Path(folder).chmod(0o755)
        mask = os.umask(0o022)
        yield Path(folder)
        os.umask(mask)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked data root that QAFILES_CORPUS names, as a folder or as a tar archive."""
    place = Path(os.environ.get("QAFILES_CORPUS", ""))
    if place.is_dir() and (place / "qafiles.yaml").is_file():
        return place
    if not place.is_file():
        pytest.skip("QAFILES_CORPUS names no data root and no archive of one")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(place) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.rglob("qafiles.yaml")).parent


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of npm packages that QAFILES_NODE_MODULES names."""
    folder = Path(os.environ.get("QAFILES_NODE_MODULES", _TOP / "node_modules"))
    if not folder.is_dir():
        pytest.skip("there are no npm packages in QAFILES_NODE_MODULES or in node_modules")
    return folder


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a skipped test; with several worker processes, this is called where they report to."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped, where QAFILES_NO_SKIPS=1 says that nothing may be missing."""
    if os.environ.get("QAFILES_NO_SKIPS") == "1" and _skipped and session.exitstatus in {0, 5}:
        session.exitstatus = 1
