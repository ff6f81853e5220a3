"""Change that the role of whoever made it does not allow.

## Why is this bad?
Roles mean nothing where nobody checks them. `qafiles access check A..B` looks at every commit between two, and at the change as
a whole, with the roles, keys and settings of the merge base: what the change itself says of them counts from the next one.

- A guest may change nothing, a member what is in the projects of the organization, an admin also its members and projects.
- What belongs to no organization (users, browser configs, qafiles.yaml, .sops.yaml, workflows, what nobody knows) needs an
  admin of every organization, or one of `access.repository_admins`.
- A rename is a deletion there and a new file here; a link, a submodule and a path that differs in case alone need a
  repository admin.
- Rules under `access.rules` come first: the first that fits decides alone.

## Example
```text
$ qafiles access check main..feature
error[QF801] forbidden-change: commit 51b0e9c4aa: mallory may not change role of this member: a member of acme may change
what is in its projects alone
```

## Use instead
Let it be made by somebody who may (the hint names them), or where the platform's word counts, approved by one.
`qafiles access who PATH` says who may do what, and why.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF801", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
