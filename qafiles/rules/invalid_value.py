"""Value that the field does not allow.

## Why is this bad?
The message says what is allowed; `qafiles schema KIND` prints the JSON Schema with every pattern.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: Teal
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF204", "error", __doc__, scope="file", needs=())
