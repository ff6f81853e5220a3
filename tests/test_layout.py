import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import (
    ENTITY_FOLDERS,
    KINDS,
    Misplaced,
    Place,
    classify,
    is_id,
    misspelled_folder,
    name_problem,
    organization_of,
    path_for,
    project_of,
)

_PROJECT = "organizations/acme/projects/shop"
_FOLDERS = ", ".join(f"{facts.folder}/" for facts in KIND_FACTS.values() if facts.within == "project")
_BESIDE_PROJECTS = ", ".join(
    f"{facts.folder}/"
    for kind, facts in KIND_FACTS.items()
    if facts.within == "organization" and kind != "project"
)


def test_the_folders_of_projects_and_organizations_are_those_of_the_design() -> None:
    known = ["test_cases/", "documents/", "tags/", "secret_values/", "test_traversals/"]
    assert [folder for folder in _FOLDERS.split(", ") if folder in known] == known
    assert "members/" in _BESIDE_PROJECTS.split(", ")


@pytest.mark.parametrize(
    ("path", "kind", "handle"),
    [
        ("users/ada.yaml", "user", "ada"),
        ("browser_configs/desktop-chrome.yaml", "browser_config", "desktop-chrome"),
        ("organizations/acme/organization.yaml", "organization", "acme"),
        ("organizations/acme/members/ada.yaml", "member", "acme/ada"),
        (f"{_PROJECT}/project.yaml", "project", "acme/shop"),
        (f"{_PROJECT}/documents/pricing.yaml", "document", "acme/shop/pricing"),
        (f"{_PROJECT}/documents/a/b/pricing.yaml", "document", "acme/shop/a/b/pricing"),
        (f"{_PROJECT}/tags/smoke.yaml", "tag", "acme/shop/smoke"),
        (f"{_PROJECT}/test_cases/checkout/pay-by-card.yaml", "test_case", "acme/shop/checkout/pay-by-card"),
        (f"{_PROJECT}/test_traversals/checkout/run.1.yaml", "test_traversal", "acme/shop/checkout/run.1"),
        (f"{_PROJECT}/secret_values/ADMIN.yaml", "secret_value", "acme/shop/ADMIN"),
    ],
)
def test_the_path_says_the_kind_and_the_handle(path: str, kind: Kind, handle: str) -> None:
    assert classify(path) == Place(kind, handle)
    assert path_for(kind, handle) == path


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("users/team/ada.yaml", "users/ has no sub-folders: move it to `users/ada.yaml`"),
        ("users/ada.yml", "rename it to `ada.yaml`"),
        ("users/ada.YAML", "rename it to `ada.yaml`"),
        (
            "organizations/acme.yaml",
            "an organization is a folder: move it to `organizations/acme/organization.yaml`",
        ),
        (
            "organizations/acme/project/shop/project.yaml",
            "did you mean `organizations/acme/projects/shop/project.yaml`?",
        ),
        (
            "organizations/acme/notes.yaml",
            f"`organizations/acme/` holds organization.yaml, {_BESIDE_PROJECTS} and projects/",
        ),
        (
            "organizations/acme/tags/smoke.yaml",
            "tags/ belongs to a project: move it to `organizations/acme/projects/<project>/tags/smoke.yaml`",
        ),
        (
            "organizations/acme/members/team/ada.yaml",
            "members/ has no sub-folders: move it to `organizations/acme/members/ada.yaml`",
        ),
        (
            "organizations/acme/projects/shop.yaml",
            "a project is a folder: move it to `organizations/acme/projects/shop/project.yaml`",
        ),
        (
            f"{_PROJECT}/pay.yaml",
            f"move it into one of {_FOLDERS} under `organizations/acme/projects/shop/`",
        ),
        (
            f"{_PROJECT}/test_case/pay.yaml",
            f"did you mean `{_PROJECT}/test_cases/pay.yaml`? A project has {_FOLDERS}",
        ),
        (
            f"{_PROJECT}/tags/a/smoke.yaml",
            f"tags/ has no sub-folders: move it to `{_PROJECT}/tags/smoke.yaml`",
        ),
    ],
)
def test_a_misplaced_file_is_told_the_nearest_legal_place(path: str, hint: str) -> None:
    assert classify(path) == Misplaced(hint)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "notes.yaml",
        ".github/workflows/ci.yaml",
        "organizations/acme/logo.png",
        "organizations/acme/.cache/x.yaml",
        "users/README.md",
        "docs/users/ada.yaml",
        "users",
    ],
)
def test_other_files_are_not_ours(path: str) -> None:
    assert classify(path) is None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("organisations/acme/x.yaml", ("organisations", "organizations")),
        ("user/ada.yaml", ("user", "users")),
        ("Users/ada.yaml", ("Users", "users")),
        ("browser-configs/x.yaml", ("browser-configs", "browser_configs")),
        ("users/ada.yaml", None),
        ("docs/x.yaml", None),
        ("users.yaml", None),
    ],
)
def test_a_folder_with_nearly_a_name_of_the_tree_is_noticed(path: str, found: tuple[str, str] | None) -> None:
    assert misspelled_folder(path) == found


