from pathlib import Path

import pytest
from pydantic import ValidationError

import qafiles
from qafiles.layout import KINDS
from qafiles.models import (
    MODELS,
    BrowserConfig,
    Document,
    Entity,
    Member,
    Organization,
    Project,
    SecretValue,
    Tag,
    TestCase,
    TestTraversal,
    User,
)

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
_CASE = "acme/todomvc/persistence/todos-survive-a-reload"


def test_an_entity_knows_its_handle_and_path_and_they_are_no_fields() -> None:
    entity = qafiles.load(_EXAMPLE).entity(_CASE)
    assert isinstance(entity, TestCase)
    assert entity.handle == _CASE
    assert entity.path.endswith("test_cases/persistence/todos-survive-a-reload.yaml")
    assert not {"handle", "path"} & {*entity.model_dump(), *TestCase.model_fields}
    assert (
        TestCase.model_validate(entity.model_dump(exclude_none=True)).test_description
        == entity.test_description
    )


def test_an_entity_can_not_be_changed() -> None:
    entity = qafiles.load(_EXAMPLE).entity(_CASE)
    for name in ("id", "handle", "path", "new"):
        with pytest.raises((ValidationError, AttributeError)):
            setattr(entity, name, "x")


def test_every_kind_has_a_model_of_its_own_that_knows_its_kind() -> None:
    assert [model.kind for model in MODELS.values()] == [*KINDS]


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (BrowserConfig, "browser_config"),
        (Document, "document"),
        (Member, "member"),
        (Organization, "organization"),
        (Project, "project"),
        (SecretValue, "secret_value"),
        (Tag, "tag"),
        (TestCase, "test_case"),
        (TestTraversal, "test_traversal"),
        (User, "user"),
    ],
)
def test_a_model_is_that_of_the_kind_with_its_name(model: type[Entity], kind: str) -> None:
    assert model.kind == kind
    assert MODELS[kind] is model


def test_no_text_form_of_a_secret_shows_its_ciphertext() -> None:
    model = MODELS["secret_value"]
    entity = model.model_validate(
        {
            "id": "ux5q1gpzr2kh0jmz8w3vcd7n",
            "project_id": "tz4a98xxat96iws9zmbrgj3b",
            "secret_name": "PIN",
            "created_at": "2026-03-01T09:30:00Z",
            "updated_at": "2026-03-01T09:30:00Z",
            "version": 1,
            "secret_value": "canary",
            "sops": {"mac": "canary"},
        }
    )
    assert "canary" not in f"{entity!r} {entity}"
