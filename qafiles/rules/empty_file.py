"""Empty file.

## Why is this bad?
An entity has at least an id. An empty file is often what is left of a failed write.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
# nothing here yet
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF108", "error", __doc__, scope="file", needs=())
