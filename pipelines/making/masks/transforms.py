"""The Beam pipeline from MOTS annotation files to sequences, one file an element.

Each worker writes what it found in a file to a part of its own. The parts are read back in the
order of the file names, so that the result does not depend on how many workers there are.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np

from pipelines.beam.progress import count
from pipelines.making.masks import mots_text, sequences
from pipelines.making.report import Report, merge


def read_file(name: str, source: str) -> tuple[list[sequences.MaskRun], Report]:
    """Read one annotation file to sequences of 12 frames.

    Args:
        name: name of the file inside `source`; without its suffix it names the video.
        source: the zip or folder.

    Returns:
        The sequences, and the report on what was kept and left out.
    """
    report = Report()
    report.kept["files"] += 1
    lines = mots_text.open_lines(source, name, report)
    records = mots_text.parse_lines(lines, name, report)
    runs = sequences.extract_runs(records, name.removesuffix(".txt"), name, report)
    return sequences.long_runs(runs, report), report


class WritePart(beam.DoFn):
    """Read one annotation file and write its sequences and report to one part."""

    def __init__(self, source: str, folder: str, tally_path: str | None) -> None:
        self._source = source
        self._folder = folder
        self._tally_path = tally_path

    def process(self, numbered_name: tuple[int, str]) -> None:
        """Write part `number` from the file `name`."""
        number, name = numbered_name
        runs, report = read_file(name, self._source)
        np.savez(
            _part(self._folder, number),
            masks=np.packbits(np.array([run.masks for run in runs], np.uint8)),
            label=np.array([run.label for run in runs], np.float32),
            place=np.array([run[1:4] for run in runs], np.int64).reshape(-1, 3),
            report=json.dumps(report.as_dict()),
        )
        if runs:
            count(self._tally_path, len(runs))


def decode_files(
    names: Sequence[str],
    source: str | os.PathLike,
    folder: str | os.PathLike,
    runner: Any = None,
    options: Any = None,
    tally_path: str | None = None,
) -> tuple[list[sequences.MaskRun], Report]:
    """Decode all annotation files with Beam.

    Args:
        names: names of the files inside `source`.
        source: the zip or folder.
        folder: a folder that all workers can reach; the parts are written here and removed.
        runner: Beam runner or its name. Default None: Beam's own choice, in this process.
        options: Beam pipeline options. Default None.
        tally_path: see `pipelines.beam.progress.count`. Default None.

    Returns:
        The sequences of 12 frames, sorted by file, pedestrian, window and frame, and the sum of
        the reports.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    with beam.Pipeline(runner=runner, options=options) as pipeline:
        _ = (
            pipeline
            | "files" >> beam.Create(list(enumerate(names)))
            | "spread" >> beam.Reshuffle()
            | "decode" >> beam.ParDo(WritePart(str(source), str(folder), tally_path))
        )
    runs, reports = [], []
    for number, name in enumerate(names):
        path = _part(folder, number)
        with np.load(path) as part:
            runs += _unpack(part, name.removesuffix(".txt"))
            reports.append(Report.from_dict(json.loads(part["report"].item())))
        path.unlink()
    Path(folder).rmdir()
    return runs, merge(reports)


def _part(folder: str | os.PathLike, number: int) -> Path:
    return Path(folder) / f"part_{number:06d}.npz"


def _unpack(part: Any, video: str) -> list[sequences.MaskRun]:
    """Return the runs of one part."""
    place, label = part["place"], part["label"]
    shape = (len(place), sequences.N_FRAMES, *(2 * (sequences.windows.SIZE_PIXELS,)))
    masks = np.unpackbits(part["masks"])[: np.prod(shape)].reshape(shape)
    return [
        sequences.MaskRun(video, *map(int, place[i]), masks[i], label[i]) for i in range(len(place))
    ]
