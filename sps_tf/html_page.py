"""What the project's HTML pages share: the frame of a document, its look, tables that scroll."""

import html
from collections.abc import Iterable
from pathlib import Path

_STYLE_FILE = Path(__file__).with_suffix(".css")


def make_document(title: str, body: str, style: str | None = None) -> str:
    """Return a whole HTML document that needs nothing else for its look, not even a network.

    Args:
        title: of the window, as plain text.
        body: what stands between the tags `<body>`.
        style: CSS. Default None: that of `html_page.css`, for wide windows and phones.
    """
    style = _STYLE_FILE.read_text(encoding="utf-8") if style is None else style
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head>"
        f"<body>{body}</body></html>\n"
    )


def make_table(label: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    """Return a table in a box of its own, in which it scrolls where the window is narrow.

    Args:
        label: what the box is called for who does not see it, as plain text.
        heads: headings of the columns, as plain text.
        rows: `<tr>` elements.
    """
    cells = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{html.escape(label)}">'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
