"""Finding the data root and opening a source of its files."""

import os
from pathlib import Path

from qafiles.cache.asked_paths import AskedPaths
from qafiles.errors import DataRootError, GitError, UsageError
from qafiles.git import GitRepository, NoGitError, find_repository, find_top_without_git
from qafiles.git.discovery import repository_of
from qafiles.git.listed_paths import listed_paths
from qafiles.layout import SETTINGS_FILE
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.edit_state import state_of, unfinished
from qafiles.sources.enclosing import enclosing_roots, existing, misnamed_settings


def open_source(  # noqa: PLR0913  # one parameter for each choice of the command line
    folder: str | Path = ".",
    *,
    rev: str | None = None,
    staged: bool = False,
    repository: GitRepository | None = None,
    asked: str = "--rev",
    paths: AskedPaths | None = None,
) -> Source:
    """Return the source of the data root that a folder lies in: its working tree, its index or a revision.

    `repository` spares the search for that of a revision or of the index, where another source of the data root knows it.
    Raises DataRootError when there is none, UnknownRevisionError, GitError when git is needed and fails, and UsageError
    for a revision and the index at once. `asked` is what messages say needs git. Of the working tree, `paths` are what git was
    asked for already.
    """
    start = Path(folder).absolute()
    if ".." in start.parts:
        start = start.resolve()
    roots = [*enclosing_roots(start)]
    root = next(iter(roots), None)
    if rev is not None or staged:
        if rev is not None and staged:
            raise UsageError("a revision and the index exclude each other")
        # A submodule that lies in the data root is another repository.
        repository = repository or find_repository(root or existing(start))
        if repository is None:
            _require_folder(start, folder)
            option = "--staged" if staged else asked
            broken = _broken(root or start)
            why = (
                f"git finds none in {broken}, whose `.git` is damaged: clone it anew"
                if broken
                else f"{start} lies in none"
            )
            raise DataRootError(f"{option} needs a git repository, and {why}")
        commit = repository.commit(rev) if rev is not None else None
        if not start.is_dir() and not _holds(repository, start, commit):
            _require_folder(start, folder)
        return GitObjectSource(repository, _root_in_git(repository, start, commit), commit)
    if root is None or not start.is_dir():
        source = _left_out_source(start)
        if source is None:
            _require_folder(start, folder)
            raise DataRootError(_no_root_message(start))
        return _with_unfinished_edit(source)
    if len(roots) > 1:
        raise DataRootError(_nested(str(root), str(roots[1])))
    return _with_unfinished_edit(_folder_source(root, paths))


def _require_folder(start: Path, folder: str | Path) -> None:
    if not start.is_dir():
        raise DataRootError(f"{folder} is no folder")


def _holds(repository: GitRepository, folder: Path, commit: str | None) -> bool:
    """Return whether a commit, or the index, holds a folder that is not on the disk."""
    inside = _relative(folder, repository.top or repository.git_dir)
    if inside is None:
        return False
    return bool(repository.paths_in(commit, [inside]) if commit else repository.index_entries(inside))


def _left_out_source(start: Path) -> FolderSource | None:
    """Return the working tree of a data root whose settings a sparse checkout leaves out of it; None for any other."""
    try:
        repository = find_repository(existing(start))
        if (
            repository is None
            or repository.top is None
            or not (start.is_dir() or _holds(repository, start, None))
        ):
            return None
        place = _root_in_git(repository, start, None)
    except (GitError, DataRootError):
        return None
    listed = tuple(repository.work_tree_paths(place))
    if not any(path == SETTINGS_FILE and skipped for path, _, skipped in listed):
        return None
    return FolderSource(repository.top / place, repository, root=place or ".", listed=listed)


def _with_unfinished_edit(source: FolderSource) -> FolderSource:
    """Return the source, which says so when an edit of its files was interrupted: they may be old and new at once."""
    git_dir = source.repository.git_dir if source.repository is not None else None
    if not unfinished(state_of(source.folder, git_dir, source.root)):
        return source
    note = (
        "an edit was interrupted or is being written, and files may be old and new at once; "
        "the next command that edits finishes or undoes it"
    )
    return source._replace(unchecked=(*source.unchecked, note))


def _nested(inner: str, outer: str) -> str:
    return f"the data root {inner} lies inside the data root {outer}; delete one {SETTINGS_FILE}"


def _folder_source(root: Path, paths: AskedPaths | None) -> FolderSource:
    """Return the working tree that git sees, or the plain folder where git sees nothing of it."""
    paths = paths if paths is not None and paths.root == str(root) else None
    try:
        repository = repository_asked(paths) if paths is not None else None
        is_asked = repository is not None
        repository = repository or find_repository(root)
    except NoGitError as error:
        if not any(os.path.lexists(place / ".git") for place in (root, *root.parents)):
            return FolderSource(root)
        top = find_top_without_git(root) or root
        note = f"{error}; all files were read, ignored ones too, and no history"
        return FolderSource(root, root=_relative(root, top) or ".", unchecked=(note,))
    if repository is None or repository.top is None:
        broken = _broken(root)
        note = f"git finds no repository in {broken}, whose `.git` is damaged; all files were read, and no history"
        return FolderSource(root, unchecked=(note,) if broken and repository is None else ())
    relative = _relative(root, repository.top)
    if relative is None:
        return FolderSource(root)
    below = "" if relative == "." else relative
    out = paths.paths() if paths is not None and is_asked else None
    listed = listed_paths(out, below) if out is not None else repository.work_tree_paths(below)
    if not any(path == SETTINGS_FILE for path, *_ in listed):
        note = "git ignores this data root; all its files were read, and no history"
        return FolderSource(root, root=relative, unchecked=(note,))
    return FolderSource(root, repository, root=relative, listed=tuple(listed))


