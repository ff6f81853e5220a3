"""Browser config that does not say its browser.

## Why is this bad?
The runner takes its own default, which is another one in another tool, and in the next release: a config that is called
after Firefox may run in Chromium, and nobody sees it. `qafiles export playwright` refuses such a config. `browserName`,
`channel` or `device` says the browser, and so do keys that name a program (`executablePath`) or a browser that runs
elsewhere (`connectOptions`, `cdpUrl`).

## Example
```yaml title=browser_configs/desktop.yaml
id: dxn6s0qv3tpl9b1w7zrk2hcy
browser_config:
  viewport: {width: 1280, height: 720}
```

## Use instead
```yaml title=browser_configs/desktop.yaml
id: dxn6s0qv3tpl9b1w7zrk2hcy
browser_config:
  browserName: firefox
  viewport: {width: 1280, height: 720}
```
"""

from collections.abc import Iterator, Mapping

from qafiles.diagnostics import Finding
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each browser config that leaves its browser to the runner."""
    from qafiles.models.browser_engine import says_browser  # noqa: PLC0415  # pages of rules need no models

    for file in files["browser_config"]:
        config = file.get("browser_config")
        if isinstance(config, Mapping) and not says_browser(config):
            message = "the browser config does not say which browser it is for"
            hint = f"`qafiles set browser_config:{file.handle} browser_config.browserName=chromium`, or firefox, or webkit"
            yield Finding(file.path, message, ("browser_config",), "key", hint=hint)


RULE = Rule("QF614", "info", __doc__, check_files=check_files, optional=True, scope="file", needs=())
