"""What is wrong with a declaration whose keywords are all known: it contradicts itself, or can't be checked alike everywhere."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.declared_fields import Fault
from qafiles.diagnostics import Pointer
from qafiles.layout import nearest
from qafiles.models.declaration_choices import choice_faults
from qafiles.models.declaration_keywords import CALLED, SPEAKS_OF, keywords, type_of
from qafiles.models.field_declarations import Declaration
from qafiles.models.patterns import PatternError, portable

_RANGES: Final = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))
_OF_REFERENCES: Final = frozenset({"reference", "required", "description", "examples"})


def faults(declaration: Declaration, pointer: Pointer, within: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Yield what is wrong with a declaration at a pointer; `within` are the keywords whose value it is a part of."""
    written = keywords(declaration)
    if declaration.reference is not None:
        yield from _reference_faults(declaration, written, pointer, within)
        return
    kind = type_of(declaration)
    yield from _nesting_faults(kind, pointer, within)
    for keyword in written:
        types = SPEAKS_OF.get(keyword)
        if types is not None and kind not in types:
            other = "the field is" if declaration.type else "another keyword speaks of"
            yield Fault(
                (*pointer, keyword),
                f"`{keyword}` speaks of {CALLED[types[-1]]}, and {other} {CALLED[str(kind)]}",
                f"delete it, or write `type: {types[-1]}`" if declaration.type else "keep one of the two",
                at_key=True,
            )
    yield from _range_faults(kind, written, pointer)
    if declaration.pattern is not None:
        yield from _pattern_faults(declaration.pattern, declaration.max_length, pointer)
    yield from choice_faults(declaration, pointer)
    yield from _required_faults(declaration, pointer, within)
    if declaration.items is not None:
        yield from faults(declaration.items, (*pointer, "items"), (*within, "items"))
    if declaration.properties is not None:
        yield from _property_faults(declaration.properties, (*pointer, "properties"), within)


def _reference_faults(
    declaration: Declaration, written: Mapping[str, Any], pointer: Pointer, within: tuple[str, ...]
) -> Iterator[Fault]:
    if within not in {(), ("items",)}:
        message = "a reference stands at the field itself, or in the `items` of its list, and nowhere deeper"
        yield Fault((*pointer, "reference"), message, "declare a field of its own for it", at_key=True)
    if declaration.type == "array" or "items" in written:
        message = "a list of references has the reference in its `items`"
        hint = f"write `type: array` and `items: {{reference: {declaration.reference}}}`"
        yield Fault((*pointer, "reference"), message, hint, at_key=True)
        return
    for keyword in written:
        if keyword not in _OF_REFERENCES and (keyword, declaration.type) != ("type", "string"):
            message = f"`{keyword}` says nothing of a reference, which is the id or handle of an entity"
            yield Fault((*pointer, keyword), message, "delete it", at_key=True)
    yield from _required_faults(declaration, pointer, within)


def _nesting_faults(kind: str | None, pointer: Pointer, within: tuple[str, ...]) -> Iterator[Fault]:
    if kind == "object" and "properties" in within:
        message = "a mapping in a mapping is too deep: one level can be declared"
        yield Fault(pointer, message, "declare a field of its own for it", at_key=True)
    if kind == "array" and "items" in within:
        message = "a list in a list can't be declared"
        yield Fault(pointer, message, "write a list of mappings, or of text", at_key=True)


def _range_faults(kind: str | None, written: Mapping[str, Any], pointer: Pointer) -> Iterator[Fault]:
    for low, high in _RANGES:
        least, most = written.get(low), written.get(high)
        if least is None or most is None:
            continue
        if least > most:
            message = f"`{low}` is {least:g} and `{high}` is {most:g}, so that no value fits"
            yield Fault((*pointer, low), message, "write the smaller one as the minimum")
        elif low == "minimum" and kind == "integer" and math.ceil(least) > math.floor(most):
            message = f"no whole number lies between {least:g} and {most:g}"
            yield Fault((*pointer, low), message, "write `type: number`, or other limits")


def _pattern_faults(pattern: str, longest: int | None, pointer: Pointer) -> Iterator[Fault]:
    try:
        portable(pattern, longest)
    except PatternError as error:
        message = f"`pattern` can't be used: {error}"
        yield Fault((*pointer, "pattern"), message, "`qafiles explain QF206` says what patterns may hold")


def _required_faults(declaration: Declaration, pointer: Pointer, within: tuple[str, ...]) -> Iterator[Fault]:
    required = declaration.required
    if within[-1:] == ("items",) and required is True:
        message = "`required: true` says nothing of the items of a list"
        yield Fault((*pointer, "required"), message, "write `minItems: 1` beside `items`", at_key=True)
    if isinstance(required, bool):
        return
    known = [*(declaration.properties or ())]
    if declaration.properties is None:
        message = "a list of required properties belongs to a mapping with `properties`"
        hint = "write `required: true` for a field that every entity has"
        yield Fault((*pointer, "required"), message, hint, at_key=True)
        return
    for number, name in enumerate(required):
        if name not in known:
            near = nearest(name, known)
            hint = (
                f"did you mean `{near}`?"
                if near
                else f"the properties are {', '.join(f'`{k}`' for k in known)}"
            )
            yield Fault((*pointer, "required", number), f"`{name[:60]}` is none of the properties", hint)


def _property_faults(
    properties: Mapping[str, Declaration], pointer: Pointer, within: tuple[str, ...]
) -> Iterator[Fault]:
    if not properties:
        yield Fault(
            pointer, "a mapping without properties holds nothing", "declare its keys, or delete this line"
        )
    for name, declaration in properties.items():
        if not name or name.strip() != name or "." in name or not name.isprintable():
            message = f"`{name[:60]}` can't be the name of a property"
            yield Fault((*pointer, name), message, "write a name without dots and blanks", at_key=True)
        yield from faults(declaration, (*pointer, name), (*within, "properties"))
