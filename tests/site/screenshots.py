"""Pictures of the site of the example, as the README shows one.

python -m tests.site.screenshots DIR [--picture examples/site.png]
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Final, Literal

from qafiles.site import site
from tests.conftest import git
from tests.site.browser import chromium

_EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "acme-qa"
_PROJECT: Final = "organizations/acme/projects/todomvc"
_CASE: Final = f"{_PROJECT}/test_cases/persistence/todos-survive-a-reload"
_PAGES: Final = {
    "overview": "index.html",
    "project": f"{_PROJECT}/index.html",
    "test-case": f"{_CASE}.html",
    "report": "reports/coverage.html",
}
_SCREENS: Final[tuple[tuple[str, int, Literal["light", "dark"]], ...]] = (
    ("light", 1280, "light"),
    ("dark", 1280, "dark"),
    ("phone", 390, "light"),
)
_RECORDED: Final = (
    ("2026-10-05", "desktop-chrome"),
    ("2026-11-16", "iphone-15"),
    ("2026-11-18", "pixel-7"),
    ("2026-11-20", ""),
)


def repository(folder: Path) -> Path:
    """Make a repository of the example in which traversals were recorded day by day, and a test case was mended in the end."""
    shutil.copytree(_EXAMPLE, folder)
    case = folder / f"{_CASE}.yaml"
    text = case.read_text("utf-8")
    early = text.replace("tags: [persistence, smoke]", "tags: [persistence]")
    case.write_text(early.replace("Wait one second and reload", "Reload"), "utf-8")
    git(folder, "init", "-q")

    def commit(day: str, author: str, message: str, *paths: str) -> None:
        git(folder, "add", "-A", "--", *paths)
        when = {"GIT_AUTHOR_DATE": f"{day}T15:00:00Z", "GIT_COMMITTER_DATE": f"{day}T15:00:00Z"}
        git(folder, "commit", "-qm", message, GIT_AUTHOR_NAME=author, **when)  # type: ignore[arg-type]

    projects = "organizations/acme/projects"
    commit("2026-02-02", "Nora Lind", "People, browsers and settings", ".", f":!{projects}/*")
    for project, day, author in (
        ("swag-labs", "2026-03-09", "Priya Nair"),
        ("conduit", "2026-06-15", "Mei Tan"),
        ("todomvc", "2026-08-24", "Nora Lind"),
    ):
        commit(
            day,
            author,
            f"Test cases of {project}",
            f"{projects}/{project}",
            f":!{projects}/*/test_traversals/*",
        )
    for day, config in _RECORDED:
        title = f"Traversals on {config}" if config else "More traversals"
        commit(day, "Olu Adeyemi", title, f":(glob){projects}/*/test_traversals/**/{config}*")
    case.write_text(text, "utf-8")
    commit("2026-11-21", "Tomas Vesely", "Reloading waits for the storage")
    return folder


def main() -> None:
    """Make the site and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--picture", type=Path, help="also this one: the project, light, as much as fits a screen"
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        out = Path(name) / "site"
        site(repository(Path(name) / "data"), out)
        for screen, width, scheme in _SCREENS:
            context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
            page = context.new_page()
            for title, place in _PAGES.items():
                page.goto(f"file://{out}/{place}")
                page.screenshot(path=arguments.folder / f"{title}-{screen}.png", full_page=True)
            if arguments.picture is not None and screen == "light":
                page.goto(f"file://{out}/{_PAGES['project']}")
                page.screenshot(path=arguments.picture, clip={"x": 0, "y": 0, "width": 1280, "height": 830})
            context.close()


if __name__ == "__main__":
    main()
