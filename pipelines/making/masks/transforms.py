"""The Beam pipeline from MOTS annotation files to an index of their sequences, in parallel.

What a file holds is measured by the worker that reads it, see `pipelines.beam.shard_writer`. The
order of the file names is kept, so that the index does not depend on how many workers there are.
"""

import dataclasses
import functools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds

from pipelines.beam.shards import NumberedExamples, Shard
from pipelines.making.masks import mots_text, sequences
from pipelines.making.report import Report, merge


def read_file(name: str, source: str) -> tuple[list[sequences.AnnotatedRun], Report]:
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


def index_files(
    names: Sequence[str],
    source: str | os.PathLike,
    folder: str | os.PathLike,
    runner: Any = None,
    options: Any = None,
) -> tuple[list[sequences.AnnotatedRun], Report]:
    """Find the sequences of all annotation files with Beam.

    Args:
        names: names of the files inside `source`.
        source: the zip or folder.
        folder: a folder that all workers can reach, made here and removed.
        runner: Beam runner or its name. Default None: Beam's own choice, in this process.
        options: Beam pipeline options. Default None.

    Returns:
        The sequences of 12 frames, sorted by file, pedestrian, window and frame, and the sum of
        the reports.
    """
    from pipelines.beam.shard_writer import write_shards  # loads Beam

    Path(folder).mkdir(parents=True)
    files = NumberedExamples(
        len(names),
        functools.partial(_name_file, tuple(names)),
        functools.partial(_measure_file, str(source)),
        _join,
    )
    shards = [Shard(str(Path(folder) / f"{i:06d}"), i, i + 1) for i in range(len(names))]
    features = tfds.features.FeaturesDict({"name": tfds.features.Text()})
    written = write_shards({"files": shards}, {"files": files}, features, runner, options)
    shutil.rmtree(folder)
    found = written["files"].measure
    runs = [sequences.AnnotatedRun(**run) for run in found["runs"]]
    return runs, merge(Report.from_dict(report) for report in found["reports"])


def _name_file(names: Sequence[str], number: int) -> dict[str, str]:
    return {"name": names[number]}


def _measure_file(source: str, example: dict[str, str]) -> dict[str, list]:
    """Return the sequences of one file and its report, as JSON holds them."""
    runs, report = read_file(example["name"], source)
    return {"runs": [dataclasses.asdict(run) for run in runs], "reports": [report.as_dict()]}


def _join(left: dict[str, list], right: dict[str, list]) -> dict[str, list]:
    return {key: left[key] + right[key] for key in left}
