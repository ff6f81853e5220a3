"""`requires:` of qafiles.yaml, and the version of the format: what another release is told, by every way in."""

import re
from collections.abc import Callable
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

import qafiles
from qafiles.__main__ import run
from qafiles.diff.comparison import diff
from qafiles.errors import DataRootError
from qafiles.loading import installed
from qafiles.loading.requirement import fits, specifier_of
from qafiles.models.text_patterns import SPECIFIER_PATTERN
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from qafiles.version import __version__
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_FUTURE = 'version: 2\nenvironment: {x: [y]}\nrequires: ">=9.1"\nfields: {nothing: known}\n'
_UNMET = "qafiles.yaml:3:11{of}: this data root requires qafiles >=9.1, and this is " + __version__ + "; "

_NUMBERS = st.integers(0, 12).map(str)
_VERSIONS = st.builds(
    "{}{}{}{}".format,
    st.lists(_NUMBERS, min_size=1, max_size=4).map(".".join),
    st.sampled_from(["", "", "a1", "b2", "rc0"]),
    st.sampled_from(["", "", ".post1"]),
    st.sampled_from(["", "", ".dev0", ".dev3"]),
)
_COMPARISONS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["~=", "==", "!=", "<=", ">=", "<", ">"]),
    st.sampled_from(["", " "]),
    _VERSIONS,
    st.sampled_from(["", "", ".*"]),
)
_SPECIFIERS = st.lists(_COMPARISONS, min_size=1, max_size=3).map(",".join)


@pytest.fixture
def future(tmp_path: Path) -> Path:
    """A repository whose only commit, index and working tree are of a release to come."""
    return committed(tmp_path, data_root({"qafiles.yaml": _FUTURE}))


def _other(specifier: str) -> str:
    return f"version: 1\nrequires: {specifier}\n"


@given(_SPECIFIERS, _VERSIONS)
def test_what_fits_is_what_the_packaging_library_says(specifier: str, version: str) -> None:
    if re.match(SPECIFIER_PATTERN, specifier):
        assert fits(specifier, version) == SpecifierSet(specifier).contains(version, prereleases=True)
    else:
        with pytest.raises(InvalidSpecifier):
            SpecifierSet(specifier)


@given(_VERSIONS, st.sampled_from(["", "+local.1"]))
def test_what_init_writes_is_met_by_the_release_that_writes_it_and_by_later_ones(
    version: str, local: str
) -> None:
    specifier = specifier_of(version + local)
    assert re.match(SPECIFIER_PATTERN, specifier)
    assert fits(specifier, version + local)
    assert fits(specifier, f"{Version(version).major + 1}.0")
    assert not fits(specifier, "0.0.dev0") or Version(version) <= Version("0.0.99")


@pytest.mark.parametrize(
    ("version", "specifier"),
    [
        ("0.2.0", ">=0.2"),
        ("1", ">=1.0"),
        ("1.12.3", ">=1.12"),
        ("0.3.0rc1+x", ">=0.3.0rc1"),
        ("0.3.dev4", ">=0.3.dev4"),
    ],
)
def test_a_new_data_root_requires_the_minor_version_that_made_it(version: str, specifier: str) -> None:
    assert specifier_of(version) == specifier


@pytest.mark.parametrize(
    ("choice", "of"),
    [
        ({}, ""),
        ({"rev": "HEAD"}, " of commit {commit}"),
        ({"staged": True}, ""),
        ({"since": "HEAD"}, ""),
        ({"merge": "HEAD"}, " of commit {commit}"),
    ],
)
def test_a_requirement_that_is_not_met_is_all_that_is_told(
    choice: dict[str, Any], of: str, future: Path
) -> None:
    with pytest.raises(DataRootError) as raised:
        qafiles.validate(future, **choice)
    commit = git(future, "rev-parse", "HEAD").strip()[:10]
    assert str(raised.value).startswith(_UNMET.format(of=of.format(commit=commit)))
    assert (raised.value.exit_code, raised.value.span) == (3, (3, 11, 3, 18))


def test_the_revision_that_is_compared_with_is_to_be_readable_too(future: Path) -> None:
    write(future, {"qafiles.yaml": _other(f"'=={__version__}'")})
    commit = git(future, "rev-parse", "HEAD").strip()[:10]
    assert qafiles.validate(future) == ()
    with pytest.raises(DataRootError, match=f"of commit {commit}: this data root requires"):
        qafiles.validate(future, since="HEAD")
    with pytest.raises(DataRootError, match=f"of commit {commit}: this data root requires"):
        diff(open_source(future, rev="HEAD"), open_source(future))
    assert qafiles.load(future).by_id


