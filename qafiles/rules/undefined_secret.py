"""Secret that a text names and no secret has.

## Why is this bad?
`{{ secret.NAME }}` stands for the SecretValue of the project with that `secret_name` (in a browser config: of every
project that uses the config). Without it, the run types the placeholder itself into the page.

In an environment with a `secret_suffix`, `{{ secret.NAME }}` stands for the secret `NAME` plus suffix, or for `NAME` itself
where `shared` lists it. No other one stands in for it, since the password of production would then go to staging; this
holds for the secrets that a traversal lists, too.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```
```yaml title=organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: ADMIN_PASSWORD
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Finding, Pointer, Related
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE, nearest
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot
from qafiles.snapshot.environments import SecretUse, uses_of_secrets

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

_MOST_GUESSES: Final = 200
"""Names whose nearest secret is looked for: each look goes through all secrets."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each placeholder whose secret is missing, once for each project that lacks it.

    Where its name is none that was misspelled, a finding follows for each environment in which it means another secret that
    is missing: so to add the one adds no problem with the other.
    """
    known = _Known()
    for file in snapshot.of_kind(SECRET):
        known.names.setdefault(str(file.project), {})[file.get("secret_name") or file.name_part] = None
    suffixed = [each for each in snapshot.settings.environments.values() if each.secret_suffix]
    for use in uses_of_secrets(snapshot):
        names = known.names.get(use.project, {})
        if use.name not in names:
            near = known.near(use.name[:80], use.project)
            yield _finding(use, near)
            if near is not None:
                continue
        for environment in suffixed:
            if environment.secret_name(use.name) not in names:
                yield _in_environment(use, environment, known)


class _Known:
    """The names of the secrets of each project, and how many were compared with others."""

    def __init__(self) -> None:
        """Know none."""
        self.names: dict[str, dict[str, None]] = {}
        self.guesses = 0

    def near(self, name: str, project: str) -> str | None:
        """Return the secret of a project that a name nearly is, None also where too many were looked for."""
        self.guesses += 1
        return nearest(name, [*self.names.get(project, ())]) if self.guesses <= _MOST_GUESSES else None


def _finding(use: SecretUse, near: str | None) -> Finding:
    name = use.name[:80]
    hint = (
        f"did you mean `{near}`?" if near else f"`qafiles secret set {name} --project {use.project}` makes it"
    )
    return _at(use, f"{_project(use)} has no secret called `{name}`", hint, f"{use.project} {name}")


def _in_environment(use: SecretUse, environment: "Environment", known: _Known) -> Finding:
    name, meant = use.name[:80], environment.secret_name(use.name)[:180]
    message = f"in environment `{environment.name}`, {_project(use)} has no secret called `{meant}`, which `{name}` means there"
    plain = environment.plain_name(use.name)
    if plain is not None and plain in known.names.get(use.project, ()):
        hint = f"write `{plain}`: it means `{name}` in `{environment.name}`"
    else:
        hint = (
            f"`qafiles secret set {meant} --project {use.project}` makes it; or list `{name}` under `shared` of "
            f"`{environment.name}` in {SETTINGS_FILE}, where the same value is right"
        )
    pointer: Pointer = ("environments", environment.name, "secret_suffix")
    suffix = Related(SETTINGS_FILE, f"what names end in in `{environment.name}`", pointer)
    return _at(use, message, hint, f"{use.project} {name} {environment.name}", suffix)


def _project(use: SecretUse) -> str:
    return f"project `{use.project}`" + ("" if use.link.source.project else ", which uses this config,")


def _at(use: SecretUse, message: str, hint: str, subject: str, *related: Related) -> Finding:
    reference = use.link.reference
    return Finding(
        reference.path,
        message,
        reference.pointer,
        hint=hint,
        related=related,
        subject=subject,
        within=reference.within,
        occurrence=reference.occurrence,
    )


RULE = Rule("QF406", "error", __doc__, check=check, scope="whole", needs=(Need("files", without="more"),))
