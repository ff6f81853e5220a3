import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.errors import UnknownEntityError
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import KINDS, Place, classify, path_for
from qafiles.loading.loader import load
from qafiles.references import BY_PLACE
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_fields import EntityFields
from qafiles.snapshot.lazy import lazy
from qafiles.snapshot.records import own_names, record, shown_field, shown_fields
from qafiles.sources import FolderSource, MemorySource
from tests.benchmarks.generate import data_root as generated
from tests.rules.data_root import data_root
from tests.validation.rich_root import rich_root

SHOP = "organizations/acme/projects/shop"
BANK = "organizations/acme/projects/bank"
_EXAMPLES = Path(__file__).parents[1] / "examples"


def id_of(number: int) -> str:
    return f"e{number:023}"


def secret(number: int, project: str, name: str) -> dict[str, str]:
    path = f"{project}/secret_values/{name}.yaml"
    return {path: f"id: {id_of(number)}\nsecret_name: {name}\nsecret_value: ENC[x]\nversion: 1\n"}


_WITHIN = {"root": "", "organization": "acme/", "project": "acme/shop/"}

# An entity of every kind, related in every way, by handle, by full handle and by id.
FILES: dict[str, str] = {
    **data_root(),
    **secret(1, SHOP, "PIN"),
    **secret(2, BANK, "PIN"),
    **secret(3, BANK, "TOKEN"),
    f"{SHOP}/documents/spec/session.yaml": (
        f"id: {id_of(10)}\nname: Session\ntest_case_id: spec/login\ncontent: 'see {{{{ secret.PIN }}}}'\n"
    ),
    f"{SHOP}/test_cases/spec/login.yaml": (
        f"id: {id_of(11)}\nproject_id: acme/shop\ndocument_id: {id_of(10)}\ntags: [smoke, acme/shop/smoke]\n"
        "browser_configs: [desktop]\ntest_description: 'type {{ secret.PIN }}, {{secret.NONE}}'\nurl_route: /\n"
        "extra_rules: '{{ secret.TOKEN }} and {{ secret.PIN }} twice {{ secret.PIN }}'\n"
    ),
    f"{SHOP}/test_traversals/run.yaml": (
        f"id: {id_of(12)}\ntest_case_id: spec/login\nbrowser_config_id: {id_of(20)}\nsecret_values: [PIN]\n"
    ),
    f"{BANK}/project.yaml": (
        f"id: {id_of(13)}\nname: Bank\norganization_id: acme\ndefault_url_route: https://bank.example.com\n"
    ),
    f"{BANK}/test_cases/pay.yaml": (
        f"id: {id_of(14)}\ntags: [nowhere]\nbrowser_configs: [phone, {id_of(20)}]\ntest_description: Pay\nurl_route: /\n"
    ),
    "browser_configs/phone.yaml": (
        f"id: {id_of(20)}\nbrowser_config:\n  http_credentials:\n    username: me\n    password: '{{{{ secret.TOKEN }}}}'\n"
        "  args: ['{{ secret.PIN }}', '{{ secret.NONE }}']\n"
    ),
    "users/acme.yaml": f"id: {id_of(21)}\nname: Acme\n",
}
_KNOWN = {place.kind for place in map(classify, FILES) if isinstance(place, Place)}
FILES |= {
    path_for(kind, _WITHIN[facts.within] + "other"): f"id: {id_of(50 + number)}\n"
    for number, (kind, facts) in enumerate(KIND_FACTS.items())
    if kind not in _KNOWN
}


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return load(MemorySource(FILES))


def edges(snapshot: Snapshot) -> set[tuple[str, str, str | None]]:
    """Return (from, field, to) of every link, by path."""
    return {
        (link.source.path, link.reference.field, link.target.path if link.target else None)
        for link in snapshot.links
    }


