"""Examples of the ball data set as TFDS writes them, with the frames as PNG files."""

import io
from typing import Any

from pipelines.making.ball.trajectories import make_example


def make_record(seed: int, split: str, index: int, scene: str = "green") -> dict[str, Any]:
    """Make one labelled video for a record file.

    TFDS would turn a frame into a PNG file at a time. On Python 3.11 TensorFlow loses 340 bytes
    whenever it is handed an array (its issue 62551), so it is handed all frames at once.

    Args:
        seed: as for `make_example`.
        split: as for `make_example`.
        index: as for `make_example`.
        scene: as for `make_example`.

    Returns:
        The example, with a list of open PNG files as its frames.
    """
    import tensorflow as tf

    example = make_example(seed, split, index, scene)
    with tf.device("CPU:0"):
        images = tf.image.encode_png(example["frames"]).numpy()
    return {**example, "frames": [io.BytesIO(image) for image in images]}
