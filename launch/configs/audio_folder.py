"""One's own sound: a folder of WAV, FLAC, OGG or MP3 files.

    python -m launch.train --dataset=audio_folder --data=FOLDER

The model is that of the scales with two latents of style, for sounds of several timbres. There
are no labels: the evaluation leaves out what needs the true pitch.
"""

import ml_collections

from launch.configs import sps_scale


def get_default() -> ml_collections.ConfigDict:
    """Return the settings of the paper's text for sound."""
    config = sps_scale.get_default()
    sps_scale.instruments(config)
    config.data = ml_collections.ConfigDict({"folder": "", "n_notes": 15})
    config.evaluation.update(label="", label_names=())
    return config


def paper(config: ml_collections.ConfigDict) -> None:
    """Keep to the paper's text."""


def paper_release(config: ml_collections.ConfigDict) -> None:
    """Do as the published code does where it differs from the text."""
    sps_scale.paper_release(config)


def fast(config: ml_collections.ConfigDict) -> None:
    """Learn in a few minutes on two cores; every change departs from the paper."""
    sps_scale.fast(config)


def debug(config: ml_collections.ConfigDict) -> None:
    """Run everything in seconds: `fast` made tiny. The results mean nothing."""
    sps_scale.debug(config)
