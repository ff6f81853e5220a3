"""URIs of files to paths and back."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit


def to_path(uri: str) -> Path | None:
    """Return the path of a `file:` URI, or None for what is no file, as a text that was never saved."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or not parts.path or "\0" in unquote(parts.path):
        return None
    if os.name == "nt":
        from urllib.request import url2pathname  # noqa: PLC0415  # slow to import

        host = f"//{parts.netloc}" if parts.netloc else ""
        return Path(url2pathname(host + parts.path))
    return Path(os.path.normpath(unquote(parts.path, errors="surrogateescape")))


def to_uri(path: Path) -> str:
    """Return the URI of an absolute path."""
    return path.as_uri()
