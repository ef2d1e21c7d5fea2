"""One's own sounds, from a folder of files."""
