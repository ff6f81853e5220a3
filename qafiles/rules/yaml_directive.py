"""YAML directive.

## Why is this bad?
Every file is YAML 1.2. A directive such as `%YAML 1.1` makes some readers take `no` for false.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
%YAML 1.1
---
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF110", "error", __doc__, scope="file", needs=())
