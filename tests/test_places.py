"""The places of many paths: those that each has alone, whatever lies before it."""

from hypothesis import given
from hypothesis import strategies as st

from qafiles.layout import Place, classify
from qafiles.loading.places import places

PARTS = st.sampled_from(
    (
        *("organizations", "users", "browser_configs", "projects", "tags", "test_cases", "test_traversals"),
        *("secret_values", "acme", "shop", ".hidden", "", "organization.yaml", "project.yaml", "a.yaml"),
        *("b.yaml", ".yaml", "c.yml", "logo.png", "suite"),
    )
)
BEGINNINGS = st.sampled_from(
    (
        *("", "users/", "browser_configs/", "organizations/acme/projects/shop/", "organizations/acme/"),
        *("organizations/acme/projects/shop/test_cases/", "organizations/acme/projects/shop/tags/"),
    )
)
PATHS = st.builds(
    lambda beginning, parts: beginning + "/".join(parts), BEGINNINGS, st.lists(PARTS, min_size=1, max_size=7)
)


@given(paths=st.lists(PATHS, max_size=12), is_sorted=st.booleans())
def test_a_path_among_others_has_the_place_that_it_has_alone(paths: list[str], *, is_sorted: bool) -> None:
    listed = sorted(paths) if is_sorted else paths
    assert [*places(listed)] == [*map(classify, listed)]


def test_files_of_one_folder_of_a_kind_and_of_its_suites_have_their_own_handles() -> None:
    folder = "organizations/acme/projects/shop/test_cases"
    paths = [f"{folder}/a.yaml", f"{folder}/b.yaml", f"{folder}/pay/card.yaml", f"{folder}/pay/x/y.yaml"]
    handles = ["acme/shop/a", "acme/shop/b", "acme/shop/pay/card", "acme/shop/pay/x/y"]
    assert [*places(paths)] == [Place("test_case", handle) for handle in handles]
