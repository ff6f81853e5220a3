"""What an argument of the command line means: a user, or the path of an entity or a file, which may not be there yet."""

from qafiles.errors import UnknownEntityError
from qafiles.kinds import kind_named
from qafiles.layout import KINDS, Place, classify, nearest, path_for
from qafiles.snapshot import Snapshot


def user_meant(snapshot: Snapshot, name: str) -> str:
    """Return the handle of the user that a handle, an id or a login names. Raises UnknownEntityError."""
    users = snapshot.of_kind("user")
    for file in users:
        logins = file.get("logins")
        known = {str(login).casefold() for login in logins} if isinstance(logins, list) else set()
        if name in {file.handle, file.id, file.path, f"user:{file.handle}"} or name.casefold() in known:
            return file.handle
    near = nearest(name, [file.handle for file in users])
    hint = f"did you mean `{near}`?" if near else "`qafiles list user` lists the users"
    raise UnknownEntityError(f"no user is called `{name}`; {hint}")


def path_meant(snapshot: Snapshot, name: str) -> str:
    """Return the path that an argument names: an entity's, a file's, or where a new one would lie (`kind:handle`, or a path).

    Raises UnknownEntityError.
    """
    path = name.removeprefix("./")
    if path in snapshot.entries:
        return path
    try:
        return snapshot.find(name).path
    except UnknownEntityError:
        kind, colon, handle = name.partition(":")
        named = kind_named(kind) if colon else None
        if named in KINDS and named is not None:
            try:
                return path_for(named, handle)
            except ValueError:
                raise UnknownEntityError(f"`{handle}` is no handle of a {kind}") from None
        # A path that is not there yet: of an entity, of a file with an ending, or of one whose name begins with a dot.
        if isinstance(classify(path), Place) or "." in path.rpartition("/")[2]:
            return path
        raise
