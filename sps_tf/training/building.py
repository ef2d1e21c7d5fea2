"""From a config to objects; the config goes no further than here."""

from collections.abc import Callable, Sequence

import keras
import ml_collections
import numpy as np

from sps_tf import layers, models, seeds, warm_start
from sps_tf.frames import pixelwise_median
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers.groups import GroupAction
from sps_tf.optimizers import compile_rule
from sps_tf.training.rates import make_optimizer, make_schedule


def build_model(
    config: ml_collections.ConfigDict, frames_shape: Sequence[int]
) -> models.SequenceModel:
    """Build and compile the model of a config, with its initial weights.

    Call it inside the distribution strategy's scope. The initial weights derive from
    `config.seed`.

    Args:
        config: see `launch.configs`.
        frames_shape: (time, height, width, channels) of a sequence.

    Returns:
        A built and compiled model.
    """
    keras.utils.set_random_seed(config.seed)
    keras.config.set_dtype_policy("mixed_bfloat16" if config.mixed_precision else "float32")
    make = {"spice": _spice, "gmvae": _gmvae, "ts_dsae": _ts_dsae}.get(config.method, _frame_model)
    model = make(config, frames_shape)
    model.build((None, *frames_shape))
    model.compile(optimizer=make_optimizer(config), jit_compile=compile_rule())
    model.optimizer.build(model.trainable_variables)  # a file saved before step 1 has it all
    return model


def check_latents(config: ml_collections.ConfigDict) -> None:
    """Check names of latents, and that the group fits them, before data are made.

    Raises:
        UserError: if they cannot be read, or do not fit.
    """
    layout = LatentLayout(**config.model.latent)
    if config.method.startswith("sps"):
        build_group(config.model, layout)


