"""What rules say of themselves, scope and needs, is compared with what they do."""

import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from random import Random

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import load
from qafiles.rules import Rule, all_rules
from qafiles.rules.check import check
from qafiles.rules.rule import Group, Scope
from qafiles.schema.generated import schema_text
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import MemorySource, SourceEntry
from qafiles.sources.data_root import open_source
from qafiles.sources.overlay import OverlaySource
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root
from tests.rules.test_pages import files_of_example
from tests.sealed import SOPS_CONFIG, sealed

_EXAMPLES = Path(__file__).parents[2] / "examples"
_RULES = {rule.code: rule for rule in all_rules()}
_OF_ONE_STATE = [
    rule
    for rule in all_rules()
    if not (rule.check_changes or rule.check_commits or rule.of_access or rule.check_tests)
]
_SCOPES: tuple[Scope, ...] = ("file", "neighbours", "group", "whole")
_GROUPS: tuple[Group, ...] = ("folder", "kind", "project", "neighbourhood")
_ILLEGIBLE = b"\t: [}\n"
_SHOP = "organizations/acme/projects/shop"
_BLOG = "organizations/acme/projects/blog"
_OTHER = "organizations/other/projects/game"
_WIDE: dict[str, str | bytes] = {
    # Reported once, at the first file of the folder.
    f"{_SHOP}/test_cases/bad name/a.yaml": "id: w1aaaaaaaaaaaaaaaaaaaaaa\ntest_description: A\n",
    f"{_SHOP}/test_cases/bad name/b.yaml": "id: w2aaaaaaaaaaaaaaaaaaaaaa\ntest_description: B\n",
    "browser_config/a.yaml": "",
    "browser_config/b.yaml": "",
    # May use every tag, secret and browser config.
    f"{_SHOP}/test_cases/illegible.yaml": _ILLEGIBLE,
    "browser_configs/illegible.yaml": _ILLEGIBLE,
    f"{_OTHER}/secret_values/UNUSED.yaml": sealed(
        "UNUSED", id_="wb1aaaaaaaaaaaaaaaaaaaaa", project="w4aaaaaaaaaaaaaaaaaaaaaa"
    ),
    # The logo is no entity.
    "organizations/other/organization.yaml": "id: w3aaaaaaaaaaaaaaaaaaaaaa\nname: Other\nlogo: logo.png\n",
    "organizations/other/logo.png": "",
    # The project of a test case to which a traversal of another one refers.
    f"{_OTHER}/project.yaml": "id: w4aaaaaaaaaaaaaaaaaaaaaa\nname: G\ndefault_url_route: https://game.example\n",
    f"{_OTHER}/test_cases/play.yaml": "id: w5aaaaaaaaaaaaaaaaaaaaaa\ntest_description: P\nurl_route: /\n"
    "tags: [acme/shop/smokey]\n",
    f"{_SHOP}/test_traversals/play.yaml": (
        "id: w6aaaaaaaaaaaaaaaaaaaaaa\ntest_case_id: other/game/play\nbrowser_config_id: elsewhere\n"
    ),
    # A foreign key that entities of two kinds have.
    "users/from-elsewhere.yaml": "id: wc1aaaaaaaaaaaaaaaaaaaaa\nname: E\nx-source: {tool: other, key: E1}\n",
    "browser_configs/elsewhere.yaml": (
        "id: w7aaaaaaaaaaaaaaaaaaaaaa\nx-source: {tool: other, key: E1}\nbrowser_config:\n  allowed_domains: [elsewhere.example]\n"
    ),
    # A schema that is as it should be, beside an outdated one.
    ".qafiles/schemas/user.schema.json": schema_text("user", "7"),
    # An id of another kind, and a name that is nearly that of an organization.
    "users/same-id.yaml": "id: w5aaaaaaaaaaaaaaaaaaaaaa\nname: Same\n",
    "organizations/othr/projects/game/project.yaml": "id: w8aaaaaaaaaaaaaaaaaaaaaa\nname: Game\n",
    # Means a secret of each project that uses it.
    "browser_configs/shared.yaml": (
        "id: w9aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config:\n  user_agent: '{{ secret.QF307_DUPLICATE }} ${ADMIN}'\n"
    ),
    f"{_SHOP}/test_cases/shared.yaml": (
        "id: wa1aaaaaaaaaaaaaaaaaaaaa\nbrowser_configs: [w9aaaaaaaaaaaaaaaaaaaaaa]\n"
    ),
    f"{_BLOG}/test_cases/shared.yaml": "id: wa2aaaaaaaaaaaaaaaaaaaaa\nbrowser_configs: [shared]\n",
}


