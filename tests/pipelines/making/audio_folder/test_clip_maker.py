import pickle

import numpy as np
import pytest

from pipelines.making.audio_folder.clip_maker import ClipForm, ClipMaker, Stretch, merge_measures
from sps_tf.errors import UserError
from tests.pipelines.making.audio_folder.fakes import sine, write

CLIP = {"n_notes": 2}
CLIP_SECS = 2 * 0.16


def test_examples_are_the_same_in_any_order_and_any_process(tmp_path):
    write(tmp_path / "a.wav", sine(440, 4 * CLIP_SECS))
    write(tmp_path / "b.wav", sine(880, 4 * CLIP_SECS))
    form = ClipForm(**CLIP)
    stretches = [Stretch(name, 0, 4, False, None) for name in ("a.wav", "b.wav")]
    maker = ClipMaker(tmp_path, form, stretches)
    expected = [maker(number)["waveform"] for number in range(8)]
    moved = pickle.loads(pickle.dumps(maker))
    assert len(pickle.dumps(maker)) < 1000  # no clip travels
    for number in (5, 0, 7, 2):
        np.testing.assert_array_equal(moved(number)["waveform"], expected[number])
    write(tmp_path / "a.wav", sine(440, 2 * CLIP_SECS))
    moved(4)
    with pytest.raises(UserError, match=r"changed while it was read.*a\.wav"):
        moved(3)


def test_the_larger_maximum_remains():
    assert merge_measures({"max_magnitude": 2.0}, {"max_magnitude": 3.0}) == {"max_magnitude": 3.0}
