"""Seed streams are functions of (seed, purpose, step)."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import seeds


def draw(word: int, step: int, replica: int = 0) -> np.ndarray:
    seed = seeds.StepSeed(word, ops.convert_to_tensor(step, dtype="int32"), replica)
    return ops.convert_to_numpy(keras.random.normal((1000,), seed=seed))


def test_fold_is_stable_and_separates_purposes():
    assert seeds.fold(0, "noise") == seeds.fold(0, "noise")
    words = {seeds.fold(s, p) for s in range(20) for p in ("noise", "group", "teacher_mask")}
    assert len(words) == 60
    assert all(0 <= word < 2**31 for word in words)


def test_fold_does_not_change_between_versions():
    # Records and runs of an older version must stay reproducible.
    assert seeds.fold(0, "noise") == 1230665055
    assert seeds.fold(7, "train", 3) == 72829997


def test_same_stream_and_step_give_the_same_numbers():
    np.testing.assert_array_equal(draw(5, 17), draw(5, 17))


@pytest.mark.parametrize("other", [(6, 17, 0), (5, 18, 0), (5, 17, 1)])
def test_other_stream_step_or_replica_give_unrelated_numbers(other):
    assert abs(np.corrcoef(draw(5, 17), draw(*other))[0, 1]) < 0.15


def test_two_draws_of_one_step_differ_and_do_not_reach_the_next_step():
    seed = seeds.StepSeed(5, ops.convert_to_tensor(0, dtype="int32"))
    positions = [int(ops.convert_to_numpy(seed.next())[1]) for _ in range(64)]
    assert positions == list(range(64))
    with pytest.raises(RuntimeError, match="64 times"):
        seed.next()
    following = seeds.StepSeed(5, ops.convert_to_tensor(1, dtype="int32"))
    assert int(ops.convert_to_numpy(following.next())[1]) == 64
