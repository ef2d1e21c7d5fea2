"""What evaluators say of a model, and its files."""

import csv
import io
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from sps_tf import files
from sps_tf.audio.wav import to_wav


@dataclass(frozen=True)
class Report:
    """What one evaluator says of a model, or several: reports add up.

    Args:
        metrics: numbers by name.
        pictures: (height, width, 3) uint8 by name.
        sounds: (samples,) float32 in [-1, 1] at 16 kHz, by name.
        archives: arrays by name, by the name of the `.npz` file that keeps them.
        tables: columns (row,) by name, by the name of the `.csv` file that keeps them.
        history: arrays by name that the run's history keeps of each look, see
            `sps_tf.runs.history.Look`.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    pictures: dict[str, np.ndarray] = field(default_factory=dict)
    sounds: dict[str, np.ndarray] = field(default_factory=dict)
    archives: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    tables: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    history: dict[str, np.ndarray] = field(default_factory=dict)

    def __add__(self, other: "Report") -> "Report":
        """Return all that both say."""
        names = [part.name for part in fields(self)]
        return Report(*(getattr(self, name) | getattr(other, name) for name in names))


def save_report(report: Report, workdir: Path) -> None:
    """Write `pictures/*.png`, `sounds/*.wav`, `latents/*.csv` and the archives.

    Args:
        report: its metrics and history are not written. A `/` in a name becomes `_`.
        workdir: folder of the run; without sounds no folder for them is made, nor without tables.
    """
    pictures, sounds, tables = (workdir / name for name in ("pictures", "sounds", "latents"))
    pictures.mkdir(exist_ok=True)
    for name, picture in report.pictures.items():
        files.write_png(pictures / f"{name.replace('/', '_')}.png", picture)
    if report.sounds:
        sounds.mkdir(exist_ok=True)
    for name, sound in report.sounds.items():
        files.write_bytes(sounds / f"{name.replace('/', '_')}.wav", to_wav(sound))
    if report.tables:
        tables.mkdir(exist_ok=True)
    for name, columns in report.tables.items():
        files.write_bytes(tables / f"{name.replace('/', '_')}.csv", _to_csv(columns))
    for name, arrays in report.archives.items():
        content = io.BytesIO()
        np.savez(content, **arrays)
        files.write_bytes(workdir / name, content.getvalue())


def _to_csv(columns: dict[str, np.ndarray]) -> bytes:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(columns)
    rows = zip(*columns.values(), strict=True)
    writer.writerows([f"{value:.6g}" for value in row] for row in rows)
    return content.getvalue().encode()