# Look-ups


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        (id_of(11), f"{SHOP}/test_cases/spec/login.yaml"),
        ("acme/shop/spec/login", f"{SHOP}/test_cases/spec/login.yaml"),
        ("spec/login", f"{SHOP}/test_cases/spec/login.yaml"),
        ("login", f"{SHOP}/test_cases/spec/login.yaml"),
        ("test cases:login", f"{SHOP}/test_cases/spec/login.yaml"),
        ("test_case:acme/shop/spec/login", f"{SHOP}/test_cases/spec/login.yaml"),
        ("test-case:acme/shop/spec/login", f"{SHOP}/test_cases/spec/login.yaml"),
        (f"{SHOP}/test_cases/spec/login.yaml", f"{SHOP}/test_cases/spec/login.yaml"),
        (f"./{SHOP}/test_cases/spec/login.yaml", f"{SHOP}/test_cases/spec/login.yaml"),
        ("v1kq", "users/ada.yaml"),
        ("v1kq8w3xj5zr7mtb2nc9yd4", "users/ada.yaml"),
        ("user:acme", "users/acme.yaml"),
        ("organization:acme", "organizations/acme/organization.yaml"),
        ("desktop", "browser_configs/desktop.yaml"),
        ("acme/shop", f"{SHOP}/project.yaml"),
        ("acme/ada", "organizations/acme/members/ada.yaml"),
        ("acme/shop/PIN", f"{SHOP}/secret_values/PIN.yaml"),
    ],
)
def test_an_entity_is_found_by_id_handle_path_and_id_prefix(
    snapshot: Snapshot, argument: str, path: str
) -> None:
    assert snapshot.find(argument).path == path


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("acme", r"`acme` names more than one entity: organization:acme, user:acme$"),
        ("e0000", r"`e0000` names more than one entity: .*secret_value:acme/shop/PIN.* and \d+ more$"),
        ("v1k", r"no entity is called `v1k`"),
        ("v1kx", r"no entity is called `v1kx`"),
        ("", r"no entity is called ``"),
        ("user:desktop", r"no entity is called `user:desktop`; `qafiles list user` lists them$"),
        ("user:adda", r"no entity is called `user:adda`; did you mean user `ada`\?"),
        ("acme/shop/spec/logn", r"did you mean `acme/shop/spec/login`\?"),
        ("spec/logn", r"did you mean `acme/shop/spec/login`\?"),
        ("logn", r"did you mean `acme/shop/spec/login`\?"),
        ("robot:ada", r"`robot` in `robot:ada` is no kind of entity; kinds are "),
        ("README.md", r"no entity is called `README.md`"),
        ("users/ada.yml", r"no entity is called"),
        (f"user:{id_of(21)[:6]}", r"no entity is called"),
    ],
)
def test_an_argument_that_names_none_or_several_is_an_error(
    snapshot: Snapshot, argument: str, message: str
) -> None:
    with pytest.raises(UnknownEntityError, match=message) as raised:
        snapshot.find(argument)
    assert raised.value.exit_code == 2


def test_an_id_goes_before_a_handle_and_a_handle_before_an_id_prefix() -> None:
    files = data_root(
        {"users/v1kq.yaml": f"id: {id_of(1)}\nname: x\n", f"users/{id_of(2)}.yaml": f"id: {id_of(3)}\n"}
    )
    files["users/c.yaml"] = f"id: {id_of(2)}\n"
    found = load(MemorySource(files))
    assert found.find("v1kq").path == "users/v1kq.yaml"
    assert found.find("v1kq8").path == "users/ada.yaml"
    assert found.find(id_of(2)).path == "users/c.yaml"
    assert found.find(f"user:{id_of(2)}").path == f"users/{id_of(2)}.yaml"


def test_of_two_files_with_one_id_the_first_by_path_has_it() -> None:
    files = data_root({"users/copy.yaml": data_root()["users/ada.yaml"]})
    assert load(MemorySource(files)).find("v1kq8w3xj5zr7mtb2nc9yd4h").path == "users/ada.yaml"


def test_kinds_are_sorted_by_path_and_complete(snapshot: Snapshot) -> None:
    by_kind = {kind: [file.path for file in snapshot.of_kind(kind)] for kind in KINDS}
    assert all(paths and paths == sorted(paths) for paths in by_kind.values())
    assert sorted(path for paths in by_kind.values() for path in paths) == sorted({*FILES} - {"qafiles.yaml"})


