"""Results of tests land at the test cases and browser configs that the tests name."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles import MemorySource, load
from qafiles.errors import UsageError
from qafiles.loading.loader import load as load_source
from qafiles.results.faulty_links import LinkFaults
from qafiles.results.joined import Joined
from qafiles.results.joining import join
from qafiles.results.read import read_result_file
from qafiles.results.result import Link, ResultFile, SourcePlace, TestResult
from tests.conftest import git, samples, write
from tests.results.root import BANK, IDS, SHOP, TAG_ID, files, junit, playwright, snapshot, written

ADD, OPEN, REMOVE = IDS["acme/shop/cart/add"], IDS["acme/shop/open"], IDS["acme/shop/cart/remove"]
SNAPSHOT = snapshot()


def run(*tests: TestResult, digest: str = "", path: str = "run.xml") -> ResultFile:
    return ResultFile(path, "junit", tests, digest=digest)


def linked(value: str, by: str = "qafiles", key: str | None = None, *, outcome: str = "passed") -> TestResult:
    return TestResult("t", outcome, links=(Link(value, by, key),))  # type: ignore[arg-type]


def outcomes(joined: Joined) -> dict[str, dict[str, str | None]]:
    """Return the outcomes that there are, by handles of test case and browser config, which may be empty."""
    return {
        joined.snapshot.files[path].handle: {
            cell.config.handle if cell.config else "": cell.outcome for cell in cells
        }
        for path, cells in joined.ran.items()
    }


@pytest.mark.parametrize(
    ("link", "handle"),
    [
        (Link(ADD, "qafiles"), "acme/shop/cart/add"),
        (Link("acme/shop/cart/add", "qafiles"), "acme/shop/cart/add"),
        (Link("test_case:acme/shop/cart/add", "qafiles"), "acme/shop/cart/add"),
        (Link("cart/remove", "qafiles"), "acme/shop/cart/remove"),
        (Link(ADD, "tag"), "acme/shop/cart/add"),
        (Link("acme/bank/pay", "tag"), "acme/bank/pay"),
        (Link("testrail:C7", "key", "test_id"), "acme/shop/cart/remove"),
        (Link("C7", "key", "testrail_case_id"), "acme/shop/cart/remove"),
        (Link("7", "key", "testrail_case_id"), "acme/shop/cart/remove"),
        (Link("C7", "key", "xray"), "acme/bank/pay"),
    ],
)
def test_a_test_names_its_test_case(link: Link, handle: str) -> None:
    joined = join(SNAPSHOT, [run(TestResult("t", "passed", links=(link,)))])
    assert (outcomes(joined), joined.links) == ({handle: {"": "passed"}}, ())


@pytest.mark.parametrize(
    ("link", "message", "hint"),
    [
        (Link("acme/shop/cart/ad", "qafiles"), "no test case is called `acme/shop/cart/ad`", "did you mean `acme/shop/cart/add`?"),
        (Link("zz9zz9zz9zz9zz9zz9zz9zz9", "tag"), "no entity has the id `zz9zz9zz9zz9zz9zz9zz9zz9`", "lists them"),
        (Link(TAG_ID, "qafiles"), f"`{TAG_ID}` is the tag `acme/shop/smoke`, and no test case", "name a test case"),
        (Link("acme/shop/smoke", "qafiles"), "`acme/shop/smoke` is the tag `acme/shop/smoke`", "name a test case"),
        (Link("C9", "key", "test_id"), "no test case has the key `C9`, which `test_id` says", "x-source"),
        (Link("cart/add", "qafiles"), "`cart/add` is `acme/bank/cart/add` (testrail:C1) and `acme/shop/cart/add` (testrail:C1)", "organization and project"),
        (Link("C1", "key", "test_id"), "`test_id` `C1` is `acme/bank/cart/add` (testrail:C1) and", "--project or --tool"),
        (Link("ope", "qafiles"), "no test case is called `ope`", "did you mean `acme/shop/open`?"),
        (Link("Open", "qafiles"), "no test case is called `Open`", "did you mean `acme/shop/open`?"),
        (Link("qa/organizations/acme/projects/shop/test_cases/open.yaml", "qafiles"), "no test case", "did you mean `acme/shop/open`?"),
    ],
)  # fmt: skip
def test_a_link_that_names_no_one_test_case_says_why(link: Link, message: str, hint: str) -> None:
    joined = join(SNAPSHOT, [run(TestResult("t", "passed", links=(link,)))])
    problems = [faulty.problem for faulty in joined.links]
    faults = LinkFaults(SNAPSHOT, problems)
    assert [message in faults.message(problem) for problem in problems] == [True], faults.message(problems[0])
    assert hint in faults.hint(problems[0])
    assert (joined.ran, joined.unlinked) == ({}, ())


@pytest.mark.parametrize(
    ("options", "handle"),
    [
        ({"projects": ("bank",), "tools": ()}, "acme/bank/cart/add"),
        ({"projects": ("acme/shop",), "tools": ()}, "acme/shop/cart/add"),
    ],
)
def test_a_project_decides_on_a_key_and_on_a_handle_without_its_project(
    options: dict[str, tuple[str, ...]], handle: str
) -> None:
    for test in (linked("C1", "key", "test_id"), linked("cart/add")):
        assert outcomes(join(SNAPSHOT, [run(test)], **options)) == {handle: {"": "passed"}}


def test_a_tool_decides_on_a_key() -> None:
    joined = join(SNAPSHOT, [run(linked("C7", "key", "test_id"))], tools=["Xray"])
    assert outcomes(joined) == {"acme/bank/pay": {"": "passed"}}


def test_a_tag_and_an_annotation_that_say_the_same_are_one_problem_where_the_annotation_stands() -> None:
    annotation = Link("no/such", "qafiles", None, SourcePlace("a.spec.ts", 3))
    for links in ((Link("no/such", "tag"), annotation), (annotation, Link("no/such", "tag"))):
        joined = join(SNAPSHOT, [run(TestResult("t", "passed", links=links))])
        assert [faulty.problem.link for faulty in joined.links] == [annotation]


def test_a_tool_that_no_key_is_of_is_refused() -> None:
    with pytest.raises(UsageError, match=r"of the tool `xrai`; did you mean `xray`\?"):
        join(SNAPSHOT, [], tools=["xrai"])


def test_a_plain_tag_counts_where_it_is_a_key_of_a_test_case() -> None:
    tests = [TestResult("t", "failed", tags=("smoke", "C7", "slow"))]
    joined = join(SNAPSHOT, [run(*tests)], tools=["testrail"])
    assert outcomes(joined) == {"acme/shop/cart/remove": {"": "failed"}}
    ambiguous = join(SNAPSHOT, [run(*tests)])
    assert [faulty.problem.fault for faulty in ambiguous.links] == ["ambiguous"]
    other = join(SNAPSHOT, [run(TestResult("t", "failed", tags=("C99", "smoke")))])
    assert (len(other.unlinked), other.links) == (1, ())


def test_id_beats_handle_beats_key_and_a_disagreement_is_said() -> None:
    links = (Link("C7", "key", "testrail_case_id"), Link("acme/bank/pay", "qafiles"), Link(ADD, "tag"))
    joined = join(SNAPSHOT, [run(TestResult("t", "passed", links=links))])
    assert outcomes(joined) == {"acme/shop/cart/add": {"": "passed"}}
    problems = [faulty.problem for faulty in joined.links]
    assert [(p.fault, p.link.value) for p in problems] == [
        ("disagreement", "C7"),
        ("disagreement", "acme/bank/pay"),
    ]
    assert "`acme/shop/cart/add` (testrail:C1) counts" in LinkFaults(SNAPSHOT, problems).message(problems[1])


def test_links_that_agree_are_no_problem_and_a_key_beside_an_id_may_be_that_of_nothing() -> None:
    links = (
        Link(ADD, "qafiles"),
        Link("acme/shop/cart/add", "qafiles"),
        Link("C1", "key", "test_id"),
        Link("PROJ-77", "key", "xray"),
    )
    joined = join(SNAPSHOT, [run(TestResult("t", "passed", links=links))])
    assert (outcomes(joined), joined.links) == ({"acme/shop/cart/add": {"": "passed"}}, ())


def test_an_id_that_is_no_more_is_said_though_a_handle_beside_it_counts() -> None:
    links = (Link("zz9zz9zz9zz9zz9zz9zz9zz9", "qafiles"), Link("acme/bank/pay", "qafiles"))
    joined = join(SNAPSHOT, [run(TestResult("t", "passed", links=links))])
    assert outcomes(joined) == {"acme/bank/pay": {"": "passed"}}
    assert [faulty.problem.fault for faulty in joined.links] == ["unknown"]


def test_one_test_may_be_of_several_test_cases() -> None:
    links = (Link(ADD, "qafiles"), Link(OPEN, "qafiles"))
    joined = join(SNAPSHOT, [run(TestResult("t", "flaky", links=links))])
    assert outcomes(joined) == {"acme/shop/cart/add": {"": "flaky"}, "acme/shop/open": {"": "flaky"}}
    assert joined.tests == 1


def test_of_several_tests_the_worst_outcome_counts_and_numbers_add_up() -> None:
    order = ("skipped", "passed", "flaky", "failed")
    for number in range(1, 5):
        tests = [
            linked(ADD, outcome=outcome)._replace(duration=0.5, attempts=2) for outcome in order[:number]
        ]
        (cell,) = join(SNAPSHOT, [run(*tests)]).ran[f"{SHOP}/test_cases/cart/add.yaml"]
        assert (cell.outcome, cell.tests, cell.attempts) == (order[number - 1], number, 2 * number)
        assert cell.duration == 0.5 * number


def test_the_first_failure_of_the_worst_outcome_is_shown() -> None:
    tests = [
        linked(ADD, outcome="flaky")._replace(failure="of the flaky one"),
        linked(ADD, outcome="failed")._replace(failure=""),
        linked(ADD, outcome="failed")._replace(failure="first"),
        linked(ADD, outcome="failed")._replace(failure="second"),
    ]
    (cell,) = join(SNAPSHOT, [run(*tests)]).ran[f"{SHOP}/test_cases/cart/add.yaml"]
    assert cell.failure == "first"


def test_a_file_that_is_given_twice_counts_once_and_shards_add_up() -> None:
    test = linked(ADD)
    joined = join(
        SNAPSHOT, [run(test, digest="a"), run(test, digest="a", path="copy.xml"), run(test, digest="b")]
    )
    (cell,) = joined.ran[f"{SHOP}/test_cases/cart/add.yaml"]
    assert (cell.tests, joined.tests) == (2, 2)
    assert [file.repeats for file in joined.files] == [None, "run.xml", None]


def test_a_test_that_is_listed_and_did_not_run_has_no_outcome() -> None:
    joined = join(SNAPSHOT, [run(linked(ADD)._replace(outcome=None))])
    (cell,) = joined.ran[f"{SHOP}/test_cases/cart/add.yaml"]
    assert (cell.outcome, cell.tests, cell.listed) == (None, 0, 1)
    assert joined.outcome(SNAPSHOT.find("acme/shop/cart/add")) is None


def test_the_cells_of_a_test_case_begin_with_the_browser_configs_that_it_lists() -> None:
    tests = [
        linked(ADD)._replace(config="phone", config_by="project"),
        linked(ADD)._replace(config="chromium", config_by="project"),
        linked(OPEN)._replace(config="phone", config_by="property"),
        linked(OPEN)._replace(config="h4dy9cn2btm7rz5jx3w8qk1v", config_by="property"),
    ]
    joined = join(SNAPSHOT, [run(*tests)])
    add, opened = SNAPSHOT.find("acme/shop/cart/add"), SNAPSHOT.find("acme/shop/open")

    def shown(file: object) -> list[tuple[str, str | None, bool]]:
        return [
            (cell.config.handle if cell.config else "", cell.outcome, cell.asked)
            for cell in joined.cells(file)  # type: ignore[arg-type]
        ]

    assert shown(add) == [("desktop", None, True), ("phone", "passed", True), ("", "passed", False)]
    assert shown(opened) == [("desktop", "passed", True), ("phone", "passed", False)]
    assert shown(SNAPSHOT.find("acme/bank/pay")) == [("", None, False)]
    assert [config.handle for config in joined.uncovered(add)] == ["desktop"]
    assert joined.unknown_configs == {("chromium", False): 1}


def test_the_only_traversal_of_a_test_case_and_browser_config_is_named() -> None:
    add = SNAPSHOT.find("acme/shop/cart/add")
    cells = join(SNAPSHOT, []).cells(add)
    assert [cell.traversal.handle if cell.traversal else None for cell in cells] == [
        "acme/shop/add-desktop",
        None,
    ]
    second = {
        f"{SHOP}/test_traversals/again.yaml": (
            "id: t2cp7rav4wo9ey1bug6sh3de\ntest_case_id: cart/add\nbrowser_config_id: desktop\n"
        )
    }
    both = snapshot(second)
    assert [cell.traversal for cell in join(both, []).cells(both.find("acme/shop/cart/add"))] == [None, None]


def test_git_tells_what_became_of_a_test_case_that_a_test_names(tmp_path: Path) -> None:
    write(tmp_path, files())
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "begin")
    git(tmp_path, "mv", f"{SHOP}/test_cases/cart/add.yaml", f"{SHOP}/test_cases/cart/put-in.yaml")
    git(tmp_path, "rm", "-q", f"{BANK}/test_cases/pay.yaml")
    git(tmp_path, "commit", "-qm", "rename")
    commit = git(tmp_path, "rev-parse", "HEAD")[:10]
    now = load(tmp_path)
    values = ("acme/shop/cart/add", IDS["acme/bank/pay"], "pay")
    problems = [faulty.problem for faulty in join(now, [run(*map(linked, values))]).links]
    faults = LinkFaults(now, problems)
    who = f"in {commit} by Ada on 2026-01-02"
    assert [faults.hint(problem) for problem in problems] == [
        f"test case `acme/shop/cart/add` was renamed to `acme/shop/cart/put-in` {who}; write `{ADD}`",
        f"test case `acme/bank/pay` was deleted {who}; delete the link, or restore the file",
        f"test case `acme/bank/pay` was deleted {who}; delete the link, or restore the file",
    ]


CONFIGS = ("desktop", "phone", "")
_RUN = st.tuples(
    st.sampled_from(sorted(IDS)),
    st.sampled_from(CONFIGS),
    st.sampled_from(("failed", "flaky", "passed", "skipped")),
    st.sampled_from(("id", "handle", "tag")),
    st.sampled_from(("junit", "playwright")),
)


@pytest.mark.slow
@settings(max_examples=samples(2000, 60), deadline=None)
@given(st.lists(_RUN, max_size=25))
def test_the_matrix_is_that_of_the_outcomes_of_which_files_are_made(
    tmp_path_factory: pytest.TempPathFactory, tests: list[tuple[str, str, str, str, str]]
) -> None:
    severity = ["skipped", "passed", "flaky", "failed"]
    expected: dict[str, dict[str, str]] = defaultdict(dict)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    written_tests: dict[str, list[dict[str, str]]] = {"junit": [], "playwright": []}
    for number, (handle, config, outcome, by, kind) in enumerate(tests):
        name, value = f"test {number}", handle if by == "handle" else IDS[handle]
        test = {"name": name, "outcome": outcome}
        if by == "tag" and kind == "playwright":
            test["tag"] = f"qa:{value}"
        elif by == "tag":
            test["name"] = f"{name} @qa:{value}"
        else:
            test["qafiles"] = value
        if config:
            test["project" if kind == "playwright" else "browser_config"] = config
        written_tests[kind].append(test)
        before = expected[handle].get(config, "skipped")
        expected[handle][config] = max(before, outcome, key=severity.index)
        counts[handle, config] += 1
    folder = tmp_path_factory.mktemp("run")
    paths = written(
        folder,
        run_xml=junit(*written_tests["junit"]),
        run_json=playwright(*written_tests["playwright"]),
    )
    joined = join(SNAPSHOT, [read_result_file(path) for path in paths])
    assert joined.problems == ()
    assert outcomes(joined) == expected
    assert (joined.links, joined.unlinked) == ((), ())
    for path, cells in joined.ran.items():
        for cell in cells:
            where = (SNAPSHOT.files[path].handle, cell.config.handle if cell.config else "")
            assert cell.tests == counts[where]


def test_a_join_leaves_the_links_of_other_files_alone_which_would_fill_the_memory() -> None:
    data = load_source(MemorySource(files()))
    joined = join(data, [run(linked("acme/shop/cart/add"))])
    assert outcomes(joined) == {"acme/shop/cart/add": {"": "passed"}}
    assert "links" not in vars(data)
    assert "_of_others" not in vars(data)


@pytest.mark.parametrize(
    ("format_", "named", "message"),
    [
        ("junit", {"qafiles": " "}, "`qafiles` is empty, and names no test case"),
        ("junit", {"qafiles_only": ", ,"}, "`qafiles_only` is empty, and names no test case"),
        ("junit", {"test_id": ""}, "`test_id` is empty, and names no test case"),
        ("playwright", {"qafiles": ""}, "`qafiles` is empty, and names no test case"),
        ("playwright", {"tag": "@qa:"}, "`qa:` is empty, and names no test case"),
        ("playwright", {"name": "opens (@qa:)"}, "`qa:` is empty, and names no test case"),
    ],
)
def test_a_test_that_names_an_empty_test_case_is_told(
    tmp_path: Path, format_: str, named: dict[str, str], message: str
) -> None:
    test = {"name": "t", "outcome": "passed", **named}
    text = junit(test) if format_ == "junit" else playwright(test)
    joined = join(SNAPSHOT, map(read_result_file, written(tmp_path, run_x=text)))
    assert joined.unlinked == ()
    faults = LinkFaults(SNAPSHOT, [faulty.problem for faulty in joined.links])
    assert [faults.message(faulty.problem) for faulty in joined.links] == [message]
    assert faults.hint(joined.links[0].problem) == "write the id or the handle of a test case, or delete it"
