from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from qafiles.edits.plan import planned
from qafiles.edits.proposal import Proposal
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.rm import remove
from qafiles.errors import EditRefusedError
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources.data_root import open_source
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_PROJECT = "organizations/acme/projects/shop"
_SETTINGS = """\
version: 1
environments:
  staging:
    secret_suffix: _STAGING
    shared: [TOKEN]   # public
    default_url_route:
      "acme/shop": https://staging.example.com  # ours
"""


@pytest.fixture
def before(tmp_path: Path) -> Snapshot:
    """A data root with an environment, and secrets that it means and shares."""
    return written(tmp_path, "{{ secret.ADMIN }} and {{ secret.TOKEN }}")


def written(folder: Path, text: str) -> Snapshot:
    """Return the checked snapshot of a folder in which a test case uses secrets."""
    names = {"ADMIN": "a1", "ADMIN_STAGING": "a2", "TOKEN": "a3"}
    texts = data_root(
        {
            SETTINGS_FILE: _SETTINGS,
            ".sops.yaml": SOPS_CONFIG,
            f"{_PROJECT}/test_cases/sign-in.yaml": (
                f"id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /login\ntest_description: Use {text}\n"
            ),
            **{
                f"{_PROJECT}/secret_values/{name}.yaml": sealed(name, id_=f"ux5q1gpzr2kh0jmz8w3vcd{end}")
                for name, end in names.items()
            },
        }
    )
    for path, content in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return check(load(open_source(folder)))


def reseal(snapshot: Snapshot, file: EntityFile, _: str, changes: Mapping[str, str]) -> bytes | None:
    """Return the secret with another name, as if it had been encrypted anew."""
    content = snapshot.bytes_of(file.path)
    assert content is not None
    return content.replace(
        f"secret_name: {file.secret_name}".encode(), f"secret_name: {changes['secret_name']}".encode()
    )


def settings_after(proposal: Proposal, before: Snapshot) -> Any:
    content = planned(before, proposal).after.bytes_of(SETTINGS_FILE)
    assert content is not None
    return yaml.safe_load(content)["environments"]["staging"]


@pytest.mark.parametrize(("name", "new"), [("acme/shop", "acme/store"), ("organization:acme", "umbrella")])
def test_the_urls_of_environments_follow_a_moved_project_and_keep_their_comments(
    before: Snapshot, name: str, new: str
) -> None:
    content = planned(before, move(before, name, new, lambda *_: None)).after.bytes_of(SETTINGS_FILE)
    project = new if "/" in new else f"{new}/shop"
    assert content == _SETTINGS.replace("acme/shop", project).encode()


def test_with_a_secret_go_those_that_environments_mean_by_it(before: Snapshot) -> None:
    plan = planned(before, move(before, "acme/shop/ADMIN", "ROOT", reseal))
    assert {Path(path).stem for path in plan.proposal.moves} == {"ROOT", "ROOT_STAGING"}
    assert not [item for item in plan.after.diagnostics if item.severity == "error"]


def test_a_shared_secret_keeps_being_shared_under_its_new_name(before: Snapshot) -> None:
    assert settings_after(move(before, "acme/shop/TOKEN", "KEY", reseal), before)["shared"] == ["KEY"]


def test_what_an_environment_names_stops_a_removal_until_it_goes_with_it(before: Snapshot) -> None:
    with pytest.raises(EditRefusedError):
        planned(before, remove(before, "acme/shop/ADMIN_STAGING"))
    after = settings_after(remove(before, "acme/shop", "cascade"), before)
    assert after == {"secret_suffix": "_STAGING"}


def test_a_removal_says_which_secret_of_an_environment_stays(tmp_path: Path) -> None:
    proposal = remove(written(tmp_path, "{{ secret.TOKEN }}"), "acme/shop/ADMIN")
    assert proposal.notes == (
        "acme/shop/ADMIN_STAGING stays, which an environment meant by it: `qafiles rm` takes it, too",
    )
