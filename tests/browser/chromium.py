"""A browser without a window, and what is heard from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REQUIRED = "REIRRAD_BROWSER_REQUIRED"
DESK, PHONE = {"width": 1200, "height": 800}, {"width": 360, "height": 740}


def executable() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=OPTIONS + as_root)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Heard:
    """What a page did besides being shown."""

    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def everything(self) -> list[str]:
        return self.requests + self.console + self.errors + self.dialogs + self.others


@contextmanager
def opened(browser: Any, path: Path, *, phone: bool = False, size: dict[str, int] | None = None) -> Iterator[Any]:
    """Open a file; every request but the one for it is recorded and refused. ``page.heard`` has what it did."""
    own, heard = path.as_uri(), Heard()
    context = browser.new_context(
        viewport=size or (PHONE if phone else DESK), is_mobile=phone, has_touch=phone, accept_downloads=False
    )
    try:
        page = context.new_page()
        page.heard = heard

        def decide(route: Any) -> None:
            if route.request.url == own and len(heard.requests) == 0 and not hasattr(page, "was_shown"):
                page.was_shown = True
                route.continue_()
            else:
                heard.requests.append(route.request.url)
                route.abort()

        def refuse(dialog: Any) -> None:
            heard.dialogs.append(dialog.message)
            dialog.dismiss()

        context.route("**/*", decide)
        page.on("console", lambda message: heard.console.append(message.text))
        page.on("pageerror", lambda error: heard.errors.append(str(error)))
        page.on("dialog", refuse)
        page.on("popup", lambda other: heard.others.append(f"popup {other.url}"))
        page.on("download", lambda download: heard.others.append(f"download {download.url}"))
        page.on("worker", lambda worker: heard.others.append(f"worker {worker.url}"))
        page.goto(own, wait_until="load")
        yield page
    finally:
        context.close()