@pytest.mark.parametrize(
    "name",
    [
        "",
        " a",
        "a b",
        ".a",
        "-a",
        "ä",
        "a/b",
        "a" * 101,
        "con",
        "NUL",
        "com1",
        "lpt9.x",
        "Aux.backup",
        "ph.d.",
        "a.",
        "a\n",
        "a\u0000",
    ],
)
def test_names_that_are_refused(name: str) -> None:
    assert name_problem(name) is not None


@pytest.mark.parametrize("name", ["a", "A-1_b.c", "0", "a" * 100, "console", "com10", "nullable"])
def test_names_that_are_allowed(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tz4a98xxat96iws9zmbrgj3a", True),
        ("cjld2cjxh0000qzrmn831i7rn", True),
        ("tz4a98xxat96iws9zmbrgj3", False),
        ("xjld2cjxh0000qzrmn831i7rn", False),
        ("4z4a98xxat96iws9zmbrgj3a", False),
        ("tz4a98xxat96iws9zmbrgj3A", False),
        ("tz4a98xxat96iws9zmbrgj3a\n", False),
    ],
)
def test_an_id_is_a_cuid2_or_a_cuid(text: str, expected: bool) -> None:  # noqa: FBT001  # a table's column
    assert is_id(text) is expected


_NAME = st.from_regex(re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", re.ASCII), fullmatch=True)


@st.composite
def _handles(draw: st.DrawFn) -> tuple[Kind, str]:
    kind = draw(st.sampled_from(KINDS))
    facts = KIND_FACTS[kind]
    low = {"root": 1, "organization": 2, "project": 3}[facts.within]
    high = 6 if facts.suites else low
    return kind, "/".join(draw(st.lists(_NAME, min_size=low, max_size=high)))


@given(_handles())
def test_classify_is_the_inverse_of_path_for(case: tuple[Kind, str]) -> None:
    kind, handle = case
    assert classify(path_for(kind, handle)) == Place(kind, handle)


@given(_handles())
def test_the_project_and_organization_of_a_handle_are_its_beginning(case: tuple[Kind, str]) -> None:
    kind, handle = case
    project, organization = project_of(kind, handle), organization_of(kind, handle)
    assert project is None or handle == project or handle.startswith(project + "/")
    assert organization is None or handle == organization or handle.startswith(organization + "/")
    assert (organization is None) == (KIND_FACTS[kind].within == "root" and kind != "organization")
    assert kind not in {"user", "browser_config"} or organization is None


@pytest.mark.parametrize(
    ("kind", "handle"),
    [("user", "a/b"), ("project", "a"), ("tag", "a/b/c/d"), ("tag", "a//c"), ("test_case", "a/b")],
)
def test_a_handle_with_the_wrong_number_of_parts_has_no_path(kind: Kind, handle: str) -> None:
    with pytest.raises(ValueError, match=r"handle|empty part"):
        path_for(kind, handle)


@given(st.text(max_size=60))
def test_any_path_is_classified(path: str) -> None:
    assert isinstance(classify(path), Place | Misplaced | None)


def test_the_hook_of_pre_commit_formats_the_entities_of_every_kind() -> None:
    place = Path(__file__).parents[1] / ".pre-commit-hooks.yaml"
    text = place.read_text(encoding="utf-8")
    if os.environ.get("QAFILES_UPDATE") == "1":
        folders = "|".join(ENTITY_FOLDERS)
        text = re.sub(r"(?<=\(\^\|/\)\()[a-z_|]+(?=\)/\.\*)", folders, text)
        place.write_text(text, encoding="utf-8")
    (pattern,) = (hook["files"] for hook in yaml.safe_load(text) if hook["id"] == "qafiles-fmt")
    examples = [path_for(kind, facts.example) for kind, facts in KIND_FACTS.items()]
    assert [path for path in examples if not re.search(pattern, path)] == [], (
        "QAFILES_UPDATE=1 adds the folder"
    )
    assert not re.search(pattern, "docs/notes.yaml")


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_a_handle_of_it(kind: Kind) -> None:
    place = Place(kind, KIND_FACTS[kind].example)
    assert classify(path_for(place.kind, place.handle)) == place


@pytest.mark.parametrize("kind", KINDS)
def test_free_sub_folders_are_in_projects_and_no_two_kinds_share_a_folder(kind: Kind) -> None:
    facts = KIND_FACTS[kind]
    assert facts.within == "project" or not facts.suites
    same = [
        other for other in KIND_FACTS.values() if (other.within, other.folder) == (facts.within, facts.folder)
    ]
    assert same == [facts]
