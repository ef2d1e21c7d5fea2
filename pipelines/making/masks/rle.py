"""Run-length encoded masks as COCO and MOTS write them.

The C code of pycocotools trusts its input: text that ends inside a number makes it read past
the end, and runs longer than the image make it write past the end. So the text is decoded to
its run lengths here first, in Python, and only text that describes the image exactly goes on.
"""

import numpy as np

from sps_tf.optional import require_module

_FIRST_CHAR = 48
_LAST_CHAR = _FIRST_CHAR + 63
_MAX_CHUNKS = 6  # 30 bits: more than any run of an image of at most 10,000 x 10,000 needs


class RLEError(ValueError):
    """Say why a run-length encoding cannot be a mask; `reason` is the short name of it."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


def run_lengths(text: str, n_pixels: int) -> list[int]:
    """Decode compressed run lengths and check that they fill the image.

    A number is written in chunks of five bits, lowest first, in characters from "0" on; from
    the fourth number on it is the difference to the number two before.

    Args:
        text: the compressed encoding.
        n_pixels: height times width of the image.

    Returns:
        Lengths of alternating runs of 0 and 1, column by column. Their sum is `n_pixels`.

    Raises:
        RLEError: reason `rle_undecodable` if the text is no such encoding, `rle_wrong_size` if
            the runs do not sum to `n_pixels`.
    """
    lengths: list[int] = []
    value = n_chunks = total = 0
    for position, char in enumerate(text):
        code = ord(char) - _FIRST_CHAR
        if not 0 <= code <= _LAST_CHAR - _FIRST_CHAR:
            raise RLEError("rle_undecodable", f"character {char!r} at position {position}")
        value |= (code & 0x1F) << (5 * n_chunks)
        n_chunks += 1
        if code & 0x20:
            if n_chunks == _MAX_CHUNKS:
                raise RLEError("rle_undecodable", f"number too long at position {position}")
            continue
        if code & 0x10:
            value -= 1 << (5 * n_chunks)
        if len(lengths) > 2:
            value += lengths[-2]
        total += value
        if value < 0:
            raise RLEError("rle_undecodable", f"run of {value} pixels at position {position}")
        if total > n_pixels:
            raise RLEError("rle_wrong_size", f"runs of more than {n_pixels} pixels")
        lengths.append(value)
        value = n_chunks = 0
    if n_chunks:
        raise RLEError("rle_undecodable", "the text ends inside a number")
    if total != n_pixels:
        raise RLEError("rle_wrong_size", f"runs of {total} pixels in an image of {n_pixels}")
    return lengths


def decode(text: str, height: int, width: int) -> np.ndarray:
    """Decode a mask with pycocotools, after checking the text.

    Args:
        text: the compressed encoding.
        height: rows of the image, in pixels.
        width: columns of the image, in pixels.

    Returns:
        uint8 array of shape (height, width) of 0 and 1.

    Raises:
        RLEError: see `run_lengths`.
    """
    coco_mask = require_module("pycocotools.mask")
    run_lengths(text, height * width)
    return coco_mask.decode({"size": [height, width], "counts": text.encode("ascii")})
