import json

import numpy as np

from pipelines.making.audio.clips import Clip, make_example, measure, merge
from pipelines.making.audio.synthesis import render_notes
from tests.pipelines.making.audio import fakes as audio_fakes

CLIPS = [Clip("b", (60.0, 61.0), "Flute", 73), Clip("a", (61.0, 62.5), "Accordion", 21)]


def test_an_example_holds_sound_pitches_onsets_and_instrument():
    font = audio_fakes.train_font()
    example = make_example(CLIPS, font, 1)
    assert example["waveform"].dtype == np.int16
    assert example["waveform"].shape == (1024 + 9 * 512,)
    np.testing.assert_array_equal(
        example["waveform"], render_notes(np.array([61.0, 62.5]), 21, font)
    )
    np.testing.assert_array_equal(example["pitch"], np.float32([61.0, 62.5]))
    np.testing.assert_allclose(example["onset_secs"], [0.0, 0.16])
    assert (example["instrument"], example["program"]) == ("Accordion", 21)


def test_the_measure_of_several_examples_is_their_largest_magnitude():
    # A cosine with a whole number of periods in a hop: a Hann window of 1,024 samples adds up to
    # 512, half of which, times the amplitude over full scale, is the strongest bin.
    sound = np.cos(2 * np.pi * 40 * np.arange(4096) / 1024)
    loud, soft = ({"waveform": (level * sound).astype(np.int16)} for level in (16384, 8192))
    np.testing.assert_allclose(measure(soft)["max_magnitude"] / 64, 1, rtol=1e-3)
    both = merge(measure(soft), json.loads(json.dumps(measure(loud))))
    assert both == measure(loud) == merge(measure(loud), measure(soft))
