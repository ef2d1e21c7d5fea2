"""What a `.keras` file of this project tells of itself, beside its weights.

A copy of the file alone is enough to use it: how sound or pictures become its frames, what it was
trained on, how far its latents spread, and the line from its pitch to MIDI numbers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from ml_collections import ConfigDict

from sps_tf.errors import UserError
from sps_tf.metrics.latent_statistics import moments

# The constants of `sps_tf.audio.spectrogram`, by the names under which a file holds them.
_CONSTANTS = {
    "sample_rate_hz": "SAMPLE_RATE_HZ",
    "window_samples": "WINDOW",
    "hop_samples": "HOP",
    "hops_per_frame": "HOPS_PER_NOTE",
}
# Of the config of one's own videos: what has to be repeated where others are encoded.
_VIDEO_OPTIONS = ("frame_stride",)


def make_info(config: ConfigDict, about: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a model before it is trained.

    Args:
        config: the run's settings.
        about: what is known of the data, see `sps_tf.data.Data`.

    Returns:
        `trained_on` (dataset, method, preset, seed, steps, name and sizes of the data),
        `front_end` (see `describe_front_end`), `versions`. After training come `latents` (see
        `add_statistics`) and, of sound, `calibration` (`latent`, `notes` and the fields of
        `sps_tf.audio.pitch_line.PitchLine`).
    """
    from sps_tf.runs.versions import list_versions  # not for the use of a model

    return {
        "trained_on": {
            **{key: config[key] for key in ("dataset", "method", "preset", "seed", "steps")},
            "data": about.get("name", ""),
            "splits": dict(about.get("splits", {})),
        },
        "front_end": describe_front_end(config, about),
        "versions": list_versions(),
    }


def describe_front_end(config: ConfigDict, about: Mapping[str, Any]) -> dict[str, Any]:
    """Say how sound or pictures become the frames of a model.

    Returns:
        `kind`: "sound" or "video". Of sound `name` (see `sps_tf.audio.front_ends`), `resampler`,
        `max_magnitude` (the scale of the pictures) and the sizes of windows in samples; of
        video the options of its config that another video needs too.
    """
    if not config.front_end:
        options = {name: config.data[name] for name in _VIDEO_OPTIONS if name in config.data}
        return {"kind": "video", **options}
    from sps_tf.audio import spectrogram  # of sound alone

    return {
        "kind": "sound",
        "name": config.front_end,
        "resampler": "soxr HQ",
        "max_magnitude": about.get("max_magnitude"),
        **{name: getattr(spectrogram, constant) for name, constant in _CONSTANTS.items()},
    }


def check_front_end(front_end: Mapping[str, Any]) -> None:
    """Check that this version of the code makes the frames that a model has learned from.

    Raises:
        UserError: if it makes others.
    """
    if front_end.get("kind") != "sound":
        return
    from sps_tf.audio import spectrogram

    for name, constant in _CONSTANTS.items():
        here = getattr(spectrogram, constant)
        if front_end.get(name) != here:
            raise UserError(
                f"The model was trained on sound with {name}={front_end.get(name)}, and this "
                f"version of sps-tf has {here}. Install the version that trained it, or train anew."
            )


def add_statistics(info: Mapping[str, Any], z: np.ndarray) -> dict[str, Any]:
    """Return the description with the mean and the spread of each latent.

    Args:
        info: the description.
        z: (n, time, latent), of training sequences.

    Returns:
        Also `latents`: `mean` and `std`, a number for each latent.
    """
    mean, std = moments(z)
    return {**info, "latents": {"mean": mean.tolist(), "std": std.tolist()}}
