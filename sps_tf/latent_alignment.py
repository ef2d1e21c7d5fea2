"""Find the latent axes by the method's own losses, before the encoder moves. Not in the paper.

With the encoder fixed, a rotation of the latents and the prior are trained together on equations
3 to 6, from several random rotations; the one with the lowest loss is kept. No label and no
knowledge of gravity is used: symmetry itself finds the latent that must not be transformed.
"""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from sps_tf import seeds
from sps_tf.losses import latent_variance
from sps_tf.models import branches as br
from sps_tf.models.sps import SPS

_BATCH_SIZE = 32


class LatentAligner(keras.Model):
    """Train a rotation of fixed latents together with a prior, on equations 3 to 6.

    The rotation is a fixed random one times the Cayley transform of a trained skew matrix.

    Args:
        model: gives the group, K, n and the weights of the losses; its prior is trained.
        start: (content, content) rotation to start from.
        seed: seed of the group elements.
    """

    # Adam moves the skew matrix this much faster than the prior's weights.
    _SPEED = 10.0

    def __init__(self, model: SPS, start: np.ndarray, seed: int) -> None:
        super().__init__(name="latent_aligner")
        self.prior = model.prior
        self.group_sets, self.group = model.group_sets, model.group
        self.n_transforms, self.n_given = model.n_transforms, model.n_given
        self.loss_table = model.loss_weights_table
        self.start, self.seed = start.astype("float32"), seed
        size = len(start)
        self.skew = self.add_weight(shape=(size, size), initializer="zeros", name="skew")
        self.step = self.add_weight(shape=(), dtype="int32", trainable=False, name="step")
        self.built = True

    def rotation(self) -> keras.KerasTensor:
        """Return the (content, content) rotation; latents are multiplied from the left."""
        a = self._SPEED * (self.skew - ops.transpose(self.skew))
        identity = ops.eye(len(self.start))
        return ops.matmul(self.start, ops.solve(identity + a, identity - a))

    def call(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Rotate latents (batch, time, content)."""
        return ops.matmul(z, self.rotation())

    def compute_loss(
        self,
        x: keras.KerasTensor = None,
        y: None = None,
        y_pred: None = None,
        sample_weight: None = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the weighted latent losses of a free run, over the latents' variance."""
        z = self(x)
        stream = seeds.StepSeed(self.seed, self.step)
        sets = self.group_sets if self.n_transforms else []
        elements = None
        if sets:
            elements = br.sample_elements(sets, self.n_transforms, ops.shape(z)[0], stream)
        given = br.teacher_mask(self.n_given, z.shape[1], 1 + len(sets))
        # The mean over all dimensions: no rotation changes it, so none is favoured by it.
        scale = latent_variance(z, range(z.shape[-1]))
        branches = br.roll_out(self.prior, self.group, z, given, elements, scale)
        terms = br.latent_losses(z, branches, max(len(sets), 1), scale)
        self.step.assign_add(1)
        return sum(self.loss_table[name] * value for name, value in terms.items())


def align(
    model: SPS,
    latents: np.ndarray,
    seed: int,
    n_steps: int,
    n_starts: int,
    learning_rate: float,
    progress: Callable[[str], None] = lambda _: None,
) -> list[float]:
    """Rotate the content latents, and train the prior, by the method's own latent losses.

    Args:
        model: its mean head and prior are changed in place.
        latents: (n, time, latent), whitened latents of the training set.
        seed: the run's seed.
        n_steps: steps of each start.
        n_starts: number of random rotations.
        learning_rate: Adam's rate, with cosine decay to 0.
        progress: called with a line of text after each start.

    Returns:
        The loss that each start ended with; the lowest was kept.
    """
    size = model.layout.content_size
    content = latents[..., :size].astype("float32")
    initial = model.prior.get_weights()
    results = []
    for index in range(n_starts):
        rng = np.random.default_rng(seeds.fold(seed, "align", index))
        model.prior.set_weights(initial)
        aligner = LatentAligner(model, _random_rotation(rng, size), seeds.fold(seed, "align"))
        loss = _fit(aligner, content, rng, n_steps, learning_rate)
        rotation = ops.convert_to_numpy(aligner.rotation())
        results.append((loss, rotation, model.prior.get_weights()))
        progress(f"alignment of the latents, start {index + 1} of {n_starts}: loss {loss:.4g}")
    _, rotation, weights = min(results, key=lambda result: result[0])
    model.prior.set_weights(weights)
    full = np.eye(model.layout.size)
    full[:size, :size] = rotation
    model.encoder.transform_output(full, np.zeros(model.layout.size))
    return [loss for loss, _, _ in results]


def _random_rotation(rng: np.random.Generator, size: int) -> np.ndarray:
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0:
        q[:, 0] = -q[:, 0]
    return q


def _fit(
    aligner: LatentAligner,
    content: np.ndarray,
    rng: np.random.Generator,
    n_steps: int,
    learning_rate: float,
) -> float:
    """Train the aligner and return its mean loss over the last tenth of the steps."""
    aligner.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(learning_rate, n_steps)
        ),
        jit_compile=False,
    )
    batch_size = min(_BATCH_SIZE, len(content))
    order = np.stack([rng.permutation(len(content))[:batch_size] for _ in range(n_steps)])
    n_last = max(n_steps // 10, 1)
    loss = 0.0
    for part in (order[:-n_last], order[-n_last:]):
        if len(part):
            history = aligner.fit(
                content[part.reshape(-1)],
                batch_size=batch_size,
                shuffle=False,
                verbose=0,
            )
            loss = history.history["loss"][-1]
    return float(loss)
