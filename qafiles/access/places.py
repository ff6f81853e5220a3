"""Which changed paths of a repository are judged: those of the data root, and those that decide what is enforced."""

from collections.abc import Iterable

from qafiles.access.target import folded
from qafiles.git.changes_between import RawChange
from qafiles.layout import SETTINGS_FILE

_ENFORCING = (
    ".github",
    ".gitlab",
    ".gitlab-ci.yml",
    ".gitea",
    ".forgejo",
    ".woodpecker",
    ".woodpecker.yml",
    ".circleci",
    ".cirrus.yml",
    ".buildkite",
    ".drone.yml",
    ".semaphore",
    ".tekton",
    ".travis.yml",
    ".azure-pipelines",
    ".qafiles",
    "appveyor.yml",
    "azure-pipelines.yml",
    "buildspec.yml",
    "cloudbuild.yaml",
    "jenkinsfile",
    "bitbucket-pipelines.yml",
    ".bitbucket",
    ".gitattributes",
    ".gitmodules",
    "codeowners",
    "docs/codeowners",
)
"""Files and folders at the top of a repository that say what runs and who reviews."""
_ABOVE = (SETTINGS_FILE, ".sops.yaml", ".gitattributes")
"""Files in a folder above a data root that count in it, or would put another one around it."""


def inside(changes: Iterable[RawChange], prefix: str) -> tuple[tuple[RawChange, ...], int]:
    """Return the changes that are judged, with paths relative to the data root, and the number of all others.

    `prefix` leads from the top of the repository to the data root: empty, or with a `/`. What lies outside has a path that
    begins with `../`.
    """
    if not prefix:
        return tuple(changes), 0
    up = "../" * prefix.count("/")
    near = folded(prefix)
    parts = near.split("/")[:-1]
    above = {"/".join((*parts[:count], name)) for count in range(len(parts)) for name in _ABOVE}
    judged, others = [], 0
    for change in changes:
        path = change.path
        if path.startswith(prefix):
            judged.append(change._replace(path=path[len(prefix) :]))
        elif (name := folded(path)) in above or _concerns(name, near):
            judged.append(change._replace(path=up + path))
        else:
            others += 1
    return tuple(judged), others


def _concerns(path: str, near: str) -> bool:
    """Return whether a folded path outside decides what is enforced, or is where the data root is or seems to be."""
    if path.startswith(near) or near.startswith(f"{path}/"):
        return True
    return any(path == name or path.startswith(f"{name}/") for name in _ENFORCING)
