import numpy as np

from sps_tf.frames import to_unit


def test_bytes_are_divided_by_255():
    unit = to_unit(np.array([0, 51, 255], np.uint8))
    assert unit.dtype == np.float32
    np.testing.assert_allclose(unit, [0, 0.2, 1])


def test_floats_keep_their_values():
    unit = to_unit(np.array([0, 0.25, 1], np.float16))
    assert unit.dtype == np.float32
    np.testing.assert_array_equal(unit, [0, 0.25, 1])
