r"""Declaration of a custom field that contradicts itself or can't be checked.

## Why is this bad?
The field counts as not declared: nothing checks its values, and what it refers to is not looked for. A declaration is a
subset of JSON Schema: `type`, `enum`, `const`, `pattern`, `format` (`date`, `uri`, `email`), `minimum`, `maximum`, `minLength`,
`maxLength`, `minItems`, `maxItems`, `items` and `properties` one level deep, `description`, `examples`; and `required: true` for a
field that every entity of the kind has, and `reference: KIND` for one that names an entity.

Patterns mean the same to Python, to JSON Schema and in editors: characters, `.`, `[ ]`, `( )`, `|`, `* + ? {2,5}`, `^ $`, `\d \w \s`,
`(?= )` and `(?! )`. What these languages read differently (`\b`, `\p{L}`, `(?i)`, names of groups, `\1`) is refused, and so is what
can take very long on some text, such as `(a+)+`.

## Example
```yaml title=qafiles.yaml
version: 1
fields:
  test_case:
    x-estimate: {type: integer, minimum: 90, maximum: 5}
```

## Use instead
```yaml title=qafiles.yaml
version: 1
fields:
  test_case:
    x-estimate: {type: integer, minimum: 5, maximum: 90}
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import SETTINGS_FILE
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each fault of a declaration."""
    for fault in snapshot.settings.fields.faults:
        yield Finding(
            SETTINGS_FILE,
            fault.message,
            fault.pointer,
            "key" if fault.at_key else "value",
            hint=fault.hint,
            subject=str(fault.pointer[-1]),
        )


RULE = Rule("QF206", "error", __doc__, check=check, scope="whole", needs=())
