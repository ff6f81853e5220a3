import sys
from pathlib import Path

import grimp
import pytest

from qafiles.cache.programs import _BESIDE, _texts
from qafiles.site.inputs import _PAGES

_PACKAGE = Path(sys.modules["qafiles"].__file__ or "").parent


def test_no_verdict_depends_on_a_folder_that_does_not_count() -> None:
    graph = grimp.build_graph("qafiles", cache_dir=None)
    reached = graph.find_upstream_modules("qafiles.validation", as_package=True)
    assert {name.split(".")[1] for name in reached if "." in name}.isdisjoint(_BESIDE)


@pytest.mark.parametrize("name", ["rules/rule.py", "scaffold/companion_files/pre-receive", "kinds.py"])
def test_every_file_of_what_counts_is_read(name: str) -> None:
    assert str(_PACKAGE / name) in _texts(str(_PACKAGE))


@pytest.mark.parametrize(
    "name", ["site/build.py", "site/templates/entity.html", "pages/style.css", "manual/site.md"]
)
def test_pages_depend_on_what_makes_them(name: str) -> None:
    folder = name.partition("/")[0]
    assert folder in _PAGES
    assert str(_PACKAGE / name) in _texts(str(_PACKAGE / folder))
