"""The test cases that an entity concerns: those that refer to it, and those that a document, traversal or config of theirs does."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from qafiles.kinds import SECRET
from qafiles.references import BY_PLACE
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import users_of_secrets

_OF_TRAVERSALS: Final = frozenset({"browser_config_id", "secret_values"})
"""Fields by which a traversal takes something."""


class User(NamedTuple):
    """A test case, and the entity through which it uses another one, None where it refers to that itself."""

    case: EntityFile
    via: EntityFile | None = None


class Users:
    """The test cases that use the entities of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._of_secrets: Mapping[str, tuple[EntityFile, ...]] | None = None

    def of(self, file: EntityFile) -> Iterator[User]:
        """Yield the test cases that an entity concerns; a test case itself and those that refer to it."""
        if file.kind == "test_case":
            yield User(file)
        if file.kind == SECRET:
            for user in self._users_of_secret(file):
                yield from self.through(user, str(file.project))
        if file.kind in {"document", "test_traversal"}:
            yield from (User(case) for case in self._named_in(file))
        for link in self._snapshot.incoming(file):
            source, field = link.source, link.reference.field
            if source.kind == "test_case" and field not in BY_PLACE:
                yield User(source)
            elif source.kind == "test_traversal" and field in _OF_TRAVERSALS:
                yield from (User(case, source) for case in self._named_in(source))

    def through(self, user: EntityFile, project: str) -> Iterator[User]:
        """Yield the test cases that use something of a project through an entity, that one itself where it is a test case."""
        if user.kind == "test_case":
            yield User(user)
            return
        for case, via in self.of(user):
            if case.project == project:
                yield User(case, via or user)

    def _users_of_secret(self, secret: EntityFile) -> tuple[EntityFile, ...]:
        if self._of_secrets is None:
            self._of_secrets = users_of_secrets(self._snapshot)
        return self._of_secrets.get(secret.path, ())

    def _named_in(self, file: EntityFile) -> Iterator[EntityFile]:
        """Yield the test cases that a document or a traversal names as its own."""
        for link in self._snapshot.outgoing(file):
            target = link.target
            if link.reference.field == "test_case_id" and target is not None and target.kind == "test_case":
                yield target
