"""Find latent coordinates that suit the group, by the method's own losses. Not in the paper.

Given latents that say where things are, but in any coordinates, a warp and a rotation of them are
trained together with the prior on equations 3 to 6, from several random rotations; the one with
the lowest loss is kept. No label and no knowledge of gravity is used: symmetry itself finds the
latent that must not be transformed, and straightens the others.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from sps_tf import seeds
from sps_tf.layers import LatentWarp
from sps_tf.losses import latent_variance
from sps_tf.models import branches as br
from sps_tf.models.sps import SPS
from sps_tf.optimizers import compile_rule
from sps_tf.warm_start.entropy import estimate_entropy

_BATCH_SIZE = 32
_N_PARTS = 10
# Bounds the time of the neighbours' search.
_MAX_POINTS = 20_000
# Nats a frame; warps that are one-to-one measure 0.02 to 0.03, the estimate's error.
_FOLDED = 0.1


class LatentAligner(keras.Model):
    """Train a warp and a rotation of given latents together with a prior, on equations 3 to 6.

    The warped latents are made white before they are rotated, so that none can be shrunk away. The
    rotation is a fixed random one times the Cayley transform of a trained skew matrix.

    Args:
        model: gives the group, K, n and the weights of the losses; its prior is trained.
        start: (content, content) rotation to start from.
        seed: seed of the group elements and of the warp's initial weights.
        warp_units: width of the warp; 0 leaves it out.
        information: weight of the information that the warp keeps (the mean logarithm of its
            determinant, in nats a frame), against the mean latent loss a frame.
    """

    # Adam moves the skew matrix this much faster than the prior's weights.
    _SPEED = 10.0

    def __init__(
        self,
        model: SPS,
        start: np.ndarray,
        seed: int,
        warp_units: int = 0,
        information: float = 0.4,
    ) -> None:
        super().__init__(name="latent_aligner")
        self.prior = model.prior
        self.group_sets, self.group = model.group_sets, model.group
        self.n_transforms, self.n_given = model.n_transforms, model.n_given
        names = ["latent_prior"]
        if self.n_transforms:
            names += ["symmetry_prior", "symmetry_latent"]
        self.loss_weights = [(name, model.loss_weights_table[name]) for name in names]
        self.start, self.seed, self.information = start.astype("float32"), seed, information
        size = len(start)
        self.warp = LatentWarp(warp_units, seed, name="warp") if warp_units else None
        if self.warp is not None:
            self.warp.build((None, size))
        self.skew = self.add_weight(shape=(size, size), initializer="zeros", name="skew")
        self.step = self.add_weight(shape=(), dtype="int32", trainable=False, name="step")
        self.built = True

    def rotation(self) -> keras.KerasTensor:
        """Return the (content, content) rotation; latents are multiplied from the left."""
        a = self._SPEED * (self.skew - ops.transpose(self.skew))
        identity = ops.eye(len(self.start))
        return ops.matmul(self.start, ops.solve(identity + a, identity - a))

    def transform(self, z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Warp, whiten and rotate latents.

        Args:
            z: (batch, time, content).

        Returns:
            The new latents, and the information kept, in nats a frame up to a constant.
        """
        size = len(self.start)
        flat, information = ops.reshape(z, (-1, size)), 0.0
        if self.warp is not None:
            flat, logarithms = self.warp(flat)
            flat = flat - ops.mean(flat, axis=0)
            n_frames = ops.cast(ops.shape(flat)[0], "float32")
            covariance = ops.matmul(ops.transpose(flat), flat) / n_frames
            spread = ops.cholesky(covariance + keras.config.epsilon() * ops.eye(size))
            flat = ops.transpose(ops.solve_triangular(spread, ops.transpose(flat), lower=True))
            information = ops.mean(logarithms) - ops.sum(ops.log(ops.diagonal(spread)))
        return ops.reshape(ops.matmul(flat, self.rotation()), ops.shape(z)), information

    def call(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Return the new latents of (batch, time, content)."""
        return self.transform(z)[0]

    def compute_loss(
        self,
        x: keras.KerasTensor = None,
        y: None = None,
        y_pred: None = None,
        sample_weight: None = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the mean latent loss of a free run over the latents' variance, a frame."""
        z, information = self.transform(x)
        stream = seeds.StepSeed(self.seed, self.step)
        sets = self.group_sets if self.n_transforms else []
        # The mean over all dimensions: no rotation changes it, so none is favoured by it.
        scale = latent_variance(z, range(z.shape[-1]))
        copies = None
        if sets:
            elements = br.sample_elements(sets, self.n_transforms, ops.shape(z)[0], stream)
            copies = br.Copies(self.group, elements, scale)
        branches = br.roll_out(self.prior, z, self.n_given, copies)
        terms = br.latent_losses(z, branches, max(len(sets), 1), scale)
        self.step.assign_add(1)
        total = sum(weight * terms[name] for name, weight in self.loss_weights)
        mean = total / sum(weight for _, weight in self.loss_weights) / z.shape[1]
        return mean - self.information * information


def align(
    model: SPS,
    latents: np.ndarray,
    seed: int,
    n_steps: int,
    n_starts: int,
    learning_rate: float,
    warp_units: int = 0,
    information: float = 0.4,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[np.ndarray, list[float]]:
    """Find coordinates for latents, and train the prior on them, by the method's latent losses.

    Args:
        model: its prior is changed in place.
        latents: (n, time, content), white latents of the training set.
        seed: the run's seed.
        n_steps: steps of each start.
        n_starts: number of random rotations.
        learning_rate: Adam's rate, with cosine decay to 0.
        warp_units: width of the warp; 0, the default, only rotates.
        information: see `LatentAligner`. Default 0.4.
        progress: called with a line of text after each start.

    Returns:
        The latents in the coordinates found, float32, and the loss that each start ended with;
        the lowest was kept.
    """
    latents = latents.astype("float32")
    initial = model.prior.get_weights()
    found = []
    for index in range(n_starts):
        rng = np.random.default_rng(seeds.fold(seed, "align", index))
        model.prior.set_weights(initial)
        aligner = LatentAligner(
            model,
            _random_rotation(rng, latents.shape[-1]),
            seeds.fold(seed, "align"),
            warp_units,
            information,
        )
        loss, n_kept = _fit(aligner, latents, rng, n_steps, learning_rate)
        new = ops.convert_to_numpy(aligner(latents))
        found.append((loss, new, model.prior.get_weights()))
        end = f", kept from step {n_kept}, before the warp folded" if n_kept < n_steps else ""
        progress(f"alignment of the latents, start {index + 1} of {n_starts}: loss {loss:.4g}{end}")
    _, aligned, weights = found[_lowest([loss for loss, _, _ in found])]
    model.prior.set_weights(weights)
    return aligned, [loss for loss, _, _ in found]


def _lowest(losses: Sequence[float]) -> int:
    """Return the place of the lowest loss; one that is not a number is never chosen."""
    return int(np.argmin([loss if np.isfinite(loss) else np.inf for loss in losses]))


def _random_rotation(rng: np.random.Generator, size: int) -> np.ndarray:
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0:
        q[:, 0] = -q[:, 0]
    return q


def _fit(
    aligner: LatentAligner,
    latents: np.ndarray,
    rng: np.random.Generator,
    n_steps: int,
    learning_rate: float,
) -> tuple[float, int]:
    """Train the aligner; return its mean loss over the last tenth of the steps, and their number.

    A warp that begins to fold gains information without end, and its loss says nothing more: the
    aligner is set back to where it was a tenth before, and the training ends there.
    """
    aligner.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(learning_rate, n_steps)
        ),
        jit_compile=compile_rule(),
    )
    batch_size = min(_BATCH_SIZE, len(latents))
    order = np.stack([rng.permutation(len(latents))[:batch_size] for _ in range(n_steps)])
    sample = latents[:: max(latents.shape[0] * latents.shape[1] // _MAX_POINTS, 1)]
    entropy = estimate_entropy(sample) if aligner.warp is not None else None
    loss, n_done = np.inf, 0
    for part in np.array_split(order, min(_N_PARTS, n_steps)):
        kept, kept_loss, n_kept = aligner.get_weights(), loss, n_done
        history = aligner.fit(
            latents[part.reshape(-1)], batch_size=batch_size, shuffle=False, verbose=0
        )
        loss, n_done = float(history.history["loss"][-1]), n_done + len(part)
        if entropy is not None and n_kept and measure_folding(aligner, sample, entropy) > _FOLDED:
            aligner.set_weights(kept)
            return kept_loss, n_kept
    return loss, n_done


def measure_folding(aligner: LatentAligner, latents: np.ndarray, entropy: float) -> float:
    """Tell how far the information that a warp claims to keep exceeds what is there afterwards.

    A one-to-one map changes the entropy by the mean logarithm of its determinant. Where a map lays
    space on top of itself, the determinant does not show it, but the entropy does.

    Args:
        aligner: its warp and whitening are measured.
        latents: (n, time, content), what it is trained on.
        entropy: `estimate_entropy(latents)`.

    Returns:
        The excess in nats a frame: about 0 for a map that is one-to-one; infinite for latents
        that are no numbers.
    """
    new, information = map(ops.convert_to_numpy, aligner.transform(latents))
    if not np.isfinite(new).all():
        return np.inf
    return entropy + float(information) - estimate_entropy(new)
