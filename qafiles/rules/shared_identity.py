"""Login, e-mail address or key that two users have.

## Why is this bad?
A login, an e-mail address or a key says who somebody is. What two users have says nothing, and counts for neither of them; one who
could add another's login to their own user could take the right to change something from them. So it is with a key that decrypts
secrets, and with the id of a user in another file: who is named by it elsewhere would have no role any more.

## Example
```text
$ qafiles access check main..feature
error[QF805] shared-identity: as a whole: the login `ada-l` is that of user ada, too, so that nobody could tell them apart
```

## Use instead
Keep it at the user whose it is, and delete it from the other.
"""

from qafiles.rules.rule import Need, Rule

RULE = Rule("QF805", "error", __doc__, of_access=True, scope="whole", needs=(Need("history", "nothing"),))
