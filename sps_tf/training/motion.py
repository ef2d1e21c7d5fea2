"""In how many ways pictures change, before anything is learnt from them."""

from typing import NamedTuple

import numpy as np

from sps_tf.frames import pixelwise_median

_MOST_FRAMES = 2_000
# Of full brightness: differences below it are noise.
_NOISE = 0.06
# Of the median mass: frames with less have next to nothing in them.
_FAINT = 0.05
# A way counts where it spreads over more than this share of the picture's side; of the size, where
# its logarithm spreads over more than this.
_LEAST_SPREAD, _LEAST_LOG_SIZE = 0.02, 0.12


class Motion(NamedTuple):
    """What moves.

    Args:
        x: standard deviation of its place, over the picture's width.
        y: the same of the height.
        log_size: standard deviation of the logarithm of its size.
        n_ways: in how many independent ways these change.
    """

    x: float
    y: float
    log_size: float
    n_ways: int


def measure_motion(frames: np.ndarray) -> Motion | None:
    """Measure place and size of what differs from the usual picture.

    Several things that move count as one, at the centre of all; turning and changes of form are not
    seen.

    Args:
        frames: (n, time, height, width, channels) uint8, training frames.

    Returns:
        What moves. None where hardly anything does, or that is seen in too few frames.
    """
    flat = frames.reshape(-1, *frames.shape[2:])
    flat = flat[:: max(1, len(flat) // _MOST_FRAMES)]
    height, width = flat.shape[1:3]
    change = np.abs(flat / np.float32(255) - pixelwise_median(flat[:, None])).max(axis=-1)
    weight = np.where(change > _NOISE, change, 0.0)
    mass = weight.sum(axis=(1, 2))
    seen = mass > _FAINT * np.median(mass[mass > 0]) if (mass > 0).any() else mass > 0
    if seen.sum() < 10:
        return None
    weight, mass = weight[seen], mass[seen]
    x = (weight.sum(axis=1) @ np.arange(width)) / mass / width
    y = (weight.sum(axis=2) @ np.arange(height)) / mass / height
    log_size = np.log(mass)
    units = np.stack([x / _LEAST_SPREAD, y / _LEAST_SPREAD, log_size / _LEAST_LOG_SIZE])
    n_ways = int((np.linalg.eigvalsh(np.cov(units)) > 1).sum())
    return Motion(float(x.std()), float(y.std()), float(log_size.std()), n_ways)


def describe_motion(frames: np.ndarray, n_latents: int) -> str:
    """Say in how many ways pictures change, and how many latents that asks for.

    Args:
        frames: see `measure_motion`.
        n_latents: latents of content that the model has.

    Returns:
        A line or two.
    """
    motion = measure_motion(frames)
    if motion is None:
        return "Hardly anything moves in the pictures, against their median: nothing to learn from."
    words = (
        f"What moves spreads over {motion.x:.0%} of the width and {motion.y:.0%} of the height "
        f"(standard deviations), its size by {np.expm1(motion.log_size):.0%}: "
        f"{motion.n_ways} way{'s' * (motion.n_ways != 1)}."
    )
    if not 0 < motion.n_ways < n_latents:
        return words
    names = ("x", "y")[: motion.n_ways]
    content = f"({','.join(map(repr, names))},)" if len(names) == 1 else repr(names)
    return (
        f"{words}\nThe model has {n_latents} latents; where that is all that changes, "
        f'--config.model.latent.content="{content.replace(" ", "")}" '
        f'--config.model.group.name="R{motion.n_ways}" has none to spare.'
    )
