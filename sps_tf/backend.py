"""Which backend Keras has: TensorFlow, or JAX where a machine has no TensorFlow."""

import os
import platform

import keras

from sps_tf.errors import UserError

BACKENDS = ("tensorflow", "jax")


def uses_tensorflow() -> bool:
    """Say whether Keras computes with TensorFlow.

    Raises:
        UserError: if `KERAS_BACKEND` is none of those that a run is trained with.
    """
    name = keras.backend.backend()
    if name not in BACKENDS:
        raise UserError(f"KERAS_BACKEND must be one of {', '.join(BACKENDS)}. Received: {name}")
    return name == "tensorflow"


def make_deterministic(seed: int) -> None:
    """Let every operation give the same bits at each run; call it before anything is computed.

    On TensorFlow an operation that cannot is an error.

    Args:
        seed: of what draws without a seed of its own.
    """
    if uses_tensorflow():
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    else:
        _make_jax_deterministic()
    keras.utils.set_random_seed(seed)


def _make_jax_deterministic() -> None:
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_gpu_deterministic_ops" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()
    import jax

    # Else a GPU rounds the factors of each product to ten bits.
    jax.config.update("jax_default_matmul_precision", "highest")


def name_devices() -> str:
    """Return what is computed on, such as "NVIDIA H100 80GB HBM3"."""
    names = _name_tensorflow_gpus() if uses_tensorflow() else _name_jax_gpus()
    if names:
        return ", ".join(names)
    return f"CPU, {os.cpu_count()} cores, {platform.machine()}"


def _name_tensorflow_gpus() -> list[str]:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return [str(tf.config.experimental.get_device_details(gpu).get("device_name")) for gpu in gpus]


def _name_jax_gpus() -> list[str]:
    import jax

    return [device.device_kind for device in jax.devices() if device.platform != "cpu"]
