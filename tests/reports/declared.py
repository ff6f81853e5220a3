"""The example with custom fields of every type, the values of which differ from file to file."""

import re
import shutil
from pathlib import Path

from tests.conftest import git

EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
USERS = ("jakob", "mei", "nora")

SETTINGS = """\
version: 1
fields:
  test_case:
    x-level: {enum: [severe, usual, slight], description: How bad it is when this fails}
    x-cost: {type: integer, minimum: 0}
    x-tester: {reference: user}
    x-testers: {type: array, items: {reference: user}}
    x-issues: {type: array, items: {type: string}}
    x-due: {type: string, format: date}
    x-link: {type: string, format: uri}
    x-auto: {type: boolean}
    x-weight: {type: number}
    x-stage: {type: object, properties: {name: {type: string}, since: {type: string, format: date}}}
  document:
    x-tester: {reference: user}
  project:
    x-size: {type: integer}
"""


def values(number: int) -> str:
    """Return the custom fields of the test case with a number; every fifth has none."""
    if number % 5 == 4:
        return ""
    one, two = USERS[number % 3], USERS[(number + 1) % 3]
    issues = f"[QA-{number}, '=1+{number}']" if number % 2 else f"[QA-{number}]"
    return (
        f"x-level: {'severe' if number % 3 else 'usual'}\n"
        f"x-cost: {number}\n"
        f"x-tester: {one}\n"
        f"x-testers: [{two}, {one}]\n"
        f"x-issues: {issues}\n"
        f"x-due: '2026-0{number % 9 + 1}-15'\n"
        f"x-link: https://issues.example.com/{number}\n"
        f"x-auto: {'true' if number % 2 else 'false'}\n"
        f"x-weight: {number / 4}\n"
        f"x-stage: {{name: s{number % 2}, since: '2026-02-0{number % 9 + 1}'}}\n"
        f"x-source: {{tool: testrail, key: C{number}, url: 'https://rail.example.com/C{number}'}}\n"
    )


def declared_root(folder: Path) -> Path:
    """Return the example in a folder with custom fields, committed once without values and once with them."""
    shutil.copytree(EXAMPLE, folder)
    (folder / "qafiles.yaml").write_text(SETTINGS)
    git(folder, "init", "-q")
    commit(folder, "begin", "2026-01-05T09:00:00Z")
    for number, case in enumerate(sorted(folder.glob("organizations/**/test_cases/**/*.yaml"))):
        _append(case, values(number))
    for document in sorted(folder.glob("organizations/**/documents/**/*.yaml"))[::2]:
        _append(document, "x-tester: mei\n")
    for project in folder.glob("organizations/*/projects/*/project.yaml"):
        _append(project, "x-size: 3\n")
    commit(folder, "fields", "2026-02-05T09:00:00Z")
    return folder


def _append(place: Path, text: str) -> None:
    own = re.sub(r"^x-source:.*\n(?: .*\n)*", "", place.read_text().rstrip("\n") + "\n", flags=re.MULTILINE)
    place.write_text(own + text)


def commit(folder: Path, subject: str, when: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", subject, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
