"""Notes to sound with FluidSynth, the same bytes whatever was rendered before.

A synthesizer that has played once never sounds quite the same again, whatever is reset, so each
clip has a fresh one. What is expensive is the font: it is loaded once in a process and handed
from one synthesizer to the next.
"""

import ctypes
import functools
import threading
from collections.abc import Callable
from types import ModuleType

import numpy as np

from pipelines.making.audio.soundfonts import SoundFont
from sps_tf.audio.spectrogram import HOP, HOPS_PER_NOTE, SAMPLE_RATE_HZ, clip_samples
from sps_tf.errors import UserError
from sps_tf.optional import require_module

SOUNDING_HOPS = HOPS_PER_NOTE - 1
VELOCITY = 100
N_PROGRAMS = 128
HIGHEST_PITCH = 127

# Fonts are sampled at 44.1 kHz and FluidSynth does not filter when it lowers the rate: at 16 kHz,
# 7 % of the energy of an accordion's highest notes would be aliases; this way it is below 1 %.
_OVERSAMPLING = 3
# Loud enough for 16 bits, and no instrument of the fonts tried reaches full scale.
_GAIN = 0.8
_INT16_SCALE = 32768
_N_MIDI_CHANNELS = 16
# Notes take turns on channels: the bend of a new note must not move the last one's release.
_N_TURNS = 8
_BEND_RANGE_SEMITONES = 2
# FluidSynth divides the range by 128 where MIDI's full scale is 127, and so bends a little less.
_BEND_STEPS = 8192 / _BEND_RANGE_SEMITONES * 128 / 127  # in a semitone

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_C_ARGUMENTS = {
    "fluid_synth_add_sfont": (_POINTER, _POINTER),
    "fluid_synth_remove_sfont": (_POINTER, _POINTER),
    # synthesizer, frames, then for left and right: buffer, first index, stride
    "fluid_synth_write_float": (_POINTER, _INT, *2 * (_POINTER, _INT, _INT)),
}

_lock = threading.Lock()


def render_notes(pitches: np.ndarray, program: int, soundfont: SoundFont) -> np.ndarray:
    """Render notes of equal length and volume, one after the other (section 4.1.1).

    Every note takes five hops: it sounds for four and rests for one. No reverb, no chorus.

    Args:
        pitches: (notes,) MIDI note numbers, 0 to 127, fractions welcome. A fraction bends the
            note below upwards, so that a clip and its shifted copy play the same samples.
        program: General MIDI program, 0 (grand piano) to 127.
        soundfont: the font, see `pipelines.making.audio.soundfonts`.

    Returns:
        (samples,) int16, mono at 16 kHz; `spectrogram.clip_samples(notes)` samples.

    Raises:
        UserError: if a pitch or the program is out of range, the font has no such program or
            cannot be read, or FluidSynth is not installed.
    """
    pitches = _check(pitches, program)
    with _lock:
        stereo = _play(_load(str(soundfont.path)), pitches, program, soundfont)
    return _to_16_khz(stereo.mean(axis=1))


def _check(pitches: np.ndarray, program: int) -> np.ndarray:
    """Return the pitches as floats, once they and the program make sense."""
    pitches = np.asarray(pitches, np.float64)
    if pitches.ndim != 1 or not len(pitches):
        raise UserError(f"pitches must be a list of notes. Received shape: {pitches.shape}")
    wrong = pitches[~((pitches >= 0) & (pitches <= HIGHEST_PITCH))]
    if len(wrong):
        raise UserError(f"A pitch must lie in 0 to {HIGHEST_PITCH}. Received: {wrong[0]}")
    if not 0 <= program < N_PROGRAMS:
        raise UserError(f"program must lie in 0 to {N_PROGRAMS - 1}. Received: {program}")
    return pitches


class _LoadedFont:
    """A font in memory that one synthesizer after the other can use."""

    def __init__(self, path: str) -> None:
        self.library = _library()
        # It owns the font's loader, so it has to live as long as the font.
        self._loader = _new_synthesizer(self.library)
        font_id = self._loader.sfload(path)
        if font_id < 0:
            raise UserError(f"FluidSynth cannot read this sound font. Received: {path}")
        self._font = self.library.fluid_synth_get_sfont_by_id(self._loader.synth, font_id)
        self._take_away(self._loader)

    def synthesizer(self) -> tuple[object, int]:
        """Return a fresh synthesizer that holds the font, and the font's id in it."""
        synthesizer = _new_synthesizer(self.library)
        font_id = _function("fluid_synth_add_sfont")(synthesizer.synth, self._font)
        return synthesizer, font_id

    def delete(self, synthesizer: object) -> None:
        """Delete a synthesizer, but not the font in it."""
        self._take_away(synthesizer)
        synthesizer.delete()

    def _take_away(self, synthesizer: object) -> None:
        # FluidSynth would warn of each channel whose program is gone.
        for channel in range(_N_MIDI_CHANNELS):
            synthesizer.program_unset(channel)
        _function("fluid_synth_remove_sfont")(synthesizer.synth, self._font)


