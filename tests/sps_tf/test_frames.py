import numpy as np
import pytest
from keras import ops

from sps_tf.frames import in_batches, to_unit, to_unit_tensor


def test_bytes_are_divided_by_255():
    unit = to_unit(np.array([0, 51, 255], np.uint8))
    assert unit.dtype == np.float32
    np.testing.assert_allclose(unit, [0, 0.2, 1])


def test_floats_keep_their_values():
    unit = to_unit(np.array([0, 0.25, 1], np.float16))
    assert unit.dtype == np.float32
    np.testing.assert_array_equal(unit, [0, 0.25, 1])


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32])
def test_tensors_come_to_the_same_range_as_arrays(dtype):
    frames = np.array([0, 1, 0.25 if dtype is not np.uint8 else 255], dtype)
    unit = ops.convert_to_numpy(to_unit_tensor(ops.convert_to_tensor(frames)))
    assert unit.dtype == np.float32
    np.testing.assert_allclose(unit, to_unit(frames), rtol=1e-7)


def test_batches_bound_what_goes_through_at_a_time_and_come_together_in_their_order():
    frames = np.arange(7 * 2, dtype=np.uint8).reshape(7, 2, 1, 1, 1)
    sizes = []

    def double(part):
        sizes.append(len(part))
        return 2 * part[:, :, 0, 0]

    found = in_batches(double, frames, batch_size=3)
    assert sizes == [3, 3, 1]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, 2 / 255 * frames[:, :, 0, 0])
