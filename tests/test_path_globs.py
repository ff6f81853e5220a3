import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.rules.path_globs import matches
from tests.hang import no_hang


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("users/*.yaml", "users/ada.yaml", True),
        ("users/*.yaml", "users/team/ada.yaml", False),
        ("**/*.yaml", "users/team/ada.yaml", True),
        ("**/*.yaml", "ada.yaml", True),
        ("organizations/**", "organizations/acme/organization.yaml", True),
        ("organizations/", "organizations/acme/organization.yaml", True),
        ("organizations/**/tags/*", "organizations/acme/projects/shop/tags/smoke.yaml", True),
        ("organizations/**/tags/*", "organizations/acme/projects/shop/documents/smoke.yaml", False),
        ("a/**/b/**/c", "a/b/x/b/c/c", True),
        ("/users/ada.yaml", "users/ada.yaml", True),
        ("users", "users/ada.yaml", False),
        ("users/a?a.yaml", "users/ada.yaml", True),
        ("users/[ab]da.yaml", "users/ada.yaml", True),
        ("Users/*", "users/ada.yaml", False),
        ("", "users/ada.yaml", False),
    ],
)
def test_globs_match_as_in_gitignore(glob: str, path: str, expected: bool) -> None:  # noqa: FBT001  # a table's column
    assert matches(glob, path) is expected


def test_a_hostile_glob_takes_no_time() -> None:
    with no_hang():
        assert not matches("*a" * 40 + "/" + "**/a/" * 40 + "b", "a" * 2000 + "/a" * 1000)


_PART = st.text("abc_", min_size=1, max_size=4)
_PATH = st.lists(_PART, min_size=1, max_size=5).map("/".join)


@given(_PATH)
def test_a_path_matches_itself_and_two_stars(path: str) -> None:
    assert matches(path, path)
    assert matches("**", path)


@given(_PATH, _PATH)
def test_a_path_below_a_folder_matches_the_folder_and_two_stars(folder: str, rest: str) -> None:
    assert matches(f"{folder}/**", f"{folder}/{rest}")
