"""What the page about fields shows is what the program takes."""

import qafiles
from qafiles.kinds import KIND_FACTS
from qafiles.manual import page
from tests.manual.documents import blocks

_SHOP = "organizations/acme/projects/shop"


def test_the_three_fields_that_the_page_begins_with_make_a_test_case() -> None:
    text = next(block.text for block in blocks(page("fields")) if block.language == "yaml")
    files = {
        "qafiles.yaml": "version: 1\n",
        "organizations/acme/organization.yaml": f"id: {'b' * 23}1\nname: Acme\n",
        f"{_SHOP}/project.yaml": f"id: {'b' * 23}2\nname: Shop\ndefault_url_route: https://shop.example.com\n",
        f"{_SHOP}/test_cases/guest-order.yaml": text,
    }
    assert qafiles.load(qafiles.MemorySource(files)).diagnostics == ()
    for field in ("id", "test_description", "url_route"):
        without = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(field))
        files[f"{_SHOP}/test_cases/guest-order.yaml"] = without
        assert {finding.severity for finding in qafiles.load(qafiles.MemorySource(files)).diagnostics} == {
            "error"
        }


def test_every_kind_has_a_section() -> None:
    for facts in KIND_FACTS.values():
        assert f"\n## {facts.label[0].upper()}{facts.label[1:]}\n" in page("fields")
