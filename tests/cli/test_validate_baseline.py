"""What a baseline may hide: that of the revision compared with, and never what anybody who reads the files can use."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.cli.test_validate_against import _CASE, _DANGLING
from tests.conftest import git, write

_FILE = "organizations/acme/projects/shop/secret_values/PASSWORD.yaml"
_CLEAR = (
    "id: v4j7t1xkq0ahw2z8r5m9nc3b\nproject_id: z9y8x7w6v5u4t3s2r1q0p9o8\nsecret_name: PASSWORD\n"
    "created_at: '2026-01-01T00:00:00Z'\nupdated_at: '2026-01-01T00:00:00Z'\nversion: 1\nsecret_value: hunter2-hunter2\n"
)
_CREDENTIAL = "id: tz4a98xxat96iws9zmbrgj3a\ntest_description: 'Sign in, password: c0rrect-horse-battery'\nurl_route: /in\n"
_IN = "organizations/acme/projects/shop/test_cases/in.yaml"


@pytest.fixture
def repository(root: Path) -> Path:
    """The small data root, committed."""
    git(root, "init", "-q")
    _commit(root)
    return root


def _commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "more")


def _codes(text: str) -> list[str]:
    return [line.split(" ")[1] for line in text.splitlines()]


@pytest.mark.parametrize("option", ["--since", "--merge"])
def test_a_branch_brings_no_baseline_of_its_own(option: str, repository: Path, qafiles: Qafiles) -> None:
    git(repository, "checkout", "-qb", "branch")
    write(repository, {_CASE: _DANGLING})
    qafiles("validate", "--write-baseline", "known.json")
    _commit(repository)
    assert qafiles("validate", "--baseline", "known.json").code == 0
    result = qafiles("validate", option, "main", "--baseline", "known.json", "--format", "concise")
    assert (result.code, _codes(result.out)) == (1, ["QF401"])
    assert "main holds no known.json" in result.err


@pytest.mark.parametrize("option", ["--since", "--merge"])
def test_the_baseline_of_the_revision_compared_with_counts(
    option: str, repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {_CASE: _DANGLING})
    qafiles("validate", "--write-baseline", "known.json")
    git(repository, "add", "known.json")
    git(repository, "commit", "-qm", "known")
    git(repository, "checkout", "-qb", "branch")
    _commit(repository)
    (repository / "known.json").write_text("what the branch says does not count")
    _commit(repository)
    result = qafiles("validate", option, "main", "--baseline", "known.json")
    assert (result.code, result.err) == (0, "1 finding not reported: in the baseline known.json\n")


def test_a_link_to_a_baseline_elsewhere_is_no_way_around(
    repository: Path, qafiles: Qafiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write(repository, {_CASE: _DANGLING})
    other = tmp_path_factory.mktemp("other")
    qafiles("validate", "--write-baseline", other / "known.json")
    assert qafiles("validate", "--since", "HEAD", "--baseline", other / "known.json").code == 0
    (repository / "known.json").symlink_to(other / "known.json")
    assert qafiles("validate", "--since", "HEAD", "--baseline", "known.json").code == 1
    _commit(repository)
    result = qafiles("validate", "--since", "HEAD", "--baseline", "known.json")
    assert (result.code, result.out) == (2, "")
    assert "known.json as of HEAD is no file; name the baseline itself" in result.err


def test_credentials_in_the_files_are_never_hidden(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {_FILE: _CLEAR, _IN: _CREDENTIAL})
    found = json.loads(qafiles("validate", "--format", "json").out)["diagnostics"]
    assert {"QF501", "QF502"} <= {item["code"] for item in found}
    all_of_them = {
        item["fingerprint"]: {"finding": "x", "reason": "y", "until": "9999-12-31"} for item in found
    }
    write(repository, {"known.json": json.dumps({"version": 1, "findings": all_of_them})})
    result = qafiles("validate", "--baseline", "known.json", "--format", "concise")
    assert (result.code, sorted({*_codes(result.out)})) == (1, ["QF501", "QF502"])
    assert "is never hidden: whoever can read the files can read the value" in result.err
    written = qafiles("validate", "--write-baseline", "new.json", "--format", "concise")
    assert written.code == 1
    assert sorted({*_codes(written.out)}) == ["QF501", "QF502"]
    entries = json.loads((repository / "new.json").read_text())["findings"].values()
    assert {"QF201"} == {text.split(" ")[1] for text in entries} & {"QF201", "QF501", "QF502"}
    assert "not written: a baseline never hides" in written.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("a text", 'needs a "reason" and an "until"'),
        ({"finding": "a text", "reason": "changed at its source"}, 'needs a "reason" and an "until"'),
        ({"finding": "a text", "reason": " ", "until": "9999-12-31"}, 'needs a "reason" and an "until"'),
        ({"finding": "a text", "reason": "changed", "until": "2026-01-01"}, "was hidden until 2026-01-01"),
        ({"finding": "a text", "reason": "changed", "until": "9999-12-31"}, None),
    ],
)
def test_what_a_commit_holds_is_hidden_for_a_reason_and_until_a_day(
    entry: object, words: str | None, repository: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    git(repository, "tag", "base")
    write(repository, {_FILE: _CLEAR})
    _commit(repository)
    found = _of_commits(qafiles)
    (repository / _FILE).unlink()
    _commit(repository)
    found += _of_commits(qafiles)
    known = tmp_path.parent / f"{tmp_path.name}.json"
    known.write_text(json.dumps({"version": 1, "findings": dict.fromkeys(found, entry)}))
    result = qafiles("validate", "--since", "base", "--baseline", known)
    assert result.code == (0 if words is None else 1)
    assert (words or "1 finding not reported") in result.err
    git(repository, "checkout", "-q", "HEAD~", "--", _FILE)
    result = qafiles("validate", "--since", "base", "--baseline", known, "--select", "QF506")
    assert result.code == 1, "the value stands in the files again"


def _of_commits(qafiles: Qafiles) -> list[str]:
    found = json.loads(qafiles("validate", "--since", "base", "--format", "json").out)["diagnostics"]
    return [item["fingerprint"] for item in found if item["code"] == "QF506"]


def test_writing_a_baseline_asks_for_reasons_and_keeps_them(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "tag", "base")
    write(repository, {_FILE: _CLEAR})
    _commit(repository)
    (repository / _FILE).unlink()
    _commit(repository)
    result = qafiles("validate", "--since", "base", "--write-baseline", "known.json")
    assert 'once known.json gives it a "reason" and an "until"' in result.err
    data = json.loads((repository / "known.json").read_text())
    (entry,) = data["findings"].values()
    assert (entry["reason"], entry["until"]) == ("", "")
    entry |= {"reason": "changed at its source", "until": "9999-12-31"}
    write(repository, {"known.json": json.dumps(data)})
    qafiles("validate", "--since", "base", "--write-baseline", "known.json")
    assert json.loads((repository / "known.json").read_text()) == data


@pytest.mark.parametrize(
    "entry",
    [1, [], {"finding": 1}, {"finding": "x", "until": "soon"}, {"finding": "x", "untill": "2026-01-01"}],
)
def test_an_entry_that_is_none_is_refused(entry: object, repository: Path, qafiles: Qafiles) -> None:
    write(repository, {"known.json": json.dumps({"version": 1, "findings": {"0123456789abcdef": entry}})})
    result = qafiles("validate", "--baseline", "known.json")
    assert (result.code, result.out) == (2, "")
    assert "0123456789abcdef" in result.err
