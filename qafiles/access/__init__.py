"""Access: which changes the roles of people allow, told from a policy that a change can't alter.

A policy is a value, read from a commit that is trusted; what a change does is read from git's raw trees; the matrix says of
one operation of one person whether it is allowed, and why.
"""
