"""Tiny models for tests."""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from sps_tf import layers, losses, models
from sps_tf.latent_layout import LatentLayout
from sps_tf.optimizers import ComponentAdam, compile_rule

FRAME_SHAPE = (8, 8, 1)
N_TIMES = 6
CONVOLUTIONS = {"filters": (2, 3), "kernel_sizes": (3, 3), "strides": (2, 2)}


def frames(n: int = 4, seed: int = 0) -> np.ndarray:
    """Return random frames (n, time, height, width, channels) in [0, 1]."""
    rng = np.random.default_rng(seed)
    return rng.uniform(size=(n, N_TIMES, *FRAME_SHAPE)).astype("float32")


def weights(names: tuple[str, ...]) -> dict[str, float]:
    """Return a different weight for each term."""
    return {name: 0.5 + i for i, name in enumerate(sorted(names))}


def make_of_partials(
    shape: tuple[int, int, int],
    moments: layers.SlowComponents | None = None,
    flow: layers.CouplingFlow | None = None,
) -> models.SPS:
    """Return a built and compiled SPS of spectra, with a latent of pitch and one of style."""
    keras.utils.set_random_seed(0)
    sizes = {"filters": (4, 8), "kernel_sizes": ((8, 2), (4, 1)), "strides": ((4, 2), (4, 1))}
    encoder = layers.ConvEncoder(
        2, **sizes, flow=flow, centering=layers.Partials(12), name="encoder"
    )
    model = models.SPS(
        frame_shape=shape,
        prior=layers.RecurrentPrior(1, units=5, name="prior"),
        group="R1",
        n_transforms=2,
        n_given=2,
        encoder=encoder,
        decoder=layers.ConvDecoder(shape, (4,), **sizes, name="decoder"),
        layout=LatentLayout(("z_pitch",), ("z_style",)),
        loss_weights=weights(losses.LOSS_NAMES),
        moments=moments,
    )
    model.build((None, N_TIMES, *shape))
    return compiled(model)


def make_sps(
    group: str | None = "(R^2,+)xSO(2)",
    stochastic: bool = True,
    style: tuple[str, ...] = (),
    seed: int = 0,
    loss_weights: dict | None = None,
    n_transforms: int = 2,
    prior: layers.RecurrentPrior | None = None,
    flow: layers.CouplingFlow | None = None,
    centering: layers.FrameCentering | None = None,
    **options: object,
) -> models.SPS:
    """Return a built and compiled SPS."""
    keras.utils.set_random_seed(seed)
    layout = LatentLayout(("z1", "z2", "z3"), style)
    model = models.SPS(
        frame_shape=FRAME_SHAPE,
        prior=prior or layers.RecurrentPrior(3, units=5, name="prior"),
        group=group,
        n_transforms=n_transforms,
        n_given=2,
        encoder=layers.ConvEncoder(
            layout.size,
            **CONVOLUTIONS,
            stochastic=stochastic,
            flow=flow,
            centering=centering,
            name="encoder",
        ),
        decoder=layers.ConvDecoder(FRAME_SHAPE, (4,), **CONVOLUTIONS, name="decoder"),
        layout=layout,
        loss_weights=loss_weights or weights(losses.LOSS_NAMES),
        seed=seed,
        **options,
    )
    return compiled(model)


def make_flow(**options: object) -> layers.CouplingFlow:
    """Return a small flow of three latents."""
    return layers.CouplingFlow(3, n_passes=1, units=4, n_bends=2, name="flow", **options)


def make_beta_vae(**options: object) -> models.BetaVAE:
    """Return a built and compiled beta-VAE."""
    keras.utils.set_random_seed(0)
    model = models.BetaVAE(
        frame_shape=FRAME_SHAPE,
        encoder=layers.ConvEncoder(3, **CONVOLUTIONS, name="encoder"),
        decoder=layers.ConvDecoder(FRAME_SHAPE, (4,), **CONVOLUTIONS, name="decoder"),
        layout=LatentLayout(("z1", "z2", "z3")),
        loss_weights={"recon_self": 1.0, "kl": 0.01},
        **options,
    )
    return compiled(model)


def make_gmvae(**options: object) -> models.GMVAE:
    """Return a built and compiled GMVAE of 2 + 3 latents, for pitches 60 to 64."""
    keras.utils.set_random_seed(0)
    parts = {"n_pitches": 5, "first_pitch": 60, "n_components": 3, **options}
    return compiled(models.GMVAE(**_two_encoders(), **parts))


def make_ts_dsae(**options: object) -> models.TSDSAE:
    """Return a built and compiled TS-DSAE of 2 + 3 latents."""
    keras.utils.set_random_seed(0)
    prior = layers.GaussianPrior(2, units=4, n_layers=2, name="prior")
    return compiled(models.TSDSAE(**_two_encoders(), prior=prior, **options))


def _two_encoders() -> dict:
    return {
        "frame_shape": FRAME_SHAPE,
        "encoder": layers.ConvEncoder(2, **CONVOLUTIONS, name="encoder"),
        "style_encoder": layers.ConvEncoder(3, **CONVOLUTIONS, name="style_encoder"),
        "decoder": layers.ConvDecoder(FRAME_SHAPE, (4,), **CONVOLUTIONS, name="decoder"),
        "layout": LatentLayout(("z_content1", "z_content2"), ("s1", "s2", "s3")),
    }


def compiled(model: keras.Model) -> keras.Model:
    """Build and compile a model for tiny frames."""
    model.build((None, N_TIMES, *FRAME_SHAPE))
    model.compile(
        optimizer=ComponentAdam(1e-2, {"prior": {"factor": 2.0}}), jit_compile=compile_rule()
    )
    return model


def losses_of(model: keras.Model, training: bool = False) -> Callable[[np.ndarray], dict]:
    """Return what maps frames to the terms of the loss, as floats.

    JAX would compile each operation; here it compiles all of them at once.
    """

    def compute(frames: keras.KerasTensor) -> dict:
        return model.compute_losses(frames, training)

    if keras.backend.backend() == "jax":
        import jax

        @jax.jit
        def with_values(values: list, frames: keras.KerasTensor) -> dict:
            mapping = list(zip(model.variables, values, strict=True))
            with keras.StatelessScope(state_mapping=mapping):
                return model.compute_losses(frames, training)

        def compute(frames: keras.KerasTensor) -> dict:
            return with_values([variable.value for variable in model.variables], frames)

    def run(frames: np.ndarray) -> dict:
        terms = compute(ops.convert_to_tensor(frames))
        return {name: float(ops.convert_to_numpy(value)) for name, value in terms.items()}

    return run
