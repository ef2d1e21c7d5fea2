"""Scheduled sampling: how often the prior is given the true latent during training."""

import keras
from keras import ops

from sps_tf.errors import UserError


@keras.saving.register_keras_serializable("sps_tf")
class InverseSigmoidSchedule:
    """Probability of teacher forcing at a step (section A.1.2; Bengio et al. 2015).

    p(s) = scale / (scale + exp((speed * s + shift) / scale)). The paper gives the idea; the
    constants are those of the released code. `speed` is our addition: 10 reaches free running
    ten times earlier.

    Args:
        scale: width of the decay in steps. Default 2200.
        shift: steps by which the decay is moved ahead. Default 6000 (audio 8000).
        speed: factor on the step, above 0. Default 1.

    Raises:
        UserError: if scale or speed is not positive.
    """

    def __init__(self, scale: float = 2200.0, shift: float = 6000.0, speed: float = 1.0) -> None:
        if scale <= 0 or speed <= 0:
            raise UserError(
                "scale and speed of the teacher-forcing schedule must be above 0. "
                f"Received: scale={scale}, speed={speed}"
            )
        self.scale = scale
        self.shift = shift
        self.speed = speed

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """Return the probability at a step.

        Args:
            step: integer tensor.

        Returns:
            float32 tensor in [0, 1] of the same shape.
        """
        exponent = (self.speed * ops.cast(step, "float32") + self.shift) / self.scale
        # The same fraction written as a sigmoid, which cannot overflow late in training.
        return ops.sigmoid(ops.log(ops.cast(self.scale, "float32")) - exponent)

    @classmethod
    def from_config(cls, config: dict) -> "InverseSigmoidSchedule":
        """Make an object from the result of `get_config`."""
        return cls(**config)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {"scale": self.scale, "shift": self.shift, "speed": self.speed}


@keras.saving.register_keras_serializable("sps_tf")
class FreeRunningSchedule:
    """Never give the true latent beyond the n given frames."""

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """Return 0 for every step."""
        return ops.cast(step, "float32") * 0.0

    @classmethod
    def from_config(cls, config: dict) -> "FreeRunningSchedule":
        """Make an object from the result of `get_config`."""
        return cls(**config)

    def get_config(self) -> dict:
        """Return the constructor's arguments: none."""
        return {}
