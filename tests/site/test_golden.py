import os
import re
from pathlib import Path

import pytest

_EXPECTED = Path(__file__).parent / "expected"
_PROJECT = "organizations/acme/projects/todomvc"
_COMMIT = re.compile(r"(?<=>)[0-9a-f]{10}(?=<)")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("overview", "index.html"),
        ("organization", "organizations/acme/index.html"),
        ("project", f"{_PROJECT}/index.html"),
        ("suite", f"{_PROJECT}/test_cases/persistence/index.html"),
        ("test-case", f"{_PROJECT}/test_cases/persistence/todos-survive-a-reload.html"),
        ("document", f"{_PROJECT}/documents/filters-and-routing.html"),
        ("browser-config", "browser_configs/desktop-chrome.html"),
        ("report", "reports/inventory.html"),
        ("search", "search.html"),
    ],
)
def test_a_page_is_as_expected(example_site: Path, name: str, page: str) -> None:
    text = _COMMIT.sub("COMMIT", (example_site / page).read_text("utf-8"))
    expected = _EXPECTED / f"{name}.html"
    if os.environ.get("QAFILES_UPDATE") == "1":
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8"), "QAFILES_UPDATE=1 writes the new page, for `git diff` to show"
