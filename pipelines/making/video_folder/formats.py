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
