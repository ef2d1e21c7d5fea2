"""The page itself: one HTML document that asks for nothing else."""

import json
from pathlib import Path
from typing import Any

_ASSETS = Path(__file__).with_name("assets")
_SCRIPTS = (
    "networks.js",
    "group.js",
    "sound.js",
    "drawing.js",
    "player.js",
    "latents.js",
    "start.js",
    "prior_section.js",
    "group_section.js",
    "map.js",
    "file_section.js",
    "main.js",
)


def make_page(content: dict[str, Any]) -> str:
    """Make the page of a model.

    Args:
        content: see `sps_tf.inference.explore.content.make_content`.

    Returns:
        A whole HTML document. Nothing in it is fetched: its own policy forbids that, but for the
        server that it came from, where files are encoded.
    """
    # "<" would end the element that holds the text, whatever a model or file is called.
    text = json.dumps(content, allow_nan=False).replace("<", "\\u003c")
    scripts = "".join(_read(name) for name in _SCRIPTS)
    page = _read("page.html").replace("{{style}}", _read("page.css"))
    return page.replace("{{script}}", scripts).replace("{{content}}", text)


def _read(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
