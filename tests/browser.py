"""A real browser for the tests of pages, driven by Playwright."""

import contextlib
import importlib.util
import shutil
import time

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
needs_browser = pytest.mark.skipif(
    BROWSER is None or importlib.util.find_spec("playwright") is None,
    reason='no Chromium (make browser) or no Playwright (pip install "sps-tf[dev]")',
)


@contextlib.contextmanager
def open_browser():
    """Start Chromium without a window, and end it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Sounds start without a click, so that tests need no gesture for them.
        flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=BROWSER, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def open_page(browser, url, width=1280, height=900):
    """Load a page; at the end nothing may have failed in it, nor been fetched from elsewhere."""
    page = browser.new_page(viewport={"width": width, "height": height})
    faults, asked = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: line.type == "error" and faults.append(line.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.faults = faults
    yield page
    page.close()
    assert not faults
    own = ("data:", "blob:", url.rsplit("/", 1)[0])
    assert all(address.startswith(own) for address in asked), asked


def wait_for(page, expression, most_secs=60):
    """Wait until an expression is true in a page whose policy forbids Playwright's own way."""
    end = time.monotonic() + most_secs
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)
