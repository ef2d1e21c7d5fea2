"""The models that come with the package, as a user loads them."""

import json

import numpy as np

import sps_tf
from pipelines.making.ball.trajectories import make_example
from sps_tf.inference.loading import SHIPPED


def test_every_shipped_model_loads_and_its_card_says_what_it_is():
    assert {"sps_ball", "sps_ball_colorful"} <= set(sps_tf.list_shipped())
    for name in sps_tf.list_shipped():
        model = sps_tf.load(name)
        z = np.zeros((1, 3, len(model.latent_names)), "float32")
        assert model.decode(z).shape == (1, 3, *model.frame_shape)
        card = json.loads((SHIPPED / name / "card.json").read_text())
        assert card["metrics"] and card["limits"]
        assert f'sps_tf.load("{name}")' in (SHIPPED / name / "README.md").read_text()


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
