"""The benchmark counts the operations that a step really does."""

import time

import numpy as np

from benchmarks import train_step
from launch.configs import get_config
from sps_tf.training.building import build_model


def model_for(preset: str, n_transforms: int):
    config = get_config("sps_ball", "sps", preset)
    config.model.group.n_transforms = n_transforms
    return build_model(config, (20, 32, 32, 3))


def test_the_released_network_by_hand():
    # Forward operations a frame: twice the multiplications of each layer.
    convolutions = 2 * 16 * (16**2 * 3 * 64 + 8**2 * 64 * 128 + 4**2 * 128 * 256)
    heads = 2 * 2 * 4096 * 3
    mlp = 2 * (3 * 16 + 16 * 32 + 32 * 64 + 64 * 4096)
    first = 2 * 16 * 16**2 * 3 * 64
    prior = 2 * (3 * 256 + 256 * 256 + 256 * 3)
    n, n_copies = 32, 1
    expected = n * 20 * (3 * (convolutions + heads) - first)
    expected += n * (20 + 19 * (1 + n_copies)) * 3 * (convolutions + mlp)
    expected += 3 * n * (1 + n_copies) * 19 * prior
    config = get_config("sps_ball", "sps", "paper_release")
    config.model.group.update(mode="composed", n_transforms=1)
    model = build_model(config, (20, 32, 32, 3))
    np.testing.assert_allclose(train_step.count_gflop(model, n), expected / 1e9, rtol=1e-6)


def test_decoding_one_transform_saves_the_decoding_of_the_others():
    one = model_for("fast", 16)
    everything = model_for("fast", 16)
    everything.decode_transforms = "all"
    saved = train_step.count_gflop(everything, 16) - train_step.count_gflop(one, 16)
    frames = 16 * one.n_predicted_frames * 15
    np.testing.assert_allclose(saved, frames * 3 * train_step._decoder_flop(one) / 1e9, rtol=1e-6)


def test_processor_time_grows_with_work_and_not_with_waiting():
    start = train_step.user_seconds()
    time.sleep(0.3)
    waited = train_step.user_seconds() - start
    while train_step.user_seconds() - start < 0.2:
        pass
    assert waited < 0.1


def test_table_has_a_line_for_each_row():
    row = dict.fromkeys(train_step._COLUMNS, 1.0)
    assert len(train_step.format_table([row, row]).splitlines()) == 3
