"""Hypothesis strategies for data that YAML can hold, and its texts in many styles."""

import io
from typing import Any

import yaml
from hypothesis import strategies as st
from ruamel.yaml import YAML

# Surrogates are no characters, and the others are refused outside of double quotes.
_REFUSED = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFEFF, 0xFFFE, 0xFFFF]))
_WORDS = """
null ~ true no 12:30 2026-03-01 012 0x1F 0o17 1e3 .5 1_000 <<x *.example.com #fff {{secret.X}} @ada %x a:b a,b -
? : & ! | > ' " [a] {a} `x` ?x :x #x a#b a\\b http://a.example/?b=c#d
"""
_LINES = [
    "a: b",
    "a # b",
    "- a",
    "a\nb",
    "a\n\nb\n",
    " a",
    "a ",
    "\ta",
    "a\t",
    "\n",
    "a\n b\n",
    "'a' b",
    '"a" b',
    "",
    "a\x85b",
]
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters=_REFUSED), max_size=30),
    st.sampled_from(_WORDS.split()),
    st.sampled_from([*_LINES, "a\r\nb"]),
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
KEYS = TEXTS.filter(lambda text: text != "<<" and len(text) < 100)


def _nested(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    )


DATA = _nested(SCALARS)
TEXT_DATA = _nested(TEXTS)
STYLES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([True, False, None]),
        "default_style": st.none(),
        "indent": st.integers(2, 8),
        "width": st.sampled_from([5, 20, 80, 1000]),
        "allow_unicode": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n", "\r"]),
        "explicit_start": st.booleans(),
        "sort_keys": st.booleans(),
    }
)
QUOTING_STYLES = st.tuples(STYLES, st.sampled_from(["'", '"', "|", ">"])).map(
    lambda pair: {**pair[0], "default_style": pair[1]}
)
"""Styles that would need a tag for anything but text."""

DOCUMENTS = st.tuples(DATA, STYLES) | st.tuples(TEXT_DATA, QUOTING_STYLES)


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def by_pyyaml(data: Any, style: dict[str, Any]) -> str:
    """Return a YAML text of the data in one of PyYAML's styles."""
    text: str = yaml.dump(data, Dumper=_Dumper, **style)
    return text


def by_ruamel(data: Any, style: dict[str, Any]) -> str:
    """Return a YAML text of the data in one of ruamel.yaml's styles."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = style["default_flow_style"]
    writer.allow_unicode = style["allow_unicode"]
    writer.width = style["width"]
    writer.indent = style["indent"]
    writer.representer.ignore_aliases = lambda _: True
    stream = io.StringIO()
    writer.dump(data, stream)
    return stream.getvalue()
