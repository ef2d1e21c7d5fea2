"""Experiments as configs: a data set's defaults, then a preset, then a method.

`get_config` is the only entry. Importing this package loads neither TensorFlow nor Keras, so
that wrong flags are reported at once.
"""

import importlib

import ml_collections

from sps_tf.errors import UserError, check_choice

DATASETS = (
    "sps_ball",
    "sps_ball/colorful",
    "sps_ball/two",
    "sps_scale",
    "sps_scale/instruments",
    "sps_melody",
    "audio_folder",
    "kitti_masks",
    "kitti_masks/mots",
    "kitti_masks/zenodo_authors_split",
    "video_folder",
)
METHODS = ("sps", "sps_ae", "sps_k0", "sps_ae_k0", "beta_vae", "spice", "gmvae", "ts_dsae")
# Those that read sound alone.
_OF_SOUND = ("spice", "gmvae", "ts_dsae")
# `long` and `paper_small` are there for the ball alone.
PRESETS = ("fast", "long", "paper", "paper_small", "paper_release", "debug")


def get_config(
    dataset: str, method: str = "sps", preset: str = "fast", seed: int = 0
) -> ml_collections.ConfigDict:
    """Return the locked config of one experiment.

    Args:
        dataset: one of `DATASETS`; what follows a `/` is a variant of the data set.
        method: one of `METHODS`.
        preset: one of `PRESETS`.
        seed: the run's one seed, at least 0. Default 0.

    Returns:
        A locked config; fields can be changed, not added.

    Raises:
        sps_tf.errors.UserError: if a name is unknown, or the data set has no such preset.
    """
    check_choice("dataset", dataset, DATASETS)
    check_choice("method", method, METHODS)
    check_choice("preset", preset, PRESETS)
    if preset not in presets_of(dataset):
        own = ", ".join(presets_of(dataset))
        raise UserError(f"{dataset} has the presets {own}. Received: {preset!r}")
    name, _, variant = dataset.partition("/")
    module = importlib.import_module(f"launch.configs.{name}")
    config = module.get_default()
    # Training data larger than the limit are read from disk, shuffled in blocks of sequences.
    config.input = ml_collections.ConfigDict(
        {
            "memory_limit_gib": 4.0,
            "shuffle_block": 4096,
            # Instruments, apart by commas, whose clips are trained on; empty: all. Of sound alone.
            "only_instruments": "",
            # Training sequences are cut into windows of so many steps; 0: whole sequences.
            "window_steps": 0,
        }
    )
    config.update(dataset=dataset, method=method, preset=preset, seed=seed)
    if variant:
        getattr(module, variant)(config)
    getattr(module, preset)(config)
    apply_method(config, method)
    return config.lock()


def presets_of(dataset: str) -> tuple[str, ...]:
    """Return the presets that a data set has."""
    module = importlib.import_module(f"launch.configs.{dataset.partition('/')[0]}")
    return tuple(preset for preset in PRESETS if hasattr(module, preset))


def apply_method(config: ml_collections.ConfigDict, method: str) -> None:
    """Turn a data set's config into that of a method.

    `sps_k0` and `sps_ae_k0` are the ablations without symmetry.

    Args:
        config: changed in place.
        method: one of `METHODS`.

    Raises:
        UserError: if the method needs other data.
    """
    if method in ("sps_ae", "sps_ae_k0"):
        config.model.encoder.stochastic = False
    if method in ("sps_k0", "sps_ae_k0"):
        config.model.group.n_transforms = 0
    if method in _OF_SOUND:
        if not config.front_end:
            raise UserError(f"{method} needs sound. Received: dataset {config.dataset!r}")
        from launch.configs import spice, two_encoders

        module = spice if method == "spice" else two_encoders
        getattr(module, method)(config)
        config.early_end_steps = 0  # the paper says it of SPS alone
    if method == "beta_vae":
        # No prior: nothing to align the latents with, nor to say what is slow or where a place is.
        config.warm_start.slow_horizon_steps = config.warm_start.place_steps = 0
        config.warm_start.align_steps = config.model.encoder.flow_passes = 0
        config.warm_start.transpose_octaves = 0.0  # without a flow the latents would be tiny
        config.losses.imitation = 0.0
