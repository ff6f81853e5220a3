"""What the value of a field must look like, and what was probably meant by one that does not."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from qafiles.layout import ID_PATTERN, nearest
from qafiles.parsing.late_pattern import LatePattern

_DATE: Final = "a date and time like 2026-03-01T09:30:00Z"
_ID: Final = "24 characters: a letter, then letters and digits, all lower case (a CUID2)"
EXPECTED: Final[dict[str, str]] = {
    "id": _ID,
    "project_id": f"the project's id, {_ID}",
    "created_at": _DATE,
    "updated_at": _DATE,
    "default_url_route": "an absolute URL like https://shop.example.com",
    "url_route": "an absolute http(s) URL, or a path that begins with one `/`",
    "color": "`#rgb`, `#rrggbb` or the name of a CSS colour, in lower case",
    "secret_name": "capital letters, digits and `_`, beginning with a letter",
    "secret_suffix": "capital letters, digits and `_`, such as `_STAGING`",
    "secret_value": "ciphertext",
    "logo": "the path of an image beside the file, an https: URL or a data:image/… URL",
    "email": "an e-mail address",
    "age_recipients": "age or SSH public keys (age1…, ssh-ed25519 …)",
    "signing_keys": "SSH public keys (ssh-ed25519 AAAA…)",
    "locale": "a language tag like en-GB",
    "requires": "comparisons with versions of qafiles, as in '>=0.2' or '>=0.2,<1'",
}
_FORMS: Final = {
    "ID": "id",
    "TIMESTAMP": "created_at",
    "URL": "default_url_route",
    "ROUTE": "url_route",
    "SECRET_NAME": "secret_name",
    "LOGO": "logo",
    "EMAIL": "email",
    "AGE_RECIPIENT": "age_recipients",
    "SSH_KEY": "signing_keys",
}
"""The field whose words are those of a form, by the name of the pattern in `qafiles.models.text_patterns`."""

_NEARLY_A_DATE = LatePattern(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]+([0-9]{2}:[0-9]{2})(:[0-9]{2})?)?[ ]*(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)


_LOOK_LIKE_BLANKS: Final = LatePattern("[\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff\xad]")
_WORD: Final = LatePattern(r"[^\W\d_]+")
_LIKE_LATIN: Final = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03bf\u03b1\u03bd\u03c1\u03c4\u03c5\u03b9\u03ba\u03b5"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
)
"""Letters of Cyrillic and Greek that look like Latin ones, as in https://www.unicode.org/reports/tr39/#Confusable_Detection."""


_CARET_OR_TILDE: Final = LatePattern(r"(\^|~(?!=))>? *v?([0-9]{1,9})(?:\.([0-9]{1,9}))?((?:\.[0-9]{1,9})?)\Z")
"""What npm, Cargo and Ruby understand."""


class Flaw(NamedTuple):
    """What is wrong with a text that looks right, and what to do."""

    what: str
    hint: str


def hidden_flaw(value: str) -> Flaw | None:
    """Return the line break or the blank around a text, or the character in it that looks like another; None without one."""
    if value.rstrip("\r\n") != value:
        hint = "write `|-` in the place of `|`, or the value on the line of its key"
        return Flaw("ends in a line break", hint)
    if match := _LOOK_LIKE_BLANKS.search(value):
        return Flaw(f"holds {_named(match.group())}, which can't be seen", "write a blank, or nothing")
    if value.strip() != value:
        return Flaw(f"{'begins with' if value.lstrip() != value else 'ends in'} a blank", "take it away")
    if (strange := _look_alike(value)) is not None:
        return Flaw(
            f"holds `{strange}`, {_named(strange)}", "type the letter anew: it looks like one of Latin"
        )
    return None


def _look_alike(value: str) -> str | None:
    """Return the letter of Cyrillic, Greek or a wide form that stands in a word of Latin letters and looks like one."""
    for word in _WORD.pattern.findall(value):
        others = [char for char in word if not char.isascii()]
        if others and len(others) < len(word) and all(map(_looks_latin, others)):
            return str(others[0])
    return None


def _looks_latin(char: str) -> bool:
    return char in _LIKE_LATIN or (char.isalpha() and unicodedata.normalize("NFKC", char).isascii())


