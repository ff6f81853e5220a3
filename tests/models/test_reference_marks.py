from typing import Any, get_args

from qafiles.layout import KINDS
from qafiles.models import MODELS
from qafiles.models.values import RefersTo
from qafiles.references import REFERENCE_FIELDS, ReferenceField


def _marks(annotation: Any) -> list[RefersTo]:
    found = [item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, RefersTo)]
    return found + [mark for inner in get_args(annotation) for mark in _marks(inner)]


def test_the_table_of_references_is_what_the_models_mark() -> None:
    for kind in KINDS:
        marked = []
        for name, field in MODELS[kind].model_fields.items():
            marks = [item for item in field.metadata if isinstance(item, RefersTo)] or _marks(
                field.annotation
            )
            if marks:
                many = field.annotation is not str and "tuple" in str(field.annotation)
                marked.append(ReferenceField(name, marks[0].kind, many))
        assert sorted(marked) == sorted(REFERENCE_FIELDS[kind]), kind
