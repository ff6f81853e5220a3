"""User whose keys changed.

## Why is this bad?
It is none where the user did it. But whoever changes `age_recipients` of somebody else's file is let in when that user is let in
the next time, and when the user leaves, `qafiles secret recipients remove` goes by the new keys: the old one goes on reading.
`qafiles validate --since` compares two states.

## Example
Before:
```yaml title=users/bob.yaml (before)
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n]
```

Now:
```yaml title=users/bob.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n, age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm]
```

## Use instead
Ask the user, by another way than the pull request, whether the key is theirs. Nothing is to be changed in the file where it is.

Before:
```yaml title=users/bob.yaml (before)
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n]
```

Now:
```yaml title=users/bob.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Robert
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n]
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot.key_owners import recipients_of


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each user whose keys are other ones than before, with each key that came or went."""
    for old, new in states.changed_files:
        if old is None or new is None or new.kind != "user":
            continue
        was, now = {*recipients_of(old)}, {*recipients_of(new)}
        changes = [f"new is {key}" for _, key in sorted(now - was)]
        changes += [f"gone is {key}" for _, key in sorted(was - now)]
        if changes:
            message = f"the keys of user `{new.handle}` changed: {', '.join(changes)}"
            hint = "ask the user whether that is right; a key that is gone from here still decrypts until it is taken out of .sops.yaml"
            yield Finding(new.path, message, ("age_recipients",), "key", hint, subject=message)


RULE = Rule(
    "QF707",
    "warning",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    optional=True,
    check_changes=check_changes,
)
