"""Values of fields as HTML: references and addresses as links, and everything else as text."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from qafiles.pages import clean, printed
from qafiles.site.changes import repr_of
from qafiles.site.content import Content, Target
from qafiles.snapshot import EntityFile
from qafiles.snapshot.environments import effective_url


def settings_of(value: Any) -> Any:
    """Return a value as templates show it, with keys and numbers of any sort as text."""
    if isinstance(value, Mapping):
        return {str(key): settings_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [settings_of(item) for item in value]
    return value if value is None or isinstance(value, bool | str) else repr_of(value)


def shown(value: Any) -> Markup:
    """Return a value as pages print it: a list as a list, and yes or no."""
    if isinstance(value, list):
        items = Markup("").join(Markup("<li>{}</li>").format(clean(repr_of(item))) for item in value)
        return Markup("<ul>{}</ul>").format(items)
    return printed("yes" if value is True else "no" if value is False else repr_of(value))


def linked(content: Content, file: EntityFile, name: str, root: str) -> Markup:
    """Return what a reference field names as links, and what it does not find as it is written."""
    links = [link for link in content.snapshot.outgoing(file) if link.reference.field == name]
    entities = [
        tag(root, content.target(link.target))
        if link.target is not None
        else Markup('<span class="severity error">{}</span>').format(clean(link.reference.value))
        for link in links
        if not link.reference.placeholder
    ]
    if len(entities) < 2:
        return Markup("").join(entities)
    return Markup('<ul class="tags">{}</ul>').format(
        Markup("").join(Markup("<li>{}</li>").format(x) for x in entities)
    )


@lru_cache(maxsize=5_000)
def link(root: str, target: Target) -> Markup:
    """Return a link to the page of an entity."""
    return Markup('<a href="{}">{}</a>').format(root + target.page, clean(target.title))


@lru_cache(maxsize=5_000)
def tag(root: str, target: Target) -> Markup:
    """Return a link to the page of an entity, with the colour of a tag."""
    if not target.swatch:
        return link(root, target)
    return Markup('<a class="tag" href="{}">{}{}</a>').format(
        root + target.page, target.swatch, clean(target.title)
    )


def address(content: Content, file: EntityFile, value: Any) -> Markup:
    """Return a URL as a link: a path is appended to the project's; what is no http(s) URL stays text.

    In an environment, the whole URL there is shown.
    """
    if not isinstance(value, str):
        return shown(value)
    url = effective_url(content.snapshot, file, content.environment) or value
    if content.environment is not None:
        value = url
    return outside_link(url, value)


def outside_link(url: str, text: str) -> Markup:
    """Return a link that leads out of the site; the text alone where the URL is no http(s) URL."""
    if not is_web_address(url):
        return printed(text)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(url, clean(text))


def is_web_address(url: str) -> bool:
    """Return whether a text is an http(s) URL that a page may link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and bool(parts.netloc) and url.isprintable() and clean(url) == url
    )
