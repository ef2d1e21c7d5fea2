"""The probability of teacher forcing."""

import math

import numpy as np
import pytest
from keras import ops

from sps_tf.errors import UserError
from sps_tf.schedules import FreeRunningSchedule, InverseSigmoidSchedule


@pytest.mark.parametrize("step", [0, 1, 6_000, 11_000, 20_000])
def test_value_is_the_released_formula(step):
    a, b = 2200.0, 6000.0
    expected = a / (a + math.exp((step + b) / a))
    value = float(InverseSigmoidSchedule(a, b)(ops.convert_to_tensor(step)))
    np.testing.assert_allclose(value, expected, rtol=1e-4)


def test_speed_compresses_the_steps():
    slow = InverseSigmoidSchedule()(ops.convert_to_tensor(15_000))
    fast = InverseSigmoidSchedule(speed=10.0)(ops.convert_to_tensor(1_500))
    np.testing.assert_allclose(slow, fast, rtol=1e-6)


def test_late_steps_give_zero_and_not_a_nan():
    assert float(InverseSigmoidSchedule()(ops.convert_to_tensor(2_000_000_000))) == 0.0


def test_free_running_is_zero():
    assert float(FreeRunningSchedule()(ops.convert_to_tensor(3))) == 0.0


@pytest.mark.parametrize("bad", [{"scale": 0.0}, {"speed": -1.0}])
def test_scales_that_are_not_positive_are_refused(bad):
    with pytest.raises(UserError, match="above 0"):
        InverseSigmoidSchedule(**bad)
