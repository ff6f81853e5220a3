from typing import Any, get_args

from qafiles.kinds import KIND_FACTS, Kind, ReferenceField
from qafiles.models import MODELS
from qafiles.models.values import RefersTo
from qafiles.references import BY_PLACE


def marks(annotation: Any) -> list[tuple[Kind, bool]]:
    """Return the kinds to which a type refers, and whether it is a list of them."""
    found = [
        (mark.kind, False) for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, RefersTo)
    ]
    for part in get_args(annotation):
        within = tuple in {annotation, getattr(annotation, "__origin__", None)}
        found += [(kind, many or within) for kind, many in marks(part)]
    return found


def test_the_table_of_references_is_what_the_models_are_marked_with() -> None:
    for kind, model in MODELS.items():
        found = []
        for name, annotation in model.__annotations__.items():
            found += [ReferenceField(name, target, many) for target, many in marks(annotation)]
        assert tuple(found) == KIND_FACTS[kind].references, kind


def test_by_place_fields_are_references() -> None:
    assert {field.name for facts in KIND_FACTS.values() for field in facts.references} >= BY_PLACE
