"""CODEOWNERS for the forges, made from the members: who reviews what belongs to whom.

https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners,
https://docs.gitlab.com/user/project/codeowners/reference/, https://docs.gitea.com/usage/code-owners
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from qafiles.access.policy import Policy
from qafiles.layout import MEMBER_KINDS, PROJECT_FOLDERS
from qafiles.snapshot import Snapshot

Forge = Literal["github", "gitlab", "gitea"]

PLACES: Final[Mapping[Forge, tuple[str, ...]]] = MappingProxyType(
    {
        "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
        "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
        "gitea": ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"),
    }
)
"""Where each forge looks from the top of the repository, in its order."""

BEGIN: Final = "# qafiles: begin"
END: Final = "# qafiles: end"
_ENFORCING: Final = (
    "/.github/",
    "/.gitlab/",
    "/.gitea/",
    "/.gitlab-ci.yml",
    "/.gitattributes",
    "/.gitmodules",
    "/CODEOWNERS",
)
"""What decides at the top of a repository what is enforced, where a data root lies deeper."""
_is_login: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch


class CodeOwners(NamedTuple):
    """The lines of the file, and sentences about what they can't say."""

    lines: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines between the comments by which they are found again."""
        head = f"{BEGIN} (written by `qafiles access codeowners`)"
        return "".join(f"{line}\n" for line in (head, *self.lines, END))


class _Owned(NamedTuple):
    """A folder or file by its parts, `*` for any one, and who owns it, by handle."""

    parts: tuple[str, ...]
    owners: tuple[str, ...]
    is_folder: bool = True


def codeowners(snapshot: Snapshot, policy: Policy, forge: Forge) -> CodeOwners:
    """Return who owns which paths on a forge, by the members of a snapshot and the logins of its users."""
    prefix = () if snapshot.source.root == "." else tuple(snapshot.source.root.split("/"))
    logins, without = _logins(snapshot, policy)
    admins = tuple(sorted(policy.repository_admins))
    owned = [*_owned(policy)]
    if forge == "gitea":
        lines = [*_expressions(prefix, owned, admins, logins)]
    else:
        everything = "*" if not prefix else f"/{'/'.join(prefix)}/"
        first = [(everything, admins), *((glob, admins) for glob in (_ENFORCING if prefix else ()))]
        rows = [*first, *((_glob(prefix, item), item.owners) for item in owned)]
        lines = [line for glob, owners in rows if (line := _line(glob, owners, logins))]
    notes = [f"{handle} has no login that a forge could know, and owns nothing there" for handle in without]
    if not any(handle in logins for handle in admins):
        notes.append("no repository admin has a login, so that nobody owns what belongs to no organization")
    if policy.settings.rules:
        notes.append(
            "`access.rules` are more than CODEOWNERS can say, and count in `qafiles access check` alone"
        )
    return CodeOwners(tuple(lines), tuple(notes))


def drift(owners: CodeOwners, text: str) -> tuple[str, ...]:
    """Return the lines that a file lacks, with `+` in front, and those that it should not have, with `-`.

    Where the comments are there, what stands between them is compared, otherwise the whole file; comments never count.
    """
    lines = text.splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith(BEGIN)), None)
    end = next((at for at, line in enumerate(lines) if line.startswith(END)), None)
    if begin is not None and end is not None:
        lines = lines[begin:end]
    present = [" ".join(line.split()) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    lacking = [f"+{line}" for line in owners.lines if line not in present]
    surplus = [f"-{line}" for line in present if line not in owners.lines]
    if not lacking and not surplus and present != [*owners.lines]:
        return ("-the lines stand in another order, and the last that fits counts",)
    return (*surplus, *lacking)


def _owned(policy: Policy) -> Iterator[_Owned]:
    """Yield what belongs to each organization, the content of projects last."""
    for organization in sorted(policy.organizations):
        admins = tuple(policy.admins(organization))
        members = [handle for handle, own in policy.roles.items() if own.get(organization) == "member"]
        yield _Owned(("organizations", organization), admins)
        for folder in PROJECT_FOLDERS:
            yield _Owned(
                ("organizations", organization, "projects", "*", folder), tuple(sorted({*admins, *members}))
            )


def _logins(snapshot: Snapshot, policy: Policy) -> tuple[Mapping[str, str], list[str]]:
    """Return the first login of each user, as it is written, and those with a role who have none."""
    logins = {}
    for file in snapshot.of_kind("user"):
        listed = file.get("logins")
        own = (
            [name for name in listed if isinstance(name, str) and _is_login(name)]
            if isinstance(listed, list)
            else []
        )
        if own:
            logins[file.handle] = own[0]
    needed = {
        handle for handle, own in policy.roles.items() if {*own.values()} - {"guest"}
    } | policy.repository_admins
    return logins, sorted(needed - logins.keys())


def _line(glob: str, owners: Iterable[str], logins: Mapping[str, str]) -> str:
    named = [f"@{logins[handle]}" for handle in owners if handle in logins]
    escaped = glob.replace(" ", "\\ ")
    return f"{escaped} {' '.join(named)}" if named else ""


def _glob(prefix: Sequence[str], item: _Owned) -> str:
    return "/" + "/".join((*prefix, *item.parts)) + "/"


def _expressions(
    prefix: Sequence[str], owned: Sequence[_Owned], admins: Sequence[str], logins: Mapping[str, str]
) -> Iterator[str]:
    """Yield Gitea's lines, of which every one that fits counts: so no two fit the same path."""
    before = "".join(f"{_escaped(part)}/" for part in prefix)
    line = _line(f"!{before}organizations/.*", admins, logins)
    if line:
        yield line
    own = "|".join((r"[^/]+", *(f"{kind}s/.*" for kind in MEMBER_KINDS), r"projects/[^/]+/[^/]+"))
    content = "|".join(PROJECT_FOLDERS)
    for item in owned:
        path = f"{before}organizations/{_escaped(item.parts[1])}"
        if len(item.parts) == 2:
            line = _line(f"{path}/({own})", item.owners, logins)
        elif item.parts[-1] == next(iter(PROJECT_FOLDERS)):
            line = _line(f"{path}/projects/[^/]+/({content})/.*", item.owners, logins)
        else:
            continue
        if line:
            yield line


def _escaped(part: str) -> str:
    """Return a part of a path in an expression of Gitea's file, which takes one backslash for its own escapes."""
    return re.sub(r"[.+*?()|\[\]{}^$]", lambda match: rf"\\{match[0]}", part)
