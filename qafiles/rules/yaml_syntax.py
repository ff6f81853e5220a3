"""Text that is not YAML.

## Why is this bad?
Nothing in the file can be checked beyond the error. References to the entity still hold, as long as
its `id:` line is legible.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke: quick
color: teal
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: 'smoke: quick'
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF106", "error", __doc__, scope="file", needs=())