def _named(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def field_of_form(field: str, part: Mapping[str, Any]) -> str:
    """Return the field under whose name this module speaks of a field: its own, or of one with the pattern of a schema."""
    if field in EXPECTED or "pattern" not in part:
        return field
    from qafiles.models import text_patterns  # noqa: PLC0415  # as below

    patterns = {**vars(text_patterns), "ID_PATTERN": ID_PATTERN}
    forms = (name for form, name in _FORMS.items() if patterns[f"{form}_PATTERN"] == part["pattern"])
    return next(forms, field)


def value_hint(field: str, value: Any) -> str | None:
    """Return what to write in the place of a text that a field can't hold."""
    if not isinstance(value, str):
        return None
    if field in {"url_route", "default_url_route"}:
        return _url_hint(field, value)
    if field in {"created_at", "updated_at"} and (match := _NEARLY_A_DATE.match(value)):
        from qafiles.models.text_patterns import TIMESTAMP_PATTERN  # noqa: PLC0415  # models import this module's words

        day, minutes, seconds, zone = match.groups()
        meant = f"{day}T{minutes or '00:00'}{seconds or ':00'}{zone or 'Z'}"
        return f"write '{meant}'" if re.match(TIMESTAMP_PATTERN, meant) and meant != value else None
    if field == "color":
        return _color_hint(value)
    if field == "locale" and re.fullmatch(r"[A-Za-z]{2,8}(?:_[A-Za-z0-9]{1,8})+", value):
        return f"write {value.replace('_', '-')}"
    if field == "secret_name" and re.fullmatch(r"[A-Za-z][A-Za-z0-9_. -]{0,58}", value):
        return f"write {re.sub('[^A-Z0-9_]', '_', value.upper())}"
    if field == "secret_suffix" and re.fullmatch(r"[A-Za-z0-9_. -]{1,60}", value):
        # Without the `_`, PASSWORD and STAGING would run together.
        return f"write _{re.sub('[^A-Z0-9_]', '_', value.upper()).lstrip('_')}"
    if field in {"age_recipients", "signing_keys"} and re.search("SECRET-KEY|PRIVATE KEY", value):
        return (
            "this is the private key: take it out of the repository and replace it, then write the public one"
        )
    if field == "email":
        return "write it as in ada@example.com"
    if field == "requires":
        return _specifier_hint(value)
    if field == "id":
        return "the command `cuid2`, which is installed with qafiles, makes one"
    return None


def _specifier_hint(value: str) -> str:
    """Return the comparison that was probably meant by a lone version or in the words of other tools."""
    if (match := _CARET_OR_TILDE.match(value)) is not None:
        minor = f"{match[2]}.{match[3] or 0}"
        above = f"{match[2]}.{int(match[3]) + 1}" if match[1] == "~" and match[3] else str(int(match[2]) + 1)
        return f"write '>={minor}{match[4] or ''},<{above}'"
    words = re.sub(r"([<>=!~]) +", r"\1", re.sub(r"^v?(?=[0-9])", ">=", value.strip()))
    words = re.sub(r"(?<![<>=!~])==?(?!=)|===", "==", re.sub(r"(?: *[,;&] *| +)", ",", words)).rstrip(",")
    from qafiles.models.text_patterns import SPECIFIER_PATTERN  # noqa: PLC0415  # as in field_of_form

    return (
        f"write '{words}'"
        if len(words) <= 60 and re.match(SPECIFIER_PATTERN, words)
        else "write it like '>=0.2'"
    )


_WHOLE: Final = "write the whole URL, such as https://shop.example.com/app"


def _url_hint(field: str, value: str) -> str | None:
    if re.search(r"//[^/]*@", value):
        return "leave the user name and the password out of the URL"
    web = re.match(r"(?i)(https?://)([^/?#\s]*)(.*)\Z", value)
    if web:
        meant = web[1].lower() + web[2].lower() + web[3]
        return f"write `{meant}`" if meant != value and _fits(field, meant) else _WHOLE
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?![0-9])", value):
        return "only http: and https: can be tested"
    if field == "default_url_route" and value.startswith(("/", ".")) and not value.startswith("//"):
        return _WHOLE
    if re.search(r"[\s=]", value) or len(value) > 60:
        return "write white space and other special characters as `%20` and the like"
    if (
        field == "default_url_route"
        or value.startswith("//")
        or re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/]|\Z)|localhost\b", value)
    ):
        meant = f"https://{value.lstrip('/')}"
    else:
        meant = "/" + value.lstrip("./\\")
    return f"write `{meant}`" if _fits(field, meant) else _WHOLE


def _fits(field: str, value: str) -> bool:
    from qafiles.models.text_patterns import ROUTE_PATTERN, URL_PATTERN  # noqa: PLC0415  # as above

    return re.match(URL_PATTERN if field == "default_url_route" else ROUTE_PATTERN, value) is not None


def _color_hint(value: str) -> str | None:
    if re.fullmatch(r"[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?", value):
        return f"write '#{value}'"
    from qafiles.models.colors import COLOR_NAMES  # noqa: PLC0415  # needed for this one hint

    near = nearest(value.lower().replace(" ", ""), [*COLOR_NAMES])
    return f"did you mean `{near}`?" if near else "write it like '#0483ac', or as rebeccapurple"
