import numpy as np
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipelines.making.audio import transforms
from pipelines.making.audio.clips import Clip, render, to_example
from pipelines.making.audio.soundfonts import SoundFont
from sps_tf.audio.spectrogram import magnitudes
from tests.pipelines.making.audio import fakes as audio_fakes

CLIPS = [Clip(f"clip{i}", (20.0 + i, 60.0), "Accordion", 21) for i in range(20)]


def noise(clip, font):
    """What needs no synthesizer: noise that grows with the clip's first pitch."""
    del font
    samples = np.random.default_rng(0).uniform(-50, 50, 4096) * clip.pitches[0]
    return samples.astype(np.int16)


@pytest.fixture
def without_synthesizer(monkeypatch):
    monkeypatch.setattr(transforms, "render", noise)


def play(splits, folder, **options):
    """Run Beam in this process, where the stand-in for the synthesizer is."""
    fonts = dict.fromkeys(splits, SoundFont("font.sf2"))
    beam_options = {"runner": FnApiRunner(), "options": PipelineOptions(flags=[])}
    return transforms.play_splits(splits, fonts, folder, **beam_options, **options)


def test_a_splits_maximum_is_that_of_its_own_clips(tmp_path, without_synthesizer):
    splits = {"train": CLIPS[:11], "test": CLIPS[11:]}
    found = play(splits, tmp_path / "parts")
    assert found == {
        name: max(magnitudes(noise(clip, None)).max() for clip in clips)
        for name, clips in splits.items()
    }
    assert found["train"] != found["test"]


def test_examples_come_back_in_order_and_leave_nothing_behind(tmp_path, without_synthesizer):
    splits = {"train": CLIPS, "test": CLIPS[:3]}
    play(splits, tmp_path / "parts")
    for name, clips in splits.items():
        found = list(transforms.read_examples(name, clips, tmp_path / "parts"))
        assert [key for key, _ in found] == [clip.key for clip in clips]
        for clip, (_, example) in zip(clips, found, strict=True):
            np.testing.assert_array_equal(example["waveform"], noise(clip, None))
            np.testing.assert_array_equal(example["pitch"], np.float32(clip.pitches))
    assert not list(tmp_path.iterdir())


def test_every_clip_is_counted(tmp_path, without_synthesizer):
    tally = tmp_path / "tally"
    tally.touch()
    play({"train": CLIPS}, tmp_path / "parts", tally_path=str(tally))
    assert tally.stat().st_size == len(CLIPS)


def test_an_example_holds_sound_pitches_onsets_and_instrument():
    clip = Clip("a", (61.0, 62.5), "Accordion", 21)
    example = to_example(clip, render(clip, audio_fakes.train_font()))
    assert example["waveform"].dtype == np.int16
    assert example["waveform"].shape == (1024 + 9 * 512,)
    np.testing.assert_array_equal(example["pitch"], np.float32([61.0, 62.5]))
    np.testing.assert_allclose(example["onset_secs"], [0.0, 0.16])
    assert (example["instrument"], example["program"]) == ("Accordion", 21)
