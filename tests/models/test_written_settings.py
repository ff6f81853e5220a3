"""What qafiles.yaml sets is what the models check: the plain values have the same fields and defaults."""

from typing import Any

import pytest
from hypothesis import given
from pydantic import BaseModel

from qafiles.models import access, settings
from qafiles.models.field_declarations import KEYWORDS, declaration_of
from qafiles.models.settings import Settings, settings_of
from qafiles.models.written.access import AccessRule, AccessSettings
from qafiles.models.written.declarations import Declaration
from qafiles.models.written.settings import PathRules, Rules
from qafiles.models.written.settings import Settings as WrittenSettings
from tests.models.documents import GOOD

PAIRS: list[tuple[Any, type[BaseModel], set[str]]] = [
    (settings.Settings, WrittenSettings, {"version"}),
    (settings.Rules, Rules, set()),
    (settings.PathRules, PathRules, set()),
    (access.AccessSettings, AccessSettings, set()),
    (access.AccessRule, AccessRule, set()),
]


@pytest.mark.parametrize(("plain", "model", "checked_alone"), PAIRS)
def test_plain_settings_have_the_fields_of_the_models(
    plain: Any, model: type[BaseModel], checked_alone: set[str]
) -> None:
    assert [*plain._fields] == [name for name in model.model_fields if name not in checked_alone]


def test_the_keywords_of_declarations_are_those_of_the_model() -> None:
    assert [*KEYWORDS] == [field.alias or name for name, field in Declaration.model_fields.items()]


def test_nothing_set_is_what_the_models_have_as_defaults() -> None:
    defaults = WrittenSettings.model_validate({"version": 1})
    plain = settings_of({"version": 1})
    assert plain == Settings()
    assert plain.rules.ignore == defaults.rules.ignore
    assert plain.unique_secret_names == defaults.unique_secret_names
    assert plain.access.require_signed == defaults.access.require_signed
    assert (plain.requires, [*plain.environments]) == (defaults.requires, [])


@given(GOOD["settings"])
def test_what_is_written_is_what_is_set(document: dict[str, Any]) -> None:
    model, plain = WrittenSettings.model_validate(document), settings_of(document)
    assert plain.requires == model.requires
    assert plain.unique_secret_names == model.unique_secret_names
    assert (plain.rules.ignore, plain.rules.severity) == (model.rules.ignore, model.rules.severity)
    assert {glob: of.ignore for glob, of in plain.rules.paths.items()} == {
        glob: of.ignore for glob, of in model.rules.paths.items()
    }
    assert {
        name: (each.secret_suffix, each.shared, {**each.routes}) for name, each in plain.environments.items()
    } == {
        name: (each.secret_suffix, each.shared, each.default_url_route)
        for name, each in model.environments.items()
    }
    assert plain.access.require_signed == model.access.require_signed
    assert plain.access.repository_admins == model.access.repository_admins
    assert plain.access.pgp_keys == model.access.pgp_keys
    assert [(rule.who, rule.may, rule.paths, rule.kinds, rule.fields) for rule in plain.access.rules] == [
        (rule.who, rule.may, rule.paths, rule.kinds, rule.fields) for rule in model.access.rules
    ]


def test_numbers_of_a_declaration_are_what_the_model_makes_of_them() -> None:
    written = {
        "type": "array",
        "minItems": 1.0,
        "items": {"minimum": 3, "enum": [1.0, True]},
        "required": ["a"],
    }
    declaration, model = declaration_of(written), Declaration.model_validate(written)
    assert declaration.keywords["minItems"] == model.min_items == 1
    assert isinstance(declaration.keywords["minItems"], int)
    assert declaration.items is not None
    assert model.items is not None
    assert declaration.items.keywords["minimum"] == model.items.minimum == 3.0
    assert declaration.items.enum == model.items.enum == (1.0, True)
    assert declaration.required == model.required == ("a",)
