"""Adam with a learning rate for each part of the model."""

from collections.abc import Mapping

import keras
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class ComponentAdam(keras.optimizers.Adam):
    """Adam whose rate is scaled for named parts of the model. Not in the paper.

    Args:
        learning_rate: rate or schedule. Default 1e-3.
        components: for the name of a layer of the model (such as "encoder" or "prior") a dict
            with any of `factor` (default 1), `hold_steps` (steps at rate 0, default 0) and
            `ramp_steps` (steps of linear growth after them, default 0).
        **kwargs: see `keras.optimizers.Adam`; without `amsgrad`.
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 1e-3,
        components: Mapping[str, Mapping[str, float]] | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.components = {name: dict(rule) for name, rule in (components or {}).items()}

    def build(self, variables: list) -> None:
        """Note each variable's place in the model; the update sees only the bare variable."""
        super().build(variables)
        self._parts = [
            tuple(name for name in self.components if name in v.path.split("/")) for v in variables
        ]

    def apply(self, grads: list, trainable_variables: list | None = None) -> None:
        """Take one step; the rate of a component is computed once, not for each variable."""
        self._rates = {}
        super().apply(grads, trainable_variables)

    def update_step(
        self,
        gradient: keras.KerasTensor,
        variable: keras.Variable,
        learning_rate: keras.KerasTensor,
    ) -> None:
        """Update one variable at its component's rate, in the order of operations of Keras."""
        index = self._get_variable_index(variable)
        m, v = self._momentums[index], self._velocities[index]
        rate = ops.cast(self._rate(self._parts[index], learning_rate), variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        self.assign_add(m, (gradient - m) * (1 - self.beta_1))
        self.assign_add(v, (ops.square(gradient) - v) * (1 - self.beta_2))
        self.assign_sub(variable, m * rate / (ops.sqrt(v) + self.epsilon))

    def _rate(self, parts: tuple[str, ...], learning_rate: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rate of a variable in these components, with Adam's bias correction."""
        if parts not in self._rates:
            rate = ops.cast(learning_rate, "float32")
            for name in parts:
                rate = rate * self._factor(self.components[name])
            step = ops.cast(self.iterations + 1, "float32")
            correction_1, correction_2 = (
                1 - ops.power(ops.cast(beta, "float32"), step)
                for beta in (self.beta_1, self.beta_2)
            )
            self._rates[parts] = rate * ops.sqrt(correction_2) / correction_1
        return self._rates[parts]

    def _factor(self, rule: Mapping[str, float]) -> keras.KerasTensor:
        step = ops.cast(self.iterations, "float32")
        # The first step after the hold has a rate above 0: without a ramp the full one.
        ramp = (step + 1 - rule.get("hold_steps", 0)) / (rule.get("ramp_steps", 0) + 1)
        return rule.get("factor", 1.0) * ops.clip(ramp, 0.0, 1.0)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "components": self.components}


def compile_rule() -> str | bool:
    """Return the `jit_compile` of every training, the short ones before a run included.

    XLA crashes or crawls on TensorFlow 2.16's CPU; elsewhere Keras decides.
    """
    if keras.backend.backend() != "tensorflow":
        return "auto"
    import tensorflow as tf  # not where another backend is used

    return "auto" if tf.config.list_physical_devices("GPU") else False
