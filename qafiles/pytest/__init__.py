"""The pytest plugin: `-p qafiles.pytest` names the test cases of tests, selects tests by them, and hands their data to tests.

Nothing but pytest is imported and nothing is read until an option or a fixture asks for it.
"""

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from qafiles.pytest.data import Case, Data

MARKER: Final = "qafiles"
"""The marker, and the property in JUnit and other reports, whose values are ids or handles of test cases."""

ONLY: Final = "qafiles_only"
"""The property of a test that says that no other has its test cases."""

_DATA: Final = pytest.StashKey["Data"]()
_NOTES: Final = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, which do nothing by themselves."""
    group = parser.getgroup("qafiles", "test cases of a qafiles data root")
    group.addoption(
        "--qafiles-select",
        metavar="FILE",
        help="Run the tests of the test cases that FILE names, one a line.",
    )
    group.addoption(
        "--qafiles-tag",
        metavar="TAG",
        action="append",
        default=[],
        help="Run the tests of the test cases with this tag; several times: with all of them.",
    )
    group.addoption(
        "--qafiles-changed",
        metavar="A..B",
        help="Run the tests of the test cases that a change of the data concerns, as `qafiles impact` names them.",
    )
    group.addoption(
        "--qafiles-config",
        metavar="CONFIG",
        help="Run in this browser config: the tests of the test cases that list it, or none, and those of no test case.",
    )
    group.addoption(
        "--qafiles-env", metavar="NAME", help="The environment whose URLs `qafiles_case.url` has."
    )
    group.addoption(
        "--qafiles-list",
        metavar="FILE",
        help="Write the tests and the test cases that they name into FILE, for `qafiles validate --tests`.",
    )
    group.addoption(
        "--qafiles-root", metavar="DIR", help="The data root; by default the one that the tests lie in."
    )
    parser.addini("qafiles_root", "The data root, relative to pytest's rootdir.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and take the browser config that is asked for."""
    config.addinivalue_line(
        "markers", f"{MARKER}(handle, ..., only=False): the test cases that the test runs, by handle or id"
    )
    config.stash[_NOTES] = []
    if config.getoption("--qafiles-env") is not None:
        _data(config)  # so that a name which is none stops the run before a test
    if config.getoption("--qafiles-config") is not None:
        from qafiles.pytest.browser import BrowserFixtures  # noqa: PLC0415  # not without the option

        # Registered last: of two plugins' fixtures with one name, the later one is taken, with the other one as its base.
        config.pluginmanager.register(
            BrowserFixtures(config, _data(config), config.stash[_NOTES]), "qafiles-browser-config"
        )


def _data(config: pytest.Config) -> "Data":
    """Return the data root, which is loaded once."""
    if _DATA not in config.stash:
        from qafiles.pytest.data import opened  # noqa: PLC0415  # not without an option or a fixture

        config.stash[_DATA] = opened(config)
    return config.stash[_DATA]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name the test cases of each test in its properties, before a skip or a worker process, and select."""
    names = {item.nodeid: names_of(item) for item in items}
    for item in items:
        item.user_properties += [(kind, name) for name, kind in names[item.nodeid].items()]
    option = config.getoption
    if any(map(option, ("--qafiles-select", "--qafiles-tag", "--qafiles-changed", "--qafiles-config"))):
        from qafiles.pytest.selection import deselected  # noqa: PLC0415  # not without an option

        out = deselected(config, names, lambda: _data(config), config.stash[_NOTES])
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
        items[:] = [item for item in items if item.nodeid not in out]


def names_of(item: pytest.Item) -> dict[str, str]:
    """Return the ids and handles in the markers of a test, of its class and of its module, each with its property."""
    names: dict[str, str] = {}
    for mark in item.iter_markers(MARKER):
        only = mark.kwargs.get("only", False)
        known = mark.kwargs.keys() <= {"only"} and isinstance(only, bool)
        if (
            not known
            or not mark.args
            or not all(isinstance(name, str) and name.strip() for name in mark.args)
        ):
            raise pytest.UsageError(
                f"{item.nodeid}: `@pytest.mark.{MARKER}` takes handles or ids of test cases, such as "
                f'`@pytest.mark.{MARKER}("checkout/pay-by-card")`, and `only=True` where no other test has them'
            )
        for name in mark.args:
            names[name.strip()] = ONLY if only else names.get(name.strip(), MARKER)
    return names


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write the list that is asked for; of several worker processes, which collect the same, the first does."""
    place = session.config.getoption("--qafiles-list")
    worker = getattr(session.config, "workerinput", {"workerid": "gw0"})["workerid"]
    if place is not None and worker == "gw0":
        from qafiles.pytest.listing import write_list  # noqa: PLC0415  # not without the option

        write_list(session, place, {item.nodeid: names_of(item) for item in session.items})


def pytest_terminal_summary(
    # Quoted, since pytest before 8.4 does not have the name.
    terminalreporter: "pytest.TerminalReporter",
    exitstatus: int,
    config: pytest.Config,
) -> None:
    """Say what the selection is made without."""
    del exitstatus
    for note in config.stash[_NOTES]:
        terminalreporter.write_line(f"qafiles: {note}", yellow=True)


@pytest.fixture
def qafiles_cases(request: pytest.FixtureRequest) -> "tuple[Case, ...]":
    """The test cases of the test, with their fields and URLs."""
    return _data(request.config).cases(names_of(request.node))


@pytest.fixture
def qafiles_case(qafiles_cases: "tuple[Case, ...]") -> "Case":
    """The test case of the test, with its fields and its URL; a test that names none, or several, fails."""
    if len(qafiles_cases) != 1:
        pytest.fail(
            f"the test names {len(qafiles_cases)} test cases; `qafiles_cases` has them all", pytrace=False
        )
    return qafiles_cases[0]
