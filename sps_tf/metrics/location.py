"""Where a pedestrian is, estimated from the labels of its mask: "MSE 2" of section A.6.2."""

import numpy as np

LOCATION_NAMES = ("vertical", "horizontal", "distance")
# The paper's alpha. It is not given there; this value lets the 64 pixels of a window span 30
# degrees, which is about the vertical field of view of KITTI's camera.
RADIANS_PER_PIXEL = np.pi / 384


def estimate_location(label: np.ndarray) -> np.ndarray:
    """Replace the area by a distance, d = 1 / tan(alpha sqrt(area)).

    The distance is in units of the pedestrian's own size: all are taken to be equally large. The
    image position stays as it is.

    Args:
        label: (..., 3), vertical and horizontal centre of mass and area, in pixels, as the data
            set's feature `label`; areas above 0.

    Returns:
        (..., 3) float64: vertical and horizontal centre of mass in pixels, and distance.
    """
    label = np.asarray(label, np.float64)
    distance = 1 / np.tan(RADIANS_PER_PIXEL * np.sqrt(label[..., 2]))
    return np.stack([label[..., 0], label[..., 1], distance], axis=-1)
