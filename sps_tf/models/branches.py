"""The prior's two branches, z-hat and z-tilde, and their latent losses (section 3)."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
from keras import ops

from sps_tf.layers.groups import Element, GroupAction
from sps_tf.layers.prior import RecurrentPrior
from sps_tf.losses import squared_distance


class Branches(NamedTuple):
    """Predictions of z_{2:T}.

    `z_prior` (batch, time - 1, content) and `z_symmetry` (copies, batch, time - 1, content),
    which is None where there is no group.
    """

    z_prior: keras.KerasTensor
    z_symmetry: keras.KerasTensor | None


def sample_elements(
    groups: Sequence[GroupAction],
    n_transforms: int,
    n_sequences: keras.KerasTensor,
    seed: keras.random.SeedGenerator,
) -> Element:
    """Draw K elements of each group for each sequence.

    Args:
        groups: one group (the composed S), or several sets with losses of their own.
        n_transforms: K, the augmentation factor.
        n_sequences: batch size.
        seed: generator of seeds.

    Returns:
        Elements with the leading axes (groups * K, batch), set after set.
    """
    sets = [group.sample((n_transforms, n_sequences), seed) for group in groups]
    return Element(*(ops.concatenate(parts, axis=0) for parts in zip(*sets, strict=True)))


def teacher_mask(
    n_given: int,
    n_times: int,
    n_branches: int,
    probability: keras.KerasTensor | float = 0.0,
    seed: keras.random.SeedGenerator | None = None,
) -> keras.KerasTensor:
    """Say where the prior is given the true latent (scheduled sampling, section A.1.2).

    Drawn once for each branch and position, for the whole batch, as in the released code.

    Args:
        n_given: the first n positions are always given.
        n_times: number of positions.
        n_branches: number of masks.
        probability: of being given at the later positions. Default 0, a free run.
        seed: generator of seeds; not needed for a free run.

    Returns:
        (n_branches, n_times) boolean.
    """
    always = ops.arange(n_times)[None, :] < n_given
    if seed is None:
        return ops.logical_or(always, ops.zeros((n_branches, n_times), dtype="bool"))
    draws = keras.random.uniform((n_branches, n_times), dtype="float32", seed=seed)
    return ops.logical_or(always, draws < probability)


def roll_out(
    prior: RecurrentPrior,
    group: GroupAction | None,
    content: keras.KerasTensor,
    given: keras.KerasTensor,
    elements: Element | None,
    scale: keras.KerasTensor | float = 1.0,
) -> Branches:
    """Run the prior on the latents and on their transformed copies, in one batch.

    Args:
        prior: the prior R.
        group: gives `apply` and `inverse`; None with `elements` None.
        content: (batch, time, content).
        given: (1 + sets, time) boolean, a mask for z-hat and one for each set of elements.
        elements: leading axes (copies, batch), or None for no symmetry branch.
        scale: scalar or (content,) variance; translations are in units of its square root.

    Returns:
        z-hat = R(z) and z-tilde = S^-1(R(S(z))).
    """
    if elements is None:
        return Branches(prior(content, given[:1]), None)
    _, n_times, size = content.shape
    elements = Element(elements.matrix, elements.offset * ops.sqrt(scale))
    n_copies, n_sets = elements.offset.shape[0], given.shape[0] - 1
    shape = (n_copies, *ops.shape(content))
    copies = ops.broadcast_to(content[None], shape)
    rows = ops.concatenate([content[None], group.apply(copies, elements)], axis=0)
    masks = ops.concatenate([given[:1], ops.repeat(given[1:], n_copies // n_sets, axis=0)], axis=0)
    masks = ops.repeat(masks, ops.shape(content)[0], axis=0)
    predictions = prior(ops.reshape(rows, (-1, n_times, size)), masks)
    predictions = ops.reshape(predictions, (1 + n_copies, -1, n_times - 1, size))
    return Branches(predictions[0], group.inverse(predictions[1:], elements))


def latent_losses(
    content: keras.KerasTensor,
    branches: Branches,
    n_sets: int = 1,
    scale: keras.KerasTensor | float = 1.0,
) -> dict:
    """Compute equations 3 to 6.

    Args:
        content: (batch, time, content), the true latents.
        branches: the prior's predictions.
        n_sets: sets of elements with losses of their own, which add up.
        scale: scalar or (content,); the squared distances are divided by it.

    Returns:
        `latent_prior`, and `symmetry_prior` and `symmetry_latent` where there is a group.
    """
    target = content[:, 1:]
    terms = {"latent_prior": squared_distance(branches.z_prior, target, scale)}
    if branches.z_symmetry is not None:
        # The mean over all copies is the mean over K and over the sets.
        to_prior = squared_distance(branches.z_symmetry, branches.z_prior[None], scale)
        to_latent = squared_distance(branches.z_symmetry, target[None], scale)
        terms["symmetry_prior"] = n_sets * to_prior
        terms["symmetry_latent"] = n_sets * to_latent
    return terms
