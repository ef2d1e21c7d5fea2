import os

import keras
import pytest

from sps_tf import backend
from sps_tf.errors import UserError


def test_the_backend_is_tensorflow_or_jax():
    assert backend.uses_tensorflow() == (keras.backend.backend() == "tensorflow")


def test_another_backend_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(UserError, match=r"tensorflow, jax\. Received: torch$"):
        backend.uses_tensorflow()


def test_a_device_has_a_name():
    assert backend.name_devices()


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="flags of JAX")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "--xla_gpu_deterministic_ops=true"),
        ("--other=1", "--other=1 --xla_gpu_deterministic_ops=true"),
        ("--xla_gpu_deterministic_ops=false", "--xla_gpu_deterministic_ops=false"),
    ],
)
def test_jax_is_deterministic_unless_the_user_says_otherwise(monkeypatch, before, after):
    monkeypatch.setenv("XLA_FLAGS", before)
    backend.make_deterministic(3)
    assert os.environ["XLA_FLAGS"] == after
    draws = [keras.ops.convert_to_numpy(keras.random.uniform((2,))).tolist() for _ in range(2)]
    assert draws[0] != draws[1]
    backend.make_deterministic(3)
    assert keras.ops.convert_to_numpy(keras.random.uniform((2,))).tolist() == draws[0]
