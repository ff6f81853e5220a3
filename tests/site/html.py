"""What HTML says to a parser that is not the one which made it."""

import posixpath
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The elements, identifiers and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def addresses(self) -> list[str]:
        """Everything that the page loads or links."""
        return [values[name] for _, values in self.elements for name in ("href", "src") if name in values]

    def of(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element with a name."""
        return [values for name, values in self.elements if name == tag]


def pages(folder: Path) -> dict[str, Page]:
    """Return every page of a site by its path."""
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text("utf-8")) for path in folder.rglob("*.html")
    }


def is_outside(address: str) -> bool:
    """Return whether an address leads to the web, as a link may."""
    return re.match(r"(?:https?|mailto):", address) is not None


def broken_links(folder: Path, found: Mapping[str, Page]) -> list[tuple[str, str]]:
    """Return (page, address) of each link that leads to no file or to no element of it."""
    broken = []
    for name, page in found.items():
        for address in page.addresses:
            if is_outside(address):
                continue
            parts = urlsplit(address)
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
                if parts.path
                else name
            )
            known = found.get(target)
            if not (folder / target).is_file() or (
                parts.fragment and known and parts.fragment not in known.ids
            ):
                broken.append((name, address))
    return broken
