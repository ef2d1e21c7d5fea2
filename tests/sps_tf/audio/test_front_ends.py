"""How waveforms become frames, in many examples at once and in one."""

import numpy as np
import pytest

from sps_tf.audio.cqt import cqt_images
from sps_tf.audio.front_ends import to_frames, to_magnitudes
from sps_tf.audio.mel import mel_images
from sps_tf.audio.spectrogram import clip_samples, note_images
from sps_tf.errors import UserError

WAVEFORM = np.random.default_rng(0).integers(-3000, 3000, (2, clip_samples(3)), dtype=np.int16)


@pytest.mark.parametrize(
    ("front_end", "expected"),
    [
        ("stft", note_images(WAVEFORM, 50.0)),
        ("stft_power", note_images(WAVEFORM, 50.0) ** 2),
        ("stft_log2", np.log2(1 + 50 * note_images(WAVEFORM, 50.0)) / 12.5),
        ("cqt", cqt_images(WAVEFORM)),
        ("log_mel", mel_images(WAVEFORM, 50.0)),
    ],
)
def test_waveforms_become_float16_frames_and_labels_stay(front_end, expected):
    pitch = np.arange(6.0).reshape(2, 3)
    found = to_frames({"waveform": WAVEFORM, "pitch": pitch}, front_end, 50.0)
    assert set(found) == {"frames", "pitch"}
    assert found["pitch"] is pitch
    assert found["frames"].dtype == np.float16
    np.testing.assert_array_equal(found["frames"], expected.astype(np.float16))


@pytest.mark.parametrize("front_end", ["stft", "stft_power", "stft_log2"])
def test_frames_turn_back_into_magnitudes_up_to_a_factor(front_end):
    frames = to_frames({"waveform": WAVEFORM}, front_end, 50.0)["frames"]
    magnitudes = to_magnitudes(frames, front_end)
    expected = note_images(WAVEFORM, 50.0)
    if front_end == "stft_log2":
        expected = 50 * expected
    assert magnitudes.dtype == np.float32
    np.testing.assert_allclose(magnitudes, expected, atol=0.01 * expected.max())


def test_log2_frames_by_hand():
    frames = to_magnitudes(np.array([0.0, 0.08, 1.0]), "stft_log2")
    np.testing.assert_allclose(frames, [0.0, 1.0, 2**12.5 - 1], rtol=1e-5)


@pytest.mark.parametrize("front_end", ["stft", "stft_power", "stft_log2", "cqt", "log_mel"])
def test_one_example_is_as_one_of_many(front_end):
    many = to_frames({"waveform": WAVEFORM}, front_end, 50.0)["frames"]
    one = to_frames({"waveform": WAVEFORM[1]}, front_end, 50.0)["frames"]
    # A product of matrices of another size may differ in the last bit.
    np.testing.assert_allclose(one, many[1], atol=2**-10)


def test_without_a_front_end_frames_stay_as_they_are():
    frames = np.zeros((2, 3, 4, 4, 1), np.uint8)
    found = to_frames({"frames": list(frames), "label": "x"}, "", None)
    assert found["label"] == "x"
    np.testing.assert_array_equal(found["frames"], frames)


@pytest.mark.parametrize(
    ("values", "front_end", "message"),
    [
        ({"frames": 0, "pitch": 0}, "stft", r"need a feature waveform. Received: frames, pitch"),
        ({"waveform": WAVEFORM}, "", r"need a feature frames. Received: waveform"),
        ({"waveform": WAVEFORM}, "stft", r"lack max_magnitude"),
        ({"waveform": WAVEFORM}, "log_mel", r"lack max_magnitude"),
        ({"waveform": WAVEFORM}, "stft_power", r"lack max_magnitude"),
        ({"waveform": WAVEFORM}, "stft_log2", r"lack max_magnitude"),
        (
            {"waveform": WAVEFORM},
            "sft",
            r"front_end must be one of '', 'stft', 'stft_power', .*'cqt', 'log_mel'.*'sft'",
        ),
    ],
)
def test_what_the_front_end_lacks_is_named(values, front_end, message):
    with pytest.raises(UserError, match=message):
        to_frames(values, front_end, None)
