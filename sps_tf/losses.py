"""Equations 1 to 7 of the paper, a function a term, and the names of the baselines' losses.

Every term is a sum over the time steps, pixels or latent dimensions of a sequence, as section
A.1.2 says, and the mean over the sequences of a batch (a constant factor to which Adam is
indifferent).

| our name          | the paper's symbol                    | equation | weight  |
| ----------------- | ------------------------------------- | -------- | ------- |
| `recon_self`      | L_BCE(x'_{1:T}, x_{1:T})              | 2        | 1       |
| `recon_prior`     | L_BCE(x-hat_{2:T}, x_{2:T})           | 2        | 1       |
| `recon_symmetry`  | L_BCE(x-tilde_{2:T}, x_{2:T})         | 2, 7     | 1       |
| `latent_prior`    | l2(z-hat_{2:T}, z_{2:T})              | 3        | lambda1 |
| `symmetry_prior`  | l2(z-tilde_{2:T}, z-hat_{2:T})        | 4, 6     | lambda2 |
| `symmetry_latent` | l2(z-tilde_{2:T}, z_{2:T})            | 4, 5     | lambda2 |
| `kl`              | L_KLD                                 | 1        | lambda3 |
| `imitation`       | none: l2(u, moments of the frames)    |          | 0       |
| `inconstancy`     | none, see `inconstancy`               |          | 0       |
| `pitch`           | L_pitch of Gfeller et al. (2020)      |          |         |
| `confidence`      | L_conf of Gfeller et al. (2020)       |          |         |

Those of GMVAE and TS-DSAE stand in `BASELINE_SYMBOLS`; see `sps_tf.gaussian_losses`.

Tensors: `frames` x, `frames_recon` x', `frames_prior` x-hat, `frames_symmetry` x-tilde, `z` z,
`z_prior` z-hat, `z_symmetry` z-tilde.
"""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

PAPER_SYMBOLS = {
    "recon_self": "L_BCE(x'_{1:T}, x_{1:T})",
    "recon_prior": "L_BCE(x^_{2:T}, x_{2:T})",
    "recon_symmetry": "L_BCE(x~_{2:T}, x_{2:T})",
    "latent_prior": "l2(z^_{2:T}, z_{2:T})",
    "symmetry_prior": "l2(z~_{2:T}, z^_{2:T})",
    "symmetry_latent": "l2(z~_{2:T}, z_{2:T})",
    "kl": "L_KLD",
    "imitation": "none",
    "inconstancy": "none",
    "pitch": "L_pitch of Gfeller et al. (2020)",
    "confidence": "L_conf of Gfeller et al. (2020)",
}
BASELINE_SYMBOLS = {
    # GMVAE, Luo et al. (2019).
    "recon_square": "|x - x'|^2",
    "kl_pitch": "KL(q(z_p|x) || p(z_p|y))",
    "kl_timbre": "E_q(k) KL(q(z_t|x) || p(z_t|k))",
    "kl_component": "KL(q(k|z_t) || p(k))",
    "pitch_label": "cross-entropy of the pitch, of labels",
    # TS-DSAE, Luo et al. (2022); means over bands, frames and latents.
    "recon_mean_square": "mean of |x - x'|^2",
    "kl_local": "KL(q(z|x) || p(z))",
    "kl_global": "KL(q(v|x) || N(0, 1)), then KL(q(v|x) || q0(v|x))",
    "swap_global": "KL(q(v|x_g) || q(v|x_P))",
    "keep_local": "KL(q(z|x_g) || q(z|x))",
    "keep_global": "KL(q(v|x_l) || q(v|x))",
    "swap_local": "KL(q(z|x_l) || q(z|x_P'))",
}
LOSS_NAMES = (*PAPER_SYMBOLS, *BASELINE_SYMBOLS)

# Section A.1: lambda1 is 1, lambda2 2 and lambda3 0.01.
PAPER_WEIGHTS = {
    "recon_self": 1.0,
    "recon_prior": 1.0,
    "recon_symmetry": 1.0,
    "latent_prior": 1.0,
    "symmetry_prior": 2.0,
    "symmetry_latent": 2.0,
    "kl": 0.01,
    "imitation": 0.0,
    "inconstancy": 0.0,
}


