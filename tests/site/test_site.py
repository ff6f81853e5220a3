import json
import os
import re
import shutil
from pathlib import Path

import pytest
from markupsafe import escape

from qafiles.errors import UsageError
from qafiles.history import entity_log, history_of
from qafiles.layout import LABELS
from qafiles.manual import TOPICS, title
from qafiles.reports import make_report
from qafiles.site import site
from qafiles.site.output import MANIFEST
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.conftest import git, write
from tests.rules.data_root import data_root
from tests.site.html import Page, broken_links, is_outside, pages

_CASE = "organizations/acme/projects/todomvc/test_cases/persistence/todos-survive-a-reload"


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a site but its lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".qafiles-site.lock"
    }


def test_every_link_and_anchor_leads_somewhere(example_site: Path) -> None:
    found = pages(example_site)
    assert len(found) > 200
    assert broken_links(example_site, found) == []


@pytest.mark.slow
def test_every_page_can_be_reached_from_the_overview(example_site: Path) -> None:
    found = pages(example_site)
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in found:
            continue
        seen.add(name)
        here = Path(name).parent
        waiting += [
            os.path.normpath(here / address.partition("#")[0])
            for address in found[name].addresses
            if not is_outside(address)
        ]
    assert seen == set(found)


@pytest.mark.slow
def test_every_page_is_whole(example_site: Path) -> None:
    for name, page in pages(example_site).items():
        policies = [
            values["content"]
            for values in page.of("meta")
            if values.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1, name
        assert policies[0].startswith(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
        ), name
        assert "unsafe" not in policies[0], name
        assert len(page.of("h1")) == len(page.of("main")) == 1, name
        assert "title" in [tag for tag, _ in page.elements[:9]], name
        assert len(page.ids) == len(set(page.ids)), name
        assert page.of("html")[0]["lang"] == "en", name
        assert not any(
            attribute.startswith("on") or attribute == "style"
            for _, values in page.elements
            for attribute in values
        ), name


@pytest.mark.slow
def test_every_entity_has_a_page_with_its_references_both_ways(example: Path, example_site: Path) -> None:
    snapshot = load(example)
    found = pages(example_site)
    page_of = {path: path.removesuffix(".yaml") + ".html" for path in snapshot.files} | {
        file.path: str(Path(file.path).parent / "index.html")
        for kind in ("organization", "project")
        for file in snapshot.of_kind(kind)
    }
    assert set(page_of.values()) <= set(found)
    for link in snapshot.links:
        assert link.target is not None
        if "project" in {link.source.kind, link.target.kind} or "organization" in {
            link.source.kind,
            link.target.kind,
        }:
            continue
        for here, there in ((link.source, link.target), (link.target, link.source)):
            folder = Path(page_of[here.path]).parent
            targets = {os.path.normpath(folder / address) for address in found[page_of[here.path]].addresses}
            assert page_of[there.path] in targets, (here.path, there.path)


def test_a_test_case_shows_its_text_its_facts_and_its_history(example: Path, example_site: Path) -> None:
    page = Page((example_site / f"{_CASE}.html").read_text("utf-8"))
    log = entity_log(history_of(open_source(example)), "ls2jq7o8qrns49ksailyjtad")
    for text in (
        "Todos survive a reload",
        "Wait one second and reload.",
        "Without the second of patience",
        "ls2jq7o8qrns49ksailyjtad",
        "2026-03-04",
        *(f"{', '.join(entry.what).capitalize()} by Ada in {entry.commit.name[:10]}" for entry in log),
        "+ smoke",
    ):
        assert text in page.text, text
    assert "https://todomvc.com/examples/knockoutjs/" in page.addresses


def test_figures_are_those_of_list(example: Path, example_site: Path) -> None:
    snapshot = load(example)
    overview = (example_site / "index.html").read_text("utf-8")
    labels = {
        "test_case": "Test cases",
        "document": "Documents",
        "test_traversal": "Traversals",
        "tag": "Tags",
    }
    for kind, label in labels.items():
        assert f"<dt>{label}</dt><dd>{len(snapshot.of_kind(kind))}</dd>" in overview
    for project in snapshot.of_kind("project"):
        folder = example_site / Path(project.path).parent
        cases = [file for file in snapshot.of_kind("test_case") if file.project == project.handle]
        listing = Page((folder / "test_cases/index.html").read_text("utf-8"))
        assert f"{len(cases)} test cases" in listing.text
        assert len(listing.of("tr")) == len(cases) + 1


def test_the_search_knows_every_entity(example: Path, example_site: Path) -> None:
    script = (example_site / "assets/search-data.js").read_text("utf-8")
    labels, _, rest = script.removeprefix("globalThis.qafilesSearch = {labels: ").partition(", names: ")
    assert json.loads(labels) == {kind: label.capitalize() for kind, label in LABELS.items()}
    names, _, rows = rest.partition(", rows: ")
    found = json.loads(rows.removesuffix("};\n"))
    kinds = json.loads(names)
    assert sorted((kinds[row[1]], row[2]) for row in found) == sorted(
        (file.kind, file.handle) for file in load(example).files.values()
    )
    assert all((example_site / row[3]).is_file() for row in found)


@pytest.mark.slow
def test_the_same_commit_gives_the_same_bytes(example: Path, tmp_path: Path) -> None:
    site(example, tmp_path / "one", rev="HEAD")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", example, clone)
    site(clone, tmp_path / "two", rev="HEAD")
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one == two


@pytest.mark.slow
def test_a_second_run_writes_nothing(example: Path, tmp_path: Path) -> None:
    first = site(example, tmp_path / "out")
    assert (first.written, first.removed) == (first.files, 0)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}
    again = site(example, tmp_path / "out")
    assert (again.files, again.written, again.removed) == (first.files, 0, 0)
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}