def initialise_model(
    model: models.SequenceModel,
    frames: np.ndarray,
    config: ml_collections.ConfigDict,
    mean_frame: np.ndarray | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Give the model what it takes from the training frames before the first step.

    That is the data statistics (median and mean frame) and the warm start of the config.
    Labels play no part. A model that decodes no frames takes nothing.

    Args:
        model: from `build_model`; changed in place.
        frames: (n, time, height, width, channels), the training frames: uint8, or floats in
            [0, 1].
        config: the model's config.
        mean_frame: (height, width, channels) in [0, 1], where `frames` are only a part of the
            training frames. Default None: the mean of `frames`.
        progress: called with a line of text at each stage.
    """
    if not isinstance(model, models.FrameModel):
        return
    if isinstance(model.encoder.centering, layers.FrameCentering):
        progress("median frame")
        model.encoder.centering.adapt(pixelwise_median(frames))
    model.decoder.adapt(_pixelwise_mean(frames) if mean_frame is None else mean_frame)
    settings = warm_start.WarmStart(**config.warm_start)
    warm_start.run(model, frames, config.seed, settings, progress)


def build_group(model_config: ml_collections.ConfigDict, layout: LatentLayout) -> GroupAction:
    """Build the group of a config.

    Args:
        model_config: `config.model`.
        layout: names of the latents.

    Returns:
        The group action on the content latents.
    """
    return layers.make_group(
        model_config.group.name, layout.body, model_config.group.translation_limit
    )


def _spice(config: ml_collections.ConfigDict, frames_shape: Sequence[int]) -> models.SPICE:
    settings = config.model.spice
    n_bins = frames_shape[1]
    return models.SPICE(
        encoder=layers.PitchEncoder(
            settings.filters,
            settings.kernel_sizes,
            settings.strides,
            settings.score_kernel_size,
            name="encoder",
        ),
        decoder=layers.ConvDecoder(
            (n_bins, 1, 1), settings.decoder_units, (8,), ((8, 1),), ((4, 1),), name="decoder"
        ),
        max_shift_bins=settings.max_shift_bins,
        huber_bins=settings.huber_bins,
        equaliser=settings.equaliser,
        equaliser_bins=settings.equaliser_bins,
        n_hops=settings.n_hops or None,
        loss_weights=config.losses.to_dict(),
        seed=config.seed,
    )


def _gmvae(config: ml_collections.ConfigDict, frames_shape: Sequence[int]) -> models.GMVAE:
    return models.GMVAE(**config.model.gmvae, **_two_encoders(config, frames_shape))


def _ts_dsae(config: ml_collections.ConfigDict, frames_shape: Sequence[int]) -> models.TSDSAE:
    settings = config.model.ts_dsae
    return models.TSDSAE(
        n_first_steps=settings.n_first_steps,
        prior=layers.GaussianPrior(
            len(config.model.latent.content), settings.units, settings.n_layers, name="prior"
        ),
        **_two_encoders(config, frames_shape),
    )


def _two_encoders(config: ml_collections.ConfigDict, frames_shape: Sequence[int]) -> dict:
    """Return what GMVAE and TS-DSAE have in common."""
    layout = LatentLayout(config.model.latent.content, config.model.latent.style)
    sizes = {"encoder": layout.content_size, "style_encoder": len(layout.style)}
    settings = config.model.encoder
    encoders = {
        name: layers.ConvEncoder(
            size,
            settings.filters,
            settings.kernel_sizes,
            settings.strides,
            logvar_bias=settings.logvar_bias,
            name=name,
        )
        for name, size in sizes.items()
    }
    return {
        "frame_shape": frames_shape[1:],
        "decoder": _decoder(config.model, frames_shape[1:]),
        "layout": layout,
        "loss_weights": config.losses.to_dict(),
        "seed": config.seed,
        **encoders,
    }


def _frame_model(
    config: ml_collections.ConfigDict, frames_shape: Sequence[int]
) -> models.SPS | models.BetaVAE:
    """Return a model that encodes and decodes whole frames, not built."""
    layout = LatentLayout(**config.model.latent)
    parts = {
        "frame_shape": frames_shape[1:],
        "encoder": _encoder(config, layout),
        "decoder": _decoder(config.model, frames_shape[1:]),
        "layout": layout,
        "loss_weights": config.losses.to_dict(),
        "noise_rule": config.model.encoder.noise_rule,
        "n_self_frames": config.model.n_self_frames or None,
        "seed": config.seed,
    }
    if config.losses.imitation:
        start = warm_start.WarmStart(**config.warm_start)
        parts["moments"] = warm_start.moments_of(parts["encoder"], layout, start)
    if config.method == "beta_vae":
        return models.BetaVAE(**parts)
    return _sps(config, layout, parts)


def _encoder(config: ml_collections.ConfigDict, layout: LatentLayout) -> layers.ConvEncoder:
    settings = config.model.encoder
    place_head = None
    if settings.place_filters:
        # Where the warm start trains it, what comes after keeps it.
        taught = bool(config.warm_start.place_steps)
        place_head = layers.PlaceHead(
            settings.place_filters, trainable=not taught, name="place_head"
        )
    return layers.ConvEncoder(
        layout.size,
        settings.filters,
        settings.kernel_sizes,
        settings.strides,
        stochastic=settings.stochastic,
        logvar_bias=settings.logvar_bias,
        centering=_input_layer(settings),
        flow=_flow(settings.flow_passes, len(layout.body), config.seed),
        n_bodies=layout.n_bodies,
        place_head=place_head,
        name="encoder",
    )


def _flow(n_passes: int, size: int, seed: int) -> layers.CouplingFlow | None:
    if not n_passes:
        return None
    # The alignment trains it, see `sps_tf.warm_start`; what comes after keeps it.
    return layers.CouplingFlow(
        size, n_passes, seed=seeds.fold(seed, "flow"), trainable=False, name="flow"
    )


def _input_layer(config: ml_collections.ConfigDict) -> keras.layers.Layer | None:
    """Return the layer that frames pass before the first convolution."""
    if config.frequency_blur_bins:
        return layers.FrequencyBlur(
            config.frequency_blur_bins, config.frequency_blur_scale, name="frequency_blur"
        )
    if config.partials_per_octave:
        blur_octaves = config.partials_blur_octaves
        return layers.Partials(config.partials_per_octave, blur_octaves, name="partials")
    if config.centering_scale:
        return layers.FrameCentering(config.centering_scale, name="centering")
    return None


def _decoder(config: ml_collections.ConfigDict, frame_shape: Sequence[int]) -> layers.ConvDecoder:
    return layers.ConvDecoder(
        frame_shape,
        config.decoder.dense_units,
        config.encoder.filters,
        config.encoder.kernel_sizes,
        config.encoder.strides,
        output_bias=config.decoder.output_bias,
        bend_limit=config.decoder.bend_limit,
        map_activation=config.decoder.map_activation,
        name="decoder",
    )


def _sps(config: ml_collections.ConfigDict, layout: LatentLayout, parts: dict) -> models.SPS:
    settings = config.model
    return models.SPS(
        prior=layers.RecurrentPrior(len(layout.body), **settings.prior, name="prior"),
        group=build_group(settings, layout),
        n_transforms=settings.group.n_transforms,
        n_given=settings.n_given,
        schedule=make_schedule(settings.teacher_forcing),
        group_mode=settings.group.mode,
        decode_transforms=settings.decode_transforms,
        n_predicted_frames=settings.n_predicted_frames or None,
        latent_scale=settings.latent_scale,
        style_index=settings.style_index,
        style_frames=settings.style_frames or None,
        **parts,
    )


def _pixelwise_mean(frames: np.ndarray) -> np.ndarray:
    mean = frames.mean(axis=(0, 1), dtype="float64")
    return mean / 255 if frames.dtype == np.uint8 else mean
