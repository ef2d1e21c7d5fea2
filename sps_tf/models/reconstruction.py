"""The reconstruction losses of SPS: what its branches decode to (equations 2 and 7)."""

import keras
from keras import ops

from sps_tf.models.branches import Branches
from sps_tf.models.frame_model import FrameModel
from sps_tf.models.frame_sampling import random_times, take_rows, take_times


def reconstruction_losses(
    model: FrameModel,
    frames: keras.KerasTensor,
    content: keras.KerasTensor,
    style: keras.KerasTensor,
    branches: Branches,
    training: bool,
) -> dict[str, keras.KerasTensor]:
    """Decode all branches in one batch and compute equation 2.

    Args:
        model: SPS; it decodes, and says which frames and copies are decoded.
        frames: (batch, time, height, width, channels) in [0, 1].
        content: (batch, time, content), encoded.
        style: (batch, time, style), encoded.
        branches: content predicted for frames 2..T, of whole latents.
        training: whether frames and the style are drawn at random; else all are decoded.

    Returns:
        `recon_self` and `recon_prior`; with symmetry `recon_symmetry`.
    """
    n_sequences, n_times = ops.shape(content)[0], content.shape[1]
    n_self, n_predicted = (
        (model.n_self_frames, model.n_predicted_frames) if training else (None, None)
    )
    times = random_times(n_sequences, n_times, n_self, model.stream("self_frames"))
    later = random_times(n_sequences, n_times - 1, n_predicted, model.stream("predicted_frames"))
    style = _pooled_style(model, style, training)
    # Without the slice, which would copy all frames.
    target = frames[:, 1:] if later is None else take_times(frames, later + 1)
    pairs = {
        "recon_self": (take_times(content, times), take_times(frames, times)),
        "recon_prior": (take_times(branches.z_prior, later), target),
    }
    if branches.z_symmetry is not None:
        for i, z in enumerate(_decoded_transforms(model, branches.z_symmetry)):
            pairs[f"recon_symmetry{i}"] = (take_times(z, later), target)
    nats = model.decode_branches([(_with_style(z, style), x) for z, x in pairs.values()])
    means = {name: ops.mean(n) for name, n in zip(pairs, nats, strict=True)}
    terms = {
        "recon_self": means.pop("recon_self") * n_times,
        "recon_prior": means.pop("recon_prior") * (n_times - 1),
    }
    if means:
        mean = sum(means.values()) / len(means)
        terms["recon_symmetry"] = mean * (n_times - 1) * len(model.group_sets)
    return terms


def _decoded_transforms(
    model: FrameModel, z_symmetry: keras.KerasTensor
) -> list[keras.KerasTensor]:
    """Return the copies to decode: all, or one a sequence and set."""
    n_copies, n_sequences = z_symmetry.shape[0], ops.shape(z_symmetry)[1]
    if model.decode_transforms == "all":
        return [z_symmetry[k] for k in range(n_copies)]
    chosen = []
    seed = model.stream("decoded_transform")
    for first in range(0, n_copies, model.n_transforms):
        last = first + model.n_transforms
        k = keras.random.randint((1, n_sequences, 1, 1), first, last, seed=seed)
        rows = ops.cast(k[0, :, 0, 0], "int32") * n_sequences + ops.arange(n_sequences)
        chosen.append(take_rows(z_symmetry, rows))
    return chosen


def _pooled_style(
    model: FrameModel, style: keras.KerasTensor, training: bool
) -> keras.KerasTensor | None:
    if model.style_pooling is None:
        return None
    return model.style_pooling(style, seed=model.stream("style") if training else None)


def _with_style(content: keras.KerasTensor, style: keras.KerasTensor | None) -> keras.KerasTensor:
    """Append a sequence's style (batch, 1, style) to its content (batch, time, content)."""
    if style is None:
        return content
    shape = (*ops.shape(content)[:2], style.shape[-1])
    return ops.concatenate([content, ops.broadcast_to(style, shape)], axis=-1)
