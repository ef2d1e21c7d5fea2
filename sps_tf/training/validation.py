"""Refusing settings that make no sense, before anything is loaded."""

import functools
import itertools

from ml_collections import ConfigDict

from sps_tf.errors import UserError, check_choice

MAX_NUMBER = 2**31 - 1
# Units of a layer, or sequences in a batch.
MAX_SIZE = 8192
# What an early end waits for: the reconstruction of the frames, not of those predicted.
EARLY_END_LOSS = "recon_self"
# Of one layer: 1 GiB, and its optimiser's moments are as large again.
MAX_WEIGHTS = 1 << 28
MAX_LEARNING_RATE = 100.0
_CONVOLUTIONS = ("filters", "kernel_sizes", "strides")


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
    _at_least(config, "early_end_steps", 0)
    _at_least(config, "seed", 0)
    _at_least(config, "optimizer.clip_norm", 0)
    for name in config.losses:
        _at_least(config, f"losses.{name}", 0)
    if not 0 < config.optimizer.learning_rate <= MAX_LEARNING_RATE:
        raise UserError(
            f"config.optimizer.learning_rate must be above 0 and at most {MAX_LEARNING_RATE:g}. "
            f"Received: {config.optimizer.learning_rate}"
        )
    # The metrics are called test/...: never those of what was trained on.
    check_choice("config.evaluation.split", config.evaluation.split, ("test", "validation"))
    for name in ("steps", "checkpoint_every", "eval_every", "early_end_steps"):
        _multiple_of_log_every(config, name)
    if config.early_end_steps and EARLY_END_LOSS not in config.losses:
        raise UserError(
            f"config.early_end_steps waits for the loss {EARLY_END_LOSS}, which {config.method} "
            f"does not have: set it to 0. Received: {config.early_end_steps}"
        )
    _at_least(config, "model.n_given", 1)
    _at_least(config, "model.group.n_transforms", 0)
    _at_least(config, "model.style_frames", 0)
    _at_least(config, "evaluation.n_given", 1)
    _at_least(config, "evaluation.n_transforms", 0)
    _at_least(config, "evaluation.batch_size", 1)
    _validate_warm_start(config)
    _check_numbers(config)
    _check_sizes(config)
    _check_partials(config)
    if n_train := config.data.get("n_train"):  # where the data are made; else `validate_data`
        _check_batch(config.batch_size, n_train)


def validate_data(config: ConfigDict, frames_shape: tuple[int, ...]) -> None:
    """Check the settings that depend on the data.

    Args:
        config: the config of a run.
        frames_shape: shape of the training set's frames (n, time, height, width, channels).

    Raises:
        UserError: if a batch holds the training set more than twice, or the frames given to the
            prior leave none to predict.
    """
    n_sequences, n_times = frames_shape[:2]
    _check_batch(config.batch_size, n_sequences)
    for path in ("model.n_given", "evaluation.n_given"):
        n_given = _get(config, path)
        if n_given >= n_times:
            raise UserError(
                f"config.{path} must leave frames to predict of the {n_times} in a sequence. "
                f"Received: {n_given}"
            )


def _check_batch(batch_size: int, n_sequences: int) -> None:
    # The paper's 32 are more than its 27 clips: sequences repeat to fill a batch.
    if batch_size > 2 * n_sequences:
        raise UserError(
            f"config.batch_size must be at most twice the {n_sequences} sequences of the training "
            f"set. Received: {batch_size}"
        )


