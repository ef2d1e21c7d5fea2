"""Beam transform that makes the examples of one split of the ball data set."""

from collections.abc import Iterator

import apache_beam as beam
import numpy as np

from pipelines.ball.trajectories import make_example
from pipelines.progress import count

# Long enough to hide Beam's cost of handing out work, short enough to keep all workers busy.
BLOCK_SIZE = 16


def make_split(
    seed: int, split: str, n_examples: int, color_mode: str, tally_path: str | None = None
) -> beam.PTransform:
    """Make the transform for one split.

    Args:
        seed: the data set's seed, at least 0.
        split: name of the split, such as "train".
        n_examples: number of examples, at least 1.
        color_mode: "green" or "colorful".
        tally_path: where finished examples are counted, see `pipelines.progress`. Default: not.

    Returns:
        A root transform. Its elements (key, example) do not depend on how Beam runs it.
    """
    starts = range(0, n_examples, BLOCK_SIZE)
    blocks = [(start, min(start + BLOCK_SIZE, n_examples)) for start in starts]
    return (
        beam.Create(blocks, reshuffle=False)
        | "SpreadBlocks" >> beam.Reshuffle()
        | "MakeExamples"
        >> beam.FlatMap(
            make_block, seed=seed, split=split, color_mode=color_mode, tally_path=tally_path
        )
    )


def make_block(
    block: tuple[int, int], seed: int, split: str, color_mode: str, tally_path: str | None
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Make the examples of one block.

    Args:
        block: first index, and the index after the last.
        seed: as for `make_split`.
        split: as for `make_split`.
        color_mode: as for `make_split`.
        tally_path: as for `make_split`.

    Yields:
        The index, which is the example's key, and the example.
    """
    for index in range(*block):
        yield index, make_example(seed, split, index, color_mode)
        count(tally_path)
