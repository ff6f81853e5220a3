"""Comments behind ids that name the handle of the entity: they follow when it is renamed, and no other comment is touched."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from qafiles.diff.whereabouts import whereabouts
from qafiles.edits.proposals.fixes import Fix, Fixed
from qafiles.errors import EditRefusedError
from qafiles.layout import NAME_PATTERN
from qafiles.parsing import Positions
from qafiles.references import Reference
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import Content
from qafiles.yaml_text.document import Document
from qafiles.yaml_text.texts import comment_in, with_texts

_NAME: Final = NAME_PATTERN.removeprefix("^").removesuffix(r"(?![\s\S])")
_is_handle = re.compile(rf"{_NAME}(?:/{_NAME})*").fullmatch


class HandleComment(NamedTuple):
    """A comment behind an id that is no handle of its entity now: as a reference by that handle, the entity, and its handle."""

    named: Reference
    target: EntityFile
    new: str


def _other_comments(
    snapshot: Snapshot, file: EntityFile, content: bytes, shared: Container[str]
) -> tuple[HandleComment, ...]:
    """Return the comments behind ids in a file that may have been handles."""
    if b"#" not in content:
        return ()
    comments = []
    document: Document | None = None
    for reference in file.references():
        if reference.placeholder or not snapshot.is_id(reference.value) or reference.value in shared:
            continue
        target = snapshot.resolve(reference)
        if target is None or target.kind != reference.target:
            continue
        try:
            document = document or Document(content)
            comment = comment_in(document, reference.pointer)
        except EditRefusedError:
            return ()
        if comment is not None and _is_handle(comment) is not None:
            new = _handle(comment, file, target)
            if comment not in {new, target.handle}:
                comments.append(HandleComment(reference._replace(value=comment), target, new))
    return tuple(comments)


def former_handles(
    snapshot: Snapshot, files: Iterable[tuple[EntityFile, Content]], shared: Container[str]
) -> Mapping[str, Sequence[HandleComment]]:
    """Return the comments behind ids that by git's history were a handle of the entity, by path of the file; git is asked once.

    Ids that several files share, the `shared` ones, have no one handle.
    """
    asked: list[HandleComment] = []
    for file, content in files:
        if isinstance(content, bytes):
            asked += _other_comments(snapshot, file, content, shared)
    known = whereabouts(snapshot, [comment.named for comment in asked]) if asked else {}
    by_path: dict[str, list[HandleComment]] = {}
    for comment in asked:
        was = known.get(comment.named)
        if was is not None and was.file is comment.target:
            by_path.setdefault(comment.named.path, []).append(comment)
    return by_path


def renamed_comments(path: str, content: bytes, comments: Sequence[HandleComment]) -> Fixed:
    """Return a file in which comments that were handles of the entities behind ids are their handles of today."""
    if not comments:
        return content, ()
    document, positions = Document(content), Positions(content)
    texts, fixes = [], []
    for named, _, new in comments:
        written = comment_in(document, named.pointer, whole=True)
        if written is None or comment_in(document, named.pointer) != named.value:
            continue
        texts.append((named.pointer, written, 0, written.removesuffix(named.value) + new))
        line = positions.span(named.pointer).line
        fixes.append(Fix(path, line, f"comment `# {named.value}` is `# {new}` now"))
    return (with_texts(content, texts) if texts else content), tuple(fixes)


def _handle(comment: str, file: EntityFile, target: EntityFile) -> str:
    """Return the handle that a comment should name: without the project where the comment leaves it out."""
    if file.project is None or target.project != file.project:
        return target.handle
    short = target.handle.removeprefix(f"{target.project}/")
    return target.handle if comment.startswith(f"{target.project}/") else short
