"""Commit whose signature is bad.

## Why is this bad?
The commit was altered after it was signed, its key has expired or was revoked, or the signature can't be checked. That is worse
than no signature: nobody answers for it, not even who merges it with a signature.

## Example
```text
$ qafiles access check main..feature
error[QF803] bad-signature: commit 51b0e9c4aa: the key of its signature has expired, so that nobody may change this document
```

## Use instead
Sign it again with a key that is valid, `git commit --amend -S`, or `git rebase --exec 'git commit --amend --no-edit -S'` for several.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF803", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