@pytest.mark.slow
def test_after_one_commit_only_the_pages_that_it_concerns_are_written(example: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(example, data)
    site(data, out)
    before = contents(out)
    case = data / f"{_CASE}.yaml"
    case.write_text(case.read_text("utf-8").replace("at most twice a second", "once a second"), "utf-8")
    git(data, "commit", "-qam", "Slower")
    done = site(data, out)
    after = contents(out)
    changed = {name for name in after if after[name] != before.get(name)}
    assert done.written == len(changed)
    assert f"{_CASE}.html" in changed
    assert {name for name in changed if name.startswith("organizations/")} <= {
        f"{_CASE}.html",
        "organizations/acme/projects/todomvc/index.html",
        "organizations/acme/projects/todomvc/test_cases/index.html",
        "organizations/acme/projects/todomvc/test_cases/persistence/index.html",
    }


@pytest.mark.slow
def test_pages_of_what_is_gone_are_removed_and_foreign_files_stay(example: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(example, data)
    site(data, out)
    (out / "CNAME").write_text("qa.example.com", "utf-8")
    (out / "users" / "mine.html").write_text("mine", "utf-8")
    shutil.rmtree(data / "organizations/acme/projects/conduit")
    done = site(data, out)
    assert done.removed > 20
    assert not (out / "organizations/acme/projects/conduit").exists()
    assert (out / "CNAME").read_text("utf-8") == "qa.example.com"
    assert (out / "users" / "mine.html").read_text("utf-8") == "mine"
    assert broken_links(out, pages(out)) == []
    shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
    site(data, tmp_path / "fresh")
    own = {name: data for name, data in contents(out).items() if name not in {"CNAME", "users/mine.html"}}
    assert own == contents(tmp_path / "fresh")


@pytest.mark.slow
def test_a_revision_is_shown_as_it_was(example: Path, tmp_path: Path) -> None:
    site(example, tmp_path / "out", rev="HEAD~1")
    page = Page((tmp_path / "out" / f"{_CASE}.html").read_text("utf-8"))
    assert "2026-03-04" not in page.text
    assert "../../tags/smoke.html" not in page.addresses


def test_without_git_there_is_a_site_without_history(tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        {
            "qafiles.yaml": "version: 1\n",
            "organizations/a/organization.yaml": "id: so2vsgecf081kubmv1wb0sal\nname: A\nrole: guest\n",
        },
    )
    site(data, tmp_path / "out")
    assert "History: " in (tmp_path / "out/index.html").read_text("utf-8")
    assert broken_links(tmp_path / "out", pages(tmp_path / "out")) == []


@pytest.mark.slow
def test_an_empty_data_root_has_a_site(tmp_path: Path) -> None:
    site(MemorySource({"qafiles.yaml": b"version: 1\n"}), tmp_path / "out")
    assert broken_links(tmp_path / "out", pages(tmp_path / "out")) == []


@pytest.mark.parametrize("place", ["organizations/site", "users", ".git/site", "."])
def test_a_folder_among_the_data_is_refused(example: Path, tmp_path: Path, place: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(example, data)
    before = git(data, "status", "--porcelain")
    with pytest.raises(UsageError):
        site(data, data / place)
    assert git(data, "status", "--porcelain") == before


@pytest.mark.slow
def test_a_folder_beside_the_data_does_not_disturb_it(example: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(example, data)
    site(data, data / "public")
    assert load(data).diagnostics == ()
    assert site(data, data / "public").written == 0


@pytest.mark.slow
def test_files_that_are_in_the_way_are_not_touched(example: Path, tmp_path: Path) -> None:
    write(tmp_path / "out", {"thesis.txt": "years of work"})
    with pytest.raises(UsageError, match="holds files that are not of a site"):
        site(example, tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    site(example, tmp_path / "out", rev="HEAD~1")
    manifest = tmp_path / "out" / MANIFEST
    held = json.loads(manifest.read_text("utf-8"))
    held["files"].remove("search.html")
    manifest.write_text(json.dumps(held), "utf-8")
    (tmp_path / "out" / "search.html").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is in the way"):
        site(example, tmp_path / "out")
    assert (tmp_path / "out" / "search.html").read_text("utf-8") == "mine"


@pytest.mark.slow
def test_a_hostile_manifest_removes_nothing_outside(example: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    site(example, out)
    write(tmp_path, {"outside.html": "keep", "elsewhere/x.html": "keep"})
    (out / "link").symlink_to(tmp_path / "elsewhere")
    manifest = out / MANIFEST
    held = json.loads(manifest.read_text("utf-8"))
    held["files"] += [
        "../outside.html",
        str(tmp_path / "outside.html"),
        "link/x.html",
        "a/../../outside.html",
        7,
        "",
    ]
    manifest.write_text(json.dumps(held), "utf-8")
    site(example, out)
    assert (tmp_path / "outside.html").exists()
    assert (tmp_path / "elsewhere/x.html").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": 2, "files": []}', "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass")],
)
def test_a_damaged_manifest_is_told(example: Path, tmp_path: Path, text: str | bytes) -> None:
    write(tmp_path / "out", {MANIFEST: text})
    with pytest.raises(UsageError, match="is damaged"):
        site(example, tmp_path / "out")


@pytest.mark.slow
def test_a_site_and_the_reports_count_alike(tmp_path: Path) -> None:
    project = "organizations/acme/projects/shop"
    document = "id: d2cp7rav4wo9ey1bug6sh3di\nname: Opening\ntest_case_id: open\ncontent: How it opens\n"
    data = write(tmp_path / "data", data_root({f"{project}/documents/opening.yaml": document}))
    git(data, "init", "-q", "-b", "main")
    git(data, "add", "-A")
    git(data, "commit", "-qm", "first")
    git(data, "checkout", "-qb", "side")
    write(
        data, {f"{project}/tags/smoke.yaml": data_root()[f"{project}/tags/smoke.yaml"].replace("teal", "red")}
    )
    git(data, "commit", "-qam", "on a side")
    git(data, "checkout", "-q", "main")
    write(data, {"users/ada.yaml": data_root()["users/ada.yaml"].replace("Lovelace", "Byron")})
    git(data, "commit", "-qam", "in the middle")
    git(data, "merge", "-q", "--no-edit", "side")
    site(data, tmp_path / "site")
    shown = (tmp_path / "site" / project / "index.html").read_text("utf-8")
    without = {figure.name: figure.value for figure in make_report("coverage", data).figures}
    assert without["without_document"] == 0
    assert "<dt>without a document</dt><dd>0</dd>" in shown
    listed = Page((tmp_path / "site" / project / "test_cases/index.html").read_text("utf-8"))
    assert any(address.endswith("documents/opening.html") for address in listed.addresses)
    commits = {figure.name: figure.value for figure in make_report("activity", data).figures}["commits"]
    overview = (tmp_path / "site/index.html").read_text("utf-8")
    assert f"{commits} commits to entities" in overview


def test_a_report_page_leaves_out_columns_that_hold_nothing(tmp_path: Path) -> None:
    site(MemorySource(data_root()), tmp_path / "site")
    text = Page((tmp_path / "site/reports/traceability.html").read_text("utf-8")).text
    matrix = text.partition("Traceability matrix")[2].partition("From ")[0]
    assert "Gaps" in matrix
    assert "The start page opens" in matrix
    assert "Secrets" not in matrix


def test_every_page_of_the_manual_is_behind_help(example_site: Path) -> None:
    contents = (example_site / "help/index.html").read_text("utf-8")
    for topic in TOPICS:
        text = (example_site / f"help/{topic}.html").read_text("utf-8")
        assert f'href="../help/{topic}.html"' in contents
        assert f"<h1>{escape(title(topic))}</h1>" in text
        assert ".md" not in "".join(re.findall(r'href="(?!https:)[^"]*"', text))
        assert "<!-- " not in text.partition("<main")[2]
