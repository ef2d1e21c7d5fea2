"""From codes to notes that are held, heard and told apart."""

import numpy as np
import pytest

from sps_tf.evaluation.synthesis import hear, pitch_codes, sustain
from tests.sound_fakes import make_config, notes


@pytest.fixture
def config():
    return make_config()


def test_notes_are_held_by_their_second_and_third_hop():
    images = np.arange(2 * 3 * 5, dtype=np.float32).reshape(2, 3, 5, 1)
    held = sustain(images, 4)
    assert held.shape == (2, 4, 3, 5, 1)
    expected = images[:, :, 1:3].mean(axis=2, keepdims=True)
    np.testing.assert_array_equal(held, np.broadcast_to(expected[:, None], held.shape))


def test_codes_move_the_first_latent_only():
    z = np.random.default_rng(0).normal((1.0, -2.0), (3.0, 0.1), (50, 40, 2))
    codes = pitch_codes(z, 5)
    ends = z[..., 0].mean() + np.array([-2, 2]) * z[..., 0].std()
    np.testing.assert_allclose(codes[[0, -1], 0], ends, rtol=1e-5)
    np.testing.assert_allclose(codes[:, 1], z[..., 1].mean(), rtol=1e-5)


def test_authors_way_of_hearing_is_an_option(config):
    settings = config.evaluation.synthesis
    settings.update(sustain_notes=0, oversampling=1, f0_max_hz=1600.0, griffin_lim_iterations=32)
    np.testing.assert_allclose(hear(notes([60.3, 65.0]), settings), [60.3, 65.0], atol=0.15)
    # 2,093 Hz cannot be found below 1,600.
    assert abs(hear(notes([96.0]), settings)[0] - 96) > 4
