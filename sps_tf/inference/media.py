"""What a model has made, to be looked at or listened to: videos and sounds."""

from pathlib import Path

import numpy as np

from sps_tf import files
from sps_tf.audio.wav import to_wav
from sps_tf.errors import UserError
from sps_tf.inference.sound_model import SoundModel
from sps_tf.inference.trained_model import TrainedModel
from sps_tf.optional import require_module

VIDEO_FORMATS = ("mp4", "gif")
# Small frames are enlarged, so that players do not blur them.
_SMALLEST_SIDE_PX = 256


def write_frames(
    path: Path, model: TrainedModel, frames: np.ndarray, rate_hz: float, video_format: str
) -> Path:
    """Write frames as the video or the sound that they are.

    Args:
        path: without the ending.
        model: whose frames they are.
        frames: (time, height, width, channels), uint8 or floats in [0, 1].
        rate_hz: frames a second, of videos.
        video_format: "mp4" (OpenCV writes it) or "gif" (Pillow); of videos.

    Returns:
        The file, `<path>.wav`, `<path>.mp4` or `<path>.gif`.

    Raises:
        UserError: if the frames are spectrograms that cannot be made to sound, or the format is
            not known.
    """
    if isinstance(model, SoundModel):
        target = path.with_name(f"{path.name}.wav")
        files.write_bytes(target, to_wav(model.to_sound(frames)))
        return target
    if video_format not in VIDEO_FORMATS:
        raise UserError(f"A video is written as mp4 or gif. Received: {video_format!r}")
    target = path.with_name(f"{path.name}.{video_format}")
    pictures = to_pictures(frames)
    write = _write_gif if video_format == "gif" else _write_mp4
    files.write_atomically(target, lambda temporary: write(temporary, pictures, rate_hz))
    return target


def to_pictures(frames: np.ndarray) -> np.ndarray:
    """Return frames (n, height, width, 1 or 3) as uint8 (n, height, width, 3), enlarged."""
    if frames.dtype != np.uint8:
        frames = np.rint(np.clip(frames, 0, 1) * 255).astype(np.uint8)
    zoom = -(-_SMALLEST_SIDE_PX // min(frames.shape[1:3]))
    pictures = frames.repeat(zoom, axis=1).repeat(zoom, axis=2)
    return np.broadcast_to(pictures, (*pictures.shape[:-1], 3))


def _write_gif(path: Path, pictures: np.ndarray, rate_hz: float) -> None:
    from PIL import Image

    images = [Image.fromarray(picture) for picture in pictures]
    images[0].save(
        path, save_all=True, append_images=images[1:], duration=round(1000 / rate_hz), loop=0
    )


def _write_mp4(path: Path, pictures: np.ndarray, rate_hz: float) -> None:
    cv2 = require_module("cv2")
    height, width = pictures.shape[1:3]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), rate_hz, (width, height))
    if not writer.isOpened():
        raise UserError(f"OpenCV cannot write MP4 here; use --format=gif. Received: {path}")
    try:
        for picture in pictures:
            writer.write(np.ascontiguousarray(picture[..., ::-1]))
    finally:
        writer.release()