_COMMANDS = (
    "validate",
    "validate --staged",
    "validate --rev HEAD",
    "validate --since HEAD",
    "validate --merge HEAD",
    "fmt --check",
    "fix --dry-run",
    "list tag",
    "show ada",
    "refs ada",
    "log ada",
    "log ada@HEAD",
    "blame ada",
    "diff",
    "diff HEAD..HEAD",
    "report inventory",
    "report activity",
    "site -o ../site",
    "new user bob name=Bob",
    "set ada name=X",
    "mv ada bob",
    "rm ada",
    "restore ada@HEAD",
    "secret list",
    "secret check",
    "secret recipients",
    "secret sync",
    "init --ci github",
)


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_stops_with_what_to_install(
    command: str, future: Path, qafiles_command: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = qafiles_command(future, *command.split())
    assert (code, out) == (3, "")
    assert "this data root requires qafiles >=9.1, and this is " + __version__ in err
    assert len(err.splitlines()) == 1
    assert git(future, "status", "--porcelain") == ""


@pytest.fixture
def qafiles_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """A function that runs a command in a folder and returns its exit code, stdout and stderr."""

    def call(folder: Path, *arguments: str) -> tuple[int, str, str]:
        code = run(["-C", str(folder), *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize(
    ("written", "code", "column", "hint"),
    [
        ("0.2", "QF203", 11, "write a comparison in quotes, as in '>=0.2'"),
        ("['>=0.2']", "QF203", 11, "write a comparison in quotes, as in '>=0.2'"),
        (
            "",
            "QF203",
            1,
            "give it a value (text that begins with `#` needs quotes), or delete the key if it is optional",
        ),
        ("'0.2'", "QF204", 11, "write '>=0.2'"),
        ("^0.2", "QF204", 11, "write '>=0.2,<1'"),
        ("~0.2.1", "QF204", 11, "write '>=0.2.1,<0.3'"),
        ("'>=0.1 <2'", "QF204", 11, "write '>=0.1,<2'"),
        ("=0.2", "QF204", 11, "write '==0.2'"),
        ("latest", "QF204", 11, "write it like '>=0.2'"),
        ("'>=9999999999'", "QF204", 11, "write it like '>=0.2'"),
        ("~=1", "QF204", 11, "write it like '>=0.2'"),
        (">=0.2", "QF117", 11, "write '>=0.2'"),
        (">0.2 # soon", "QF117", 11, "write '>0.2'"),
    ],
)
def test_a_malformed_requirement_is_a_finding_at_its_place(
    written: str, code: str, column: int, hint: str
) -> None:
    (found,) = qafiles.validate(MemorySource(data_root({"qafiles.yaml": _other(written)})))
    assert (found.code, found.line, found.column, found.hint) == (code, 2, column, hint)
    assert found.path == "qafiles.yaml"


_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("recorded", "advice"),
    [
        (None, "install one of these versions: `pip install --upgrade 'qafiles>=9,<10'`"),
        ("[]", "get one of these versions from where this one came"),
        (
            '{"url": "https://me:pw@example.com/q", "vcs_info": {"vcs": "git", "commit_id": "'
            + _COMMIT
            + '"}}',
            "install one of these versions: `pip install 'qafiles @ git+https://example.com/q@COMMIT'`, where COMMIT is a tag or commit of it",
        ),
        (
            '{"url": "file:///src/q%20a", "dir_info": {}}',
            "install one of these versions: check it out in '/src/q a', then `pip install '/src/q a'`",
        ),
        ('{"url": "https://example.com/q.whl"}', "install one of these versions from where this one came"),
    ],
)
def test_how_to_install_another_version_follows_from_where_this_one_came(
    recorded: str | None, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "qafiles-0.1.0.dist-info", {"METADATA": "Name: qafiles\nVersion: 0.1.0\n"})
    if recorded is not None:
        write(folder, {"direct_url.json": recorded})
    monkeypatch.setattr(installed, "distribution", lambda _: PathDistribution(folder))
    assert installed.how_to_get(">= 9, <10") == advice