def _validate_warm_start(config: ConfigDict) -> None:
    for name in ("imitate_steps", "align_steps", "align_transforms", "align_information"):
        _at_least(config, f"warm_start.{name}", 0)
    for name in ("slow_components", "slow_horizon_steps", "imitate_noise", "place_steps"):
        _at_least(config, f"warm_start.{name}", 0)
    for name in ("transpose_octaves", "shift_pixels"):
        _at_least(config, f"warm_start.{name}", 0)
    _at_least(config, "warm_start.align_starts", 1)
    _at_least(config, "warm_start.place_starts", 1)
    _at_least(config, "model.encoder.flow_passes", 0)
    _at_least(config, "model.decoder.bend_limit", 0)
    if config.warm_start.align_steps and not config.model.encoder.flow_passes:
        raise UserError(
            "config.warm_start.align_steps trains the encoder's flow: set "
            "config.model.encoder.flow_passes to 3, say, or align_steps to 0. Received: "
            f"align_steps={config.warm_start.align_steps}, flow_passes=0"
        )
    if config.warm_start.transpose_octaves:
        _check_transposed(config)
    if config.warm_start.shift_pixels:
        _check_shifted(config)
    for name in ("imitate_rate", "align_rate", "place_rate"):
        rate = config.warm_start[name]
        # Of white latents; far above, the alignment's matrices cannot be inverted any more.
        if not 0 < rate <= 1:
            raise UserError(
                f"config.warm_start.{name} must be above 0 and at most 1. Received: {rate}"
            )


def _check_transposed(config: ConfigDict) -> None:
    octaves = f"Received: transpose_octaves={config.warm_start.transpose_octaves}"
    if not (config.warm_start.slow_components and config.model.encoder.partials_per_octave):
        raise UserError(
            "config.warm_start.transpose_octaves moves partials for slow components: set "
            "config.warm_start.slow_components to 16 and config.model.encoder.partials_per_octave "
            f"to 24, say, or transpose_octaves to 0. {octaves}"
        )
    if not config.warm_start.align_steps:
        raise UserError(
            "config.warm_start.transpose_octaves leaves latents of a small spread, which the "
            "alignment mends: set config.warm_start.align_steps to 1000, say, or transpose_octaves "
            f"to 0. {octaves}"
        )


def _check_shifted(config: ConfigDict) -> None:
    model, shift = config.model, config.warm_start.shift_pixels
    if not model.encoder.get("centering_scale") or config.warm_start.slow_components:
        raise UserError(
            "config.warm_start.shift_pixels shifts pictures less their median: set "
            "config.model.encoder.centering_scale to 4 and config.warm_start.slow_components to 0, "
            f"or shift_pixels to 0. Received: shift_pixels={shift}"
        )
    if model.latent.get("n_bodies", 1) > 1:
        raise UserError(
            "config.warm_start.shift_pixels is for one body, whose moments are known when it is "
            f"shifted: set it to 0. Received: shift_pixels={shift}, "
            f"n_bodies={model.latent.n_bodies}"
        )


def _check_partials(config: ConfigDict) -> None:
    per_octave = config.model.encoder.partials_per_octave
    if not (per_octave == 0 or 12 <= per_octave <= 480):
        raise UserError(
            "config.model.encoder.partials_per_octave must be 0 (the spectrogram as it is) or lie "
            f"between 12 and 480. Received: {per_octave}"
        )
    if per_octave and config.model.encoder.frequency_blur_bins:
        raise UserError(
            "The encoder reads partials or a blurred spectrogram: set "
            "config.model.encoder.frequency_blur_bins or partials_per_octave to 0. Received: "
            f"{config.model.encoder.frequency_blur_bins}, {per_octave}"
        )
    _at_least(config, "model.encoder.partials_blur_octaves", 0)
    if config.model.encoder.place_filters and not per_octave:
        raise UserError(
            "A place head reads partials, on an axis of octaves: set "
            "config.model.encoder.partials_per_octave to 24, say, or place_filters to (). "
            f"Received: place_filters={config.model.encoder.place_filters}, partials_per_octave=0"
        )
    latents = (*config.model.latent.content, *config.model.latent.style)
    # SPICE has an encoder of its own.
    if config.model.encoder.place_filters and len(latents) < 2 and config.method != "spice":
        raise UserError(
            "A place head gives the first latent and a linear layer the others, at least one: set "
            "config.model.encoder.place_filters to () or name more latents. Received: "
            f"place_filters={config.model.encoder.place_filters}, latents {latents}"
        )
    if config.warm_start.place_steps:
        _check_taught_places(config)


