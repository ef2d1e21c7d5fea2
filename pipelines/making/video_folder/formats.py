"""Which files are videos and pictures, and how large they may be."""

VIDEO_SUFFIXES = {".mp4", ".avi", ".gif", ".mkv", ".mov", ".webm", ".m4v"}
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
SUFFIXES = VIDEO_SUFFIXES | IMAGE_SUFFIXES
# Videos and pictures that are not read; they are named, so that they can be converted.
UNREAD_SUFFIXES = {
    *{".wmv", ".flv", ".mpg", ".mpeg", ".m2ts", ".mts", ".3gp", ".ogv", ".y4m", ".apng"},
    *{".heic", ".heif", ".avif", ".jxl", ".jp2", ".ppm", ".pgm", ".exr", ".dng", ".svg"},
}
MAX_SIDE_PIXELS = 10_000
# What files of each kind begin with: (from which byte, these bytes).
_BEGINNINGS = {
    ".mp4": [(4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide"), (4, b"free"), (4, b"skip")],
    ".avi": [(8, b"AVI ")],
    ".mkv": [(0, b"\x1a\x45\xdf\xa3")],
    ".gif": [(0, b"GIF87a"), (0, b"GIF89a")],
    ".png": [(0, b"\x89PNG\r\n\x1a\n")],
    ".jpg": [(0, b"\xff\xd8\xff")],
    ".bmp": [(0, b"BM")],
    ".tif": [(0, b"II*\x00"), (0, b"MM\x00*")],
    ".webp": [(8, b"WEBP")],
}


def tell_suffix(beginning: bytes) -> str | None:
    """Tell a video or a picture by its first bytes, whatever it is called.

    FFmpeg would open anything, among it playlists that name other files and addresses.

    Args:
        beginning: at least the first 12 bytes.

    Returns:
        A suffix of the kind; of MOV and M4V ".mp4", of WebM ".mkv". None for anything else.
    """
    for suffix, beginnings in _BEGINNINGS.items():
        if any(beginning[at : at + len(sign)] == sign for at, sign in beginnings):
            return suffix
    return None
