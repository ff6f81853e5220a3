"""Secret that somebody knows who loses the role for it.

## Why is this bad?
Roles say who may write. Who could decrypt a secret once may have kept its value, and finds it in git's history for ever. This is
a warning: the change is legal.

## Example
```text
$ qafiles access check main..feature
warning[QF807] known-secret: as a whole: bob is no member any more of acme and knows acme/shop/ADMIN_PASSWORD, also from git's history
```

## Use instead
Take the key out with `qafiles secret recipients remove bob`, change the values where they are used, and set the new ones.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF807", "warning", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
