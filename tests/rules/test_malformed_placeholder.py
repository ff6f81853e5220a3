import pytest

from qafiles import validate
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

CASE = "organizations/acme/projects/shop/test_cases/open.yaml"


def hints(text: str, *secrets: str) -> list[str | None]:
    files = data_root(
        {
            CASE: f"id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: |\n  Type {text} here\n",
            **{f"organizations/acme/projects/shop/secret_values/{name}.yaml": "" for name in secrets},
        }
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
    assert hints(text, "X_1") == ["write `{{ secret.X_1 }}`"]
    assert hints(text) == []
    assert hints(text, "ADMIN_PASSWORD") == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("{{ secrets.ADMIN_PASWORD }}", "ADMIN_PASSWORD"),
        ("${ADMINPASSWORD}", "ADMIN_PASSWORD"),
        ("{{ secret.admin-password }}", "ADMIN_PASSWORD"),
        ("{{ secret.X.Y }}", "X_Y"),
        ("%API_KEYS%", "API_KEY"),
    ],
)
def test_a_name_that_is_nearly_that_of_a_secret_means_it(text: str, secret: str) -> None:
    assert hints(text, secret, "OTHER") == [f"write `{{{{ secret.{secret} }}}}`"]


@pytest.mark.parametrize(
    "text",
    [
        "%APPDATA%",
        "%TEMP%",
        "${PATH}",
        "${XDG_SESSION_TYPE}",
        "${VERSION}",
        "{{ env.HOME }}",
        "{{ secret. }}",
    ],
)
def test_variables_of_shells_and_windows_are_text(text: str) -> None:
    assert hints(text, "ADMIN_PASSWORD", "APP_DATE", "SESSION") == []


def test_a_secret_of_another_project_is_out_of_reach() -> None:
    files = data_root(
        {
            CASE: "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: Type ${TOKEN}\n",
            "organizations/acme/projects/blog/secret_values/TOKEN.yaml": "",
        }
    )
    assert "QF410" not in [found.code for found in validate(MemorySource(files))]


@pytest.mark.parametrize("text", ["{{ user }}", "100%", "50% or 60%", "${x}", "<b>X</b>", "$X", "{ secret }"])
def test_other_text_is_left_alone(text: str) -> None:
    assert hints(text, "X", "SECRET") == []
