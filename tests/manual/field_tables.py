"""The fields of each kind as the manual shows them, from the models, the table of kinds and files of the example."""

from collections.abc import Iterator
from typing import Any, Final

from qafiles.declared_fields import ORIGIN
from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import classify
from qafiles.schema.generated import json_schema
from tests.manual.documents import TOP

_EXAMPLE: Final = TOP / "examples" / "acme-qa"
_SHOP: Final = "organizations/acme/projects/swag-labs"
_FILES: Final = {
    "organization": "organizations/acme/organization.yaml",
    "member": "organizations/acme/members/jakob.yaml",
    "project": f"{_SHOP}/project.yaml",
    "test_case": f"{_SHOP}/test_cases/login/locked-out-user-is-refused.yaml",
    "document": f"{_SHOP}/documents/session-and-access.yaml",
    "tag": f"{_SHOP}/tags/smoke.yaml",
    SECRET: f"{_SHOP}/secret_values/SWAG_LABS_PASSWORD.yaml",
    "test_traversal": f"{_SHOP}/test_traversals/login/standard-user-logs-in/desktop-firefox.yaml",
    "browser_config": "browser_configs/desktop-firefox.yaml",
    "user": "users/jakob.yaml",
}
_WITHIN: Final = {
    "root": "",
    "organization": "organizations/<organization>/",
    "project": "organizations/<organization>/projects/<project>/",
}
_BY_PLACE: Final = {"organization_id": "organization", "project_id": "project"}


def field_tables() -> str:
    """Return a section for each kind: where its files lie, its fields, and a file of the example."""
    return "".join(map(_section, KIND_FACTS))


def _section(kind: Kind) -> str:
    facts = KIND_FACTS[kind]
    schema = json_schema(kind)
    path = _FILES.get(kind) or next(_files_of(kind))
    name = f"<{facts.label.replace(' ', '_')}>"
    end = f"{name}/{facts.file}" if facts.file else f"{'**/' if facts.suites else ''}{name}.yaml"
    rows = "".join(
        f"| `{field}` | {_holds(kind, field, facts_of)} | {_absent(kind, field, schema)} | {_said(kind, field, facts_of)} |\n"
        for field, facts_of in schema["properties"].items()
        if field != ORIGIN
    )
    text = (_EXAMPLE / path).read_text("utf-8")
    return (
        f"## {facts.label[0].upper()}{facts.label[1:]}\n\n{schema['description']}\n\n"
        f"`{_WITHIN[facts.within]}{facts.folder}/{end}`\n\n"
        f"| field | holds | when absent | |\n|---|---|---|---|\n{rows}\n"
        f"`{path}`:\n\n```yaml\n{text}```\n\n"
    )


def _files_of(kind: Kind) -> Iterator[str]:
    for place in sorted(_EXAMPLE.rglob("*.yaml")):
        path = place.relative_to(_EXAMPLE).as_posix()
        if getattr(classify(path), "kind", None) == kind:
            yield path


def _holds(kind: Kind, field: str, schema: dict[str, Any]) -> str:
    """Return what a field holds, in words."""
    facts = KIND_FACTS[kind]
    reference = next((one for one in facts.references if one.name == field), None)
    if field == "id":
        return "an id"
    if reference is not None:
        target = KIND_FACTS[reference.target]
        if kind == SECRET:
            return f"the id of a {target.label}"
        if reference.many:
            return f"a list of {target.plural.lower()}"
        return f"{'an' if target.label[0] in 'aeio' else 'a'} {target.label}"
    if field in facts.dates:
        return "date and time"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return "a list of texts"
    if schema.get("type") == "integer":
        return f"a number, {schema['minimum']} or more"
    return "a mapping" if schema.get("type") == "object" or "$ref" in schema else "text"


def _absent(kind: Kind, field: str, schema: dict[str, Any]) -> str:
    """Return what stands for a field that is not written."""
    if field in schema["required"]:
        return "**required**"
    if field in _BY_PLACE:
        return f"the {_BY_PLACE[field]} of the folder"
    if field in KIND_FACTS[kind].derived:
        return "git's history"
    default = schema["properties"][field].get("default")
    return f"`{default}`" if default else "nothing"


def _said(kind: Kind, field: str, schema: dict[str, Any]) -> str:
    """Return the sentence about a field; what every id and date is like stands once above the tables."""
    if field == "id":
        return "made by `new` and `fix`; never copied"
    if field in KIND_FACTS[kind].dates:
        return str(schema["description"])
    examples = schema.get("examples") or schema.get("items", {}).get("examples") or ()
    shown = [one for one in examples if isinstance(one, str) and "\n" not in one and len(one) < 40]
    such = f" Such as `{shown[0]}`." if shown else ""
    return f"{schema['description']}{such}".replace("|", "\\|")