@dataclass(frozen=True)
class Root:
    """A data root with the findings of all rules, and how its files belong together."""

    snapshot: Snapshot

    @cached_property
    def paths(self) -> list[str]:
        """Every path but that of the settings, which concern everything."""
        return [path for path in self.snapshot.entries if path != SETTINGS_FILE]

    @cached_property
    def findings(self) -> Mapping[tuple[str, str], list[Diagnostic]]:
        """The findings by code and path, without fingerprints: these are numbered over all files."""
        found = defaultdict(list)
        for item in check(self.snapshot).diagnostics:
            found[item.code, item.path].append(item._replace(fingerprint=""))
        return found

    def of(self, rule: Rule, path: str) -> list[Diagnostic]:
        return self.findings.get((rule.code, path), [])

    @cached_property
    def neighbours(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        couples: list[tuple[EntityFile, EntityFile | None]] = [
            (source, target) for _, source, target in self.snapshot.links
        ]
        for file in self.snapshot.files.values():
            couples += [(file, owner) for owner in self.snapshot.place_of(file).values()]
            couples.append((file, self.snapshot.parent(file)))
        for one, other in couples:
            if other is not None:
                found[one.path].add(other.path)
                found[other.path].add(one.path)
        return found

    def concerning(self, path: str, scope: Scope, group: Group | None) -> set[str]:
        """Return the paths of the files that findings of such a rule at a path may depend on."""
        if scope == "whole":
            return {*self.snapshot.entries}
        found = {path, SETTINGS_FILE}
        if scope == "file":
            return found
        near = self.neighbours.get(path, set())
        found |= near
        file = self.snapshot.files.get(path)
        if group == "folder":
            found |= {other for other in self.paths if _folder(other) == _folder(path)}
        elif group == "neighbourhood":
            found |= {other for neighbour in near for other in self.neighbours[neighbour]}
        elif group == "kind" and file is not None:
            found |= {other.path for other in self.snapshot.of_kind(file.kind)}
        elif group == "project" and file is not None and file.project is not None:
            found |= {other.path for other in self.snapshot.files.values() if other.project == file.project}
        return found

    def counts(self, but: str) -> Counter[str]:
        """Return how many findings of each rule there are in all files but one."""
        return Counter(code for (code, path), found in self.findings.items() for _ in found if path != but)

    def limited_to(self, paths: set[str]) -> "Root":
        """Return a data root with these files alone."""
        entries = tuple(entry for path, entry in self.snapshot.entries.items() if path in paths)
        return Root(load(OverlaySource(self.snapshot.source, entries, {})))

    def changed(self, texts: Mapping[str, bytes | None]) -> "Root":
        """Return a data root with other texts in some files, new ones among them, and without those that are None."""
        buffers = {path: text for path, text in texts.items() if text is not None}
        kept = [entry for path, entry in self.snapshot.entries.items() if texts.get(path, b"") is not None]
        new = [SourceEntry(path) for path in buffers if path not in self.snapshot.entries]
        listed = tuple(sorted([*kept, *new]))
        return Root(load(OverlaySource(self.snapshot.source, listed, buffers)))

    def content(self, path: str) -> bytes:
        content = next(iter(self.snapshot.source.read([self.snapshot.entries[path]])))
        return content if isinstance(content, bytes) else b""


def _folder(path: str) -> list[str]:
    parts = path.casefold().split("/")
    return parts[: 2 if parts[0] == "organizations" else 1]


def _broken(folder: Path) -> Path:
    """Copy the broken example, with faults that can't be stored in git on every machine."""
    shutil.copytree(_EXAMPLES / "broken", folder, symlinks=True)
    os.mkfifo(folder / "users/qf101-unreadable-file.yaml")
    for number, name in enumerate(("qf304-case-clash", "QF304-Case-Clash")):
        write(folder, {f"browser_configs/{name}.yaml": f"id: {'ab'[number] * 24}\nbrowser_config: {{}}\n"})
    return folder


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The broken example, with what it has no need of to show each rule once."""
    return Root(load(open_source(write(_broken(tmp_path_factory.mktemp("scopes") / "wide"), _WIDE))))


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Root:
    folder = tmp_path_factory.mktemp("scopes") / "acme"
    shutil.copytree(_EXAMPLES / "acme-qa", folder, symlinks=True)
    return Root(load(open_source(folder)))


def _alone(root: Root, paths: Iterable[str], scopes: set[tuple[Scope, Group | None]]) -> list[str]:
    """Return where rules say something else of a file when only the files are there that their scope names."""
    wrong = []
    for path in paths:
        for scope, group in scopes:
            rules = [rule for rule in _OF_ONE_STATE if (rule.scope, rule.group) == (scope, group)]
            part = root.limited_to(root.concerning(path, scope, group))
            wrong += [f"{rule.code} {path}" for rule in rules if part.of(rule, path) != root.of(rule, path)]
    return wrong


_NARROW: set[tuple[Scope, Group | None]] = {
    (rule.scope, rule.group) for rule in all_rules() if rule.scope != "whole"
}


@pytest.mark.slow
def test_rules_say_the_same_of_a_file_when_only_what_they_look_at_is_there(acme: Root, wide: Root) -> None:
    assert _alone(wide, wide.paths, _NARROW) == []
    some = Random(1).sample(acme.paths, samples(len(acme.paths), 5))  # noqa: S311  # a sample, no secret
    assert _alone(acme, some, _NARROW) == []


@pytest.mark.parametrize(
    "rule", [rule for rule in _OF_ONE_STATE if rule.scope != "whole"], ids=lambda rule: rule.code
)
def test_the_example_of_a_page_needs_nothing_but_what_its_rule_looks_at(rule: Rule) -> None:
    root = Root(load(MemorySource(data_root({".sops.yaml": SOPS_CONFIG} | files_of_example(rule)))))
    for path in (path for code, path in root.findings if code == rule.code):
        part = root.limited_to(root.concerning(path, rule.scope, rule.group))
        assert part.of(rule, path) == root.of(rule, path)


@pytest.mark.parametrize("seed", range(samples(400, 24)))
def test_a_change_of_other_files_changes_no_finding_beyond_the_scope_of_its_rule(
    acme: Root, wide: Root, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  # a sample, no secret
    root = random.choice([acme, wide])
    texts: dict[str, bytes | None] = {}
    for path in random.sample(root.paths, random.choice([1, 3, 10, 40])):
        # Another file's text brings its id, its name and its references with it.
        others = [other for other in root.paths if other.rpartition("/")[0] == path.rpartition("/")[0]]
        another = root.content(random.choice(others))
        if random.random() < 0.3:
            texts[path.removesuffix(".yaml") + "-new.yaml"] = another
        else:
            texts[path] = random.choice([None, _ILLEGIBLE, another])
    after = root.changed(texts)
    wrong = []
    for path in {path for _, path in (*root.findings, *after.findings)} - texts.keys():
        for rule in _OF_ONE_STATE:
            concerning = root.concerning(path, rule.scope, rule.group) | after.concerning(
                path, rule.scope, rule.group
            )
            if concerning.isdisjoint(texts) and root.of(rule, path) != after.of(rule, path):
                wrong.append(f"{rule.code} {path}")
    assert wrong == []


@pytest.mark.slow
def test_no_scope_is_wider_than_it_has_to_be(wide: Root) -> None:
    """For each rule, a finding comes, goes or changes where a file is looked at in the next narrower scope."""
    differing = set()
    for path in wide.paths:
        for scope, wider in pairwise(_SCOPES):
            groups = _GROUPS if scope == "group" else (None,)
            part = wide.limited_to({*chain(*(wide.concerning(path, scope, group) for group in groups))})
            rules = [rule for rule in _OF_ONE_STATE if rule.scope == wider]
            differing |= {rule.code for rule in rules if part.of(rule, path) != wide.of(rule, path)}
    # These speak of the settings, and of what they name.
    assert differing == {rule.code for rule in _OF_ONE_STATE if rule.scope != "file"} - {
        "QF205",
        "QF206",
        "QF207",
        "QF208",
    }


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_of_a_group_names_it_and_no_need_twice(rule: Rule) -> None:
    assert (rule.scope == "group") == (rule.group is not None)
    assert len({need.what for need in rule.needs}) == len(rule.needs)


def test_only_rules_that_compare_need_a_state_to_compare_with() -> None:
    for rule in all_rules():
        answers = {need.without for need in rule.needs if need.what == "base"}
        assert answers == ({"nothing"} if rule.check_changes is not None else set())


def _needing(what: str) -> dict[str, str]:
    return {rule.code: need.without for rule in all_rules() for need in rule.needs if need.what == what}


def _damaged(content: bytes, random: Random) -> bytes:
    """Return the bytes of a file with something in it that can't be read."""
    lines = content.splitlines(keepends=True)
    at = random.randrange(len(lines) + 1)
    return b"".join([*lines[:at], b"\t- [\n", *lines[at:]])


@pytest.mark.slow
def test_a_file_that_can_not_be_read_adds_findings_elsewhere_only_where_the_rule_says_so(
    acme: Root, wide: Root
) -> None:
    random = Random(2)  # noqa: S311  # a sample, no secret
    more = set()
    for root in (acme, wide):
        for path in random.sample(root.paths, samples(len(root.paths), 25)):
            for text in (_ILLEGIBLE, _damaged(root.content(path), random)):
                counts = root.counts(path)
                found = root.changed({path: text}).counts(path)
                more |= {code for code in found if found[code] > counts[code]}
    assert more <= {code for code, answer in _needing("files").items() if answer == "more"}


def test_a_rule_that_is_silent_where_a_file_can_not_be_read_speaks_where_it_is_gone(wide: Root) -> None:
    silent = set()
    for path in (f"{_SHOP}/test_cases/illegible.yaml", "browser_configs/illegible.yaml"):
        counts, found = wide.counts(path), wide.changed({path: None}).counts(path)
        silent |= {code for code in found if found[code] > counts[code]}
    assert silent == {code for code, answer in _needing("files").items() if answer == "nothing"}


@pytest.mark.parametrize(
    ("code", "path"),
    [("QF401", "browser_configs/shared.yaml"), ("QF406", f"{_SHOP}/secret_values/QF311_WRONG.yaml")],
)
def test_a_rule_that_answers_more_where_a_file_can_not_be_read_does_so(
    wide: Root, code: str, path: str
) -> None:
    """Each is seen to, so that a rule that learns to be silent is marked so."""
    assert _needing("files")[code] == "more"
    assert wide.changed({path: _ILLEGIBLE}).counts(path)[code] > wide.counts(path)[code]


def test_without_git_a_rule_that_does_not_need_it_says_the_same(tmp_path: Path) -> None:
    files = {
        path.relative_to(_EXAMPLES / "broken").as_posix(): path.read_bytes()
        for path in sorted((_EXAMPLES / "broken").rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    copy = "organizations/acme/projects/shop/tags/a-copy.yaml"
    folder = committed(tmp_path, files)
    tag = next(path for path in files if "/tags/" in path and b"\nname:" in files[path])
    git(folder, "rm", "-q", "users/ada.yaml")
    files[copy] = files[tag]
    del files["users/ada.yaml"]
    write(folder, {copy: files[copy]})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    with_git, without = Root(load(open_source(folder))), Root(load(MemorySource(files)))
    differing = set()
    for rule in _OF_ONE_STATE:
        one, other = (
            [item for path in sorted(root.snapshot.entries) for item in root.of(rule, path)]
            for root in (with_git, without)
        )
        if one != other:
            differing.add(rule.code)
            assert len(one) == len(other)
    assert differing == {code for code, answer in _needing("history").items() if answer == "less"}


def test_without_commits_nothing_is_said_of_them() -> None:
    silent = {code for code, answer in _needing("history").items() if answer == "nothing"}
    assert silent == {
        rule.code for rule in all_rules() if rule.check_commits is not None or rule.of_access
    } | {"QF902"}
