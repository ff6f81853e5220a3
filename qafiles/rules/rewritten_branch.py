"""Push that rewrites or deletes what everybody builds on.

## Why is this bad?
A push by force drops commits, and with them what their authors were allowed to do. Refs below `refs/replace/` show other
commits than those that were checked. The server's hook, `qafiles access check --pre-receive`, refuses both, and the deletion of the
branch that HEAD names.

## Example
```text
$ git push --force origin main
remote: error[QF808] rewritten-branch: refs/heads/main would lose commit 51b0e9c4aa
```

## Use instead
Take a change back with `git revert`, and push that. Other branches may be rewritten and deleted.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF808", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
