"""Pages as a parser and as a browser see them."""

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium: apt-get install chromium")
_VOID = {"meta", "img", "br", "link"}


class Page(HTMLParser):
    """Checks that tags nest, and collects what the tests ask for."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def attributes(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def measure(text, folder, width):
    """Let a browser lay a page out, in a frame, since its windows are never as narrow as a phone.

    A script that is added for it writes what it measures; what the page links to is found relative
    to `folder`.
    """
    script = """<script>onload = () => {
      const boxes = [...document.querySelectorAll(".scroll")].filter(box => box.offsetParent)
      parent.document.title = JSON.stringify({
        page: document.documentElement.scrollWidth, window: innerWidth,
        widest: Math.max(...boxes.map(box => box.getBoundingClientRect().right)),
        scrolls: boxes.filter(box => box.scrollWidth > box.clientWidth).length,
        image: document.images[0].getBoundingClientRect().right,
        loaded: document.images[0].naturalWidth,
        letters: parseFloat(getComputedStyle(document.querySelector("td")).fontSize),
      })
    }</script></body>"""
    file = folder / "measured.html"
    inner = html.escape(text.replace("</body>", script))
    style = f"width:{width}px;height:900px;border:0"
    frame = f'<!doctype html><title></title><iframe style="{style}" srcdoc="{inner}"></iframe>'
    file.write_text(frame, encoding="utf-8")
    command = [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    command += ["--window-size=1400,1000", f"--user-data-dir={folder}/profile", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(re.search(r"<title>(\{.*?\})</title>", done.stdout)[1])
