"""Key that is no text.

## Why is this bad?
JSON has only text as keys. An unquoted number, `true` or `null` is something else in YAML.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
x-years:
  2024: done
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
x-years:
  '2024': done
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF114", "error", __doc__, scope="file", needs=())
