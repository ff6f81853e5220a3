"""Key of another tool that more than one entity of a project has.

## Why is this bad?
`x-source` says where an entity came from: its `key` is a name of the entity on the command line and in results, and what a later
import finds it by. With two, nobody knows which one is meant. A key is unique per tool in its project, and for entities outside
of projects in the whole data root.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
x-source: {tool: testrail, key: C123}
```
```yaml title=organizations/acme/projects/shop/test_cases/pay-later.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay later
url_route: /checkout
x-source: {tool: testrail, key: C123}
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
x-source: {tool: testrail, key: C123}
```
```yaml title=organizations/acme/projects/shop/test_cases/pay-later.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay later
url_route: /checkout
x-source: {tool: testrail, key: C124}
```
"""

from collections.abc import Iterator
from typing import Final

from qafiles.declared_fields import ORIGIN
from qafiles.diagnostics import Finding, Pointer, Related
from qafiles.layout import PROJECT_KINDS
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.foreign_keys import ForeignKey, foreign_key
from qafiles.snapshot.texts_in_files import candidates

_KEY: Final[Pointer] = (ORIGIN, "key")


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding at each entity whose key an earlier one has that came from the same tool into the same project."""
    first: dict[tuple[str | None, ForeignKey], EntityFile] = {}
    for file in candidates(snapshot.files, (ORIGIN.encode(),)):
        key = foreign_key(file) if ORIGIN in file.data else None
        if key is None:
            continue
        project = file.project if file.kind in PROJECT_KINDS else None
        other = first.setdefault((project, key), file)
        if other is not file:
            where = f"`{project}`" if project is not None else "the data root"
            yield Finding(
                file.path,
                f"`{key.key[:80]}` of {key.tool} is the key of {other.path} in {where}, too",
                _KEY,
                hint="write the key that this one has there, or delete `x-source` from the one that did not come from there",
                related=(Related(other.path, "has it first", _KEY),),
                subject=str(key),
            )


RULE = Rule("QF315", "error", __doc__, check=check, scope="whole", needs=())
