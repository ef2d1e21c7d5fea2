import numpy as np
import pytest

from sps_tf.audio.note_shape import NoteShape, as_notes, measure_notes

ENVELOPE = np.array([0.2, 0.6, 0.5, 0.5, 0.3])
ENVELOPE /= np.linalg.norm(ENVELOPE)


def make_notes(n=6, level=2.0):
    """Notes of one shape and spectra of their own, (n, 20, 5, 1)."""
    spectra = np.random.default_rng(0).uniform(0.01, 0.2, (n, 20))
    spectra /= np.linalg.norm(spectra, axis=1, keepdims=True)
    return (level * spectra[:, :, None] * ENVELOPE)[..., None]


def test_the_shape_of_notes_is_measured():
    shape = measure_notes(np.concatenate([make_notes(), np.zeros((2, 20, 5, 1))])[None])
    assert shape.level == pytest.approx(2)
    np.testing.assert_allclose(shape.envelope, ENVELOPE, rtol=1e-5)
    assert measure_notes(np.zeros((2, 20, 5, 1))) is None


@pytest.mark.parametrize("gain", [0.05, 1.0, 1.5])
def test_loudness_and_course_do_not_matter(gain):
    notes, shape = make_notes(), NoteShape(2.0, tuple(ENVELOPE))
    trembling = notes / ENVELOPE[:, None] * np.array([0.1, 0.4, 0.3, 0.2, 0.4])[:, None]
    np.testing.assert_allclose(as_notes(gain * trembling, shape), notes, rtol=1e-5)


def test_silence_stays_silent_and_nothing_exceeds_one():
    shape = NoteShape(50.0, tuple(ENVELOPE))
    assert not as_notes(np.zeros((3, 20, 5, 1)), shape).any()
    assert as_notes(make_notes(), shape).max() <= 1
