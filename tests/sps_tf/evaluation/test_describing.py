"""The description of a trained model holds its front end, its spread and its pitch."""

import json

import numpy as np
import pytest

from launch.configs import get_config
from sps_tf.evaluation.describing import describe_trained
from tests import sound_fakes

ABOUT = {"name": "sounds/1.0.0", "splits": {"train": 2}, "max_magnitude": 300.0}


class Model(sound_fakes.SoundModel):
    pass


@pytest.fixture(scope="module")
def arrays():
    midi = np.stack([sound_fakes.PITCHES, sound_fakes.PITCHES[::-1]]).astype(np.float32)
    return {"frames": sound_fakes.notes(midi).astype(np.float16), "pitch": midi[..., None]}


@pytest.mark.parametrize("dataset", ["sps_scale", "audio_folder"])
def test_pitch_is_tied_to_midi_by_labels_or_by_ear(arrays, dataset):
    config = get_config(dataset, "sps", "debug", 0)
    info = describe_trained(Model(), arrays, config, ABOUT)
    line = info["calibration"]
    heard = dataset == "audio_folder"  # nobody has told the pitches
    assert line["notes"] == "training notes" + " as YIN hears them" * heard
    assert line["latent"] == "z_pitch"
    assert line["slope"] == pytest.approx(9, rel=0.03)
    assert line["offset"] == pytest.approx(77, abs=0.3)
    assert info["front_end"]["max_magnitude"] == 300.0
    assert info["latents"]["mean"] == pytest.approx([(arrays["pitch"].mean() - 77) / 9], abs=1e-4)
    assert json.loads(json.dumps(info)) == info


def test_spice_brings_its_own_line(arrays):
    config = get_config("sps_scale", "spice", "debug", 0)
    line = {"notes": "16 training clips", "slope": 12.1, "offset": 3.0}
    told = describe_trained(Model(), arrays, config, {**ABOUT, "calibration": line})
    assert told["calibration"] == {"latent": "z_pitch", **line}
    failed = {**ABOUT, "calibration": {"notes": "tones", "failed": "no line"}}
    assert "calibration" not in describe_trained(Model(), arrays, config, failed)
