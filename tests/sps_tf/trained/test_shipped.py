"""The models that come with the package, as a user loads them."""

import json

import numpy as np
import pytest

import sps_tf
from pipelines.making.audio.synthesis import render_notes
from pipelines.making.ball.trajectories import make_example
from sps_tf.inference.loading import SHIPPED
from tests.pipelines.making.audio import fakes


def test_the_models_that_the_docs_name_are_there():
    named = {
        "sps_ball",
        "sps_ball_colorful",
        "sps_scale",
        "sps_scale_instruments",
        "sps_scale_spice",
    }
    assert named <= set(sps_tf.list_shipped())


@pytest.mark.parametrize("name", sps_tf.list_shipped())
def test_every_shipped_model_loads_and_does_what_it_can(name):
    model = sps_tf.load(name)
    frames = np.random.default_rng(0).uniform(size=(1, 6, *model.frame_shape)).astype("float32")
    z = model.encode(frames)
    assert z.shape == (1, 6, len(model.latent_names))
    assert np.isfinite(z).all()
    assert (model.latent_std > 0).all()
    if model.keras_model.has_prior:
        assert model.predict_latents(z, 3).shape == (1, 3, z.shape[-1])
    if model.keras_model.decodes_frames:
        assert model.decode(z).shape == frames.shape
    if model.kind == "sound":
        line = model.info["calibration"]
        # One line for 53 timbres is coarser than for one.
        assert line["rms_semitones"] < (4.0 if "style" in " ".join(model.latent_names) else 0.5)
        assert np.isfinite(model.to_midi(z)).all()


@pytest.mark.parametrize("name", sps_tf.list_shipped())
def test_every_shipped_model_is_small_and_its_card_says_what_it_is(name):
    folder = SHIPPED / name
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "card.json",
        "model.keras",
    ]
    assert (folder / "model.keras").stat().st_size < 2_000_000
    card = json.loads((folder / "card.json").read_text())
    assert card["name"] == name
    assert card["metrics"] and card["limits"] and card["command"]
    assert card["licence"].startswith("Apache-2.0")  # as the package, which holds it
    assert card["info"] == json.loads(json.dumps(sps_tf.load(name).info))
    page = (folder / "README.md").read_text()
    assert f'sps_tf.load("{name}")' in page
    assert card["limits"] in page


# It has learned from an accordion.
@pytest.mark.parametrize(("program", "most_semitones"), [(21, 0.5), (73, 1.0)])
def test_shipped_detector_follows_accordion_and_flute_at_any_volume(program, most_semitones):
    pitches = np.array([62, 66, 69, 74, 78, 81, 76.5, 71.25])
    sound = render_notes(pitches, program, fakes.train_font())
    model = sps_tf.load("sps_scale_spice")
    for volume in (1.0, 0.05):
        (part,) = model.sound_frames([(volume * sound).astype(np.int16)], step_secs=0.16)
        errors = np.abs(model.encode_sound(part).midi - pitches)
        assert errors.max() < most_semitones
        assert np.median(errors) < most_semitones / 2


def test_shipped_ball_tells_places_and_foretells_motions_that_it_has_never_seen():
    examples = [make_example(seed=2026, split="test", index=index) for index in range(48)]
    frames = np.stack([example["frames"] for example in examples])
    places = np.stack([example["position"] for example in examples])
    model = sps_tf.load("sps_ball")
    z = model.encode(frames)
    inputs, outputs = np.insert(z, 3, 1, axis=-1)[:24], places[:24]
    line = np.linalg.lstsq(inputs.reshape(-1, 4), outputs.reshape(-1, 3), rcond=None)[0]

    def error(latents: np.ndarray, truth: np.ndarray) -> float:
        found = np.insert(latents, 3, 1, axis=-1) @ line
        return np.mean((found - truth) ** 2 / places.var(axis=(0, 1)))

    assert error(z[24:], places[24:]) < 0.1
    later = model.predict_latents(z[24:, :5], 15)
    assert error(later, places[24:, 5:]) < 0.25  # up to 15 frames ahead
    assert error(z[24:, 4:5].repeat(15, axis=1), places[24:, 5:]) > 1  # were it to stay
