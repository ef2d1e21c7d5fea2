"""The recurrent prior R, which predicts the next latent (sections 3.1 and A.1)."""

import keras
from keras import layers, ops

from sps_tf.errors import UserError, check_choice
from sps_tf.serialization import build_once

CELLS = {"simple_rnn": layers.SimpleRNNCell, "gru": layers.GRUCell}


@keras.saving.register_keras_serializable("sps_tf")
class RecurrentPrior(layers.Layer):
    """Predict z_{2:T} from z_{1:T-1}: recurrent layers and a linear head.

    At each position the input is the true latent where it is given and the prior's own last
    prediction elsewhere: with all given it is teacher forcing, with the first n a free run from
    n given frames, and scheduled sampling lies between.

    Args:
        content_size: number of content dimensions. Default 3, the ball's.
        cell: "simple_rnn" (the default and the paper's, with tanh) or "gru" (section A.6.1).
        units: width of each recurrent layer. Default 256.
        n_layers: number of recurrent layers. Default 1.
        residual: if True the head predicts the change of z. Not in the paper. Default False.

    Raises:
        UserError: if the cell is unknown or a size is below 1.
    """

    def __init__(
        self,
        content_size: int = 3,
        cell: str = "simple_rnn",
        units: int = 256,
        n_layers: int = 1,
        residual: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        check_choice("cell", cell, CELLS)
        if units < 1 or n_layers < 1:
            raise UserError(
                f"The prior needs units and layers. Received: units={units}, n_layers={n_layers}"
            )
        self.content_size = content_size
        self.cell = cell
        self.units = units
        self.n_layers = n_layers
        self.residual = residual
        # The seed is that of dropout, which is off; a fixed one keeps the files equal.
        self.cells = [CELLS[cell](units, seed=0, name=f"{cell}{i}") for i in range(n_layers)]
        self.head = layers.Dense(content_size, name="head")

    def build(self, z_shape: tuple, *_: object) -> None:
        """Build the cells for latents of shape (batch, time, content)."""
        size = z_shape[-1]
        for cell in self.cells:
            build_once(cell, (None, size))
            size = self.units
        build_once(self.head, (None, size))

    def call(
        self, z: keras.KerasTensor, *, n_given: int, given: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Predict the next latents.

        Args:
            z: (batch, time, content), the true latents.
            n_given: the first n positions, at least 1, take the true latent.
            given: (batch or 1, time) boolean, True where a later position takes it too. Default
                None: none does, and nothing has to be chosen at a step.

        Returns:
            (batch, time - 1, content), the predictions of z[:, 1:].
        """
        n_steps = z.shape[1] - 1
        states = self.initial_states(ops.shape(z)[0])
        n_read = min(n_given, n_steps) if given is None else n_steps
        true = ops.unstack(z[:, :n_read], n_read, axis=1)
        predictions = []
        for t in range(n_steps):
            if t < n_given:
                x = true[t]
            elif given is None:
                x = predictions[-1]
            else:
                x = ops.where(given[:, t : t + 1], true[t], predictions[-1])
            prediction, states = self.advance(x, states)
            predictions.append(prediction)
        return ops.stack(predictions, axis=1)

    def initial_states(self, n_sequences: keras.KerasTensor | int) -> list:
        """Return what the recurrent layers remember before the first position."""
        return [cell.get_initial_state(n_sequences) for cell in self.cells]

    def advance(self, x: keras.KerasTensor, states: list) -> tuple[keras.KerasTensor, list]:
        """Take one step.

        Args:
            x: (batch, content), the latent at a position.
            states: of the layers, from the position before.

        Returns:
            (batch, content), the prediction of the next, and the states after it.
        """
        h, after = x, []
        for cell, state in zip(self.cells, states, strict=True):
            h, state = cell(h, state)
            after.append(state)
        change = self.head(h)
        return x + change if self.residual else change, after

    def compute_output_shape(self, z_shape: tuple, *_: object) -> tuple:
        """Return the shape of the predictions."""
        return (z_shape[0], z_shape[1] - 1, self.content_size)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "content_size": self.content_size,
            "cell": self.cell,
            "units": self.units,
            "n_layers": self.n_layers,
            "residual": self.residual,
        }
