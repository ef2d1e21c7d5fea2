"""Binary cross-entropy of reconstructed and predicted frames, and its floor (Tables 3 and 4)."""

import numpy as np

from sps_tf.errors import UserError


def cross_entropy_from_logits(frames: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Compute -x log(p) - (1 - x) log(1 - p) with p = sigmoid(logit), stable at any logit.

    Args:
        frames: x in [0, 1], any shape.
        logits: The same shape.

    Returns:
        Nats a pixel and channel, the same shape.
    """
    return np.logaddexp(0, logits) - frames * logits


def pixel_entropy(frames: np.ndarray) -> np.ndarray:
    """Compute -x log(x) - (1 - x) log(1 - x): the least cross-entropy that a pixel can have.

    Args:
        frames: x in [0, 1], any shape.

    Returns:
        Nats a pixel and channel, the same shape; 0 where a pixel is exactly 0 or 1.
    """
    from scipy.special import entr

    return entr(frames) + entr(1 - frames)


class ReconstructionScore:
    """Gather per-pixel cross-entropies batch by batch, with sums in float64.

    Grey pixels have a cross-entropy far above 0 even when they are met exactly, so each value
    comes with the entropy of the pixels themselves and the difference to it. Self-reconstruction
    is over all frames, prediction over frames 2..T; each difference is to the floor of its own
    frames.

    Example:
        score = ReconstructionScore()
        for frames, logits in batches:
            score.update(frames, logits)
        metrics = score.result()
    """

    def __init__(self) -> None:
        self._sums = dict.fromkeys(("self", "prior", "floor", "prior_floor"), 0.0)
        self._counts = dict.fromkeys(("self", "prior"), 0)

    def update(
        self, frames: np.ndarray, logits_self: np.ndarray, logits_prior: np.ndarray | None = None
    ) -> None:
        """Add one batch.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].
            logits_self: The decoded latents of all frames, the same shape.
            logits_prior: The decoded predictions of frames 2..T, (batch, time - 1, height, width,
                channels), or None for a model without a prior.

        Raises:
            UserError: Shapes that do not belong together, or frames outside [0, 1].
        """
        _check(frames, logits_self, "reconstructed")
        entropy = pixel_entropy(frames)
        self._sums["self"] += _sum(cross_entropy_from_logits(frames, logits_self))
        self._sums["floor"] += _sum(entropy)
        self._counts["self"] += frames.size
        if logits_prior is not None:
            _check(frames[:, 1:], logits_prior, "predicted")
            self._sums["prior"] += _sum(cross_entropy_from_logits(frames[:, 1:], logits_prior))
            self._sums["prior_floor"] += _sum(entropy[:, 1:])
            self._counts["prior"] += frames[:, 1:].size

    def result(self) -> dict[str, float]:
        """Return the means over all batches so far, in nats a pixel and channel.

        Returns:
            `pixel_entropy_floor`, `self_recon_bce`, `self_recon_bce_above_floor` and, where
            predictions were given, `image_pred_bce`, `image_pred_bce_above_floor`.

        Raises:
            UserError: No batch was added.
        """
        n_self, n_prior = self._counts["self"], self._counts["prior"]
        if not n_self:
            raise UserError("a reconstruction score needs at least one batch. Received: none")
        floor, self_recon = self._sums["floor"] / n_self, self._sums["self"] / n_self
        scores = {
            "pixel_entropy_floor": floor,
            "self_recon_bce": self_recon,
            "self_recon_bce_above_floor": self_recon - floor,
        }
        if n_prior:
            image_pred = self._sums["prior"] / n_prior
            scores["image_pred_bce"] = image_pred
            scores["image_pred_bce_above_floor"] = image_pred - self._sums["prior_floor"] / n_prior
        return scores


def _sum(values: np.ndarray) -> float:
    return float(np.sum(values, dtype=np.float64))


def _check(frames: np.ndarray, logits: np.ndarray, what: str) -> None:
    if frames.shape != logits.shape or frames.ndim != 5 or frames.size == 0:
        raise UserError(
            f"{what} frames must have the shape of the true ones, {frames.shape}, with axes "
            f"(batch, time, height, width, channels). Received: shape {logits.shape}"
        )
    if frames.min() < 0 or frames.max() > 1:
        raise UserError(
            f"frames must lie in [0, 1]. Received: {frames.min():g} to {frames.max():g}"
        )