@functools.lru_cache(maxsize=4)
def _load(path: str) -> _LoadedFont:
    return _LoadedFont(path)


def _new_synthesizer(library: ModuleType) -> object:
    return library.Synth(
        gain=_GAIN,
        samplerate=SAMPLE_RATE_HZ * _OVERSAMPLING,
        channels=_N_MIDI_CHANNELS,
        **{"synth.reverb.active": 0, "synth.chorus.active": 0},
    )


def _play(font: _LoadedFont, pitches: np.ndarray, program: int, soundfont: SoundFont) -> np.ndarray:
    """Return (samples, 2) float32 at the oversampled rate."""
    synthesizer, font_id = font.synthesizer()
    try:
        for channel in range(_N_TURNS):
            if synthesizer.program_select(channel, font_id, 0, program) != 0:
                raise UserError(
                    f"The sound font {soundfont.path.name} has no program {program} in bank 0: "
                    "it is not a General MIDI font"
                )
            _set_bend_range(synthesizer, channel)
        sound = []
        for number, pitch in enumerate(pitches):
            channel, key = number % _N_TURNS, int(pitch)
            synthesizer.pitch_bend(channel, _bend(pitch - key))
            synthesizer.noteon(channel, key, VELOCITY)
            sound.append(_samples(synthesizer, SOUNDING_HOPS * HOP))
            synthesizer.noteoff(channel, key)
            sound.append(_samples(synthesizer, (HOPS_PER_NOTE - SOUNDING_HOPS) * HOP))
        rest = clip_samples(len(pitches)) - HOPS_PER_NOTE * HOP * len(pitches)
        sound.append(_samples(synthesizer, rest))
    finally:
        font.delete(synthesizer)
    return np.concatenate(sound)


def _set_bend_range(synthesizer: object, channel: int) -> None:
    """Say by registered parameter 0 how many semitones a full bend is."""
    for controller, value in ((101, 0), (100, 0), (6, _BEND_RANGE_SEMITONES), (38, 0)):
        synthesizer.cc(channel, controller, value)


def _bend(fraction: float) -> int:
    """Return the bend for a fraction of a semitone.

    FluidSynth plays whole cents, rounded down: the middle of the nearest one is aimed at.
    """
    cents = round(100 * fraction)
    return round((cents + 0.5) / 100 * _BEND_STEPS) if cents else 0


def _samples(synthesizer: object, n_samples: int) -> np.ndarray:
    """Render (samples, 2) float32 for some samples of 16 kHz.

    pyfluidsynth offers 16-bit samples alone, and these carry a dither that depends on how many
    were rendered before.
    """
    sound = np.zeros((n_samples * _OVERSAMPLING, 2), np.float32)
    address = ctypes.c_void_p(sound.ctypes.data)
    write = _function("fluid_synth_write_float")
    write(synthesizer.synth, len(sound), address, 0, 2, address, 1, 2)
    return sound


def _to_16_khz(sound: np.ndarray) -> np.ndarray:
    """Filter and thin out the samples, and round them to int16."""
    from scipy.signal import resample_poly

    sound = resample_poly(sound, 1, _OVERSAMPLING) * _INT16_SCALE
    return np.clip(np.round(sound), -_INT16_SCALE, _INT16_SCALE - 1).astype(np.int16)


@functools.lru_cache
def _function(name: str) -> Callable[..., int]:
    """Return a function of the C library that pyfluidsynth does not declare."""
    kinds = _C_ARGUMENTS[name]
    arguments = [(f"argument_{number}", kind, 1) for number, kind in enumerate(kinds)]
    return _library().cfunc(name, ctypes.c_int, *arguments)


def _library() -> ModuleType:
    """Import pyfluidsynth, which looks for the C library."""
    try:
        import fluidsynth
    except ModuleNotFoundError:
        return require_module("fluidsynth")  # tells of the extra
    except (ImportError, OSError) as error:
        raise UserError(
            "The FluidSynth library is missing: apt-get install libfluidsynth3, or brew install "
            f"fluid-synth. Received: {error}"
        ) from error
    return fluidsynth
