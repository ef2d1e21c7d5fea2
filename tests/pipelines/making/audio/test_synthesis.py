import builtins
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.making.audio import soundfonts, synthesis
from pipelines.making.audio.synthesis import render_notes
from sps_tf.audio.spectrogram import HOP, NOTE_SAMPLES, SAMPLE_RATE_HZ, clip_samples
from sps_tf.errors import UserError
from tests.pipelines.making.audio import fakes as audio_fakes

PROJECT_ROOT = Path(__file__).resolve().parents[4]
ORGAN, MARIMBA, OCARINA, ACCORDION = 16, 12, 79, 21


def detect_pitch(sound, near):
    """The MIDI pitch of the strongest partial near a pitch, by a Fourier transform."""
    sound = sound * np.hanning(len(sound))
    n_fft = 1 << 16
    level = np.abs(np.fft.rfft(sound, n_fft))
    hertz = 440 * 2 ** ((near - 69) / 12)
    low, high = (int(hertz * ratio * n_fft / SAMPLE_RATE_HZ) for ratio in (0.94, 1.06))
    peak = low + level[low:high].argmax()
    left, middle, right = np.log(level[peak - 1 : peak + 2])
    peak += 0.5 * (left - right) / (left - 2 * middle + right)
    return 69 + 12 * np.log2(peak * SAMPLE_RATE_HZ / n_fft / 440)


@pytest.mark.parametrize("program", [ORGAN, OCARINA])
def test_fractional_pitches_are_heard_within_a_twentieth_of_a_semitone(program):
    pitches = np.array([60.0, 60.25, 65.5, 71.9, 72.77, 77.1, 84.999, 90.4])
    sound = render_notes(pitches, program, audio_fakes.train_font()).astype(float)
    for number, pitch in enumerate(pitches):
        start = number * NOTE_SAMPLES + HOP // 2  # after the attack
        heard = detect_pitch(sound[start : number * NOTE_SAMPLES + 4 * HOP], pitch)
        assert abs(heard - pitch) < 0.05, (pitch, heard)


def test_yin_hears_fractions_of_a_semitone_within_a_twentieth():
    import librosa

    font = audio_fakes.train_font()

    def heard(pitch):
        sound = render_notes([pitch], MARIMBA, font)[: 4 * HOP].astype(np.float32) / 32768
        hertz = librosa.yin(sound, fmin=65, fmax=1600, sr=SAMPLE_RATE_HZ, trough_threshold=0.1)
        return np.median(librosa.hz_to_midi(hertz))

    for key, fraction in ((57, 0.3), (60, 0.5), (64, 0.25), (69, 0.9), (71, 0.05)):
        assert abs(heard(key) - key) < 0.1  # the font's own tuning
        assert abs(heard(key + fraction) - heard(key) - fraction) < 0.05


