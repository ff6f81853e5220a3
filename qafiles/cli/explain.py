"""`qafiles explain`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.options import complete_pages, format_option
from qafiles.cli.shape import Shape, shape_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qafiles.kinds import Kind
    from qafiles.rules import Rule


@click.command("explain")
@click.argument("code", required=False, shell_complete=complete_pages)
@shape_options
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, code: str | None, shape: Shape, format_: str) -> None:
    """Print the page of a rule, given its code or name, or the fields of a kind; without CODE, all rules.

    The fields of a kind are those of the model and those that the data root declares.
    """
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
    family = (
        [member for member in all_rules() if member.code.startswith(code.upper())] if wanted is None else []
    )
    if family:
        _table(family, shape, format_)
        return
    kind = kind_named(code)
    if wanted is None and kind is not None:
        _fields(kind, folder, format_)
        return
    if wanted is None:
        near = nearest(code.upper(), [*NAMES]) or nearest(code.lower(), [*NAMES.values()])
        raise UsageError(
            f"`{code}` is no rule" + (f"; did you mean {near}?" if near else "; `qafiles explain` lists them")
        )
    wanted_rule = rule(wanted)
    if format_ == "json":
        click.echo(json.dumps({**_facts(wanted_rule), "page": wanted_rule.documentation}, indent=2))
        return
    configurable = (
        "can be ignored or re-rated in qafiles.yaml" if wanted_rule.configurable else "always counts"
    )
    needs = "; ".join([wanted_rule.looks_at, *map(str, wanted_rule.needs)])
    click.echo(
        f"# {wanted_rule.code} {wanted_rule.name}\n\n{wanted_rule.severity}; {configurable}\n{needs}\n\n{wanted_rule.documentation.rstrip()}"
    )


def _fields(kind: "Kind", folder: Path, format_: str) -> None:
    """Print the fields of a kind, each with its sentence, and with what it may hold where the data root declares it."""
    from qafiles.kinds import KIND_FACTS, SECRET
    from qafiles.loading.settings import declared_near
    from qafiles.render.escape import escape
    from qafiles.schema.generated import json_schema
    from qafiles.schema.values_in_words import described_values

    declared = declared_near(folder.absolute())
    schema = json_schema(kind, declared=declared)
    if declared.faults:
        click.echo(
            "note: some declarations in qafiles.yaml are wrong and count for nothing; `qafiles validate` says why",
            err=True,
        )
    if format_ == "json":
        click.echo(json.dumps(schema, indent=2))
        return
    facts = KIND_FACTS[kind]
    click.echo(f"# {kind}: a {facts.label}, such as {facts.example}\n")
    fields = declared.of(kind)
    width = max(map(len, schema["properties"]))
    for name, field in schema["properties"].items():
        if name not in fields:
            must = "required" if name in schema.get("required", ()) else "optional"
            click.echo(f"{name:{width}}  {must}  {field.get('description', '')}".rstrip())
    if fields:
        click.echo("\nCustom fields, declared in qafiles.yaml:\n")
    for name, declared_field in fields.items():
        must = "required" if declared_field.required else "optional"
        said = described_values(declared_field)
        click.echo(f"{name:{width}}  {must}  {escape(' '.join(said.split()))}")
    own = "" if kind == SECRET else "Keys of your own begin with x-. "
    click.echo(f"\n{own}`qafiles schema {kind}` prints the JSON Schema.")


def _table(rules: "Sequence[Rule]", shape: Shape, format_: str) -> None:
    rules = shape.first(rules)
    if shape.counted(rules) or shape.records(lambda: [*map(_facts, rules)], format_):
        return
    if format_ == "json":
        click.echo(json.dumps([_facts(rule) for rule in rules], indent=2))
        return
    for rule in rules:
        click.echo(f"{rule.code}  {rule.severity:<8} {rule.name:<28} {rule.title}")


def _facts(rule: "Rule") -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "configurable": rule.configurable,
        "scope": rule.scope,
        "group": rule.group,
        "needs": {need.what: need.without for need in rule.needs},
        "title": rule.title,
    }
