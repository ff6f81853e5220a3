import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from qafiles.declared_fields import NOTHING_DECLARED
from qafiles.errors import DataRootError
from qafiles.kinds import Kind
from qafiles.layout import Place
from qafiles.loading.entity_files import entity_read, from_plain, to_plain
from qafiles.loading.loader import load as load_source
from qafiles.loading.one_file import load_file
from qafiles.snapshot.entity_fields import fields_at_hand
from qafiles.sources import Content, MemorySource, SourceEntry, Unreadable
from qafiles.validation import load
from qafiles.version import __version__
from tests.rules.data_root import data_root

_CONTENTS: dict[str, Content] = {
    "good": b"id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: a\ncolor: teal\n",
    "of the wrong type": b"name: 12\ncolor: no\nextra: 1\n",
    "twice the same key": b"name: a\nname: b\ncolor: teal\n",
    "no YAML": b"a: [\n\tb\n",
    "cut off": b"id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: a #b\ncolor: teal\n",
    "nothing": b"",
    "unreadable": Unreadable("QF101", "it is no file", "delete it"),
}
ADA = "users/ada.yaml"
_ID = "v1kq8w3xj5zr7mtb2nc9yd4h"


def loaded(files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    return [(d.code, d.path) for d in load(MemorySource({**data_root(), **files})).diagnostics]


# Settings


@pytest.mark.parametrize("files", [{}, {"users/ada.yaml": "id: x\n"}, {"qafiles.yml": "version: 1\n"}])
def test_a_source_without_settings_is_no_data_root(files: dict[str, str]) -> None:
    with pytest.raises(DataRootError, match=r"there is no qafiles\.yaml in this data root"):
        load(MemorySource(files))


@pytest.mark.parametrize(
    ("version", "advice"),
    [
        ("2", "a newer version"),
        ("20260101", "a newer version"),
        ("2.0", "a newer version"),
        ("'2'", "a newer version"),
        ("0", "write `version: 1`"),
        ("-1", "write `version: 1`"),
    ],
)
def test_an_unknown_format_version_is_an_error_of_the_environment(version: str, advice: str) -> None:
    with pytest.raises(DataRootError) as raised:
        load(MemorySource({"qafiles.yaml": f"# ours\nversion: {version}\nnew_key: 1\n"}))
    said = str(raised.value)
    says = (
        f"says `version: {version.strip(chr(39))}`, and this qafiles, {__version__}, reads version 1 only; "
    )
    assert said.startswith(f"qafiles.yaml:2:10: {says}")
    assert advice in said


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "QF108"),
        ("{}", "QF201"),
        ("version: '1'", "QF204"),
        ("version: true", "QF204"),
        ("version: 1\nrulez: {}", "QF202"),
        ("- version: 1", "QF203"),
        ("version: [", "QF106"),
        ("version: 1\nversion: 2", "QF113"),
        ("version: 1\nunique_secret_names: organization", "QF204"),
        ("\xff\xfe", "QF104"),
    ],
)
def test_refused_settings_are_findings_and_the_defaults_count(text: str, code: str) -> None:
    content = text.encode("latin-1")
    snapshot = load(MemorySource({**data_root(), "qafiles.yaml": content, "users/bad.yaml": "["}))
    assert (code, "qafiles.yaml") in [(d.code, d.path) for d in snapshot.diagnostics]
    assert ("QF106", "users/bad.yaml") in [(d.code, d.path) for d in snapshot.diagnostics]
    assert snapshot.settings == load(MemorySource(data_root())).settings


# Files with errors


@pytest.mark.parametrize("name", ["test_case", "tag", "secret_value"])
@pytest.mark.parametrize("content", [*_CONTENTS.values()], ids=[*_CONTENTS])
@pytest.mark.parametrize("unmerged", [False, True])
def test_a_loaded_file_goes_to_another_process_and_back_as_it_is(
    name: Kind,
    content: Content,
    unmerged: bool,  # noqa: FBT001  # a table's column
) -> None:
    loaded_file = load_file(name, content, unmerged=unmerged)
    assert loaded_file is not None
    numbers = fields_at_hand(name, NOTHING_DECLARED)
    read = entity_read("a.yaml", Place(name, "a/b/c"), loaded_file, NOTHING_DECLARED)
    plain = marshal.loads(marshal.dumps(to_plain(read, (), numbers)))  # noqa: S302  # our own
    back = from_plain("a.yaml", Place(name, "a/b/c"), plain, NOTHING_DECLARED, numbers)
    assert back == read
    assert repr(dict(back.file.data)) == repr(dict(read.file.data))
    assert repr(back.problems) == repr(read.problems)
    assert back.file.findings == ()


