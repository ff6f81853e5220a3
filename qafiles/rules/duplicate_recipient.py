"""Key that two users claim.

## Why is this bad?
A key in `age_recipients` says whose it is: `qafiles secret recipients` goes by it, in both directions. With two users, one who
leaves takes the other one's access along, or a stranger's name hides whose key it is. SSH keys are the same whatever comment is
behind them.

## Example
```yaml title=users/ada.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: Ada
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n]
```
```yaml title=users/aaron.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Aaron
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n]
```

## Use instead
```yaml title=users/ada.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: Ada
age_recipients: [age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n]
```
```yaml title=users/aaron.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Aaron
age_recipients: [age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm]
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot
from qafiles.snapshot.key_owners import owners, recipients_of

_HINT = "leave it with the one whose key it is; git knows who wrote the other one"


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each key of a user that another user claims, too."""
    if sum(bool(user.get("age_recipients")) for user in snapshot.of_kind("user")) < 2:
        return
    by_key = owners(snapshot.of_kind("user"))
    for user in snapshot.of_kind("user"):
        for recipient in recipients_of(user):
            others = [other for other in by_key[recipient] if other is not user]
            if others:
                names = ", ".join(f"`{other.handle}`" for other in others)
                related = tuple(
                    Related(other.path, "it is claimed here, too", ("age_recipients",)) for other in others
                )
                message = f"the key {recipient[1]} is claimed by {names}, too"
                yield Finding(
                    user.path, message, ("age_recipients",), hint=_HINT, subject=recipient[1], related=related
                )


RULE = Rule("QF317", "error", __doc__, check=check, scope="group", group="kind", needs=())
