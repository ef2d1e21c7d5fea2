"""Where the model is placed: one device, copies on several, or a TPU."""

import contextlib
from typing import TYPE_CHECKING

from sps_tf.errors import UserError, check_choice

if TYPE_CHECKING:
    import tensorflow as tf

STRATEGIES = ("one_device", "mirrored", "tpu")


def make_strategy(name: str, batch_size: int) -> "tf.distribute.Strategy | _OneDevice":
    """Return the strategy of a name.

    Args:
        name: `one_device` (the first GPU, or the CPU), `mirrored` (every GPU, or every logical
            CPU where there is no GPU) or `tpu`.
        batch_size: sequences in a step over all replicas.

    Returns:
        The strategy; its `scope()` is where models are built and loaded. With JAX one device.

    Raises:
        UserError: if the name is unknown, there is no TPU, the replicas cannot share the batch
            evenly, or Keras computes with JAX and several devices are asked for.
    """
    check_choice("strategy", name, STRATEGIES)
    from sps_tf.backend import uses_tensorflow

    if not uses_tensorflow():
        if name != "one_device":
            raise UserError(
                f"--strategy={name} needs TensorFlow; with KERAS_BACKEND=jax leave that flag out."
            )
        return _OneDevice()
    import tensorflow as tf

    if name == "one_device":
        return tf.distribute.get_strategy()
    strategy = _make_tpu_strategy() if name == "tpu" else _make_mirrored_strategy()
    n_replicas = strategy.num_replicas_in_sync
    if batch_size % n_replicas:
        raise UserError(
            f"--strategy={name} has {n_replicas} replicas here, which must divide batch_size. "
            f"Received: {batch_size}. Set --config.batch_size to a multiple of {n_replicas}."
        )
    return strategy


class _OneDevice:
    """Stands for TensorFlow's strategy of one device."""

    def scope(self) -> contextlib.AbstractContextManager:
        """Return a context in which nothing is different."""
        return contextlib.nullcontext()


def _make_mirrored_strategy() -> "tf.distribute.Strategy":
    import tensorflow as tf

    kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    n_devices = len(tf.config.list_logical_devices(kind))
    return tf.distribute.MirroredStrategy([f"{kind}:{i}" for i in range(n_devices)])


def _make_tpu_strategy() -> "tf.distribute.Strategy":
    import tensorflow as tf

    try:
        # "local" is a TPU attached to this machine; TPU_NAME names one elsewhere.
        resolver = _find_tpu()
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        return tf.distribute.TPUStrategy(resolver)
    except (ValueError, OSError, tf.errors.OpError) as error:
        raise UserError(
            f"No TPU was found ({str(error).splitlines()[0]}). Set the environment variable "
            "TPU_NAME, or use --strategy=one_device."
        ) from error


def _find_tpu() -> "tf.distribute.cluster_resolver.TPUClusterResolver":
    import tensorflow as tf

    local = "local" if tf.config.list_physical_devices("TPU") else None
    return tf.distribute.cluster_resolver.TPUClusterResolver(tpu=local)
