import numpy as np
import pytest

from pipelines.making.audio_folder.onsets import note_interval_secs
from tests.pipelines.making.audio_folder.fakes import sine


def plucked(interval_secs, n=12):
    """Return int16 notes that fade, of changing pitch."""
    t = np.arange(int(interval_secs * 16_000)) / 16_000
    fade = np.exp(-4 * t / interval_secs)
    notes = [fade * sine(220 * 2 ** (k % 5 / 12), len(t) / 16_000) for k in range(n)]
    return (32_000 * np.concatenate(notes)).astype(np.int16)


@pytest.mark.parametrize("interval_secs", [0.25, 0.4])
def test_the_interval_of_plucked_notes_is_heard(interval_secs):
    assert note_interval_secs(plucked(interval_secs)) == pytest.approx(interval_secs, abs=0.017)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(16_000), 16_000 * sine(440, 2)])
def test_sound_without_notes_has_none(sound):
    assert note_interval_secs(sound.astype(np.int16)) is None
