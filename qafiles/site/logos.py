"""Logos of organizations, as files of the site: pictures alone, recognised by their first bytes."""

import base64
import binascii
import posixpath
from collections.abc import Mapping
from typing import Final

from qafiles.site.content import Content
from qafiles.snapshot import EntityFile

_LARGEST: Final = 512 * 1024
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
}


def logos(content: Content) -> dict[str, tuple[str, bytes]]:
    """Return (file of the site, bytes) of each organization's logo by the organization's path.

    A logo is a file beside the organization or a `data:` URL. SVG is left out, since it can hold scripts and load from
    elsewhere, and so is everything on the web.
    """
    logo_files = {}
    for file in content.snapshot.of_kind("organization"):
        data = _bytes(content, file)
        ending = _ending(data)
        if data is not None and ending is not None:
            page = content.places.entities[file.path]
            logo_files[file.path] = (f"{page.rpartition('/')[0]}/logo.{ending}", data)
    return logo_files


def _bytes(content: Content, file: EntityFile) -> bytes | None:
    logo = file.get("logo")
    if not isinstance(logo, str):
        return None
    if logo.startswith("data:image/"):
        head, _, data = logo.partition(",")
        try:
            return base64.b64decode(data, validate=True) if head.endswith(";base64") else None
        except (binascii.Error, ValueError):
            return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), logo))
    return content.snapshot.bytes_of(path)


def _ending(data: bytes | None) -> str | None:
    if data is None or len(data) > _LARGEST:
        return None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((ending for start, ending in _SIGNATURES.items() if data.startswith(start)), None)
