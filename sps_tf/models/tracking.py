"""The metrics of the loss table: the means of its terms, and when a run went wrong."""

from collections.abc import Sequence

import keras
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class TermMeans(keras.metrics.Metric):
    """Keep the means of several numbers in one variable: a metric for each costs more a step.

    Args:
        names: a name for each number; the result is a dict of them.
    """

    def __init__(self, names: Sequence[str], name: str = "terms", **kwargs: object) -> None:
        super().__init__(name=name, **kwargs)
        self.names = tuple(names)
        self.total = self.add_variable((len(self.names),), initializer="zeros", name="total")
        self.count = self.add_variable((), initializer="zeros", name="count")

    def update_state(self, values: Sequence[keras.KerasTensor]) -> None:
        """Count the values of one step.

        Args:
            values: a scalar for each name.
        """
        self.total.assign_add(ops.stack([ops.cast(value, self.dtype) for value in values]))
        self.count.assign_add(ops.cast(1, self.dtype))

    def result(self) -> dict[str, keras.KerasTensor]:
        """Return the mean of each number by its name; 0 before the first step."""
        means = self.total / ops.maximum(self.count, 1)
        return dict(zip(self.names, ops.unstack(means, len(self.names)), strict=True))


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
