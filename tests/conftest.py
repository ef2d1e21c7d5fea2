"""Settings of the whole test suite, made before TensorFlow is imported."""

import os

# Tests run alike with and without an accelerator, and leave it to others.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")

import keras
import pytest

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    # Two devices for the tests of distributed training; it must be said before TensorFlow runs.
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
    )


@pytest.fixture(scope="session")
def ball_data_dir(tmp_path_factory):
    """A folder of data sets with the tiny ball video of `tests.fakes`, made once."""
    from tests import fakes

    data_dir = tmp_path_factory.mktemp("data")
    fakes.make_ball_data(data_dir)
    return data_dir