def test_a_valid_entity_is_a_model_and_a_broken_one_is_an_error(snapshot: Snapshot) -> None:
    assert snapshot.entity("ada").id == snapshot.entity(snapshot.files["users/ada.yaml"]).id
    assert [entity.id for entity in snapshot.entities("user")] == [id_of(21), "v1kq8w3xj5zr7mtb2nc9yd4h"]
    with pytest.raises(UnknownEntityError, match=r"PIN\.yaml has errors; `qafiles validate"):
        snapshot.entity("acme/shop/PIN")


def test_what_exists_is_what_can_be_read() -> None:
    source = MemorySource({**data_root(), "README.md": ""})
    found = load(source)
    assert found.exists("README.md")
    assert found.exists("users/ada.yaml")
    assert not found.exists("users/eve.yaml")


# Relations


def test_every_reference_leads_to_its_target(snapshot: Snapshot) -> None:
    login, phone = f"{SHOP}/test_cases/spec/login.yaml", "browser_configs/phone.yaml"
    pin, token = f"{SHOP}/secret_values/PIN.yaml", f"{BANK}/secret_values/TOKEN.yaml"
    assert edges(snapshot) == {
        ("organizations/acme/members/ada.yaml", "user_id", "users/ada.yaml"),
        (f"{BANK}/project.yaml", "organization_id", "organizations/acme/organization.yaml"),
        (login, "project_id", f"{SHOP}/project.yaml"),
        (login, "document_id", f"{SHOP}/documents/spec/session.yaml"),
        (login, "tags", f"{SHOP}/tags/smoke.yaml"),
        (login, "browser_configs", "browser_configs/desktop.yaml"),
        (login, "test_description", pin),
        (login, "test_description", None),
        (login, "extra_rules", pin),
        (login, "extra_rules", None),
        (f"{SHOP}/documents/spec/session.yaml", "test_case_id", login),
        (f"{SHOP}/documents/spec/session.yaml", "content", pin),
        (f"{SHOP}/test_traversals/run.yaml", "test_case_id", login),
        (f"{SHOP}/test_traversals/run.yaml", "browser_config_id", phone),
        (f"{SHOP}/test_traversals/run.yaml", "secret_values", pin),
        (f"{SHOP}/test_cases/open.yaml", "tags", f"{SHOP}/tags/smoke.yaml"),
        (f"{SHOP}/test_cases/open.yaml", "browser_configs", "browser_configs/desktop.yaml"),
        (f"{BANK}/test_cases/pay.yaml", "tags", None),
        (f"{BANK}/test_cases/pay.yaml", "browser_configs", phone),
        (phone, "browser_config", f"{BANK}/secret_values/PIN.yaml"),
        (phone, "browser_config", token),
        (phone, "browser_config", None),
    }


def test_every_relation_has_two_directions(snapshot: Snapshot) -> None:
    forth = [(link.source.path, link.reference) for link in snapshot.links if link.target]
    back = [
        (link.source.path, link.reference)
        for file in snapshot.files.values()
        for link in snapshot.incoming(file)
    ]
    key = str
    assert sorted(forth, key=key) == sorted(back, key=key)
    for file in snapshot.files.values():
        assert all(link.source is file for link in snapshot.outgoing(file))
        assert all(link.target is file for link in snapshot.incoming(file))
        sources = [link.source.path for link in snapshot.incoming(file)]
        assert sources == sorted(sources)


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_field_of_the_table_is_a_relation_in_both_directions(kind: Kind) -> None:
    for field in KIND_FACTS[kind].references:
        name = {"project": "bank", "secret_value": "PIN"}.get(kind, "added")
        path = path_for(kind, _WITHIN[KIND_FACTS[kind].within] + name)
        target = next(f for f in load(MemorySource(FILES)).of_kind(field.target) if f.path != path)
        for value in (target.id, target.handle):
            text = f"id: {id_of(99)}\n{field.name}: {[value] if field.many else value}\n"
            found = load(MemorySource({**FILES, path: text}))
            links = found.outgoing(found.files[path])
            assert [link.target for link in links] == [found.files[target.path]]
            assert links[0].reference.pointer == ((field.name, 0) if field.many else (field.name,))
            assert links[0] in found.incoming(found.files[target.path])
            assert found.resolve(links[0].reference) is found.files[target.path]


