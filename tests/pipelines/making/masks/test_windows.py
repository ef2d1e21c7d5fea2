import numpy as np
import pytest

from pipelines.making.masks import windows
from tests.pipelines.making.masks.fakes import box


def test_kitti_images_reduce_to_212_columns_and_six_windows_edge_to_edge():
    assert windows.reduced_width(375, 1242) == 212
    assert windows.window_starts(212) == [0, 30, 59, 89, 118, 148]
    assert windows.window_starts(64) == [0] * 6


def test_windows_hold_the_nearest_pixels_of_the_full_mask():
    rng = np.random.default_rng(0)
    mask = (rng.random((375, 1242)) < 0.5).astype(np.uint8)
    cuts = windows.cut_windows(mask)
    assert cuts.shape == (6, 64, 64)
    for window, start in enumerate([0, 30, 59, 89, 118, 148]):
        for row, column in [(0, 0), (63, 63), (17, 40), (40, 17)]:
            y = int((row + 0.5) * 375 / 64)
            x = int((start + column + 0.5) * 1242 / 212)
            assert cuts[window, row, column] == mask[y, x]


def test_an_image_of_height_64_is_cut_and_not_changed():
    mask = box(10, 100, 20, 8, size=(64, 164))
    cuts = windows.cut_windows(mask)
    for window, start in enumerate([0, 20, 40, 60, 80, 100]):
        np.testing.assert_array_equal(cuts[window], mask[:, start : start + 64])


def test_an_image_narrower_than_a_window_is_refused():
    with pytest.raises(ValueError, match="as wide as high"):
        windows.cut_windows(np.zeros((80, 60), np.uint8))


def test_labels_are_the_centre_of_mass_and_the_area():
    frames = np.zeros((2, 64, 64), np.uint8)
    frames[0, 10:14, 20:30] = 1  # rows 10 to 13, columns 20 to 29
    frames[1, 5, 7] = frames[1, 5, 8] = frames[1, 8, 9] = 255
    expected = [[11.5, 24.5, 40.0], [6.0, 8.0, 3.0]]
    np.testing.assert_allclose(windows.labels(frames), expected, rtol=1e-6)
    assert windows.labels(frames).dtype == np.float32