def test_bends_are_even_to_a_hundredth_of_a_semitone():
    font = audio_fakes.train_font()
    fractions = np.linspace(0, 0.99, 12)
    heard = [
        detect_pitch(render_notes([69 + f], MARIMBA, font)[HOP // 2 : 4 * HOP], 69 + f)
        for f in fractions
    ]
    np.testing.assert_allclose(np.array(heard) - heard[0], fractions, atol=0.01)


def test_clips_do_not_depend_on_what_was_rendered_before():
    fonts = [audio_fakes.train_font(), audio_fakes.small_font()]
    clips = [
        (np.array([start, start + 4.3]), program, font)
        for font in fonts
        for program in (0, 14, 21, 48)
        for start in (58, 70)
    ]
    first = [render_notes(*clip) for clip in clips]
    for index in np.random.default_rng(0).permutation(len(clips)):
        np.testing.assert_array_equal(render_notes(*clips[index]), first[index])


def test_another_process_renders_the_same_bytes():
    font = audio_fakes.train_font()
    code = (
        "import hashlib; from pathlib import Path\n"
        "from pipelines.making.audio.soundfonts import open_font\n"
        "from pipelines.making.audio.synthesis import render_notes\n"
        f"sound = render_notes([60, 64.5], 21, open_font({str(font.path)!r}))\n"
        "print(hashlib.sha256(sound.tobytes()).hexdigest())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(render_notes([60, 64.5], 21, font).tobytes()).hexdigest()
    # pyfluidsynth prints where it found its library, before, where the variable CI is set.
    assert result.stdout.splitlines()[-1] == here
    assert "fluidsynth" not in result.stderr.lower()  # TensorFlow has lines of its own


def test_a_bend_does_not_move_the_notes_around_it():
    font = audio_fakes.train_font()
    plain, bent = (render_notes([60, second, 67], ACCORDION, font) for second in (64, 64.7))
    # The filter after the synthesizer looks ahead by some ten samples.
    np.testing.assert_array_equal(
        plain[: NOTE_SAMPLES - 16].astype(int), bent[: NOTE_SAMPLES - 16].astype(int)
    )
    assert (plain[NOTE_SAMPLES : 2 * NOTE_SAMPLES] != bent[NOTE_SAMPLES : 2 * NOTE_SAMPLES]).any()


def test_notes_start_every_five_hops_and_rest_in_the_last():
    font = audio_fakes.train_font()
    sound = render_notes([72] * 4, ORGAN, font)
    assert sound.dtype == np.int16
    assert sound.shape == (clip_samples(4),)
    level = np.sqrt(np.mean(sound[: 4 * NOTE_SAMPLES].astype(float).reshape(4, 10, -1) ** 2, -1))
    # In halves of a hop: the last one is the end of the rest.
    assert (level[:, 9] < 0.3 * level[:, 2:8].mean(axis=1)).all()
    assert (level[:, 1] > 0.3 * level[:, 2:8].mean(axis=1)).all()


def test_reverb_and_chorus_are_off():
    audio_fakes.train_font()
    synthesizer = synthesis._new_synthesizer(synthesis._library())
    assert synthesizer.get_setting("synth.reverb.active") == 0
    assert synthesizer.get_setting("synth.chorus.active") == 0
    synthesizer.delete()


@pytest.mark.parametrize(
    ("pitches", "program", "words"),
    [
        ([60, -0.1], 0, "pitch must lie in 0 to 127. Received: -0.1"),
        ([127.5], 0, "Received: 127.5"),
        ([float("nan")], 0, "Received: nan"),
        ([], 0, "list of notes"),
        ([[60]], 0, "list of notes"),
        ([60], 128, "program must lie in 0 to 127. Received: 128"),
        ([60], -1, "program must lie"),
    ],
)
def test_impossible_notes_are_refused(tmp_path, pitches, program, words):
    font = soundfonts.SoundFont(tmp_path / "never_read.sf2")
    with pytest.raises(UserError, match=words):
        render_notes(np.array(pitches), program, font)


def test_a_damaged_font_gives_one_clear_line(tmp_path):
    audio_fakes.train_font()
    path = tmp_path / "damaged.sf2"
    path.write_bytes(b"RIFF\x10\x00\x00\x00sfbk" + b"\x00" * 100)
    with pytest.raises(UserError, match="cannot read this sound font"):
        render_notes([60], 0, soundfonts.open_font(path))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImportError("Couldn't find the FluidSynth library."), "apt-get install libfluidsynth3"),
        (OSError("libfluidsynth.so.3: cannot open"), "brew install fluid-synth"),
    ],
)
def test_without_fluidsynth_one_line_names_the_package(monkeypatch, tmp_path, error, words):
    real_import = builtins.__import__

    def without_fluidsynth(name, *args, **kwargs):
        if name == "fluidsynth":
            raise error
        return real_import(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_fluidsynth)
    synthesis._load.cache_clear()
    with pytest.raises(UserError, match=words) as caught:
        render_notes([60], 0, soundfonts.SoundFont(tmp_path / "never_read.sf2"))
    assert "\n" not in str(caught.value)


def test_without_pyfluidsynth_one_line_names_the_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    synthesis._load.cache_clear()
    with pytest.raises(UserError, match=r"sps-tf\[audio\]"):
        render_notes([60], 0, soundfonts.SoundFont(tmp_path / "never_read.sf2"))
