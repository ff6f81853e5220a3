"""Key of a browser config that no tool reads.

## Why is this bad?
Runners drop keys that they don't know without a word: with `viewprt` the test runs at the default size, and nobody
sees why it fails. The keys of Playwright, browser-use, Browserbase, Stagehand, the Playwright MCP server and WebDriver
are known, in camelCase and snake_case, at the top and inside `launchOptions`, `contextOptions` and
`localBrowserLaunchOptions`. Keys with a colon belong to WebDriver's vendors, and keys that begin with `x-` are free.

## Example
```yaml title=browser_configs/desktop.yaml
id: f5qfle8iyft3vxk4fecq7bwc
browser_config:
  browserName: chromium
  viewprt:
    width: 1280
    height: 720
```

## Use instead
```yaml title=browser_configs/desktop.yaml
id: f5qfle8iyft3vxk4fecq7bwc
browser_config:
  browserName: chromium
  viewport:
    width: 1280
    height: 720
```
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from qafiles.diagnostics import Finding
from qafiles.layout import nearest
from qafiles.rules.browser_groups import MAX_FINDINGS, groups
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind

_SUGGESTIONS: Final = 20
"""Unknown keys of one file that are compared with all known ones, which takes milliseconds each."""

_humps = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each unknown key, with the known one that it resembles in the spelling around it."""
    from qafiles.models.browser_keys import is_known  # noqa: PLC0415  # pages of rules need no models

    for file in files["browser_config"]:
        unknown = (
            (pointer, key, group)
            for pointer, group in groups(file)
            for key in group
            if not is_known(key) and not key.startswith("x-")
        )
        for number, (pointer, key, group) in enumerate(islice(unknown, MAX_FINDINGS)):
            near = _suggestion(key, group) if number < _SUGGESTIONS else None
            message = f"no known tool reads the key `{key if len(key) <= 60 else key[:57] + '…'}`"
            hint = f"did you mean `{near}`?" if near else "correct it, or begin a key of your own with `x-`"
            yield Finding(file.path, message, (*pointer, key), "key", hint=hint, subject=key)


def _suggestion(key: str, group: Mapping[str, object]) -> str | None:
    """Return the nearest known key, in snake_case or camelCase as the key itself or, failing that, its mapping."""
    snake = "_" in key or (key == key.lower() and any("_" in other for other in group))
    name = _nearest_name(_snake(key[:100]))
    return name if name is None or snake else _camel_spellings().get(name, name)


def _snake(key: str) -> str:
    return _humps.sub("_", key).lower().replace("-", "_").replace(" ", "_")


@lru_cache(maxsize=1024)
def _nearest_name(word: str) -> str | None:
    names = [*_camel_spellings()]
    return word if word in _camel_spellings() else nearest(word, names)


@lru_cache(maxsize=1)
def _camel_spellings() -> Mapping[str, str]:
    """Return the camelCase spelling of each setting."""
    from qafiles.models.browser_keys import ALIASES  # noqa: PLC0415  # as in check

    # The name itself stands before its other spelling, which therefore wins.
    return {name: spelling for spelling, name in ALIASES.items()}


RULE = Rule("QF605", "warning", __doc__, check_files=check_files, scope="file", needs=())
