"""The whole past of the secrets: what lay among them in some commit and was not what SOPS writes."""

from dataclasses import dataclass

from qafiles.errors import QafilesError
from qafiles.layout import Place, classify
from qafiles.rules.commits_between import tips_of
from qafiles.rules.committed_secret import message_on
from qafiles.rules.committed_strays import strays_since
from qafiles.sources import Source


@dataclass(frozen=True, slots=True)
class PastFile:
    """A path among the secrets of the past, what to say of it, and the secret whose value to change, None where none is named."""

    path: str
    message: str
    secret: str | None
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What commits held, sorted by path, and of how many files the clone lacks the content."""

    files: tuple[PastFile, ...]
    missing: int


def past_of(source: Source) -> Past:
    """Return what every commit that a source comes from held among the secrets and SOPS had not written.

    Raises QafilesError where there is no commit.
    """
    tips = tips_of(source)
    if tips is None:
        raise QafilesError("there is no history: git keeps no commit of this data root")
    result = strays_since(tips, None)
    files = tuple(
        PastFile(
            stray.path,
            message_on(stray),
            place.handle if isinstance(place := classify(stray.path), Place) else None,
            tuple(commit.name for commit in stray.commits),
        )
        for stray in result.strays
    )
    return Past(files, result.missing)