def repository_asked(paths: AskedPaths) -> GitRepository | None:
    """Return the repository of the data root of which git was asked for the paths; None where it did not say."""
    words = paths.where()
    return repository_of(words, Path(paths.root)) if words is not None else None


def _broken(folder: Path) -> Path | None:
    """Return the folder whose `.git` is to be that of a repository, None where there is none."""
    return next((place for place in (folder, *folder.parents) if os.path.lexists(place / ".git")), None)


def _relative(folder: Path, top: Path) -> str | None:
    """Return a folder relative to another, `.` for the same, or None when it does not lie in there."""
    folder, top = folder.resolve(), top.resolve()
    return folder.relative_to(top).as_posix() if folder.is_relative_to(top) else None


def _root_in_git(repository: GitRepository, start: Path, commit: str | None) -> str:
    """Return the data root's path in a commit (or in the index), relative to the top and empty for the top itself."""
    # In a bare repository `data.git/qa` names the folder `qa` of its commits.
    inside = _relative(start, repository.top or repository.git_dir) or "."
    parts = [] if inside == "." else inside.split("/")
    above = ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]
    candidates = {f"{place}/{SETTINGS_FILE}" if place else SETTINGS_FILE: place for place in above}
    settings_files = repository.paths_in(commit, [*candidates])
    roots = [place for path, place in candidates.items() if path in settings_files]
    if len(roots) > 1:
        raise DataRootError(_nested(f"`{roots[0]}`", f"`{roots[1] or '.'}`"))
    if roots:
        return roots[0]
    known = repository.data_roots(commit, SETTINGS_FILE)
    if repository.top is None and len(known) == 1 and start.is_dir():
        return known[0]  # nobody has chosen one
    where = f"commit {commit[:12]}" if commit else "the index"
    none = f"there is no {SETTINGS_FILE} at or above `{inside}` in {where}"
    other = f"{SETTINGS_FILE.removesuffix('.yaml')}.yml"
    if repository.paths_in(commit, [f"{place}/{other}" if place else other for place in above]):
        raise DataRootError(f"{none}, but a {other}; settings have the name {SETTINGS_FILE} alone")
    raise DataRootError(f"{none}{_listing(known)}")


def _no_root_message(start: Path) -> str:
    known: list[str] = []
    lost = None
    try:
        repository = find_repository(start)
        if repository is not None and repository.top is None:
            return (
                f"{start} is a git repository without a working tree; choose a revision with `--rev` "
                "(`A..B` where two are compared), or edit in a clone that has one"
            )
        if repository is not None and repository.top is not None:
            known = repository.data_roots(None, SETTINGS_FILE)
            lost = _not_checked_out(repository, repository.top, start, known)
    except GitError:
        pass  # the list is a courtesy; a broken repository is not this message's subject
    none = f"there is no {SETTINGS_FILE} in {start} or above it"
    meant = misnamed_settings(start)
    if meant is not None:
        return f"{none}, but {meant}: rename it to {SETTINGS_FILE}, the one name that settings have"
    if lost is not None:
        return f"{none}, and git has one there, which is deleted or not checked out: {lost} brings it back"
    return f"{none}{_listing(known)}; `qafiles init` makes a data root"


def _not_checked_out(repository: GitRepository, top: Path, start: Path, known: list[str]) -> str | None:
    """Return the command that brings back the settings of a folder or one above it, which the index or HEAD holds; None without them."""
    inside = _relative(start, top) or "."
    above = {"", *(inside[:end] for end in [*_slashes(inside), len(inside)] if inside != ".")}
    lost = max(above.intersection(known), key=len, default=None)
    revision = ""
    if lost is None and repository.has_commit("HEAD"):
        lost = max(above.intersection(repository.data_roots("HEAD", SETTINGS_FILE)), key=len, default=None)
        revision = " HEAD"
    if lost is None:
        return None
    if not repository.index_entries(""):
        return f"`git -C {top} checkout`"  # a clone that never had a checkout
    return f"`git -C {top} checkout{revision} -- {f'{lost}/' if lost else ''}{SETTINGS_FILE}`"


def _slashes(path: str) -> list[int]:
    return [number for number, sign in enumerate(path) if sign == "/"]


def _listing(known: list[str]) -> str:
    if not known:
        return ""
    shown = ", ".join(f"`{path or '.'}`" for path in known[:5])
    more = f" and {len(known) - 5} more" if len(known) > 5 else ""
    return f"; git knows these data roots, from its top: {shown}{more} (choose one with `-C`)"
