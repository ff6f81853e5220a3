"""`qafiles explain`."""

import json
from typing import TYPE_CHECKING

import click

from qafiles.cli.options import complete_codes, format_option
from qafiles.cli.shape import Shape, shape_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qafiles.kinds import Kind
    from qafiles.rules import Rule


@click.command("explain")
@click.argument("code", required=False, shell_complete=complete_codes)
@shape_options
@format_option("text", "json")
def command(code: str | None, shape: Shape, format_: str) -> None:
    """Print the page of a rule, given its code or name, or the fields of a kind; without CODE, all rules."""
    from qafiles.codes import NAMES
    from qafiles.errors import UsageError
    from qafiles.kinds import kind_named
    from qafiles.layout import nearest
    from qafiles.rules import all_rules, rule

    if code is None:
        _table(all_rules(), shape, format_)
        return
    wanted = next(
        (known for known, name in NAMES.items() if code.upper() == known or code.lower() == name), None
    )
    family = [found for found in all_rules() if found.code.startswith(code.upper())] if wanted is None else []
    if family:
        _table(family, shape, format_)
        return
    kind = kind_named(code)
    if wanted is None and kind is not None:
        _fields(kind, format_)
        return
    if wanted is None:
        near = nearest(code.upper(), [*NAMES]) or nearest(code.lower(), [*NAMES.values()])
        raise UsageError(
            f"`{code}` is no rule" + (f"; did you mean {near}?" if near else "; `qafiles explain` lists them")
        )
    found = rule(wanted)
    if format_ == "json":
        click.echo(json.dumps({**_facts(found), "page": found.documentation}, indent=2))
        return
    configurable = "can be ignored or re-rated in qafiles.yaml" if found.configurable else "always counts"
    needs = "; ".join([found.looks_at, *map(str, found.needs)])
    click.echo(
        f"# {found.code} {found.name}\n\n{found.severity}; {configurable}\n{needs}\n\n{found.documentation.rstrip()}"
    )


def _fields(kind: "Kind", format_: str) -> None:
    """Print the fields of a kind, each with its sentence."""
    from qafiles.kinds import KIND_FACTS
    from qafiles.schema.generated import json_schema

    schema = json_schema(kind)
    if format_ == "json":
        click.echo(json.dumps(schema, indent=2))
        return
    facts = KIND_FACTS[kind]
    click.echo(f"# {kind}: a {facts.label}, such as {facts.example}\n")
    width = max(map(len, schema["properties"]))
    for name, field in schema["properties"].items():
        must = "required" if name in schema.get("required", ()) else "optional"
        click.echo(f"{name:{width}}  {must}  {field.get('description', '')}".rstrip())
    click.echo(f"\nKeys of your own begin with x-. `qafiles schema {kind}` prints the JSON Schema.")


def _table(rules: "Sequence[Rule]", shape: Shape, format_: str) -> None:
    rules = shape.first(rules)
    if shape.counted(rules) or shape.records(lambda: [*map(_facts, rules)], format_):
        return
    if format_ == "json":
        click.echo(json.dumps([_facts(found) for found in rules], indent=2))
        return
    for found in rules:
        click.echo(f"{found.code}  {found.severity:<8} {found.name:<28} {found.title}")


def _facts(found: "Rule") -> dict[str, object]:
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity,
        "configurable": found.configurable,
        "scope": found.scope,
        "group": found.group,
        "needs": {need.what: need.without for need in found.needs},
        "title": found.title,
    }
