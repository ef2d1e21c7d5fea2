"""What a warm start does, and how long."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WarmStart:
    """The settings of a warm start; its stages are those of `sps_tf.warm_start`.

    Args:
        imitate_steps: training steps of stage 2; 0 leaves stages 1 to 3 out.
        imitate_rate: Adam's learning rate in stage 2, decaying to 0.
        align_steps: training steps of stage 3; 0 leaves it out, as for a model
            without a prior.
        align_starts: number of random rotations tried.
        align_rate: Adam's learning rate in stage 3, decaying to 0.
        align_transforms: K of stage 3, at most the model's own.
        align_information: weight in stage 3 of the information lost, beside the mean of the latent
            losses. Default 0.2.
        moments_size: the `size_measure` of stage 1's moments, for a model without any of its own.
            Default "mass".
        slow_components: of sound, how many principal components `sps_tf.layers.SlowComponents`
            combines, which take the moments' place. Default 0: the moments.
        slow_horizon_steps: see `sps_tf.layers.SlowComponents`. Default 1.
        transpose_octaves: of sound, by how much at most sequences are moved up or down in stages 1
            to 3, see `sps_tf.layers.SlowComponents`. Default 0.
        imitate_noise: standard deviation of noise on what the first convolution reads in stage 2.
            Default 0.
        shift_pixels: of pictures, by how much at most each frame of every second sequence is
            shifted in stage 2, down or up and right or left. The moments of what is cut off
            thereby are known, so the encoder learns to read it, and stage 3 starts from the
            encoder's latents in place of the moments. Default 0: none is shifted.
        place_steps: of sound, training steps of the encoder's place head, which take the place of
            all three stages; see `sps_tf.warm_start.places`. Default 0: none.
        place_starts: number of random starts tried there. Default 3.
        place_rate: Adam's learning rate there, decaying to 0. Default 3e-3.
        silent_style: whether the style's latents are 0 at the end, whatever the frame; they learn
            from there, when the content already tells what it can. Default False.
    """

    imitate_steps: int
    imitate_rate: float
    align_steps: int
    align_starts: int
    align_rate: float
    align_transforms: int
    align_information: float = 0.2
    moments_size: str = "mass"
    slow_components: int = 0
    slow_horizon_steps: int = 1
    transpose_octaves: float = 0.0
    imitate_noise: float = 0.0
    shift_pixels: int = 0
    place_steps: int = 0
    place_starts: int = 3
    place_rate: float = 3e-3
    silent_style: bool = False
