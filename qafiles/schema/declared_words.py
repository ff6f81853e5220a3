"""What the value of a declared field must look like, and what was probably meant by one that does not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

_FORMATS: Final = {
    "date": "a date like 2026-03-01",
    "uri": "an absolute address like https://example.com/page",
    "email": "an e-mail address",
}
_MOST_LISTED: Final = 12
_NEARLY_A_DATE: Final = re.compile(r"([0-9]{4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,2})(?:[T ].*)?", re.DOTALL)


def declared_words(part: Mapping[str, Any]) -> str | None:
    """Return what a part of a declared schema expects of a text, None where its limits say it."""
    size = _size(part)
    if "format" in part:
        return _FORMATS[part["format"]] + size
    return f"{part['$comment']}{size}" if "$comment" in part else None


def _size(part: Mapping[str, Any]) -> str:
    least, most = part.get("minLength"), part.get("maxLength")
    if least is None and most is None:
        return ""
    bounds = (
        f"at least {least}" if most is None else f"at most {most}" if least is None else f"{least} to {most}"
    )
    return f", {bounds} characters long"


def declared_hint(part: Mapping[str, Any], value: Any) -> str | None:
    """Return what to write in the place of a value that a declared field can't hold; None where nothing is declared."""
    if not part:
        return None
    if not isinstance(value, str) or "string" not in part.get("type", "string"):
        return _limits_hint(part, value) or _TYPES.get(str(part.get("type"))) or _keys_hint(part)
    text, stated = value.strip(), part.get("format")
    for candidate in (text, text.upper(), text.lower(), *_rewritten(stated, text)):
        if candidate != value and _fits(part, candidate):
            return f"write `{candidate}`"
    examples = part.get("examples", ())
    if examples and isinstance(examples[0], str):
        return f"write it as in `{examples[0]}`"
    return _limits_hint(part, value) or f"write {declared_words(part) or 'another text'}"


_TYPES: Final = {
    "integer": "write a whole number, such as 3",
    "number": "write a number, such as 1.5",
    "boolean": "write `true` or `false`",
    "string": "write text, in quotes where it looks like a number",
    "array": "write a list, such as `[a, b]`",
}


def _keys_hint(part: Mapping[str, Any]) -> str | None:
    keys = part.get("required") or [*part.get("properties", ())][:3]
    return f"write a mapping, such as `{{{', '.join(f'{key}: …' for key in keys)}}}`" if keys else None


def _limits_hint(part: Mapping[str, Any], value: Any) -> str | None:
    """Return by how much a value leaves the limits of a schema."""
    size, low, high, what = value, "minimum", "maximum", ""
    if isinstance(value, str):
        size, low, high, what = len(value), "minLength", "maxLength", " characters"
    elif isinstance(value, list):
        size, low, high, what = len(value), "minItems", "maxItems", " items"
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if low in part and size < part[low]:
        return f"write {part[low]:g}{what} or more"
    return f"write {part[high]:g}{what} or less" if high in part and size > part[high] else None


def _rewritten(stated: str | None, value: str) -> Iterable[str]:
    """Yield what people mean who write a date or an address in another way."""
    if stated == "date" and (match := _NEARLY_A_DATE.fullmatch(value)):
        yield f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if stated == "uri" and re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[:/?#].*)?", value):
        yield f"https://{value}"
    if stated is None:
        yield re.sub(r"[_ ]+", "-", value)
        yield re.sub(r"[_ ]+", "-", value).upper()


def _fits(part: Mapping[str, Any], value: str) -> bool:
    patterns = [part.get("pattern", ""), *(inner["pattern"] for inner in part.get("allOf", ()))]
    is_long_enough = part.get("minLength", 0) <= len(value) <= part.get("maxLength", len(value))
    return is_long_enough and len(value) <= 200 and all(re.search(pattern, value) for pattern in patterns)


def either(texts: Sequence[str]) -> str:
    """Return texts as the alternatives of a sentence, `a, b or c`; of many, the first ones and their number."""
    if len(texts) > _MOST_LISTED:
        return f"{', '.join(texts[:_MOST_LISTED])} or one of {len(texts) - _MOST_LISTED} more"
    return " or ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def choice_texts(choices: Iterable[Any]) -> list[str]:
    """Return choices as they are written in YAML."""
    return [str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in choices]