def test_a_placeholder_means_the_secret_of_the_files_own_project(snapshot: Snapshot) -> None:
    login = snapshot.files[f"{SHOP}/test_cases/spec/login.yaml"]
    named = [
        (link.reference.value, link.reference.occurrence, link.target and link.target.handle)
        for link in snapshot.outgoing(login)
        if link.reference.placeholder
    ]
    assert named == [
        ("PIN", 0, "acme/shop/PIN"),
        ("NONE", 0, None),
        ("TOKEN", 0, None),
        ("PIN", 0, "acme/shop/PIN"),
        ("PIN", 1, "acme/shop/PIN"),
    ]


def test_a_placeholder_in_a_browser_config_means_the_secrets_of_the_projects_that_use_it(
    snapshot: Snapshot,
) -> None:
    phone = snapshot.files["browser_configs/phone.yaml"]
    assert snapshot.projects_using(phone) == ("acme/bank", "acme/shop")
    assert [
        (link.reference.value, link.target and link.target.handle) for link in snapshot.outgoing(phone)
    ] == [
        ("TOKEN", "acme/bank/TOKEN"),
        ("PIN", "acme/bank/PIN"),
        ("NONE", None),
    ]
    unused = {path: text for path, text in FILES.items() if "phone" not in text and id_of(20) not in text}
    alone = load(MemorySource({**unused, phone.path: FILES[phone.path]}))
    assert alone.projects_using(alone.files[phone.path]) == ()
    assert {link.target for link in alone.outgoing(alone.files[phone.path])} == {None}


def test_a_secret_is_named_by_secret_name_or_where_that_is_broken_by_its_file() -> None:
    path = f"{SHOP}/secret_values/PIN.yaml"
    for text, name in {
        f"id: {id_of(1)}\nsecret_name: CODE\n": "CODE",
        f"id: {id_of(1)}\nsecret_name: [\n": "PIN",
        f"id: {id_of(1)}\nsecret_name: 17\n": "PIN",
        f"id: {id_of(1)}\n": "PIN",
        "": "PIN",
    }.items():
        files = {**FILES, path: text, f"{SHOP}/documents/d.yaml": f"content: '{{{{ secret.{name} }}}}'\n"}
        found = load(MemorySource(files))
        (link,) = found.outgoing(found.files[f"{SHOP}/documents/d.yaml"])
        assert link.target is found.files[path]


def test_a_short_handle_means_the_own_project_before_any_other(snapshot: Snapshot) -> None:
    files = {
        **FILES,
        f"{BANK}/tags/smoke.yaml": f"id: {id_of(30)}\n",
        f"{SHOP}/tags/only-here.yaml": f"id: {id_of(31)}\n",
        f"{BANK}/test_cases/pay.yaml": "tags: [smoke, acme/shop/smoke, only-here, shop/smoke]\n",
    }
    found = load(MemorySource(files))
    targets = [
        link.target and link.target.handle
        for link in found.outgoing(found.files[f"{BANK}/test_cases/pay.yaml"])
    ]
    assert targets == ["acme/bank/smoke", "acme/shop/smoke", None, None]
    assert snapshot != found


def test_parents_and_places_are_what_the_folder_implies(snapshot: Snapshot) -> None:
    def parent(path: str) -> str | None:
        found = snapshot.parent(snapshot.files[path])
        return found.path if found else None

    organization = "organizations/acme/organization.yaml"
    assert parent(f"{SHOP}/tags/smoke.yaml") == f"{SHOP}/project.yaml"
    assert parent(f"{SHOP}/project.yaml") == parent("organizations/acme/members/ada.yaml") == organization
    assert parent(organization) is parent("users/ada.yaml") is parent("browser_configs/phone.yaml") is None
    places = {kind: {*snapshot.place_of(snapshot.of_kind(kind)[0])} for kind in KINDS}
    known: dict[Kind, set[str]] = {
        "organization": set(),
        "user": set(),
        "browser_config": set(),
        "member": {"organization_id"},
        "project": {"organization_id"},
        "test_case": {"project_id"},
        "document": {"project_id"},
        "tag": {"project_id"},
        "secret_value": {"project_id"},
        "test_traversal": set(),
    }
    others = {
        kind: {field.name for field in KIND_FACTS[kind].references} & BY_PLACE for kind in {*KINDS} - {*known}
    }
    assert places == known | others


