import re
from importlib import import_module
from pathlib import Path

import pytest

import qafiles
from qafiles.parsing.late_pattern import LatePattern

_PACKAGE = Path(qafiles.__file__ or "").parent


def _late_patterns() -> list[LatePattern]:
    """Return those that modules hold, by themselves or by a method of theirs."""
    patterns = []
    for path in sorted(_PACKAGE.rglob("*.py")):
        if "import LatePattern" in path.read_text():
            module = import_module(".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts))
            values = [getattr(value, "__self__", value) for value in vars(module).values()]
            patterns += [value for value in values if isinstance(value, LatePattern)]
    return patterns


def test_every_late_pattern_is_one() -> None:
    patterns = _late_patterns()
    assert len(patterns) > 20
    assert all(isinstance(late.pattern, re.Pattern) for late in patterns)


def test_nothing_is_compiled_before_it_is_used() -> None:
    late = LatePattern("(")
    with pytest.raises(re.error):
        late.match("(")


@pytest.mark.parametrize("text", ["abc", "xabc", "ab", "ABC\nabc"])
def test_a_late_pattern_finds_what_a_compiled_one_finds(text: str) -> None:
    late, compiled = LatePattern("(?i)a(b)c", re.MULTILINE), re.compile("(?i)a(b)c", re.MULTILINE)
    for name in ("match", "fullmatch", "search"):
        for between in ((), (1,), (1, 4)):
            assert repr(getattr(late, name)(text, *between)) == repr(getattr(compiled, name)(text, *between))
    assert [*map(repr, late.finditer(text, 0, 7))] == [*map(repr, compiled.finditer(text, 0, 7))]
