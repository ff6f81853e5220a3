"""Allowed domain that lets in strangers.

## Why is this bad?
An agent that is talked into leaving the application must not be able to. These entries look like limits and are
none, or hardly any:

- `*` allows every host, and `'*.com'` every host of a whole top-level domain.
- `'*example.com'`, without a dot behind the `*`, allows `evilexample.com` in runners that match by text.
- `example.*` allows `example.evil.org`, and `192.168.*` allows `192.168.evil.org`.
- A list of 100 entries or more is compared without wildcards by browser-use, so that its `'*.host'` entries are off.

Names that nobody can register, such as `'*.localhost'`, `'*.test'` and `'*.internal'`, are fine.

A scheme does not make an entry safer: browser-use 0.13 compares `https://example.com` by its beginning and lets
`https://example.com.evil.org` pass. That entry is right and not reported, but `example.com` is safer.

The `allowed_domains` of browser configs are looked at too.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q8woqgx04gwgf1zcyn4uwhdx
test_description: Pay by card
url_route: /checkout
allowed_domains:
  - shop.example.com
  - '*payments.example.org'
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q8woqgx04gwgf1zcyn4uwhdx
test_description: Pay by card
url_route: /checkout
allowed_domains:
  - shop.example.com
  - '*.payments.example.org'
```
"""

from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Finding
from qafiles.domains import masked, shown
from qafiles.rules.allowed_domains import of_browser_configs, of_test_cases, problems_in
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind

TOO_MANY: Final = 100
"""Entries from which on browser-use takes a list for a set of plain hosts."""


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each entry that allows far more than it seems to, and for lists that are too long."""
    lists = [*of_test_cases(files), *of_browser_configs(files)]
    for file, pointer, entry, problem in problems_in(lists):
        if problem.dangerous:
            message = f"`{shown(entry)}` {problem.what}"
            yield Finding(file.path, message, pointer, hint=problem.hint, subject=masked(entry))
    for file, pointer, entries in lists:
        if len(entries) >= TOO_MANY and any("*" in entry for entry in entries):
            message = (
                f"the list has {len(entries)} entries, and from {TOO_MANY} on some runners ignore wildcards"
            )
            hint = f"keep fewer than {TOO_MANY} entries, or write each host without `*`"
            yield Finding(file.path, message, pointer, hint=hint)


RULE = Rule("QF602", "warning", __doc__, check_files=check_files, scope="file", needs=())
