"""Keys of a browser config that contradict each other.

## Why is this bad?
The runner obeys one of them or refuses both, and which one is not said in the file. These are found:

- both spellings of one key, such as `userAgent` and `user_agent`;
- `isMobile: true` with Firefox, which can't pose as a phone;
- a `viewport` with `noViewport: true`;
- a `storageState` with a `userDataDir`, since a profile brings its own cookies;
- a `viewport` with a `device`, which has one of its own (a warning, since some runners take it on purpose).

## Example
```yaml title=browser_configs/desktop.yaml
id: kbbn1tnl0fmbhftgbomk75z7
browser_config:
  browserName: chromium
  userAgent: qafiles
  user_agent: qafiles-mobile
```

## Use instead
```yaml title=browser_configs/desktop.yaml
id: kbbn1tnl0fmbhftgbomk75z7
browser_config:
  browserName: chromium
  userAgent: qafiles-mobile
```
"""

from collections.abc import Iterator, Mapping
from typing import Final

from qafiles.diagnostics import Finding, Related
from qafiles.rules.browser_groups import Setting, settings
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, FilesByKind

_KEEP_ONE: Final = "keep one of the two"


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each pair of keys that contradict each other, at the later one."""
    for file in files["browser_config"]:
        file_settings = [*settings(file)]
        yield from _double_spellings(file, file_settings)
        # A nested group completes the mapping around it, so that pairs are looked for in all of them.
        first: dict[str, Setting] = {}
        for setting in file_settings:
            if setting.value is not None:
                first.setdefault(setting.name, setting)
        yield from _contradictions(file, first)


def _double_spellings(file: EntityFile, file_settings: list[Setting]) -> Iterator[Finding]:
    first: dict[tuple[object, ...], Setting] = {}
    for setting in file_settings:
        other = first.setdefault((*setting.pointer[:-1], setting.name), setting)
        if other is not setting:
            message = f"`{setting.key}` is another spelling of `{other.key}`, which is there too"
            yield _finding(file, setting, other, message)


def _contradictions(file: EntityFile, first: Mapping[str, Setting]) -> Iterator[Finding]:
    mobile, engine = first.get("is_mobile"), _firefox(first)
    if mobile and mobile.value is True and engine:
        message = f"`{mobile.key}: true` does not work with `{engine.key}: {engine.value}`"
        hint = f"delete `{mobile.key}`, or use chromium or webkit"
        yield _finding(file, mobile, engine, message, hint)
    viewport, without = first.get("viewport"), first.get("no_viewport")
    if viewport and without and without.value is True:
        message = f"`{without.key}: true` contradicts `{viewport.key}`"
        yield _finding(file, without, viewport, message)
    state, folder = first.get("storage_state"), first.get("user_data_dir")
    if state and folder:
        message = f"`{state.key}` contradicts `{folder.key}`, whose profile has a state of its own"
        yield _finding(file, state, folder, message)
    device = first.get("device")
    if viewport and device:
        message = f"`{viewport.key}` contradicts `{device.key}`, which has a viewport of its own"
        yield _finding(file, viewport, device, message)._replace(severity="warning")


def _firefox(first: Mapping[str, Setting]) -> Setting | None:
    """Return the setting that makes the browser Firefox, or None; a browser's name counts more than a device's."""
    for name in ("browser_name", "engine", "default_browser_type", "channel"):
        if name in first:
            return first[name] if "firefox" in str(first[name].value) else None
    return None


def _finding(
    file: EntityFile, setting: Setting, other: Setting, message: str, hint: str = _KEEP_ONE
) -> Finding:
    related = (Related(file.path, f"`{other.key}` is here", other.pointer),)
    return Finding(file.path, message, setting.pointer, "key", hint, related, subject=other.name)


RULE = Rule("QF606", "error", __doc__, check_files=check_files, scope="file", needs=())