def test_one_broken_file_hides_no_finding_in_another() -> None:
    assert loaded({"users/a.yaml": "[", "users/b.yaml": "name: 1\n", "users/c.yaml": b"\xff"}) == [
        ("QF106", "users/a.yaml"),
        ("QF201", "users/b.yaml"),
        ("QF203", "users/b.yaml"),
        ("QF104", "users/c.yaml"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"id: {_ID}\nname: [\n",
        f"id: {_ID}\nname: Ada\nname: Eve\n",
        f"id: {_ID}\nname: &a Ada\n",
        f"name: [\nid: '{_ID}'\n",
        f'id: "{_ID}"   # Ada\nname: [\n',
        f"id: {_ID}\r\nname: [\r\n",
        f"\ufeffid: {_ID}\nname: [\n",
        f"id: {_ID}\n<<<<<<< HEAD\nname: Ada\n=======\nname: Eve\n>>>>>>> x\n",
        f"id: {_ID}\nname: Ada\n---\nname: Eve\n",
        f"id: {_ID}\nname: 1\nshoe_size: 38\n",
        f"id: {_ID}\nname: caf\udce9\n",
        f"id: {_ID}\nname: \x07\n",
        f'{{"id": "{_ID}", "name": "x",, }}\n',
        f'{{\n  "id": "{_ID}",\n  "name": [\n',
        f'"id": {_ID}\nname: [\n',
    ],
)
def test_a_refused_file_owns_its_handle_and_its_legible_id(text: str) -> None:
    content = text.encode("utf-8", "surrogateescape")
    files: dict[str, str | bytes] = {
        **data_root(),
        ADA: content,
        "organizations/acme/members/by-handle.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nuser_id: ada\nrole: guest\n",
        "organizations/acme/members/by-id.yaml": f"id: c2v9w1hx8rj0qz4mtb7nc5ap\nuser_id: {_ID}\nrole: guest\n",
    }
    snapshot = load(MemorySource(files))
    assert not snapshot.files[ADA].valid
    assert snapshot.by_id[_ID] is snapshot.by_handle["user", "ada"] is snapshot.files[ADA]
    assert "QF401" not in {d.code for d in snapshot.diagnostics}
    assert {d.entity and d.entity.id for d in snapshot.diagnostics if d.path == ADA} == {_ID}


@pytest.mark.parametrize(
    "text",
    [
        "id: too-short\nname: [\n",
        "  id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: [\n",
        "id: v1kq8w3xj5zr7mtb2nc9yd4hx\nname: [\n",
        "id: V1kq8w3xj5zr7mtb2nc9yd4h\nname: [\n",
        "# id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: [\n",
        "id: [v1kq8w3xj5zr7mtb2nc9yd4h]\n",
        "- id: v1kq8w3xj5zr7mtb2nc9yd4h\n",
        "id: 'v1kq8w3xj5zr7mtb2nc9yd4h\nname: x\n",
    ],
)
def test_what_is_no_legible_id_is_not_taken_for_one(text: str) -> None:
    assert load(MemorySource({**data_root(), ADA: text})).files[ADA].id is None


def test_a_field_with_an_error_is_not_read_and_the_others_are() -> None:
    text = f"id: {_ID}\nname: 17\nemail: ada@example.com\n"
    file = load(MemorySource({**data_root(), ADA: text})).files[ADA]
    assert file.broken == frozenset({"name"})
    assert (file.get("name"), file.get("email")) == (None, "ada@example.com")


def test_every_entity_and_no_other_file_is_loaded() -> None:
    files: dict[str, str | bytes] = {
        **data_root(),
        "README.md": "",
        "users/.drafts/eve.yaml": "[",
        ".github/x.yaml": "[",
        "users/eve.yml": "[",
        "scripts/users/eve.yaml": "[",
    }
    snapshot = load(MemorySource(files))
    assert {*snapshot.files} == {*data_root()} - {"qafiles.yaml"}
    assert {*snapshot.other_paths} == {*files} - {*data_root()}
    assert {*snapshot.entries} == {*files}


