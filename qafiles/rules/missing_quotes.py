"""Text that needs quotes.

## Why is this bad?
Unquoted, `*` begins an alias, `#` a comment and `{` a mapping, so that YAML reads something else
than what is written. Behind a text, ` #` cuts off the rest of the line: `name: Bug #123` is `Bug`. A comment is written
`# …`, with a space.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: #0483ac
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: '#0483ac'
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF117", "error", __doc__, scope="file", needs=())
