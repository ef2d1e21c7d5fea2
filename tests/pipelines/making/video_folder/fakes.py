"""Videos to read, and all sequences of a folder as arrays."""

import cv2
import numpy as np
from PIL import Image

from pipelines.making.video_folder.index import index_videos
from pipelines.making.video_folder.sequences import SequenceForm, SequenceMaker

SIZE = {"n_frames": 4, "height": 8, "width": 12, "channels": 3}


def pictures(n_frames, first=0, height=32, width=48):
    """Return pictures whose red tells the time and whose right half is bright."""
    frames = np.zeros((n_frames, height, width, 3), np.uint8)
    frames[..., 0] = 10 * (first + np.arange(n_frames))[:, None, None]
    frames[:, :, width // 2 :, 2] = 200
    return frames


def write_pictures(folder, frames, pattern="frame{}.png"):
    folder.mkdir(parents=True)
    for t, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / pattern.format(t))


def write_video(path, frames, codec="MJPG"):
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = frames.shape[1:3]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 10, (width, height))
    for frame in frames:
        writer.write(frame[..., ::-1])
    writer.release()


def load(root, test_fraction=0.25, seed=0, **form):
    """Return the frames of both splits, and the record of what was done."""
    form = SequenceForm(**(SIZE | form))
    index = index_videos(root, form, test_fraction, seed)
    makers = {name: SequenceMaker(root, form, part) for name, part in index.splits.items()}
    frames = {
        name: np.stack([maker(number)["frames"] for number in range(len(maker))])
        for name, maker in makers.items()
    }
    return {**frames, "record": index.record, "summary": index.summary}


def every_sequence(data):
    return np.concatenate([data["train"], data["test"]])
