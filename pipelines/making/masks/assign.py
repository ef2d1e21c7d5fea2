"""Which sequences are for training and which for testing, for either source."""

from collections.abc import Sequence

from pipelines.making.masks import splits
from pipelines.making.masks.published import PublishedRun
from pipelines.making.masks.sequences import N_FRAMES, Run
from sps_tf.errors import UserError

TOO_SHORT = f"run_below_{N_FRAMES}_frames"
GUARD = "guard_between_splits"


def assign_mots(
    runs: Sequence[Run], mode: str, n_test: int | None = None, seed: int = 0
) -> list[str]:
    """Assign sequences whose video and pedestrian are known.

    Args:
        runs: sequences of 12 frames, in the order of the data.
        mode: "track": no pedestrian in both splits. "video": no video in both. "authors": the
            first `n_test` sequences are the test set.
        n_test: number of test sequences. Default None: the paper's share, 23.2 %.
        seed: seed of the order in which tracks or videos become test.

    Returns:
        For every run "train" or "test".

    Raises:
        UserError: if one split would be empty.
    """
    n_test = splits.default_n_test(len(runs)) if n_test is None else n_test
    group_of = {
        "track": lambda run: run.track,
        "video": lambda run: run.video,
        "authors": lambda run: run.sequence_id,
    }[mode]
    groups = [group_of(run) for run in runs]
    distinct = list(dict.fromkeys(groups))
    order = distinct if mode == "authors" else splits.shuffled(distinct, seed)
    chosen = splits.choose_test(groups, order, n_test)
    return ["test" if group in chosen else "train" for group in groups]


def assign_published(
    runs: Sequence[PublishedRun],
    mode: str,
    n_test: int = splits.PAPER_TEST_SEQUENCES,
    n_guard: int = splits.N_GUARD,
) -> list[str]:
    """Assign the published runs, which do not say whom they show.

    Args:
        runs: the runs in the file's order, of any length.
        mode: "authors": the first `n_test` runs of 12 frames or more are the test set. "track":
            the same, but whole groups of one silhouette, and a guard after them, see
            `pipelines.making.masks.splits`.
        n_test: number of test sequences. Default 320.
        n_guard: with "track", the number of sequences left out of training after the place up
            to which the test set was taken. Default 64.

    Returns:
        For every run "train", "test", or why it is in neither: `TOO_SHORT` or `GUARD`.

    Raises:
        UserError: if one split would be empty.
    """
    kept = [i for i, run in enumerate(runs) if len(run.label) >= N_FRAMES]
    if mode == "authors":
        groups, n_guard = kept, 0
    else:
        # Runs that are too short to be kept still tie longer ones together.
        group_of = splits.same_silhouettes([run.decode()[0] for run in runs])
        groups = [group_of[i] for i in kept]
    chosen = splits.choose_test(groups, list(dict.fromkeys(groups)), n_test)
    # Groups were taken from the start on: the guard follows the place where that ended.
    guard_end = max(map(groups.index, chosen)) + 1 + n_guard if n_guard else 0
    assigned = [TOO_SHORT] * len(runs)
    for position, (index, group) in enumerate(zip(kept, groups, strict=True)):
        assigned[index] = "train" if position >= guard_end else GUARD
        if group in chosen:
            assigned[index] = "test"
    if "train" not in assigned:
        raise UserError(
            f"No training sequence is left of {len(kept)}, with {n_test} for test and {n_guard} "
            "between. Ask for a smaller n_test or n_guard"
        )
    return assigned
