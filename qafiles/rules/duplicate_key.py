"""Key that occurs twice in a mapping.

## Why is this bad?
Readers silently keep the first or the last. Which one was meant is for a person to say.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
name: quick
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF113", "error", __doc__, scope="file", needs=())
