"""Number that JSON and 64 bits can't hold.

## Why is this bad?
Infinities, not-a-number and very long integers are changed or refused by most readers.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
x-limit: .inf
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
x-limit: '.inf'
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF116", "error", __doc__, scope="file", needs=())
