"""The Beam pipeline that lets clips sound, a block of clips an element.

Each worker writes its blocks to files of their own, which are read back in the order of the
clips. So the result does not depend on how many workers there are, and the sound of a large data
set, gigabytes, never passes through Beam, whose local runner would hold all of it in memory.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np

from pipelines.beam.progress import count
from pipelines.making.audio.clips import Clip, render, to_example
from pipelines.making.audio.soundfonts import SoundFont
from sps_tf.audio.spectrogram import magnitudes

# Long enough to hide Beam's cost of handing out work, short enough to keep all workers busy.
BLOCK_SIZE = 8


class Block(NamedTuple):
    """Clips that one worker plays one after the other.

    Attributes:
        split: name of the split.
        number: number of the block in its split.
        clips: the clips, all of one length.
        soundfont: the font that plays them.
    """

    split: str
    number: int
    clips: tuple[Clip, ...]
    soundfont: SoundFont


def play_splits(
    splits: Mapping[str, Sequence[Clip]],
    soundfonts: Mapping[str, SoundFont],
    folder: str | os.PathLike,
    runner: Any = None,
    options: Any = None,
    tally_path: str | None = None,
) -> dict[str, float]:
    """Let all clips sound with Beam, and leave the sound in a folder for `read_examples`.

    Args:
        splits: name of a split -> its clips, at least one.
        soundfonts: name of a split -> the font that plays it, at a path that all workers can
            read.
        folder: a folder that all workers can reach, made here.
        runner: Beam runner or its name. Default None: Beam's own choice.
        options: Beam pipeline options. Default None.
        tally_path: see `pipelines.beam.progress.count`. Default None.

    Returns:
        For each split, the largest magnitude of its spectrograms.
    """
    Path(folder).mkdir(parents=True)
    blocks = [
        Block(name, number, block, soundfonts[name])
        for name, clips in splits.items()
        for number, block in enumerate(_cut(clips))
    ]
    with beam.Pipeline(runner=runner, options=options) as pipeline:
        _ = (
            pipeline
            | "blocks" >> beam.Create(blocks)
            | "spread" >> beam.Reshuffle()
            | "play" >> beam.Map(write_part, str(folder), tally_path)
        )
    maxima = dict.fromkeys(splits, 0.0)
    for block in blocks:
        with np.load(_part(folder, block.split, block.number)) as part:
            maxima[block.split] = max(maxima[block.split], part["maximum"].item())
    return maxima


def write_part(block: Block, folder: str, tally_path: str | None) -> None:
    """Let the clips of one block sound, and write the sound to a file.

    Args:
        block: the block.
        folder: as for `play_splits`.
        tally_path: as for `play_splits`.
    """
    waveforms = []
    for clip in block.clips:
        waveforms.append(render(clip, block.soundfont))
        count(tally_path)
    waveform = np.stack(waveforms)
    path = _part(folder, block.split, block.number)
    np.savez(path, waveform=waveform, maximum=magnitudes(waveform).max())


def read_examples(
    split: str, clips: Sequence[Clip], folder: str | os.PathLike
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the examples that `play_splits` left, and remove their files.

    Args:
        split: name of the split.
        clips: its clips.
        folder: the folder; it is removed with the last file in it.

    Yields:
        The clip's key, and the example.
    """
    for number, block in enumerate(_cut(clips)):
        path = _part(folder, split, number)
        with np.load(path) as part:
            waveforms = part["waveform"]
        path.unlink()
        for clip, waveform in zip(block, waveforms, strict=True):
            yield clip.key, to_example(clip, waveform)
    if not any(Path(folder).iterdir()):
        Path(folder).rmdir()


def _cut(clips: Sequence[Clip]) -> Iterator[tuple[Clip, ...]]:
    for start in range(0, len(clips), BLOCK_SIZE):
        yield tuple(clips[start : start + BLOCK_SIZE])


def _part(folder: str | os.PathLike, split: str, number: int) -> Path:
    return Path(folder) / f"{split}_{number:06d}.npz"