# Immutability


def test_a_snapshot_and_its_files_cannot_be_changed(snapshot: Snapshot) -> None:
    file: Any = snapshot.files["users/ada.yaml"]
    held: Any = snapshot
    for attribute in ("files", "diagnostics", "settings"):
        with pytest.raises(AttributeError):
            setattr(held, attribute, None)
    for attribute in ("id", "data", "path", "valid"):
        with pytest.raises(AttributeError):
            setattr(file, attribute, None)
    for changeable in (held.files, held.by_id, held.by_handle, held.entries, file.data):
        with pytest.raises(TypeError):
            changeable["name"] = "Eve"
        with pytest.raises(TypeError):
            del changeable[next(iter(changeable))]
    with pytest.raises(AttributeError):
        held.links[0].target = None
    with pytest.raises(TypeError):
        held.diagnostics[0] = None


def test_two_snapshots_are_held_and_compared(snapshot: Snapshot) -> None:
    changed = load(MemorySource({**FILES, "users/ada.yaml": "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: Eve\n"}))
    assert changed != snapshot
    different = [path for path, file in snapshot.files.items() if changed.files[path] != file]
    assert different == ["users/ada.yaml"]
    assert snapshot.files["users/ada.yaml"].get("name") == "Ada Lovelace"
    assert changed.files["users/ada.yaml"].get("name") == "Eve"
    assert load(MemorySource(FILES)) == snapshot


# Deleting an entity, against a computation of its own


_FIELDS: dict[str, Kind] = {
    "user_id": "user",
    "project_id": "project",
    "test_case_id": "test_case",
    "document_id": "document",
    "browser_config_id": "browser_config",
    "tags": "tag",
    "browser_configs": "browser_config",
    "secret_values": "secret_value",
}


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if text]


@st.composite
def consistent(draw: st.DrawFn) -> dict[str, str]:
    """Generate a data root in which every reference resolves, each written as an id, in full or in short."""
    files = dict(generated(draw(st.integers(100, 250)), draw(st.integers(0, 1000))))
    held = load(MemorySource(files))
    chance = random.Random(draw(st.integers(0, 1000)))  # noqa: S311  # far fewer draws than st.randoms makes

    def written(file: EntityFile, kind: Kind, text: str) -> str:
        target = held.by_id.get(text) or held.by_handle.get((kind, f"{file.project}/{text}"))
        target = target or held.by_handle[kind, text]
        return chance.choice([target.handle, target.handle.removeprefix(f"{file.project}/"), str(target.id)])

    for path, file in held.files.items():
        data: dict[str, Any] = {**file.data}
        for field, kind in _FIELDS.items():
            if isinstance(data.get(field), list):
                data[field] = [written(file, kind, text) for text in data[field]]
            elif field in data:
                data[field] = written(file, kind, data[field])
        files[path] = json.dumps(data)
    return files