def test_diagnostics_are_sorted_by_path_line_column_and_code() -> None:
    files: dict[str, str | bytes] = {f"users/{n}.yaml": "b: 1\na: [1,\n" for n in range(9, 0, -1)}
    files["users/z.yaml"] = "name: 3\nx: 1\nid: 1\n"
    found = load(MemorySource({**data_root(), **files})).diagnostics
    assert [*found] == sorted(found, key=lambda d: (d.path, d.line, d.column, d.code))
    assert len(found) > 10


@pytest.mark.slow
def test_loading_many_files_in_two_processes_gives_the_same_as_in_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files: dict[str, str | bytes] = {**data_root()}
    for number in range(900):
        kind = ["[", "name: 1\n", "name: Ada\nname: Eve\n", "", "a: !x b\n"][number % 5]
        files[f"users/user-{number}.yaml"] = f"id: {number:024}\n".replace("id: 0", "id: a") + kind
    both = load_source(MemorySource(files))
    monkeypatch.delattr("os.fork")
    assert load_source(MemorySource(files)) == both
    assert len(both.diagnostics) > 900


# Sources that change while they are read


@dataclass(frozen=True)
class Fickle(MemorySource):
    """Files of which some are gone or others from a certain reading on."""

    later: tuple[tuple[str, bytes | None], ...] = ()
    first: int = 0

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry as it is at this reading."""
        object.__setattr__(self, "first", self.first - 1)
        changed = dict(self.later) if self.first < 0 else {}
        for entry, content in zip(entries, super().read(entries), strict=True):
            yield changed.get(entry.path, content) if entry.path in changed else content


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"[", b"x" * 2_000_000])
@pytest.mark.parametrize("readings", [0, 1, 2, 3])
def test_a_file_may_change_between_any_two_readings(content: bytes | None, readings: int) -> None:
    files = data_root({"users/eve.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Eve\nemail: 1\n"})
    files["organizations/acme/members/eve.yaml"] = (
        "id: c2v9w1hx8rj0qz4mtb7nc5ap\nuser_id: evee\nrole: guest\n"
    )
    later = (("users/eve.yaml", content), ("organizations/acme/members/eve.yaml", content))
    snapshot = load(Fickle(files, later=later, first=readings))
    assert all(d.line >= 1 for d in snapshot.diagnostics)
    assert (content is None and readings <= 1) == ("users/eve.yaml" not in snapshot.files)


def test_settings_that_vanish_while_they_are_read_are_an_error() -> None:
    with pytest.raises(DataRootError, match=r"there is no qafiles\.yaml"):
        load(Fickle(data_root(), later=(("qafiles.yaml", None),)))


@pytest.mark.parametrize("text", ["1.10", "007", "0x1F", "1e5", "+1", "true"])
def test_the_hint_for_a_number_in_the_place_of_text_quotes_it_as_it_is_written(text: str) -> None:
    files = data_root(
        {"organizations/acme/projects/shop/tags/n.yaml": f"id: {'c' * 24}\nname: {text}\ncolor: red\n"}
    )
    (found,) = (d for d in load(MemorySource(files)).diagnostics if d.code == "QF203")
    assert found.hint == f"put it in quotes: '{text}'"


def test_progress_is_told_with_the_number_of_files() -> None:
    files = {f"users/u{number}.yaml": f"id: {'a' * 19}{number:05}\nname: u\n" for number in range(600)}
    told: list[tuple[str, int, int]] = []
    load_source(MemorySource({"qafiles.yaml": "version: 1\n", **files}), lambda *step: told.append(step))
    assert told == [("files", 0, 600), ("files", 256, 600), ("files", 512, 600)]


def test_equal_keys_of_all_files_are_one_object_so_that_a_large_data_root_takes_less_memory() -> None:
    text = "id: {id}\nurl_route: /\ntest_description: T\nx-steps:\n  - action: go\n"
    ids = ["c2cp7rav4wo9ey1bug6sh3da", "c3cp7rav4wo9ey1bug6sh3db"]
    folder = "organizations/acme/projects/shop/test_cases"
    snapshot = load(MemorySource(data_root({f"{folder}/{id_}.yaml": text.format(id=id_) for id_ in ids})))
    data = [snapshot.files[f"{folder}/{id_}.yaml"].data for id_ in ids]
    first, second = ([*each, *each["x-steps"][0]] for each in data)
    assert first == second == ["id", "url_route", "test_description", "x-steps", "action"]
    assert all(one is other for one, other in zip(first, second, strict=True))
