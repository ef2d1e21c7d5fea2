import numpy as np
import pytest

from pipelines.making.masks import rle
from tests.pipelines.making.masks.fakes import encode


def reference_run_lengths(mask):
    flat = mask.flatten(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff([0, *edges, flat.size]).tolist()
    return [0, *lengths] if flat[0] else lengths


def test_hand_written_runs_fill_the_columns_in_turn():
    # Two zeros, one one, three zeros.
    assert rle.run_lengths("213", 6) == [2, 1, 3]
    np.testing.assert_array_equal(rle.decode("213", 3, 2), [[0, 0], [0, 0], [1, 0]])


def test_fourth_number_is_a_difference_to_the_one_two_before():
    # 3, 4, 5, then 4 + 2.
    assert rle.run_lengths("3452", 18) == [3, 4, 5, 6]


@pytest.mark.parametrize("density", [0.0, 0.05, 0.5, 1.0])
def test_run_lengths_and_masks_agree_with_pycocotools(density):
    rng = np.random.default_rng(3)
    for size in [(1, 1), (7, 5), (64, 212), (375, 40)]:
        mask = (rng.random(size) < density).astype(np.uint8)
        text = encode(mask)
        assert rle.run_lengths(text, mask.size) == reference_run_lengths(mask)
        np.testing.assert_array_equal(rle.decode(text, *size), mask)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("T", "rle_undecodable"),  # a number that goes on after the end
        ("2T", "rle_undecodable"),
        ("2 1", "rle_undecodable"),
        ("2é", "rle_undecodable"),
        ("p6", "rle_undecodable"),  # one above the last character
        ("\x002", "rle_undecodable"),
        ("O", "rle_undecodable"),  # a run of -1 pixels
        ("PPPPPPPPPPPP1", "rle_undecodable"),  # a number of 60 bits
        ("", "rle_wrong_size"),
        ("5", "rle_wrong_size"),
        ("61", "rle_wrong_size"),
        ("PPPP1", "rle_wrong_size"),  # a million pixels
    ],
)
def test_text_that_is_no_mask_of_six_pixels_is_refused_before_the_c_code(text, reason):
    with pytest.raises(rle.RLEError) as error:
        rle.decode(text, 3, 2)
    assert error.value.reason == reason


def test_random_text_never_crashes_and_never_passes_with_a_wrong_sum():
    rng = np.random.default_rng(7)
    n_passed = 0
    for _ in range(600):
        codes = rng.integers(40 if rng.random() < 0.3 else 48, 112, rng.integers(0, 40))
        text = "".join(map(chr, codes))
        height, width = rng.integers(1, 40, 2).tolist()
        try:
            mask = rle.decode(text, height, width)
        except rle.RLEError:
            continue
        n_passed += 1
        assert mask.shape == (height, width)
    assert n_passed < 600


def test_damaged_real_encodings_never_crash():
    rng = np.random.default_rng(8)
    text = encode((rng.random((40, 60)) < 0.3).astype(np.uint8))
    for _ in range(300):
        damaged = list(text)
        damaged[rng.integers(len(text))] = chr(rng.integers(33, 127))
        cut = "".join(damaged)[: rng.integers(1, len(text) + 1)]
        try:
            assert rle.decode(cut, 40, 60).shape == (40, 60)
        except rle.RLEError as error:
            assert error.reason in ("rle_undecodable", "rle_wrong_size")
