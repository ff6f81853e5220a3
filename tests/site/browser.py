"""Chromium without a window, which notes all that a page does beyond being read."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Yield the browser that QAFILES_CHROMIUM names or that is on PATH; skip the test where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    program = os.environ.get("QAFILES_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("there is no Chromium in QAFILES_CHROMIUM or on PATH")
    with sync_api.sync_playwright() as playwright:
        # Chromium's sandbox needs rights that containers seldom give.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page with its errors, the messages of its console, dialogs, and requests that leave a folder."""

    def __init__(self, context: "BrowserContext", folder: Path) -> None:
        self.page: Page = context.new_page()
        self.folder = folder
        self.troubles: list[str] = []
        self.page.on("console", lambda message: self.troubles.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)
        self.page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url}"))

    def _dialog(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "file" or not Path(unquote(parts.path)).is_relative_to(self.folder):
            self.troubles.append(f"request: {request.url}")

    def open(self, name: str) -> "Page":
        """Open a page of the folder as a file."""
        self.page.goto(f"file://{self.folder}/{name}")
        return self.page
