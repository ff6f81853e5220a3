"""A record as text for people to read."""

from collections.abc import Mapping
from typing import Any

import yaml

from qafiles.render.escape import escape, first_in_line


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as block scalars, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def as_text(values: Mapping[str, Any]) -> str:
    """Return a record as YAML for people to read; what would steer a terminal or a CI runner comes out as an escape."""
    text = yaml.dump(dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return "".join(first_in_line(escape(line)) + "\n" for line in text.split("\n")[:-1])
