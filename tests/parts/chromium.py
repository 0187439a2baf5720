"""The system's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.parts.process import PartMissing

BASE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)


@contextmanager
def chromium_running(*flags: str) -> Iterator[Browser]:
    """A headless Chromium with these flags beside the usual ones; closed at the end.

    Raises PartMissing.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        raise PartMissing(
            "Chromium is missing: install the package chromium (scripts/setup --tests does)."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*BASE, *flags])
        try:
            yield browser
        finally:
            browser.close()
