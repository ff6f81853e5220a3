"""Value of the wrong type.

## Why is this bad?
A number where text is expected, an empty value, or a single value where a list is expected.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: 2024
color: teal
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: '2024'
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF203", "error", __doc__, scope="file", needs=())
