"""Refusing settings that make no sense, before anything is loaded."""

import functools

from ml_collections import ConfigDict

from sps_tf.errors import UserError, check_choice


def validate(config: ConfigDict) -> None:
    """Check the settings that training itself reads.

    Models and layers check their own; data builders check sizes and seeds.

    Args:
        config: the config of a run.

    Raises:
        UserError: if a setting is out of its range; the message names the field, the rule and
            the value.
    """
    _at_least(config, "steps", 1)
    _at_least(config, "batch_size", 1)
    _at_least(config, "log_every", 1)
    _at_least(config, "checkpoint_every", 1)
    _at_least(config, "eval_every", 0)
    _at_least(config, "seed", 0)
    if not config.optimizer.learning_rate > 0:
        raise UserError(
            "config.optimizer.learning_rate must be above 0. "
            f"Received: {config.optimizer.learning_rate}"
        )
    # The metrics are called test/...: never those of what was trained on.
    check_choice("config.evaluation.split", config.evaluation.split, ("test", "validation"))
    for name in ("steps", "checkpoint_every", "eval_every"):
        _multiple_of_log_every(config, name)
    _at_least(config, "model.n_given", 1)
    _at_least(config, "model.group.n_transforms", 0)
    _at_least(config, "model.style_frames", 0)
    _at_least(config, "evaluation.n_given", 1)
    _at_least(config, "evaluation.n_transforms", 0)
    _at_least(config, "evaluation.batch_size", 1)
    _validate_warm_start(config)


def validate_data(config: ConfigDict, frames_shape: tuple[int, ...]) -> None:
    """Check the settings that depend on the data.

    Args:
        config: the config of a run.
        frames_shape: shape of the training set's frames (n, time, height, width, channels).

    Raises:
        UserError: if a batch is larger than the training set, or the frames given to the prior
            leave none to predict.
    """
    n_sequences, n_times = frames_shape[:2]
    if config.batch_size > n_sequences:
        raise UserError(
            f"config.batch_size must be at most the {n_sequences} sequences of the training "
            f"set. Received: {config.batch_size}"
        )
    for path in ("model.n_given", "evaluation.n_given"):
        n_given = _get(config, path)
        if n_given >= n_times:
            raise UserError(
                f"config.{path} must leave frames to predict of the {n_times} in a sequence. "
                f"Received: {n_given}"
            )


def _validate_warm_start(config: ConfigDict) -> None:
    for name in ("imitate_steps", "align_steps", "align_transforms", "whiten_sequences"):
        _at_least(config, f"warm_start.{name}", 0)
    _at_least(config, "warm_start.align_starts", 1)
    _at_least(config, "model.encoder.flow_passes", 0)
    if config.warm_start.align_steps and not config.model.encoder.flow_passes:
        raise UserError(
            "config.warm_start.align_steps trains the encoder's flow: set "
            "config.model.encoder.flow_passes to 3, say, or align_steps to 0. Received: "
            f"align_steps={config.warm_start.align_steps}, flow_passes=0"
        )
    for name in ("imitate_rate", "align_rate"):
        rate = config.warm_start[name]
        # Of white latents; far above, the alignment's matrices cannot be inverted any more.
        if not 0 < rate <= 1:
            raise UserError(
                f"config.warm_start.{name} must be above 0 and at most 1. Received: {rate}"
            )


def _at_least(config: ConfigDict, path: str, least: int) -> None:
    value = _get(config, path)
    if not value >= least:  # so that what is not a number is refused as well
        raise UserError(f"config.{path} must be at least {least}. Received: {value}")


def _get(config: ConfigDict, path: str) -> int:
    return functools.reduce(lambda part, name: part[name], path.split("."), config)


def _multiple_of_log_every(config: ConfigDict, name: str) -> None:
    value, log_every = config[name], config.log_every
    if value % log_every:
        below = value - value % log_every
        nearest = f"{below} or {below + log_every}" if below else f"{log_every}"
        raise UserError(
            f"config.{name} must be a multiple of config.log_every ({log_every}), such as "
            f"{nearest}. Received: {value}"
        )
