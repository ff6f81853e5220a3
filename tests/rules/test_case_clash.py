from qafiles import validate
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root


def test_a_logo_clashes_with_another_and_files_that_are_not_ours_do_not() -> None:
    files = data_root(
        {
            "organizations/acme/logo.png": "",
            "organizations/acme/Logo.png": "",
            "docs/readme.md": "",
            "docs/README.md": "",
        }
    )
    (found,) = validate(MemorySource(files))
    assert (found.code, found.path) == ("QF304", "organizations/acme/logo.png")
    assert "organizations/acme/Logo.png" in found.message
