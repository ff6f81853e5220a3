"""Files in any style of YAML, with comments wherever comments may stand."""

from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

import yaml

from qafiles.parsing import parse
from qafiles.parsing.values import same


class Style(NamedTuple):
    """How a file is written: a weight for each form that a value can have."""

    step: int = 2
    list_offset: int = 2
    dash: int = 2
    flow: float = 0.0
    flow_lines: float = 0.0
    quotes: str = ""
    block: str = "|"
    digit: bool = False
    blank_lines: float = 0.0
    question: float = 0.0
    marks: bool = False
    eol: str = "\n"
    shuffled: bool = True


STYLES = (
    Style(shuffled=False),
    Style(list_offset=0),
    Style(step=4, list_offset=4, dash=4, blank_lines=0.4),
    Style(step=1, list_offset=1, quotes="'"),
    Style(flow=0.6),
    Style(flow=0.7, flow_lines=0.7),
    Style(flow=0.7, flow_lines=1.0, quotes='"', eol="\r\n"),
    Style(step=3, list_offset=0, dash=3, block=">", digit=True),
    Style(block="+", blank_lines=0.3, marks=True),
    Style(question=0.3, quotes="'", list_offset=2),
    Style(step=4, list_offset=2, dash=4, digit=True, marks=True, eol="\r\n"),
    Style(flow=0.3, flow_lines=0.5, question=0.2, blank_lines=0.2, step=6, list_offset=3, dash=5),
)


class _Writer:
    def __init__(self, random: Random, style: Style) -> None:
        self.random = random
        self.style = style

    def scalar(self, value: Any, *, flow: bool) -> str:
        if isinstance(value, str):
            if "\n" in value:
                return yaml.dump(value, default_style='"', width=10**6, allow_unicode=True).strip()
            quote = self.style.quotes
            text = yaml.dump(value, default_style=quote or None, width=10**6, allow_unicode=True)
            text = text.removesuffix("\n").removesuffix("\n...")
            return yaml.dump(value, default_style="'", width=10**6).strip() if flow and "?" in text else text
        return yaml.dump(value, width=10**6).removesuffix("\n").removesuffix("\n...")

    def flow(self, value: Any, margin: int) -> str:
        if isinstance(value, Mapping | list) and value:
            pairs = value.items() if isinstance(value, Mapping) else [(None, item) for item in value]
            spread = self.random.random() < self.style.flow_lines
            parts = [
                (f"{self.scalar(key, flow=True)}: " if key is not None else "") + self.flow(item, margin + 2)
                for key, item in pairs
            ]
            left, right = "{}" if isinstance(value, Mapping) else "[]"
            if not spread:
                return left + ", ".join(parts) + right
            gaps = ["\n" + " " * margin if self.random.random() < 0.7 else " " for _ in parts]
            body = "".join(g + p + "," for g, p in zip(gaps, parts, strict=True))
            if self.random.random() < 0.5:
                body = body[:-1]
            last = (
                "\n" + " " * self.random.choice([margin, max(margin - 2, 1)])
                if self.random.random() < 0.8
                else ""
            )
            return left + body + last + right
        if isinstance(value, Mapping | list):
            return "{}" if isinstance(value, Mapping) else "[]"
        return self.scalar(value, flow=True)

    def block_scalar(self, value: str, column: int) -> list[str] | None:
        """Return the header and the lines of a text, deeper than its key in a column; None where it can't be one."""
        style = self.style.block
        deep = self.random.choice([1, 2, 3, 4, 7, 9]) if self.style.digit else self.style.step
        text = value.rstrip("\n")
        ends = len(value) - len(text)
        lines = text.split("\n")
        if not text or (style == ">" and any(line.startswith((" ", "\t")) or not line for line in lines)):
            return None
        if style == ">":
            lines = "\n\n".join(lines).split("\n")
        chomp = "-" if not ends else "+" if ends > 1 or style == "+" else ""
        needs = self.style.digit or lines[0].startswith(" ") or not lines[0]
        if needs and deep > 9:
            return None
        header = (">" if style == ">" else "|") + (str(deep) if needs else "") + chomp
        margin = " " * (column + deep)
        body = [
            margin + line if line else " " * self.random.choice([0, 0, column, column + deep])
            for line in lines
        ]
        return [header, *body, *[""] * (ends - 1)]

    def entry(self, prefix: str, value: Any, own: int) -> list[str]:
        """Return the lines of a value behind `key:` or a dash, which stands in a column of its own."""
        if isinstance(value, Mapping | list) and value:
            if self.random.random() < self.style.flow:
                return (prefix + " " + self.flow(value, own + self.style.step)).split("\n")
            at = own + (self.style.list_offset if isinstance(value, list) else self.style.step)
            return [prefix, *self.block(value, at)]
        if isinstance(value, str) and "\n" in value:
            found = self.block_scalar(value, own)
            if found is not None:
                return [f"{prefix} {found[0]}", *found[1:]]
        return [f"{prefix} {self.flow(value, own + 2)}".rstrip()]

    def block(self, value: Any, column: int) -> list[str]:
        lines: list[str] = []
        margin = " " * column
        if isinstance(value, list):
            dash = "-" + " " * (self.style.dash - 1)
            for item in value:
                if isinstance(item, Mapping | list) and item and self.random.random() >= self.style.flow:
                    inner = self.block(item, column + len(dash))
                    if self.random.random() < 0.8:
                        inner[0] = margin + dash + inner[0].lstrip(" ")
                        lines += inner
                    else:
                        lines += [margin + "-", *inner]
                else:
                    lines += self.entry(margin + dash.rstrip(" ") + " " * (len(dash) - 2), item, column)
        else:
            for key, item in value.items():
                name = self.scalar(key, flow=False)
                if self.random.random() < self.style.question:
                    lines += [f"{margin}? {name}", *self.entry(f"{margin}:", item, column)]
                else:
                    lines += self.entry(f"{margin}{name}:", item, column)
                if self.random.random() < self.style.blank_lines:
                    lines.append("")
        return lines


