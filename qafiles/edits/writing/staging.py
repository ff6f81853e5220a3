"""Staging: everything that an edit may need, to be finished or undone, lies on the disk before the first file changes."""

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from qafiles.edits.proposal import Proposal
from qafiles.edits.working_tree import WorkingTree, digest
from qafiles.edits.writing.journal import Journal, Step, sync_folder, unwritten
from qafiles.errors import EditFailedError
from qafiles.sources.edit_state import BESIDE

_PREFIX: Final = "staged-"
_AT_ONCE: Final = 16


def stage(tree: WorkingTree, proposal: Proposal) -> tuple[Path, tuple[Step, ...]]:
    """Return the folder in which new and old bytes wait, and the steps that take them from there.

    A file that is moved keeps its mode. Raises EditFailedError when a file no longer is as it was read, or when the disk
    refuses.
    """
    changes, moves = proposal.changes, proposal.moves
    steps = tuple(Step(change.path, digest(change.before), digest(change.after)) for change in changes)
    for step in steps:
        _expect(tree, step)
    folder = _place(tree)
    try:
        folder.mkdir(parents=True)
        before = {change.path: change.before for change in changes}
        for number, change in enumerate(changes):
            target = tree.place(change.path)
            if change.before is not None:
                _keep(target, change.before, folder / f"{number}.old")
            if change.after is not None:
                origin = moves.get(change.path, change.path)
                model = tree.place(origin) if before.get(origin) is not None else None
                # Never a second name of the old file: what is written to the one would change the other.
                _write(folder / f"{number}.new", change.after, model)
        _sync(folder.iterdir())
        sync_folder(folder)
    except OSError as error:
        remove_folder(folder)
        raise EditFailedError(
            f"the new texts can't be written to {folder}: {error.strerror}; nothing was changed"
        ) from error
    except BaseException:
        remove_folder(folder)
        raise
    return folder, steps


def staged_folder(tree: WorkingTree, journal: Journal) -> Path:
    """Return the folder in which an edit's bytes wait, also when everything was moved since; raises ValueError for none."""
    name = Path(journal.staged).name
    if not name.startswith(_PREFIX):
        raise ValueError("it names no folder of staged files")
    places = [base / name for base in _bases(tree)]
    return next((place for place in places if place.is_dir()), places[0])


def _bases(tree: WorkingTree) -> tuple[Path, Path]:
    return tree.state.folder, tree.root / BESIDE


def _expect(tree: WorkingTree, step: Step) -> None:
    """Raise EditFailedError unless a file is as the edit read it, and can be replaced."""
    tree.refuse_links(step.path)
    current = tree.digest(step.path)
    if current != step.before:
        what = "appeared" if step.before is None else "was deleted" if current is None else "was changed"
        raise EditFailedError(f"{step.path} {what} since it was read; nothing was written, try again")
    place = tree.place(step.path)
    folder = next(parent for parent in place.parents if parent.is_dir())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EditFailedError(f"the folder {folder} is read-only; nothing was written")
    # Replacing a file needs no permission on it, but somebody took that permission away on purpose.
    if step.before is not None and step.after is not None and not os.access(place, os.W_OK):
        raise EditFailedError(f"{step.path} is read-only; nothing was written")


def _place(tree: WorkingTree) -> Path:
    """Return a folder to be made on the file system of the data root, since only there a rename is one step."""
    name = f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
    beside = tree.root / BESIDE / name
    try:
        tree.state.folder.mkdir(parents=True, exist_ok=True)
        same = tree.state.folder.stat().st_dev == tree.root.stat().st_dev
    except OSError as error:
        raise EditFailedError(
            f"{tree.state.folder} can't be made: {error.strerror}; nothing was written"
        ) from error
    return tree.state.folder / name if same else beside


def _keep(original: Path, content: bytes, place: Path) -> None:
    """Give a file a second name, which costs no space; where that is impossible, copy it."""
    try:
        os.link(original, place, follow_symlinks=False)
    except (OSError, NotImplementedError):
        _write(place, content, original)


def _write(place: Path, content: bytes, model: Path | None) -> None:
    """Write a file with the mode and, where allowed, the owner of another one."""
    with place.open("xb") as file:
        file.write(content)
        file.flush()
        if model is not None:
            status = model.lstat()
            mine = os.fstat(file.fileno())
            if hasattr(os, "fchown") and (status.st_uid, status.st_gid) != (mine.st_uid, mine.st_gid):
                with contextlib.suppress(PermissionError):  # only the superuser gives files away
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
            place.chmod(stat.S_IMODE(status.st_mode))


def _sync(places: Iterable[Path]) -> None:
    """Wait until files are on the disk; many at once, since the disk takes hardly longer for them than for one."""
    files = [*places]
    if len(files) < _AT_ONCE:
        for place in files:
            _sync_file(place)
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # most edits are of few files

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(_sync_file, files):
            pass


def _sync_file(place: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(place, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(tree: WorkingTree) -> None:
    """Remove what edits have staged and never began; to be called while nobody edits and no journal is there."""
    for base in _bases(tree):
        if base.is_symlink() or not base.is_dir():
            continue
        for folder in base.glob(f"{_PREFIX}*"):
            remove_folder(folder)
        unwritten(base).unlink(missing_ok=True)
    beside = tree.root / BESIDE
    if beside.is_dir() and not beside.is_symlink() and not any(beside.iterdir()):
        beside.rmdir()


def remove_folder(folder: Path) -> None:
    """Remove a folder as far as possible: most often there are but files in it."""
    try:
        for place in folder.iterdir():
            place.unlink()
        folder.rmdir()
    except OSError:
        import shutil  # noqa: PLC0415  # seldom needed

        shutil.rmtree(folder, ignore_errors=True)
