"""Small annotations and pickles whose content is known."""

import pickle

import numpy as np
from pycocotools import mask as coco_mask

HEIGHT, WIDTH = 96, 320  # reduces to 64 x 213


def box(top, left, height, width, size=(HEIGHT, WIDTH)):
    """Return a mask with one filled rectangle."""
    mask = np.zeros(size, np.uint8)
    mask[top : top + height, left : left + width] = 1
    return mask


def encode(mask):
    """Return the compressed run lengths of a mask, by pycocotools."""
    return coco_mask.encode(np.asfortranarray(mask))["counts"].decode("ascii")


def line(frame, object_id, mask, class_id=2):
    """Return one annotation line."""
    height, width = mask.shape
    return f"{frame} {object_id} {class_id} {height} {width} {encode(mask)}"


def walk(object_id, start, n_frames, left=10, speed=1, side=18):
    """Return the lines of a square that moves to the right."""
    return [
        line(start + t, object_id, box(30 + object_id, left + speed * t, side, side))
        for t in range(n_frames)
    ]


def write_tracks(folder, n_videos=3, n_tracks=3, n_frames=14):
    """Write annotation files with tracks that differ in place; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for video in range(n_videos):
        lines = []
        for track in range(n_tracks):
            left = 5 + 70 * track + 3 * video
            lines += walk(track + 1, 10 * track, n_frames, left=left)
        (folder / f"{video:04d}.txt").write_text("\n".join(lines) + "\n")
    return folder


def published(n_sequences=12, lengths=(14, 3, 12), seed=0):
    """Return content like the published pickle's, every silhouette different."""
    rng = np.random.default_rng(seed)
    masks, labels = [], []
    for index in range(n_sequences):
        length = lengths[index % len(lengths)]
        shape = rng.random((9, 9)) < 0.8
        frames = np.zeros((length, 64, 64), bool)
        for t in range(length):
            frames[t, 20:29, 10 + t : 19 + t] = shape
        masks.append(frames)
        labels.append(rng.random((length, 3)) * 40)
    return {"pedestrians": masks, "pedestrians_latents": labels}


def write_published(path, protocol=4, **kwargs):
    """Write such a pickle and return its content."""
    content = published(**kwargs)
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return content
