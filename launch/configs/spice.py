"""The SPICE baseline (section 4.1.2), for any data set of sound."""

import ml_collections

from launch.configs import sps_ball


def spice(config: ml_collections.ConfigDict) -> None:
    """Turn a config into that of SPICE; the same for every preset but `debug`.

    Its published networks learned from far more sound than these data sets hold, so that there
    are no numbers of the paper's to keep to.

    Args:
        config: changed in place. `losses` gains `pitch` and `confidence`; the settings of its
            networks are in `model.spice`, and the model reads nothing of the rest of `model`.
            Its one latent is the pitch; there is no style.
    """
    config.front_end = "cqt"
    config.model.latent.style = ()
    config.model.spice = ml_collections.ConfigDict(
        {
            "filters": (8, 16, 16, 16),
            "kernel_sizes": (5, 5, 9, 9),
            "strides": (2, 2, 1, 1),
            "score_kernel_size": 21,
            "decoder_units": (16, 64),
            "max_shift_bins": 18,
            "huber_bins": 0.25,
            "equaliser": 0.15,
            "equaliser_bins": 12,
            "n_hops": 4,  # of the 75 in a clip; 0: all
        }
    )
    config.losses.update(pitch=10.0, recon_self=0.05, confidence=1.0)
    config.optimizer.update(sps_ball.get_optimizer())
    config.optimizer.update(learning_rate=4e-3, final_rate_fraction=0.05)
    config.warm_start.update(sps_ball.get_warm_start())
    if config.preset == "debug":
        config.model.spice.update(filters=(2, 2, 2, 2), decoder_units=(4,))
        return
    config.update(steps=3_000, checkpoint_every=500, eval_every=500)
