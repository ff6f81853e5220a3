"""Environment in qafiles.yaml that contradicts another one, or names what is not there.

## Why is this bad?
An environment says which secrets a test gets and where it runs. Where it says so of a project or a secret that nobody
has, the test runs elsewhere than people think.

- No `secret_suffix` ends in another: of `_STAGING` and `_EU_STAGING`, nobody could tell whether `KEY_EU_STAGING` is `KEY` in
  one environment or `KEY_EU` in the other.
- `shared` lists secrets that an environment with a suffix takes under their plain names.
- `default_url_route` has projects as its keys, by handle or id.
- The name of an environment has letters, digits, `.`, `_` and `-`.

## Example
```yaml title=qafiles.yaml
version: 1
environments:
  staging:
    default_url_route:
      acme/shopp: https://staging.shop.example.com
```

## Use instead
```yaml title=qafiles.yaml
version: 1
environments:
  staging:
    default_url_route:
      acme/shop: https://staging.shop.example.com
```
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Finding, Pointer, Related
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE, name_part, nearest
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

_is_name: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}").fullmatch
_MOST_GUESSES: Final = 50
"""Names of which the nearest is looked for, of secrets and of projects: a hostile file may hold many."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each part of an environment that means nothing."""
    environments = [*snapshot.settings.environments.values()]
    for number, environment in enumerate(environments):
        yield from _name(environment)
        yield from _suffix(environment, environments[:number], environments[number + 1 :])
    yield from _shared(snapshot, environments)
    yield from _projects(snapshot, environments)


def _name(environment: "Environment") -> Iterator[Finding]:
    name = environment.name
    if not _is_name(name):
        meant = re.sub("[^A-Za-z0-9._-]+", "-", name).strip("-._")[:100]
        hint = f"write `{meant}`" if _is_name(meant) else "write letters, digits, `.`, `_` and `-`"
        message = f"`{name[:60]}` can't be the name of an environment"
        yield Finding(SETTINGS_FILE, message, ("environments", name), "key", hint=hint)


def _suffix(
    environment: "Environment", before: list["Environment"], after: list["Environment"]
) -> Iterator[Finding]:
    """Yield a finding for a suffix that ends in another one, for one of two equal ones."""
    suffix = environment.secret_suffix
    others = [o for o in before if o.secret_suffix and suffix.endswith(o.secret_suffix)]
    others += [
        o for o in after if o.secret_suffix and suffix != o.secret_suffix and suffix.endswith(o.secret_suffix)
    ]
    for other in others[:1] if suffix else ():
        short = suffix[:60]
        if suffix == other.secret_suffix:
            message = f"`{short}` is the suffix of environment `{other.name}`, too, so that both take the same secrets"
            hint = "write another suffix, or keep one environment; `shared` lists secrets that several take"
        else:
            message = (
                f"`{short}` ends in `{other.secret_suffix[:60]}`, the suffix of environment `{other.name}`, so that "
                f"nobody can tell whose a secret such as `KEY{short}` is"
            )
            hint = f"write a suffix that no other one is the end of, such as `{_free(suffix, other.secret_suffix)}`"
        place = Related(SETTINGS_FILE, "the other suffix", _pointer(other, "secret_suffix"))
        pointer = _pointer(environment, "secret_suffix")
        yield Finding(SETTINGS_FILE, message, pointer, hint=hint, related=(place,), subject=suffix)


def _free(suffix: str, other: str) -> str:
    """Return a suffix with the same words that does not end in the other one."""
    words = suffix.removesuffix(other).strip("_")
    return f"{other.rstrip('_')}_{words}"[:80] if words else f"{suffix.rstrip('_')}_2"[:80]


def _shared(snapshot: Snapshot, environments: list["Environment"]) -> Iterator[Finding]:
    names = {file.secret_name: None for file in snapshot.of_kind(SECRET)}
    guesses = 0
    for environment in environments:
        if environment.shared and not environment.secret_suffix:
            yield Finding(
                SETTINGS_FILE,
                f"`shared` says nothing of environment `{environment.name}`, which takes every secret by its plain name",
                _pointer(environment, "shared"),
                "key",
                hint="delete it, or give the environment a `secret_suffix`",
            )
            continue
        for number, name in enumerate(environment.shared):
            pointer = _pointer(environment, "shared", number)
            short = name[:80]
            if name in environment.shared[:number]:
                message, hint = f"`shared` lists `{short}` twice", "delete one of them"
            elif name not in names:
                guesses += 1
                near = nearest(name, [*names]) if guesses <= _MOST_GUESSES else None
                message = f"`shared` of environment `{environment.name}` lists `{short}`, and no secret is called so"
                hint = (
                    f"did you mean `{near}`?"
                    if near
                    else "`qafiles secret list` lists the secrets; delete it"
                )
            elif (plain := name.removesuffix(environment.secret_suffix)) != name and plain in names:
                message = f"`{short}` is what `{plain[:80]}` means in environment `{environment.name}` anyway"
                hint = f"delete it, or write `{plain[:80]}` where its plain value is meant"
            else:
                continue
            yield Finding(SETTINGS_FILE, message, pointer, hint=hint, subject=name)


def _projects(snapshot: Snapshot, environments: list["Environment"]) -> Iterator[Finding]:
    """Yield a finding for each URL of a project that is not there, or that has one already."""
    handles = [file.handle for file in snapshot.of_kind("project")]
    guesses = 0
    for environment in environments:
        projects: dict[str, str] = {}
        for key in environment.routes:
            pointer = _pointer(environment, "default_url_route", key)
            project = _project(snapshot, key)
            if project is None:
                guesses += 1
                near = _near(key, handles) if guesses <= _MOST_GUESSES else None
                message = f"no project is called `{key[:80]}`"
                hint = f"did you mean `{near}`?" if near else "`qafiles list project` lists the projects"
            elif project.path in projects:
                message = (
                    f"`{key[:80]}` is project `{projects[project.path][:80]}`, which has a URL here already"
                )
                hint = "delete one of them"
            else:
                projects[project.path] = key
                continue
            yield Finding(SETTINGS_FILE, message, pointer, "key", hint=hint, subject=key)


def _project(snapshot: Snapshot, key: str) -> EntityFile | None:
    """Return the project that a key names by handle or id."""
    by_id = snapshot.by_id.get(key)
    return (
        by_id if by_id is not None and by_id.kind == "project" else snapshot.by_handle.get(("project", key))
    )


def _near(key: str, handles: list[str]) -> str | None:
    """Return the project that a key nearly names: its last part alone is one, where no other project has it."""
    ends = [handle for handle in handles if name_part(handle) == name_part(key)]
    return ends[0] if len(ends) == 1 else nearest(key, handles)


def _pointer(environment: "Environment", *parts: str | int) -> Pointer:
    return ("environments", environment.name, *parts)


RULE = Rule("QF207", "error", __doc__, check=check, scope="whole", needs=())
