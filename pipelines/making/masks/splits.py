"""Train and test without a person in both.

The paper's test set is the first 320 kept sequences (`authors`). A pedestrian seen in two
windows, or twice with a gap, makes several sequences, and some of these fall on both sides of
that cut. The default therefore moves whole groups: all sequences of one person (`track`) or
of one video (`video`).

The published file gives no track numbers. There `track` means: take the test set from the start
of the list, as the paper does, move along every sequence that shows a silhouette of it
(`same_silhouettes`), and leave out the 64 sequences that follow (`N_GUARD`). This was tried on 502
sequences whose numbers are known, sorted by video and then by window or by person, with test sets
of 40 to 295: no person was on both sides of any. Without the guard that held for 8 or 25 % of the
sizes, and for the plain cut for 2 or 12 %.
"""

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from sps_tf.errors import UserError

PAPER_TEST_SEQUENCES = 320
PAPER_TRAIN_SEQUENCES = 1058
N_GUARD = 64
_TRIPLE = 3


def default_n_test(n_sequences: int) -> int:
    """Return the paper's share of test sequences, 320 of 1,378, rounded.

    Args:
        n_sequences: number of all kept sequences.

    Returns:
        Number of test sequences; 320 where there are as many sequences as in the paper.
    """
    n_paper = PAPER_TEST_SEQUENCES + PAPER_TRAIN_SEQUENCES
    return (2 * n_sequences * PAPER_TEST_SEQUENCES + n_paper) // (2 * n_paper)


def shuffled(groups: Iterable[Hashable], seed: int) -> list:
    """Order groups by a hash of the seed and their name.

    Args:
        groups: the names.
        seed: seed of the order.

    Returns:
        The names in an order that depends on nothing else.
    """

    def rank(group: Hashable) -> str:
        return hashlib.sha256(f"kitti_masks/test/{seed}/{group}".encode()).hexdigest()

    return sorted(groups, key=rank)


def choose_test(groups: Sequence[Hashable], order: Sequence[Hashable], n_test: int) -> set:
    """Choose whole groups for the test set, as many as fit into it.

    Groups are taken in the given order; one that would overshoot is passed over. With small
    groups the number is met exactly.

    Args:
        groups: the group of every sequence.
        order: the distinct groups, in the order in which to take them.
        n_test: number of test sequences wanted, from 1 to all but one.

    Returns:
        The groups of the test set.

    Raises:
        UserError: if no train or no test sequence would be left.
    """
    if not 1 <= n_test < len(groups):
        raise UserError(
            f"n_test must leave at least one of the {len(groups)} sequences for each split. "
            f"Received: {n_test}"
        )
    sizes = Counter(groups)
    chosen, n_chosen = set(), 0
    for group in order:
        if n_chosen + sizes[group] <= n_test:
            chosen.add(group)
            n_chosen += sizes[group]
    if not chosen:
        raise UserError(
            f"Every person or video has more than {n_test} sequences, so none fits into the test "
            f"set. Ask for a larger n_test. Received: {n_test}"
        )
    return chosen


def same_silhouettes(sequences: Sequence[np.ndarray]) -> list[int]:
    """Group sequences that show the same person, where no track number is given.

    Neighbouring windows overlap, so one person's sequences in two of them hold the same
    silhouettes, moved sideways. Two sequences are joined if three consecutive frames agree in
    shape and height; silhouettes that touch the left or right edge may be cut, and are left out.
    A person who comes back later, or who is never whole in two windows, is not recognised.

    Args:
        sequences: arrays of shape (time, height, width), zero outside the masks.

    Returns:
        The group of every sequence: the index of the first sequence in it.
    """
    owners: dict[bytes, int] = {}
    parent = list(range(len(sequences)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for index, masks in enumerate(sequences):
        shapes = [_silhouette(mask) for mask in masks]
        for first in range(len(shapes) - _TRIPLE + 1):
            triple = shapes[first : first + _TRIPLE]
            if all(triple):
                owner = owners.setdefault(b"".join(triple), index)
                low, high = sorted((root(owner), root(index)))
                parent[high] = low
    return [root(index) for index in range(len(sequences))]


def _silhouette(mask: np.ndarray) -> bytes:
    """Return a digest of a mask that ignores its column, empty if the mask may be cut."""
    columns = np.flatnonzero(mask.any(axis=0))
    if not columns.size or columns[0] == 0 or columns[-1] == mask.shape[1] - 1:
        return b""
    crop = mask[:, columns[0] : columns[-1] + 1] != 0
    return hashlib.sha256(bytes([crop.shape[1]]) + np.packbits(crop).tobytes()).digest()