def binary_cross_entropy(frames: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Sum the cross-entropy of pixels, computed from logits for accuracy (eq. 2).

    Args:
        frames: (n, height, width, channels) in [0, 1].
        logits: the same shape; the sigmoid of it is the picture.

    Returns:
        (n,) float32, nats a frame.
    """
    return _cross_entropy(ops.cast(frames, "float32"), ops.cast(logits, "float32"))


@ops.custom_gradient
def _cross_entropy(frames: keras.KerasTensor, logits: keras.KerasTensor) -> tuple:
    """Return the sums, and their gradient by hand: a third of the passes over all pixels."""
    pixels = ops.relu(logits) - logits * frames + ops.log1p(ops.exp(-ops.abs(logits)))

    def gradient(*args: keras.KerasTensor, upstream: keras.KerasTensor | None = None) -> tuple:
        per_frame = ops.reshape(args[0] if upstream is None else upstream, (-1, 1, 1, 1))
        return -logits * per_frame, (ops.sigmoid(logits) - frames) * per_frame

    return ops.sum(pixels, axis=(1, 2, 3)), gradient


def squared_distance(
    a: keras.KerasTensor,
    b: keras.KerasTensor,
    scale: keras.KerasTensor | float = 1.0,
    weight: keras.KerasTensor | None = None,
) -> keras.KerasTensor:
    """Sum squared differences over time and latent dimensions (eq. 3 to 6).

    Args:
        a: (..., time, latent).
        b: the same shape, or one that broadcasts to it.
        scale: scalar or (latent,); the squared differences are divided by it. Default 1, as
            in the paper.
        weight: (..., time), of each time step. Default 1, as in the paper.

    Returns:
        Scalar: the mean over all leading axes of the sums.
    """
    difference = ops.cast(a, "float32") - ops.cast(b, "float32")
    squared = ops.square(difference) / scale
    if weight is not None:
        squared = squared * weight[..., None]
    return ops.mean(ops.sum(squared, axis=(-2, -1)))


def kl_divergence(z_mean: keras.KerasTensor, z_logvar: keras.KerasTensor) -> keras.KerasTensor:
    """Sum KL(q(z|x) || N(0, 1)) over time and latent dimensions (eq. 1).

    Args:
        z_mean: (batch, time, latent).
        z_logvar: (batch, time, latent), log of the variance.

    Returns:
        Scalar in nats, the mean over the batch.
    """
    z_mean = ops.cast(z_mean, "float32")
    z_logvar = ops.cast(z_logvar, "float32")
    nats = 0.5 * (ops.square(z_mean) + ops.exp(z_logvar) - 1.0 - z_logvar)
    return ops.mean(ops.sum(nats, axis=(1, 2)))


def information_lost(z: keras.KerasTensor, log_determinant: keras.KerasTensor) -> keras.KerasTensor:
    """Return what a change of coordinates takes from the entropy of latents of unit covariance.

    Of latents y = f(x) with unit covariance the entropy is that of x plus the mean logarithm of
    the determinant of f's Jacobian. It is low where latents are folded, squeezed or drawn out to
    a few far points: that lowers latent losses, but loses information. Not in the paper.

    Args:
        z: (batch, time, latent), after the change.
        log_determinant: (batch, time), of the change of each latent vector.

    Returns:
        Scalar: nats a sequence, up to a constant; whatever the latents' scale.
    """
    spread = ops.cholesky(regular(covariance(z)))
    log_spread = ops.sum(ops.log(ops.diagonal(spread)))
    return (log_spread - ops.mean(ops.cast(log_determinant, "float32"))) * z.shape[1]


def inconstancy(style: keras.KerasTensor) -> keras.KerasTensor:
    """Return how much of the style's variance lies within sequences. Not in the paper.

    Random pooling asks for a style that does not change in a sequence (section A.3), by way of
    the decoder alone, and slowly. This says it at once, as Fisher's discriminant does: the trace
    of the covariance within sequences over the whole one. No linear map of the style changes it,
    so neither its scale nor latents that all tell the same can lower it.

    Args:
        style: (batch, time, style).

    Returns:
        Scalar: the share within sequences, summed over the ways in which the style varies, times
        the time steps; 0 for a constant style.
    """
    style = ops.cast(style, "float32")
    # Rounding noise alone must not count as a way to vary.
    least = keras.config.epsilon() * ops.eye(style.shape[-1])
    within = covariance(style - ops.mean(style, axis=1, keepdims=True))
    return ops.trace(ops.solve(covariance(style) + least, within)) * style.shape[1]


def covariance(z: keras.KerasTensor) -> keras.KerasTensor:
    """Return the (latent, latent) float32 covariance of latents (batch, time, latent)."""
    flat = ops.reshape(ops.cast(z, "float32"), (-1, z.shape[-1]))
    flat = flat - ops.mean(flat, axis=0)
    return ops.matmul(ops.transpose(flat), flat) / ops.cast(ops.shape(flat)[0], "float32")


def regular(matrix: keras.KerasTensor) -> keras.KerasTensor:
    """Return a covariance (latent, latent) that has a Cholesky factor, whatever was rounded in it.

    Latents that all lie in a plane, or nearly so beside far outliers, have none.
    """
    least = keras.config.epsilon() * (1.0 + 10.0 * ops.trace(matrix))
    return matrix + least * ops.eye(matrix.shape[-1])


def huber(error: keras.KerasTensor, limit: float) -> keras.KerasTensor:
    """Return Huber's loss: quadratic up to a limit, linear beyond, with the same slope there.

    Args:
        error: any shape.
        limit: absolute error at which the loss becomes linear, above 0.

    Returns:
        float32 of the same shape.
    """
    size = ops.abs(ops.cast(error, "float32"))
    return ops.where(size <= limit, 0.5 * ops.square(size), limit * (size - 0.5 * limit))


def latent_variance(z: keras.KerasTensor, shared: Sequence[int] = ()) -> keras.KerasTensor:
    """Return the variance of each latent dimension over batch and time.

    Dividing the latent losses by it, with its gradient, makes them blind to the scale of z:
    they cannot be lowered by shrinking the latent space. This is not in the paper.

    Args:
        z: (batch, time, latent).
        shared: indices of dimensions that get their mean variance, because a group mixes them.

    Returns:
        (latent,) above 0.
    """
    variance = ops.var(ops.cast(z, "float32"), axis=(0, 1)) + keras.config.epsilon()
    if not len(shared):
        return variance
    chosen = np.zeros(z.shape[-1], "float32")
    chosen[list(shared)] = 1.0
    mean = ops.sum(variance * chosen) / chosen.sum()
    return chosen * mean + (1.0 - chosen) * variance
