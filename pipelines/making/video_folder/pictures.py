"""Read pictures with Pillow: those of a folder in the order of their numbers, those of a GIF."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipelines.making.report import Report
from pipelines.making.video_folder.formats import MAX_SIDE_PIXELS
from pipelines.making.video_folder.numbering import list_pictures, split_at_gaps
from pipelines.making.video_folder.timing import times_are_even

if TYPE_CHECKING:
    from PIL import Image

# An animation may hold far more pixels than its bytes; so many take about a minute.
MAX_ANIMATION_PIXELS = 1 << 32
# What shows through transparent pixels.
BACKGROUND = (0, 0, 0)
# What Pillow's readers raise for damaged files, `DecompressionBombError` apart.
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)


def read_folder(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Read the pictures in a folder in the order of their numbers.

    Reasons in the report: `picture_damaged`, `picture_too_large` (a side above 10,000 pixels),
    `picture_kind_not_read` (32 bits a channel), `size_changes`, `numbers_missing` (named by the
    picture that follows the gap), `only_first_frame_used` (of an animation or of pages).

    Args:
        path: the folder.
        name: how the report names it.
        frame_stride: 1 takes every picture, 2 every second, and so on; it begins anew behind a
            gap in the numbers.
        report: counts are added here.

    Yields:
        Pictures uint8 (height, width, 3), red first; None in the place of one that is missing or
        damaged.
    """
    size = None
    for number, files in enumerate(split_at_gaps(list_pictures(path))):
        if number > 0:
            report.skip("numbers_missing", f"{name}/{files[0].name}")
            yield None
        for file in files[::frame_stride]:
            picture = _read_picture(file, f"{name}/{file.name}", report)
            if picture is not None:
                size = size or picture.shape
                if picture.shape != size:
                    report.skip("size_changes", f"{name}/{file.name}")
                    picture = None
            yield picture


def read_animation(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Read the frames of an animated GIF; see `read_folder`.

    Reasons in the report: `cannot_be_opened`, `picture_too_large`, `animation_too_long`
    (4 Gpixels are used), `ends_early` (damaged from there on), `uneven_times` (frames are shown
    for different times; they are used as if they were not).
    """
    from PIL import Image

    times_msecs, n_read = [0.0], 0
    try:
        with Image.open(path) as image:
            if max(image.size) > MAX_SIDE_PIXELS:
                report.skip("picture_too_large", name)
                return
            while True:
                if n_read % frame_stride == 0:
                    yield to_pixels(image)
                n_read += 1
                if n_read * image.width * image.height > MAX_ANIMATION_PIXELS:
                    report.skip("animation_too_long", name)
                    break
                times_msecs.append(times_msecs[-1] + image.info.get("duration", 0))
                try:
                    image.seek(n_read)
                except EOFError:
                    break  # the end, as Pillow tells it
    except (*_DAMAGED, Image.DecompressionBombError):
        report.skip("ends_early" if n_read else "cannot_be_opened", name)
    if not times_are_even(times_msecs):
        report.skip("uneven_times", name)


def to_pixels(image: "Image.Image") -> np.ndarray | None:
    """Turn a picture as Pillow read it into what a viewer shows.

    It is turned upright as its EXIF orientation says. 16 bits a channel are scaled to 8.
    Transparent pixels show `BACKGROUND`.

    Args:
        image: the picture.

    Returns:
        uint8 (height, width, 3), red first; None where a channel has 32 bits, because nothing
        says which value is white.
    """
    from PIL import Image, ImageOps

    if image.mode == "F" or (image.mode == "I" and image.format != "PNG"):
        return None
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # "I;16" and its kin; older versions read a PNG as "I"
        grey = np.asarray(image).astype(np.uint32)
        return np.repeat(((grey + 128) // 257).astype(np.uint8)[..., None], 3, axis=-1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (*BACKGROUND, 255)), image)
    return np.asarray(image.convert("RGB"))


def _read_picture(file: Path, name: str, report: Report) -> np.ndarray | None:
    """Return a picture as (height, width, 3), red first, or None where it is damaged."""
    from PIL import Image

    try:
        with Image.open(file) as image:
            if max(image.size) > MAX_SIDE_PIXELS:
                report.skip("picture_too_large", name)
                return None
            if getattr(image, "n_frames", 1) > 1:
                report.skip("only_first_frame_used", name)
            picture = to_pixels(image)
            if picture is None:
                report.skip("picture_kind_not_read", name)
            return picture
    except (*_DAMAGED, Image.DecompressionBombError):
        report.skip("picture_damaged", name)
        return None
