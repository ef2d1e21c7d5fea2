"""The page is one document that asks for nothing, whatever a model or file is called."""

import json
import re

from sps_tf.inference.explore.page import _ASSETS, _SCRIPTS, make_page
from tests.packaging import read_setup

CONTENT = {"title": "</script><img src=x onerror=alert(1)>", "weights": "", "paths": []}


def test_page_names_nothing_outside_it():
    page = make_page({})
    assert "http:" not in page
    assert "https:" not in page
    assert not re.search(r"url\(|@import|<link(?! rel=\"icon\" href=\"data:,\")|<iframe", page)
    assert not re.search(r"<(script|img|audio|video|source)[^>]*\ssrc=", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'")
    assert "connect-src 'self'" in policy


def test_names_cannot_end_the_element_that_holds_them():
    page = make_page(CONTENT)
    assert "<img" not in page
    text = re.search(
        r'<script type="application/json" id="content">(.*?)</script>', page, re.DOTALL
    )
    assert json.loads(text[1]) == CONTENT


def test_every_part_is_in_the_page_and_in_the_package():
    page = make_page({})
    assert "{{" not in page
    assert {path.name for path in _ASSETS.glob("*.js")} == set(_SCRIPTS)
    for name in _SCRIPTS:
        assert (_ASSETS / name).read_text(encoding="utf-8") in page
    assert read_setup()["package_data"]["sps_tf.inference.explore"] == ["assets/*"]