def written(random: Random, data: Mapping[str, Any], style: Style) -> bytes:
    """Return data in a style, without comments; in another order of the fields where the style says so."""
    keys = [*data]
    if style.shuffled:
        random.shuffle(keys)
    lines = _Writer(random, style).block({key: data[key] for key in keys}, 0)
    if style.marks:
        lines = ["---", *lines, *(["..."] if random.random() < 0.3 else [])]
    content = (style.eol.join(lines) + style.eol).encode()
    parsed = parse(content)
    if parsed.refusals or not same(parsed.data, dict(data)):
        return written(random, data, STYLES[0])
    return content


def commented(random: Random, content: bytes, density: float = 0.4) -> bytes:
    """Return a file with comments `#k1`, `#k2`, … behind and between its lines, in any column, where they change nothing."""
    data = parse(content).data
    eol = "\r\n" if b"\r\n" in content else "\n"
    lines = content.decode().split(eol)[:-1]
    number = 0
    at = len(lines)
    while at >= 0:
        for _ in range(2):
            if random.random() > density:
                continue
            number += 1
            below = lines[at] if at < len(lines) else ""
            above = lines[at - 1] if at else ""
            usual = [len(line) - len(line.lstrip(" ")) for line in (below, above)]
            column = random.choice([*usual, *usual, random.randint(0, 8)])
            tried = [*lines[:at], f"{' ' * column}#k{number}", *lines[at:]]
            lines = tried if _same(tried, eol, data) else lines
        if at and random.random() < density:
            number += 1
            tried = [*lines]
            tried[at - 1] += f"{random.choice([' ', '  ', '   '])}#k{number} x"
            lines = tried if _same(tried, eol, data) else lines
        at -= 1
    return (eol.join(lines) + eol).encode()


def _same(lines: list[str], eol: str, data: Any) -> bool:
    parsed = parse((eol.join(lines) + eol).encode())
    return not parsed.refusals and same(parsed.data, data)
