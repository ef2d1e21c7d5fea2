"""Write small tunes, recordings and videos: `python .ci/own_data.py FOLDER`."""

import pathlib
import sys

import cv2
import mido
import numpy as np
import soundfile

scratch = pathlib.Path(sys.argv[1])
for folder in ("tunes", "my_recordings", "my_videos"):
    (scratch / folder).mkdir()
for i in range(2):
    track = mido.MidiTrack()
    for step in range(70):
        pitch = 60 + (i + step) % 12
        track.append(mido.Message("note_on", note=pitch, time=0))
        track.append(mido.Message("note_off", note=pitch, time=240))
    mido.MidiFile(tracks=[track]).save(scratch / "tunes" / f"{i}.mid")
for i in range(4):
    tone = 0.5 * np.sin(2000 * (i + 1) * np.arange(600_000) / 44_100)
    soundfile.write(scratch / "my_recordings" / f"{i}.flac", tone, 44_100)
(scratch / "my_recordings" / "damaged.wav").write_bytes(b"RIFF")
for i in range(3):
    path = str(scratch / "my_videos" / f"{i}.avi")
    video = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for step in range(80):
        frame = np.zeros((48, 64, 3), np.uint8)
        frame[10:20, step % 50 : step % 50 + 10] = 255
        video.write(frame)
    video.release()
