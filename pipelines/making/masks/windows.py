"""From a full mask to 64 x 64 windows and their labels (section A.6.2)."""

import functools

import numpy as np

SIZE_PIXELS = 64
N_WINDOWS = 6
MIN_MASK_PIXELS = 30
LABEL_NAMES = ("vertical_pixels", "horizontal_pixels", "area_pixels")


@functools.lru_cache(maxsize=64)
def _nearest(n_in: int, n_out: int) -> np.ndarray:
    """Return the input index under the centre of every output pixel, shape (n_out,)."""
    return ((2 * np.arange(n_out) + 1) * n_in) // (2 * n_out)


def reduced_width(height: int, width: int) -> int:
    """Return the width at height 64 with the same aspect ratio, rounded, in pixels."""
    return (2 * SIZE_PIXELS * width + height) // (2 * height)


def window_starts(width: int) -> list[int]:
    """Return the left columns of six windows, evenly spaced from edge to edge.

    Args:
        width: width of the reduced image, in pixels, at least 64.

    Returns:
        Six columns, the first 0 and the last `width` - 64.
    """
    last = N_WINDOWS - 1
    return [(2 * k * (width - SIZE_PIXELS) + last) // (2 * last) for k in range(N_WINDOWS)]


def cut_windows(mask: np.ndarray) -> np.ndarray:
    """Reduce a mask to height 64 by nearest neighbour and cut six windows.

    Args:
        mask: uint8 array of shape (height, width) of 0 and 1, whose reduced width is at least 64.

    Returns:
        uint8 array of shape (6, 64, 64) of 0 and 1.

    Raises:
        ValueError: if the image is narrower than one window.
    """
    height, width = mask.shape
    width_out = reduced_width(height, width)
    if width_out < SIZE_PIXELS:
        raise ValueError(f"An image must be at least as wide as high. Received: {mask.shape}")
    reduced = mask[_nearest(height, SIZE_PIXELS)][:, _nearest(width, width_out)]
    return np.stack([reduced[:, s : s + SIZE_PIXELS] for s in window_starts(width_out)])


def labels(frames: np.ndarray) -> np.ndarray:
    """Measure masks: where they are and how large.

    Args:
        frames: array of shape (time, 64, 64), zero outside the masks, no mask empty.

    Returns:
        float32 array of shape (time, 3): row and column of the centre of mass, counted from 0
        at the top left, and the area, all in pixels.
    """
    masks = (np.asarray(frames) != 0).astype(np.float64)
    area = masks.sum(axis=(1, 2))
    index = np.arange(SIZE_PIXELS)
    vertical = masks.sum(axis=2) @ index / area
    horizontal = masks.sum(axis=1) @ index / area
    return np.stack([vertical, horizontal, area], axis=1).astype(np.float32)
