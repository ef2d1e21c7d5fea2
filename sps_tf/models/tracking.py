"""The metric that remembers when a run went wrong."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class FirstNonFinite(keras.metrics.Metric):
    """Keep the first step whose losses or gradients were not finite; -1 while there is none."""

    def __init__(self, name: str = "nonfinite_step", **kwargs: object) -> None:
        super().__init__(name=name, **kwargs)
        self.first = self.add_variable(
            (),
            initializer=keras.initializers.Constant(-1),
            dtype="int32",
            name="first",
            aggregation="only_first_replica",
        )

    def update_state(self, step: keras.KerasTensor, finite: keras.KerasTensor) -> None:
        """Look at one step.

        Args:
            step: scalar integer, the global step.
            finite: scalar boolean, whether all its numbers were finite.
        """
        fresh = ops.logical_and(self.first < 0, ops.logical_not(finite))
        self.first.assign(ops.where(fresh, ops.cast(step, "int32"), self.first))

    def result(self) -> keras.KerasTensor:
        """Return the first bad step, or -1."""
        return ops.convert_to_tensor(self.first)

    def reset_state(self) -> None:
        """Forget."""
        self.first.assign(-1)
