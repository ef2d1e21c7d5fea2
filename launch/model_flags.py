"""The flags that say which trained model is used, for every command line that uses one."""

from typing import TYPE_CHECKING

from absl import flags

from sps_tf.errors import UserError

if TYPE_CHECKING:
    from sps_tf.inference import TrainedModel

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "model", None, "Folder of a run, a .keras file, or the name of a model of the package."
)


def open_model() -> "TrainedModel":
    """Load the model that the flag names, and say in one line what it was trained on.

    Raises:
        UserError: if there is none.
    """
    if not FLAGS.model:
        raise UserError("--model is missing: a run's folder, a .keras file or a shipped name.")
    import sps_tf

    model = sps_tf.load(FLAGS.model)
    print(model.describe(), flush=True)
    return model
