"""What the page says and shows of a model, as one JSON object."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sps_tf.audio import spectrogram
from sps_tf.inference.explore.networks import Weights, pack_decoder, pack_group, pack_prior
from sps_tf.inference.trained_model import TrainedModel
from sps_tf.metrics.latent_statistics import moments

# Of the front ends whose frames become sound again, what turns a frame into magnitudes.
MAGNITUDES = {"stft": "as_is", "stft_power": "root", "stft_log2": "exponential"}


class Spread(NamedTuple):
    """Where latents lie, in whose units the sliders move.

    Args:
        mean: (latent,).
        std: (latent,), above 0.
        source: what they are taken from, as the page says it.
    """

    mean: np.ndarray
    std: np.ndarray
    source: str


def find_spread(model: TrainedModel, paths: Sequence[Mapping[str, Any]] = ()) -> Spread:
    """Return mean and standard deviation of the encoded latents.

    Args:
        model: its file tells of its training frames.
        paths: of files, see `make_content`; they serve where the model's file does not tell.

    Returns:
        The spread; 0 and 1 where nothing tells. A latent that does not vary has 1.
    """
    if model.latent_mean is not None:
        mean, std, source = model.latent_mean, model.latent_std, "the training frames"
    elif paths:
        mean, std = moments(np.concatenate([np.asarray(path["z"]) for path in paths])[None])
        source = "the files shown, as the model's file does not tell of its training frames"
    else:
        size = len(model.latent_names)
        mean, std = np.zeros(size), np.ones(size)
        source = "nothing: 0 and 1 stand for what the model's file does not tell"
    return Spread(mean, np.where(std > 0, std, 1.0), source)


def make_content(
    model: TrainedModel, paths: Sequence[Mapping[str, Any]] = (), max_bytes: int | None = None
) -> dict[str, Any]:
    """Gather what the page shows.

    Args:
        model: the model.
        paths: encoded files that the page shows from the beginning: each has `name`, `z` (time,
            latent) and what `datasets.own_path.read_path` gives beside it.
        max_bytes: of a file that may be dropped in. Default None: the page stands alone and has
            nothing that would encode it.

    Returns:
        Plain JSON values; `weights` is base64, which the other fields refer to.

    Raises:
        UserError: if the model has a prior or a group that the page does not know.
    """
    keras_model, weights = model.keras_model, Weights()
    layout, spread = keras_model.layout, find_spread(model, paths)
    names = {"content": list(layout.content), "style": list(layout.style)}
    return {
        "title": model.source,
        "description": model.describe(),
        "kind": model.kind,
        "frame_shape": list(model.frame_shape),
        "names": {**names, "n_bodies": layout.n_bodies},
        "spread": {"mean": _list(spread.mean), "std": _list(spread.std), "of": spread.source},
        "decoder": pack_decoder(keras_model, weights),
        "prior": pack_prior(keras_model, weights),
        "group": pack_group(getattr(keras_model, "group", None)),
        "sound": _describe_sound(model),
        "paths": list(paths),
        "max_bytes": max_bytes,
        "weights": weights.to_base64(),
    }


def _describe_sound(model: TrainedModel) -> dict[str, Any] | None:
    """Say how frames are laid out in time and frequency, and whether they become sound again."""
    if model.kind != "sound":
        return None
    name = model.front_end["name"]
    line = model.info.get("calibration")
    return {
        "front_end": name,
        "magnitudes": MAGNITUDES.get(name),
        "rate_hz": spectrogram.SAMPLE_RATE_HZ,
        "window": spectrogram.WINDOW,
        "hop": spectrogram.HOP,
        "hops_per_frame": spectrogram.HOPS_PER_NOTE,
        "calibration": {key: line[key] for key in ("latent", "slope", "offset")} if line else None,
    }


def _list(values: np.ndarray) -> list[float]:
    return np.asarray(values, np.float64).tolist()
