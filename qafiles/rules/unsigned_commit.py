"""Commit of which nobody can tell who made it.

## Why is this bad?
Names and addresses of authors are free text. Where `access.require_signed` is `error`, as it is when nothing is written, only a signature by
one of the `signing_keys` of a user says who made a commit. With `warn` an unsigned commit counts as its author's e-mail address says,
which proves nothing, and this is a warning.

## Example
```text
$ qafiles access check main..feature
error[QF802] unsigned-commit: commit 51b0e9c4aa: it is not signed, so that nobody may change this test case
```

## Use instead
Sign commits with an SSH key that your user lists:

```text
$ git config gpg.format ssh
$ git config user.signingkey ~/.ssh/id_ed25519.pub
$ git config commit.gpgsign true
```

A signed merge answers for the commits that it merges. Teams that merge with a button of the forge write
`access: {require_signed: platform}`.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF802", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
