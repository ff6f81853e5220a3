"""Signing key that nobody with an older key vouches for.

## Why is this bad?
Whoever may add a signing key to a user can sign as that user from the next change on. So a new key needs a signature by one that
the user had before, or a repository admin; a login on the forge is not enough.

## Example
```text
$ qafiles access check main..feature
error[QF804] unproven-key: commit 51b0e9c4aa: ada may not change signing_keys of this user: a new signing key needs a
signature by an old one of the same user, or a repository admin
```

## Use instead
Sign the commit with the old key, then use the new one. Where the old one is lost, a repository admin adds the new one.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF804", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
