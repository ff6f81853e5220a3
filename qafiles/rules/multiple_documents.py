"""More than one YAML document in a file.

## Why is this bad?
One file is one entity: many readers would silently take the first document and lose the others.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
---
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF109", "error", __doc__, scope="file", needs=())
