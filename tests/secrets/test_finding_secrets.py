"""A secret is named as every entity is, and by its name alone."""

import pytest

from qafiles.errors import UnknownEntityError
from qafiles.loading.loader import load
from qafiles.secrets.reading import find_secret
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

_ACME = "organizations/acme/projects"
_ID = "h4er9tcx6yq1ga3dwi8uj5fk"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """A data root in which two projects have a `PIN`, one of them a `TOKEN` too, and a tag is called so."""
    files = {
        f"{_ACME}/shop/secret_values/PIN.yaml": "secret_name: PIN\n",
        f"{_ACME}/blog/secret_values/PIN.yaml": "secret_name: PIN\n",
        f"{_ACME}/blog/secret_values/TOKEN.yaml": f"id: {_ID}\nsecret_name: TOKEN\n",
        f"{_ACME}/blog/project.yaml": (
            "id: m9jw4yhc1dv6lf8ibn3zo0kp\nname: Blog\ndefault_url_route: https://b.example.com\n"
        ),
        f"{_ACME}/shop/tags/TOKEN.yaml": "id: g3dq8sbw5xp0fz2cvh7ti4ej\nname: t\ncolor: teal\n",
    }
    return load(MemorySource(data_root(files)))


@pytest.mark.parametrize(
    ("name", "project", "handle"),
    [
        ("TOKEN", None, "acme/blog/TOKEN"),
        ("secret:TOKEN", None, "acme/blog/TOKEN"),
        ("blog/TOKEN", None, "acme/blog/TOKEN"),
        ("secret:acme/blog/TOKEN", None, "acme/blog/TOKEN"),
        (_ID[:6], None, "acme/blog/TOKEN"),
        (f"{_ACME}/blog/secret_values/TOKEN.yaml", None, "acme/blog/TOKEN"),
        ("PIN", "shop", "acme/shop/PIN"),
        ("PIN", "acme/blog", "acme/blog/PIN"),
    ],
)
def test_a_secret_is_found(snapshot: Snapshot, name: str, project: str | None, handle: str) -> None:
    assert find_secret(snapshot, name, project).handle == handle


@pytest.mark.parametrize(
    ("name", "project", "message"),
    [
        (
            "PIN",
            None,
            "more than one project has a secret `PIN`: acme/blog, acme/shop; choose one with --project",
        ),
        ("TOKEN", "shop", "no secret is called `TOKEN`; `qafiles secret list` lists them$"),
        ("TOKENS", None, "no secret is called `TOKENS`; did you mean `TOKEN`"),
        ("acme/shop/open", None, "no secret is called `acme/shop/open`"),
    ],
)
def test_a_name_of_none_or_several_is_refused(
    snapshot: Snapshot, name: str, project: str | None, message: str
) -> None:
    with pytest.raises(UnknownEntityError, match=message):
        find_secret(snapshot, name, project)


@pytest.mark.parametrize("argument", ["TOKENS", "secret:TOKENS"])
def test_the_bare_name_of_a_secret_names_it_also_where_it_is_removed(argument: str) -> None:
    files = {f"{_ACME}/shop/secret_values/TOKENS.yaml": "secret_name: TOKENS\n"}
    named = load(MemorySource(data_root(files)))
    assert named.find(argument, shortened=False).handle == "acme/shop/TOKENS"
    with pytest.raises(UnknownEntityError):
        named.find("shop/TOKENS", shortened=False)
    with pytest.raises(UnknownEntityError):
        named.find("open", shortened=False)
