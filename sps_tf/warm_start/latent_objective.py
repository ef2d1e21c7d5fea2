"""The latent losses of equations 3 to 6 alone: what a start is found by. Not in the paper."""

from keras import KerasTensor, ops

from sps_tf import seeds
from sps_tf.models import branches as br
from sps_tf.models.sps import SPS

_LATENT_LOSSES = ("latent_prior", "symmetry_prior", "symmetry_latent")


class LatentObjective:
    """The mean of a model's latent losses by their weights, a sum over the latents' steps.

    Args:
        model: gives prior, group and weights of the losses.
        seed: seed of the group elements.
        n_transforms: K, at most the model's own.
        n_given: latents given to the prior; its predictions are read after that.
    """

    def __init__(self, model: SPS, seed: int, n_transforms: int, n_given: int) -> None:
        self.prior, self.group = model.prior, model.group
        self.n_transforms = min(n_transforms, model.n_transforms)
        self.group_sets = model.group_sets if self.n_transforms else []
        self.n_given, self.seed = n_given, seed
        weights = model.loss_weights_table
        self.weights = [(name, weights[name]) for name in _LATENT_LOSSES if name in weights]

    def __call__(
        self, z: KerasTensor, scale: KerasTensor | float, step: KerasTensor
    ) -> KerasTensor:
        """Return the scalar.

        Args:
            z: (batch, time, content).
            scale: scalar or (content,) variance that squared distances and translations are in
                units of.
            step: number of the step, which the group elements derive from.
        """
        copies = None
        if self.group_sets:
            stream = seeds.StepSeed(self.seed, step)
            n_sequences = ops.shape(z)[0]
            elements = br.sample_elements(self.group_sets, self.n_transforms, n_sequences, stream)
            copies = br.Copies(self.group, elements, scale)
        branches = br.roll_out(self.prior, z, self.n_given, copies)
        terms = br.latent_losses(z, branches, max(len(self.group_sets), 1), scale)
        total = sum(weight * terms[name] for name, weight in self.weights)
        return total / sum(weight for _, weight in self.weights)
