"""What the schema of a kind, with the fields that a data root declares, says of fields by their dotted paths."""

from collections.abc import Iterator

from qafiles.declared_fields import DeclaredFields
from qafiles.kinds import Kind
from qafiles.schema.at_pointer import fields_at, only_choices_at
from qafiles.schema.declared_words import choice_texts
from qafiles.schema.stored import schema_of


def own_paths(kind: Kind, declared: DeclaredFields) -> Iterator[str]:
    """Yield the dotted path of every field of a kind that begins with `x-` and has a schema, those inside mappings and lists too."""
    schema = schema_of(kind, declared)
    for name in schema["properties"]:
        if name.startswith("x-"):
            yield name
            for inner in dict.fromkeys((*fields_at(schema, (name,)), *fields_at(schema, (name, 0)))):
                yield f"{name}.{inner}"


def allowed_texts(kind: Kind, path: str, declared: DeclaredFields) -> list[str]:
    """Return the values that alone may stand at a path, as they are written; none where others may, too."""
    first, *inner = path.split(".")
    schema = schema_of(kind, declared)
    return choice_texts(
        only_choices_at(schema, (first, *inner)) or only_choices_at(schema, (first, 0, *inner))
    )
