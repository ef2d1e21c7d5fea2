"""Reports as files: Markdown, CSV and JSON, the page, recorded results and the docs."""
