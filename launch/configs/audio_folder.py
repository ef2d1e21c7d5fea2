"""One's own sound: a folder of WAV, FLAC, OGG, Opus, AIFF or MP3 files.

    python -m launch.train --dataset=audio_folder --data=FOLDER

`config.data` holds the options of `datasets.audio_folder`. The model is that of the scales with two
latents of style, for sounds of several timbres. Where the folder has a `labels.csv`
(file,note,pitch) the true pitch is compared with the learned one; else the evaluation leaves out
what needs it.
"""

import ml_collections
from ml_collections import config_dict

from launch.configs import sps_scale


def get_default() -> ml_collections.ConfigDict:
    """Return the settings of the paper's text for sound."""
    config = sps_scale.get_default()
    sps_scale.instruments(config)
    config.data = ml_collections.ConfigDict(
        {
            "folder": "",
            "n_notes": 15,
            "note_secs": config_dict.placeholder(float),  # None: notes of 0.16 s, one after another
            "start_secs": 0.0,
            "max_secs": 3600.0,
            "test_fraction": 0.25,
            "seed": 0,
        }
    )
    own = ("held_out_files", "style_leakage")
    evaluators = (*config.evaluation.evaluators, *own)
    config.evaluation.update(label="", label_names=(), evaluators=evaluators)
    return config


def paper(config: ml_collections.ConfigDict) -> None:
    """Keep to the paper's text."""


def paper_release(config: ml_collections.ConfigDict) -> None:
    """Do as the published code does where it differs from the text."""
    sps_scale.paper_release(config)


def fast(config: ml_collections.ConfigDict) -> None:
    """Learn in few steps, see `sps_scale.fast`; every change departs from the paper."""
    sps_scale.learn_in_few_steps(config)
    sps_scale.start_slowly(config)
    config.update(steps=2_000, eval_every=1_000)


def debug(config: ml_collections.ConfigDict) -> None:
    """Run everything in seconds: `fast` made tiny. The results mean nothing."""
    fast(config)
    sps_scale.shrink(config)
