"""The sounds of a model that decodes notes of known pitch."""

import numpy as np
import pytest

from sps_tf.audio.pitch_detector import detect_pitch
from sps_tf.evaluation import make_report
from tests.sound_fakes import (
    MIDDLE_MIDI,
    MIDI_A_STD,
    PITCHES,
    SoundModel,
    make_arrays,
    make_config,
)


@pytest.fixture(scope="module")
def report():
    """That of a model without fault."""
    config = make_config()
    config.evaluation.evaluators = ("sounds",)
    return make_report(SoundModel(), make_arrays(), config)


def test_traversal_of_sounds_is_heard_step_by_step(report):
    assert set(report.sounds) == {"traversal_z_pitch", "clip_truth", "clip_self", "clip_prior"}
    step = 2 * 5 * 512
    sound = report.sounds["traversal_z_pitch"]
    assert len(sound) == 13 * step + 512
    heard = [detect_pitch(sound[i * step + 1024 :][:3072], 65, 2500) for i in range(13)]
    z = (PITCHES - MIDDLE_MIDI) / MIDI_A_STD
    expected = MIDDLE_MIDI + MIDI_A_STD * (z.mean() + z.std() * np.linspace(-2, 2, 13))
    np.testing.assert_allclose(heard, expected, atol=0.15)
