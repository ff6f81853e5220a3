"""Test case and browser config that allow no host together.

## Why is this bad?
Both lists of allowed domains hold when the test runs: where they have no host in common, there is no page that the
test may open. Hosts are compared, without schemes and ports; an entry of a browser config counts with its
subdomains, since some runners take it so. A test case without `allowed_domains` is kept to the host of its route, in each
environment to that of its route there.

## Example
```yaml title=browser_configs/desktop.yaml
id: drgxc58y1c6rhmxuuh2ysj9p
browser_config:
  browserName: chromium
  allowed_domains: [staging.example.net]
```
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: jquop3k7f2kxne0zm2grnpd7
test_description: Pay by card
url_route: /checkout
allowed_domains: [shop.example.com]
browser_configs: [desktop]
```

## Use instead
```yaml title=browser_configs/desktop.yaml
id: drgxc58y1c6rhmxuuh2ysj9p
browser_config:
  browserName: chromium
  allowed_domains: [staging.example.net, shop.example.com]
```
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: jquop3k7f2kxne0zm2grnpd7
test_description: Pay by card
url_route: /checkout
allowed_domains: [shop.example.com]
browser_configs: [desktop]
```
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding, Pointer, Related
from qafiles.domains import Domain, Hosts, Problem, parse
from qafiles.rules.allowed_domains import of_browser_configs, of_test_case, start_of
from qafiles.rules.browser_groups import MAX_FINDINGS
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Link, Snapshot

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each use of a browser config whose hosts the test case refuses."""
    for config, pointer, entries in of_browser_configs(
        {"browser_config": snapshot.of_kind("browser_config")}
    ):
        theirs = _domains(entries)
        if theirs:
            hosts = Hosts(domain._replace(subdomains=True) for domain in theirs)
            yield from _uses(snapshot, config, pointer, hosts)


def _uses(snapshot: Snapshot, config: EntityFile, pointer: Pointer, hosts: Hosts) -> Iterator[Finding]:
    """Yield a finding for each reference to a config from a test case, or from a traversal of one."""
    environments = [None, *(each for each in snapshot.settings.environments.values() if each.routes)]
    for link in snapshot.incoming(config):
        test_case = _test_case(snapshot, link)
        if test_case is None:
            continue
        for environment in environments:
            ours = _own(snapshot, test_case, environment)
            if not ours or hosts.overlap(ours):
                continue
            in_environment = f"in environment `{environment.name}`, " if environment is not None else ""
            message = f"{in_environment}browser config `{config.handle}` allows none of the hosts that the test case allows"
            related = [Related(config.path, "the hosts of the browser config", pointer)]
            if test_case.get("allowed_domains"):
                related.append(Related(test_case.path, "the hosts of the test case", ("allowed_domains",)))
            hint = f"add `{ours[0]}` to the browser config, or use another"
            where = link.reference.pointer
            subject = f"{config.handle} {environment.name}" if environment is not None else config.handle
            yield Finding(link.source.path, message, where, hint=hint, related=(*related,), subject=subject)


def _test_case(snapshot: Snapshot, link: Link) -> EntityFile | None:
    if link.source.kind == "test_case":
        return link.source
    targets = (
        other.target for other in snapshot.outgoing(link.source) if other.reference.field == "test_case_id"
    )
    return next((target for target in targets if target and target.kind == "test_case"), None)


def _own(snapshot: Snapshot, test_case: EntityFile, environment: "Environment | None") -> list[Domain]:
    """Return what a test case allows; nothing when that can't be told, and where an environment makes no difference."""
    if "allowed_domains" in test_case.data:
        return _domains(of_test_case(test_case) or ()) if environment is None else []
    start = start_of(snapshot, test_case, environment)
    return [Domain(start.origin.host)] if start and start.origin else []


def _domains(entries: Sequence[str]) -> list[Domain]:
    """Return what the entries cover, or would if they were mended; nothing when that can't be told."""
    domains: list[Domain] = []
    problems = 0
    for entry in entries:
        domain = parse(entry)
        if isinstance(domain, Problem):
            problems += 1
            if domain.meant is None or problems == MAX_FINDINGS:
                return []
            domain = domain.meant
        domains.append(domain)
    return domains


RULE = Rule("QF608", "warning", __doc__, check=check, scope="group", group="neighbourhood", needs=())