@pytest.mark.slow
@given(consistent(), st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_deleting_an_entity_makes_exactly_the_references_to_it_dangle(
    files: dict[str, str], number: int
) -> None:
    whole = load(MemorySource(files))
    assert all(link.target for link in whole.links)
    gone = [*whole.files.values()][number % len(whole.files)]
    short = gone.handle.removeprefix(f"{gone.project}/")
    expected = {
        (file.path, field, text)
        for file in whole.files.values()
        for field, kind in _FIELDS.items()
        for text in _texts(file.data.get(field))
        if kind == gone.kind
        and file.path != gone.path
        and (text in {gone.id, gone.handle} or (text == short and gone.project == file.project))
    }
    left = load(MemorySource({path: text for path, text in files.items() if path != gone.path}))
    dangling = {
        (link.source.path, link.reference.field, link.reference.value)
        for link in left.links
        if link.target is None
    }
    assert dangling == expected


def test_the_generated_data_root_has_every_relation_that_its_fields_allow() -> None:
    held = load(MemorySource(dict(generated(250))))
    assert {link.reference.field for link in held.links} >= {*_FIELDS} - {"secret_values"}


def test_a_property_of_one_snapshot_does_not_wait_for_that_of_another() -> None:
    class Indexed:
        def __init__(self, event: threading.Event) -> None:
            self.event = event

        @lazy
        def index(self) -> bool:
            return self.event.wait(20)

    slow, quick = Indexed(threading.Event()), Indexed(threading.Event())
    quick.event.set()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: slow.index)
        assert quick.index
        assert not waiting.done()
        slow.event.set()
        assert waiting.result()
    assert vars(quick)["index"] is True


@pytest.mark.parametrize("name", ["acme-qa", "broken"])
def test_references_that_are_not_odd_name_an_entity_of_their_kind_and_project(name: str) -> None:
    snapshot = load(FolderSource(_EXAMPLES / name))
    plain = [link for link in snapshot.links if not link.reference.within]
    odd = {link.reference for link in snapshot.odd_links}
    assert [*snapshot.odd_links] == [link for link in plain if link.reference in odd]
    for reference, source, target in (link for link in plain if link.reference not in odd):
        assert target is not None
        assert target.kind == reference.target != "organization"
        assert target.project in {None, source.project}
    named = {link.target.path for link in plain if link.target is not None}
    assert {path for path, file in snapshot.files.items() if snapshot.is_named(file)} == named
    of_secrets = [link for link in snapshot.links if link.reference.target == "secret_value"]
    assert [link for link in snapshot.secret_links if link.reference.target == "secret_value"] == of_secrets


@pytest.mark.parametrize("files", [FILES, rich_root()], ids=["related", "with faults"])
def test_what_one_field_names_is_what_it_names_among_all_references(files: dict[str, str]) -> None:
    snapshot = load(MemorySource({path: text.encode() for path, text in files.items()}))
    named = 0
    for file in snapshot.files.values():
        links = snapshot.outgoing(file)
        for field in {*file.data, *(reference.name for reference in file.reference_fields)}:
            targets = [link.target for link in links if link.reference.field == field and link.target]
            assert [*snapshot.targets_of(file, field)] == targets, (file.path, field)
            named += len(targets)
    assert named == sum(link.target is not None for link in snapshot.links) > 10


def test_one_field_is_what_it_is_among_all() -> None:
    files = {**rich_root(), f"{SHOP}/tags/empty.yaml": "{}\n", f"{SHOP}/tags/illegible.yaml": "[\n"}
    snapshot = load(MemorySource({path: text.encode() for path, text in files.items()}))
    assert not snapshot.files[f"{SHOP}/tags/empty.yaml"].data
    assert not snapshot.files[f"{SHOP}/tags/illegible.yaml"].data
    for file in snapshot.files.values():
        assert isinstance(file.data, EntityFields)
        assert bool(file.data) == bool(len(file.data))
        for name in {*file.data, "id", "x-owner", "created_at", "nothing"}:
            assert file.data.value(name) == file.data.get(name)
            assert shown_field(file, name) == shown_fields(file).get(name)
        assert own_names(file) == [name for name in shown_fields(file) if name.startswith("x-")]


@pytest.mark.parametrize(
    "fields", [("handle", "title"), ("id", "project", "organization"), ("title", "name")]
)
def test_a_record_of_some_fields_has_those_of_a_whole_one(fields: tuple[str, ...]) -> None:
    snapshot = load(MemorySource({path: text.encode() for path, text in rich_root().items()}))
    for file in snapshot.files.values():
        part, whole = record(snapshot, file, only=fields), record(snapshot, file)
        assert {name: part.get(name) for name in fields} == {name: whole.get(name) for name in fields}
