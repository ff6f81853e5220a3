"""Allowed domain that covers nothing.

## Why is this bad?
Runners compare an entry with the host of a page. What is no host, such as one with a path, a space or a capital
letter, never matches, and the run ends where it should go on.

An entry of a test case's `allowed_domains` is `[scheme://](host | *.host | localhost | IPv4 | [IPv6])[:port]`, in
lower case; a host with other letters than a to z is written in punycode, as browsers send it. `host` is that host
alone, and `'*.host'` is the host and its subdomains. Without a scheme http and https are meant, without a port all.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: yl45yxir2unsxltbfuj7bsn0
test_description: Pay by card
url_route: /checkout
allowed_domains:
  - https://shop.example.com/checkout
  - Payments.example.org
  - bücher.example.org
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: yl45yxir2unsxltbfuj7bsn0
test_description: Pay by card
url_route: /checkout
allowed_domains:
  - https://shop.example.com
  - payments.example.org
  - xn--bcher-kva.example.org
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.domains import masked, shown
from qafiles.rules.allowed_domains import of_test_cases, problems_in
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each entry outside the grammar; runners have their own for browser configs."""
    for file, pointer, entry, problem in problems_in(of_test_cases(files)):
        if not problem.dangerous:
            text = shown(entry)
            message = f"`{text}` {problem.what}" if text else f"the entry {problem.what}"
            yield Finding(file.path, message, pointer, hint=problem.hint, subject=masked(entry))


RULE = Rule("QF603", "error", __doc__, check_files=check_files, scope="file", needs=())
