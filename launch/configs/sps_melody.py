"""Nottingham melodies (section A.6.1): SPS+ learns pitch from real tunes.

    python -m launch.train --dataset=sps_melody --config.data.source_path=nottingham.zip

The model is that of A.4 with a prior of two GRU layers. It trains on one instrument and is
tested on the notes of all instruments of another sound font.
"""

import ml_collections
from ml_collections import config_dict

from launch.configs import sps_scale


def get_default() -> ml_collections.ConfigDict:
    """Return what the presets start from; the steps are those of the published checkpoint."""
    config = sps_scale.get_default()
    sps_scale.instruments(config)
    config.update(steps=9_000, eval_every=3_000)
    config.data = ml_collections.ConfigDict(
        {
            "n_train": config_dict.placeholder(int),  # None: every segment
            "source_path": "",  # a zip or a folder of MIDI files; empty: downloaded
            "seed": 0,
            "soundfont_dir": "",
            "test_soundfont": "",
        }
    )
    config.model.prior.update(cell="gru", units=512, n_layers=2)
    return config


def paper(config: ml_collections.ConfigDict) -> None:
    """Keep to the paper's text, which ends early, after about 9,000 steps.

    How long it waits for a lower loss it does not say: 1,000 steps here.
    """
    sps_scale.paper(config)
    config.update(steps=20_000, early_end_steps=1_000)


def paper_release(config: ml_collections.ConfigDict) -> None:
    """Do as the published code does where it differs from the text; as long as the text says."""
    sps_scale.paper_release(config)
    config.update(steps=9_000)


def fast(config: ml_collections.ConfigDict) -> None:
    """Learn in few steps, from short windows; every change departs from the paper.

    A folk tune cannot be predicted far, so its predictions hardly count as pictures.
    """
    sps_scale.learn_in_few_steps(config)
    config.update(steps=1_000, batch_size=16, checkpoint_every=500, eval_every=500)
    config.data.n_train = 1_400
    config.input.window_steps = 16
    sps_scale.start_slowly(config)
    config.model.update(n_self_frames=12, n_predicted_frames=2)
    config.model.prior.update(units=128, n_layers=1)
    config.losses.update(recon_prior=0.05, recon_symmetry=0.05, inconstancy=0.0)
    # It is asked about instruments that it does not hear: moved up and down, a few notes of one
    # instrument tell of all pitches of others. The unit of imitation is then the spread over all
    # pitches, of which a tune has a seventh.
    config.warm_start.update(slow_components=16, transpose_octaves=3.5)
    config.losses.imitation = 2_500.0
    # The melodies have one instrument, so one style.
    config.warm_start.silent_style = True


def debug(config: ml_collections.ConfigDict) -> None:
    """Run everything in seconds: `fast` made tiny. The results mean nothing."""
    fast(config)
    sps_scale.shrink(config)
    config.data.n_train = 8
    config.input.window_steps = 16
    config.model.prior.n_layers = 2
