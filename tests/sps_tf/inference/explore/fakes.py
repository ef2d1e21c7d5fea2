"""Small models of every kind that the page has to run, and the page of one as a file."""

import keras
import numpy as np

from sps_tf import layers, losses, models
from sps_tf.inference import SoundModel, TrainedModel
from sps_tf.inference.explore.content import make_content
from sps_tf.inference.explore.page import make_page
from sps_tf.latent_layout import LatentLayout
from tests.sps_tf.models import tiny

LATENTS = {"mean": [0.5, -0.25, 0.0], "std": [2.0, 1.0, 0.5]}
VIDEO = {"front_end": {"kind": "video"}, "latents": LATENTS}
SOUND = {
    "front_end": {
        **{"kind": "sound", "name": "stft", "max_magnitude": 100.0},
        **{"sample_rate_hz": 16_000, "window_samples": 1024, "hop_samples": 512},
        "hops_per_frame": 5,
    },
    "calibration": {"latent": "z_pitch", "slope": 9.0, "offset": 70.0},
}


def make_video_model(**options):
    """A model of 8 x 8 videos, whose weights are random and not small."""
    model = _with_large_weights(tiny.make_sps(**options))
    n_more = len(model.layout.style)
    latents = {"mean": LATENTS["mean"] + [0.25] * n_more, "std": LATENTS["std"] + [1.5] * n_more}
    return TrainedModel(model, {**VIDEO, "latents": latents}, "tiny")


def make_model_of_bodies():
    """Two bodies of two latents, a style, a GRU that predicts changes, colours, odd kernels."""
    keras.utils.set_random_seed(1)
    convolutions = {"filters": (3, 4), "kernel_sizes": (4, (5, 2)), "strides": (2, (3, 1))}
    layout = LatentLayout(("x1", "y1", "x2", "y2"), ("colour",), n_bodies=2)
    shape = (13, 9, 3)
    prior = layers.RecurrentPrior(2, "gru", units=6, n_layers=2, residual=True, name="prior")
    decoder = layers.ConvDecoder(
        shape, (4,), **convolutions, output_bias="frame", map_activation="linear", name="decoder"
    )
    model = models.SPS(
        frame_shape=shape,
        group="(R^2,+)xSO(2)",
        encoder=layers.ConvEncoder(5, **convolutions, name="encoder"),
        decoder=decoder,
        prior=prior,
        layout=layout,
        n_given=3,
        loss_weights=dict.fromkeys(losses.LOSS_NAMES, 1.0),
    )
    model.build((None, 6, *shape))
    return TrainedModel(_with_large_weights(model), {"front_end": {"kind": "video"}}, "bodies")


def make_sound_model():
    """A model of notes with a style."""
    keras.utils.set_random_seed(2)
    convolutions = {
        **{"filters": (2, 2), "kernel_sizes": ((8, 5), (8, 1)), "strides": ((8, 5), (8, 1))}
    }
    model = models.SPS(
        frame_shape=(513, 5, 1),
        group="R1",
        encoder=layers.ConvEncoder(2, **convolutions, name="encoder"),
        decoder=layers.ConvDecoder((513, 5, 1), (4,), **convolutions, name="decoder"),
        prior=layers.RecurrentPrior(1, units=3, name="prior"),
        layout=LatentLayout(("z_pitch",), ("z_style",)),
        n_given=3,
        loss_weights=dict.fromkeys(losses.LOSS_NAMES, 1.0),
    )
    model.build((None, 15, 513, 5, 1))
    return SoundModel(_with_large_weights(model), SOUND, "notes")


def _with_large_weights(model):
    """Give weights and biases values that no part of the networks can be left out unseen."""
    rng = np.random.default_rng(0)
    for weight in [*model.decoder.weights, *getattr(model, "prior", model.decoder).weights]:
        weight.assign(rng.normal(0, 0.4, weight.shape))
    return model


def write_page(folder, model, paths=()):
    """Write the page of a model, and return its address."""
    file = folder / "page.html"
    file.write_text(make_page(make_content(model, paths)), encoding="utf-8")
    return file.as_uri()
