"""Change that leaves nobody who could decide.

## Why is this bad?
Without an admin, nobody could give a role back: the next change would need somebody who bypasses the check. That is so of an
organization without an admin, of a repository in which no user is an admin of every organization or one of
`access.repository_admins`, and of settings that can't be read.

## Example
```text
$ qafiles access check main..feature
error[QF806] last-admin: as a whole: acme would have no admin any more
```

## Use instead
Make somebody else an admin in the same change, or in one before.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF806", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
