"""Pictures are brought to size without changing the form of what they show."""

import numpy as np
import pytest

from pipelines.making.video_folder.decode import make_reducer


@pytest.mark.parametrize(
    ("shape", "inside"),
    [
        ((120, 160), (slice(4, 28), slice(0, 32))),
        ((160, 80), (slice(0, 32), slice(8, 24))),
        ((32, 32), (slice(0, 32), slice(0, 32))),
        ((6, 8), (slice(4, 28), slice(0, 32))),  # enlarged
        ((1, 5000), (slice(15, 16), slice(0, 32))),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_lies_in_the_middle_between_black_borders(shape, inside, channels):
    frame = make_reducer(32, 32, channels)(np.full((*shape, 3), 200, np.uint8))
    assert frame.shape == (32, 32, channels)
    assert (frame[inside] == 200).all()
    assert frame.astype(int).sum() == 200 * frame[inside].size


def test_a_square_stays_a_square():
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[40:80, 60:100] = 255
    frame = make_reducer(32, 32, 3)(picture)
    shown = np.argwhere(frame[..., 0] > 127)
    np.testing.assert_array_equal(shown.min(axis=0), [4 + 8, 12])
    np.testing.assert_array_equal(shown.max(axis=0), [4 + 15, 19])
