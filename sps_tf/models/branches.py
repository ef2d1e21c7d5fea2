"""The prior's two branches, z-hat and z-tilde, and their latent losses (section 3)."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
from keras import ops

from sps_tf.layers.group_elements import Element
from sps_tf.layers.groups import GroupAction
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


class Copies(NamedTuple):
    """How the latents are copied and transformed for the branch z-tilde.

    `group` gives `apply` and `inverse`; `elements` have the leading axes (copies, batch);
    translations are in units of the square root of `scale`, a scalar or (content,) variance.
    """

    group: GroupAction
    elements: Element
    scale: keras.KerasTensor | float = 1.0


def teacher_mask(
    n_times: int,
    n_branches: int,
    probability: keras.KerasTensor | float,
    seed: keras.random.SeedGenerator,
) -> keras.KerasTensor:
    """Say where the prior is given the true latent (scheduled sampling, section A.1.2).

    Drawn once for each branch and position, for the whole batch, as in the released code.

    Args:
        n_times: number of positions.
        n_branches: number of masks.
        probability: of being given at a position.
        seed: generator of seeds.

    Returns:
        (n_branches, n_times) boolean.
    """
    draws = keras.random.uniform((n_branches, n_times), dtype="float32", seed=seed)
    return draws < probability


def roll_out(
    prior: RecurrentPrior,
    content: keras.KerasTensor,
    n_given: int,
    copies: Copies | None = None,
    given: keras.KerasTensor | None = None,
) -> Branches:
    """Run the prior on the latents and on their transformed copies, in one batch.

    Args:
        prior: the prior R.
        content: (batch, time, content).
        n_given: the first n latents are given.
        copies: the transformed copies. Default None: no symmetry branch.
        given: (1 + sets, time) boolean, which later latents are given: a mask for z-hat and one
            for each set of elements. Default None: none, a free run.

    Returns:
        z-hat = R(z) and z-tilde = S^-1(R(S(z))).
    """
    if copies is None:
        return Branches(
            prior(content, n_given=n_given, given=given if given is None else given[:1]), None
        )
    _, n_times, size = content.shape
    group, (matrix, offset), scale = copies
    elements = Element(matrix, offset * ops.sqrt(scale))
    n_copies = offset.shape[0]
    shape = (n_copies, *ops.shape(content))
    rows = group.apply(ops.broadcast_to(content[None], shape), elements)
    rows = ops.reshape(ops.concatenate([content[None], rows], axis=0), (-1, n_times, size))
    if given is not None:
        n_sets, n_sequences = given.shape[0] - 1, ops.shape(content)[0]
        masks = [given[:1], ops.repeat(given[1:], n_copies // n_sets, axis=0)]
        given = ops.repeat(ops.concatenate(masks, axis=0), n_sequences, axis=0)
    predictions = prior(rows, n_given=n_given, given=given)
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
