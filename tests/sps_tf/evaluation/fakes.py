"""A model whose answers are known by construction, its data and its settings."""

from types import SimpleNamespace

import numpy as np
from ml_collections import ConfigDict

from sps_tf.evaluation import EVALUATORS, Context
from sps_tf.latent_layout import LatentLayout

N, TIME = 12, 6
OFFSET = 0.5


class ExactModel:
    """Three pixels are three latents: z = 2 * pixel. Its prior says that nothing moves.

    Args:
        shrink: The prior is R(z) = shrink * z; under translations it commutes only if 1.
    """

    has_prior = decodes_frames = True
    group = SimpleNamespace(dims=("z1", "z3"))  # translations by +-OFFSET
    layout = LatentLayout(content=("z1", "z2", "z3"))
    step = np.int32(7)

    def __init__(self, shrink=1.0):
        self.shrink = shrink
        self.n_encoded = 0
        self.info = {}

    def encode(self, frames):
        assert frames.dtype == np.float32
        self.n_encoded += len(frames)
        return 2 * np.asarray(frames)[:, :, 0, :, 0]

    def decode(self, z):
        return np.clip(np.asarray(z)[..., None, : self.layout.size, None] / 2, 0, 1)

    def decode_logits(self, z):
        x = np.clip(self.decode(z), 1e-7, 1 - 1e-7)
        return np.log(x / (1 - x))

    def rollout(self, z, n_given=None):
        assert n_given == 2
        return self.shrink * z[:, :-1]

    def transformed_rollout(self, z, seed, n_transforms, n_given=None):
        offsets = OFFSET * np.array([(-1.0) ** k for k in range(n_transforms)])[:, None, None, None]
        return self.shrink * (z[None, :, :-1] + offsets) - offsets


class NoPriorModel(ExactModel):
    """The same without prior and group, as beta-VAE; reading `group` would be an error."""

    has_prior = False
    group = property()


def make_config(*evaluators, **settings):
    """The settings that evaluators read; those named, or all that need no sound and no masks."""
    return ConfigDict(
        {
            "method": "sps",
            "seed": 3,
            "evaluation": {
                "evaluators": evaluators or VIDEO_EVALUATORS,
                "label": "position",
                "label_names": ("x", "y", "z"),
                "label_unit": "m",
                "n_given": 2,
                "n_transforms": 4,
                "batch_size": 5,
                "changes": {"content": ("z1", "z2", "z3"), "style": ()},
                **settings,
            },
        }
    ).lock()


VIDEO_EVALUATORS = (
    "linear_probe",
    "reconstruction",
    "prior",
    "equivariance",
    "latent_std",
    "traversal",
    "branches",
    "latent_scatter",
)


def make_arrays():
    """Frames of three pixels, whose place is linear in them."""
    pixels = np.random.default_rng(0).integers(20, 236, (N, TIME, 3), dtype=np.uint8)
    return {
        "frames": pixels[:, :, None, :, None],
        "position": (pixels * np.float32(0.1) - 3)[..., [2, 1, 0]],
    }


def make_context(model, arrays, config, z=None, **probes):
    """Return the context of a config; with `z` in the place of what the model encodes."""
    context = Context(model, arrays, config.evaluation, config.method, config.seed, probes)
    if z is not None:
        vars(context)["z"] = z
    return context


def run(context):
    """Return what the evaluators of a context say, in one report."""
    chosen = [EVALUATORS[name] for name in context.settings.evaluators]
    reports = [evaluator.run(context) for evaluator in chosen if evaluator.applies(context)]
    return sum(reports[1:], reports[0])