def _check_taught_places(config: ConfigDict) -> None:
    if not config.model.encoder.place_filters:
        raise UserError(
            "config.warm_start.place_steps teaches the encoder's place head: set "
            "config.model.encoder.place_filters to (16, 16), say, or place_steps to 0. "
            f"Received: place_steps={config.warm_start.place_steps}, place_filters=()"
        )
    content = config.model.latent.content
    if not config.method.startswith("sps") or len(content) != 1:
        raise UserError(
            "config.warm_start.place_steps teaches one content latent together with its prior: "
            f"set it to 0. Received: method {config.method}, content latents {tuple(content)}"
        )


def _check_numbers(config: ConfigDict, prefix: str = "") -> None:
    """Refuse numbers that no setting can have: not finite, or beyond 32 bits."""
    for name, value in config.items():
        if isinstance(value, ConfigDict):
            _check_numbers(value, f"{prefix}{name}.")
            continue
        for number in _flat(value):
            is_number = isinstance(number, int | float)
            if is_number and not -MAX_NUMBER <= number <= MAX_NUMBER:  # nor what is no number
                raise UserError(
                    f"config.{prefix}{name} must lie within +-{MAX_NUMBER}. Received: {number:.6g}"
                    if isinstance(number, float)
                    else f"config.{prefix}{name} must lie within +-{MAX_NUMBER}. Received a number "
                    f"of {number.bit_length()} bits"
                )


def _flat(value: object) -> list:
    """Return the values in tuples in tuples, or a value alone."""
    if isinstance(value, tuple | list):
        return [inner for part in value for inner in _flat(part)]
    return [value]


def _check_sizes(config: ConfigDict) -> None:
    """Refuse layers without a unit, and those that no memory holds."""
    model, encoder = config.model, config.model.encoder
    units = (model.prior.units,) * 2
    places = {
        "batch_size": config.batch_size,
        "evaluation.batch_size": config.evaluation.batch_size,
        "model.prior.units": model.prior.units,
        "model.prior.n_layers": model.prior.n_layers,
        "model.decoder.dense_units": model.decoder.dense_units,
        **{f"model.encoder.{name}": model.encoder[name] for name in _CONVOLUTIONS},
        "model.encoder.place_filters": encoder.place_filters,
    }
    if "spice" in model:
        names = ("filters", "kernel_sizes", "strides", "score_kernel_size", "decoder_units")
        places |= {f"model.spice.{name}": model.spice[name] for name in names}
    for name, value in places.items():
        if not all(1 <= size <= MAX_SIZE for size in _flat(value)):
            raise UserError(
                f"config.{name} must lie between 1 and {MAX_SIZE:,}. Received: {value!r}"
            )
    for path, sizes in (("model.encoder.filters", encoder.filters), ("model.prior.units", units)):
        per_unit = max(_flat(encoder.kernel_sizes)) ** 2 if sizes is encoder.filters else 1
        n_weights = per_unit * sum(a * b for a, b in itertools.pairwise(sizes))
        if n_weights > MAX_WEIGHTS:
            raise UserError(
                f"config.{path} makes {n_weights:,} weights, more than the {MAX_WEIGHTS:,} that "
                f"are allowed. Received: {_get(config, path)!r}"
            )
    times = ("model.group.n_transforms", "evaluation.n_transforms", "warm_start.align_transforms")
    starts = ("warm_start.align_starts", "warm_start.place_starts")
    most_of = dict.fromkeys((*times, *starts), 1024)
    for name, most in (most_of | {"model.encoder.flow_passes": 100}).items():
        if _get(config, name) > most:
            raise UserError(
                f"config.{name} must be at most {most:,}. Received: {_get(config, name)}"
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
