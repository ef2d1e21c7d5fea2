"""A file of one's own as a path in latent space, as the explorer's page shows it."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from datasets.own_files import OwnFile, frame_rate_hz, video_frames
from pipelines.making.report import Report
from pipelines.making.video_folder.formats import IMAGE_SUFFIXES, tell_suffix
from sps_tf.audio.spectrogram import HOP, HOPS_PER_NOTE, SAMPLE_RATE_HZ
from sps_tf.errors import UserError
from sps_tf.frames import to_unit

if TYPE_CHECKING:
    from sps_tf.inference import SoundModel, TrainedModel

# A page stays light with so many: 48 s of sound.
MOST_FRAMES = 1500
# Windows of pYIN are centred on each hop from the first sample on; frames are longer.
_HOPS_TO_MIDDLE = 3
_MAX_SECS = (MOST_FRAMES + 2 * _HOPS_TO_MIDDLE - 1) * HOP / SAMPLE_RATE_HZ
_SNIFFED_BYTES = 64


def read_dropped(path: Path, name: str, model: "TrainedModel") -> dict[str, Any]:
    """Encode a file from anywhere; its content says what it is, not its name.

    Args:
        path: the file, alone in its folder, where it may be renamed.
        name: what it is called.
        model: what encodes it.

    Returns:
        See `read_path`.

    Raises:
        UserError: if it is no file that the model reads.
    """
    if model.kind != "video":
        return read_path(OwnFile(name, path), model)
    with path.open("rb") as file:
        suffix = tell_suffix(file.read(_SNIFFED_BYTES))
    if suffix is None:
        raise UserError(
            "This is no video and no picture that is read: MP4, MOV, AVI, MKV, WebM, GIF; PNG, "
            f"JPEG, BMP, TIFF, WebP. Received: {name}"
        )
    named = path.rename(path.with_suffix(suffix))
    return read_path(OwnFile(name, named.parent if suffix in IMAGE_SUFFIXES else named), model)


def read_path(file: OwnFile, model: "TrainedModel") -> dict[str, Any]:
    """Encode a file, at most its first 1,500 frames.

    Args:
        file: a sound, a video or a folder of pictures.
        model: what encodes it.

    Returns:
        Plain JSON values: `name`; `time_secs` (n,), of folders the number of the frame in its
        place and `unit` "frame"; `z` (n, latent); `per_step`, frames from one step of the prior to
        the next; `frames`, uint8 as base64, (n, height, width, channels); `notes`, what is to be
        said of the file. Of sounds `midi`, the pitch by the model's calibration, None without
        one, and `detected_midi`, by pYIN, (n,) with None where there is none.

    Raises:
        UserError: if nothing of it can be encoded.
    """
    if model.kind == "sound":
        return _read_sound(file, model)
    report, numbers, frames = Report(), [], []
    for part in video_frames(file, model, report):
        numbers.append(part.number)
        frames.append(part.frames)
        if sum(map(len, frames)) >= MOST_FRAMES:
            break
    reasons = [reason.replace("_", " ") for reason in report.skipped]
    if not frames:
        raise _refuse(file.name, "video", reasons)
    number, pictures = (np.concatenate(parts)[:MOST_FRAMES] for parts in (numbers, frames))
    rate_hz = frame_rate_hz(file.path, model.front_end.get("frame_stride", 1))
    if len(pictures) == MOST_FRAMES:
        reasons.append(f"the first {MOST_FRAMES} frames are shown")
    return {
        "name": file.name,
        "time_secs": _rounded(number / (rate_hz or 1.0), 4),
        "unit": "s" if rate_hz else "frame",
        "z": _rounded(model.encode(pictures), 5),
        "per_step": 1,
        "frames": _to_base64(pictures),
        "notes": reasons,
    }


def _read_sound(file: OwnFile, model: "SoundModel") -> dict[str, Any]:
    from sps_tf.audio.pitch_detector import track_pitch
    from sps_tf.audio.sound_file import read_sound  # needs an extra

    sound = read_sound(file.path, 0.0, _MAX_SECS)
    parts = list(model.sound_frames([sound.samples]))
    reasons = [reason.replace("_", " ") for reason in (sound.reason, *sound.faults) if reason]
    if not parts:
        too_short = ["shorter than 0.19 s"] * (sound.reason in (None, "longer_than_max_secs"))
        raise _refuse(file.name, "sound", reasons or too_short)
    heard = [model.encode_sound(part) for part in parts]
    midi, z, time_secs = (
        np.concatenate([getattr(part, name) for part in heard])
        for name in ("midi", "z", "time_secs")
    )
    pitch = track_pitch(sound.samples / np.float32(1 << 15))
    detected = pitch[_HOPS_TO_MIDDLE : _HOPS_TO_MIDDLE + len(z)]
    if sound.reason == "longer_than_max_secs":
        reasons[0] = f"the first {_MAX_SECS:.0f} s are shown"
    return {
        "name": file.name,
        "time_secs": _rounded(time_secs, 4),
        "unit": "s",
        "z": _rounded(z, 5),
        "per_step": HOPS_PER_NOTE,
        "frames": _to_base64(np.concatenate([part.frames for part in parts])),
        "notes": reasons,
        "midi": _rounded(midi, 3) if model.info.get("calibration") else None,
        "detected_midi": _rounded(detected, 3),
    }


def _refuse(name: str, kind: str, reasons: Sequence[str]) -> UserError:
    return UserError(
        f"{name} cannot be encoded as {kind}: {', '.join(reasons) or 'it holds no frame'}."
    )


def _to_base64(frames: np.ndarray) -> str:
    whole = frames if frames.dtype == np.uint8 else np.rint(255 * to_unit(frames)).astype(np.uint8)
    return base64.b64encode(whole.tobytes()).decode()


def _rounded(values: np.ndarray, n_decimals: int) -> list:
    """Return nested lists of short numbers, with None for what is no number."""
    exact = np.asarray(values, np.float64).round(n_decimals)
    return np.where(np.isfinite(exact), exact, None).tolist()
