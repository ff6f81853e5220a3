import pytest

from qafiles import validate
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

CASE = "organizations/acme/projects/shop/test_cases/open.yaml"


def hints(text: str) -> list[str | None]:
    files = data_root(
        {CASE: f"id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: |\n  Type {text} here\n"}
    )
    return [found.hint for found in validate(MemorySource(files)) if found.code == "QF410"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ Secret.X_1 }}",
        "{{ SECRET.X_1 }}",
        "{{ secret.X_1}",
        "{{ seceret.X_1 }}",
        "{{ secret.X_1 | upper }}",
        "{{ env.X_1 }}",
        "<secret>X_1</secret>",
        "${X_1}",
        "%X_1%",
        "{{ secret[X_1] }}",
        "{{secrets.x_1}}",
    ],
)
def test_forms_of_other_tools_and_slips_are_told_with_the_right_form(text: str) -> None:
    assert hints(text) == ["write `{{ secret.X_1 }}`"]


@pytest.mark.parametrize("text", ["{{ secret.X.Y }}", "{{ secret. }}"])
def test_without_a_name_that_can_be_told_the_hint_names_none(text: str) -> None:
    assert hints(text) == ["write `{{ secret.NAME }}`"]


@pytest.mark.parametrize("text", ["{{ user }}", "100%", "50% or 60%", "${x}", "<b>X</b>", "$X", "{ secret }"])
def test_other_text_is_left_alone(text: str) -> None:
    assert hints(text) == []
