"""Pictures of notes whose pitch is known, and models that decode nothing else."""

import functools
from types import SimpleNamespace

import numpy as np
from ml_collections import ConfigDict

from launch.configs import get_config
from launch.configs.sps_scale import get_changes
from sps_tf.audio import spectrogram
from sps_tf.latent_layout import LatentLayout

MIDDLE_MIDI, MIDI_A_STD = 77.0, 9.0
_OVERTONES = (1.0, 0.6, 0.8, 0.3, 0.4)
_LOUDEST = 300.0


def tone(midi, n_samples=None):
    """A tone with five partials, a little louder in some overtones than an organ's."""
    n_samples = n_samples or spectrogram.clip_samples(1)
    phase = 2 * np.pi * 440 * 2 ** ((midi - 69) / 12) * np.arange(n_samples) / 16_000
    f0_hz = 440 * 2 ** ((midi - 69) / 12)
    partials = [
        a * np.sin((k + 1) * phase + k) for k, a in enumerate(_OVERTONES) if (k + 1) * f0_hz < 7900
    ]
    return 0.3 * np.sum(partials, axis=0).astype(np.float32)


@functools.lru_cache(maxsize=1000)
def note(midi):
    """The picture of one note, (513, 5, 1)."""
    return spectrogram.note_images(tone(midi), _LOUDEST)[0]


def notes(midi):
    """Pictures (..., 513, 5, 1) of notes (...)."""
    midi = np.asarray(midi)
    images = [note(round(float(m), 3)) for m in midi.ravel()]
    return np.stack(images).reshape(*midi.shape, *images[0].shape)


class SoundModel:
    """z = (pitch - 77) / 9, read from and written to pictures of notes without error.

    The first latent is the pitch; a second, if there is one, is the octave as style, which
    pictures do not tell. The prior says that the pitch stays as it is.
    """

    has_prior = decodes_frames = True
    group = SimpleNamespace(dims=("z_pitch",))
    step = np.int32(7)

    def __init__(self, style=()):
        self.layout = LatentLayout(content=("z_pitch",), style=style)
        self.info = {}

    def encode(self, frames):
        frames = np.asarray(frames)
        n_clips, n_notes = frames.shape[:2]
        known = notes(PITCHES).reshape(len(PITCHES), -1)
        flat = frames.reshape(n_clips * n_notes, -1)
        nearest = [np.abs(known - image).sum(axis=1).argmin() for image in flat]
        z = (PITCHES[nearest].reshape(n_clips, n_notes) - MIDDLE_MIDI) / MIDI_A_STD
        rest = np.zeros((n_clips, n_notes, self.layout.size - 1))
        return np.concatenate([z[..., None], rest], axis=-1).astype(np.float32)

    def midi_of(self, z):
        return MIDDLE_MIDI + MIDI_A_STD * np.asarray(z)[..., 0]

    def decode(self, z):
        return notes(self.midi_of(z))

    def decode_logits(self, z):
        x = np.clip(self.decode(z), 1e-6, 1 - 1e-6)
        return np.log(x / (1 - x))

    def rollout(self, z, n_given=None):
        return np.asarray(z)[:, :-1, :1]

    def transformed_rollout(self, z, seed, n_transforms, n_given=None):
        return np.stack([np.asarray(z)[:, :-1, :1]] * n_transforms)


class SpiceLike(SoundModel):
    """A model without prior whose decoder must not be asked."""

    has_prior = False
    decodes_frames = False
    decode = decode_logits = None


# What the clips of `make_arrays` hold.
PITCHES = np.array([62.4, 68.0, 73.3, 77.0, 81.9, 88.25, 91.5])


def make_arrays(instruments=("Accordion",)):
    """Two clips of each instrument: one goes up, one down."""
    pitch = np.stack([PITCHES, PITCHES[::-1]] * len(instruments)).astype(np.float32)
    return {
        "frames": notes(pitch).astype(np.float16),
        "pitch": pitch[..., None],
        "instrument": np.repeat(np.array([name.encode() for name in instruments], object), 2),
    }


def make_config():
    """The settings that an evaluation of sound reads, with few points."""
    return ConfigDict(
        {
            "method": "sps",
            "seed": 3,
            "evaluation": {
                "evaluators": get_config("sps_scale").evaluation.evaluators,
                "label": "pitch",
                "label_names": ("pitch",),
                "label_unit": "",
                "n_given": 3,
                "n_transforms": 2,
                "batch_size": 5,
                "changes": {**get_changes(), "style": ("z_octave",)},
                "synthesis": {
                    "n_points": 21,
                    "n_points_per_instrument": 5,
                    "f0_min_hz": 65.0,
                    "f0_max_hz": 2500.0,
                    "yin_threshold": 0.1,
                    "oversampling": 4,
                    "sustain_notes": 3,
                    "griffin_lim_iterations": 16,
                },
            },
        }
    )
