import re
from pathlib import Path

import pytest

from qafiles.layout import PROJECT_FOLDERS
from qafiles.site import site
from tests.site.html import Page, broken_links, pages

pytestmark = [pytest.mark.slow, pytest.mark.corpus]


def test_the_site_of_a_large_data_root_is_whole(corpus: Path, tmp_path: Path) -> None:
    done = site(corpus, tmp_path / "out")
    found = pages(tmp_path / "out")
    assert done.files > len(found)
    assert broken_links(tmp_path / "out", found) == []
    entities = [
        path
        for top in ("users", "browser_configs", "organizations")
        for path in (corpus / top).rglob("*.yaml")
    ]
    assert len(found) >= len(entities)
    for project in corpus.glob("organizations/*/projects/*"):
        page = Page((tmp_path / "out" / project.relative_to(corpus) / "index.html").read_text("utf-8"))
        text = re.sub(r"\s+", " ", page.text)
        for folder, label in (
            ("test_cases", "Test cases"),
            ("documents", "Documents"),
            ("test_traversals", "Traversals"),
        ):
            assert folder in PROJECT_FOLDERS
            count = sum(1 for _ in (project / folder).rglob("*.yaml"))
            assert not count or f" {label}{count:,} " in text, (project.name, label)
    assert site(corpus, tmp_path / "out").written == 0
