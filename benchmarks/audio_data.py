"""Measure how fast the audio data sets are made: `python -m benchmarks.audio_data`.

Scales are rendered on one core. The same scales are then made into a data set through Beam and
TFDS, in this process and in two worker processes. Each measurement has a process of its own, so
that peak memory is its own too.
"""

import json
import resource
import tempfile
import time
from pathlib import Path

from absl import flags

from benchmarks.measuring import Stopwatch, in_own_process, peak_mib, use_one_core
from launch.cli import run_main
from pipelines.making.options import check_split_size

FLAGS = flags.FLAGS
_WORKERS = (1, 2)
# Scales of every instrument start here, one octave of them at most.
_FIRST_START, _MAX_STARTS = 60, 12


def _define_flags() -> None:
    flags.DEFINE_integer("n_starts", 4, "Start pitches of the scales; all instruments play each.")
    flags.DEFINE_string("soundfont_dir", "", "Folder to look for sound fonts in first.")
    flags.DEFINE_string("json", None, "Also write the numbers to this file.")


def measure_rendering(n_starts: int, soundfont_dir: str) -> dict[str, float]:
    """Render scales on one core.

    Args:
        n_starts: start pitches, at least 1.
        soundfont_dir: folder to look for sound fonts in first, or an empty string.

    Returns:
        Clips a second, seconds until the font is loaded, and the peak memory in MiB.
    """
    from pipelines.making.audio.clips import make_example
    from pipelines.making.audio.instruments import INSTRUMENTS
    from pipelines.making.audio.scale import scale_clips
    from pipelines.making.audio.soundfonts import find_train_font

    use_one_core()
    font = find_train_font(soundfont_dir)
    clips = scale_clips(INSTRUMENTS, _FIRST_START, _FIRST_START + n_starts - 1)
    start = time.perf_counter()
    make_example(clips, font, 0)
    loaded = time.perf_counter()
    for number in range(len(clips)):
        make_example(clips, font, number)
    return {
        "clips_per_s": len(clips) / (time.perf_counter() - loaded),
        "load_seconds": loaded - start,
        "peak_mib": peak_mib(resource.RUSAGE_SELF),
    }


def measure_building(n_starts: int, soundfont_dir: str, n_workers: int) -> dict[str, float]:
    """Prepare a part of `sps_scale/instruments` in a temporary folder.

    Args:
        n_starts: start pitches, at least 1.
        soundfont_dir: as for `measure_rendering`.
        n_workers: number of Beam workers; 1 runs in this process.

    Returns:
        Clips, clips a second between the first and the last one, seconds in all (workers start,
        load the font and write), peak memory in MiB of this process and of the largest worker.
    """
    from launch.project_datasets import check_project_datasets

    check_project_datasets()
    from datasets.builders import make_builder
    from pipelines.beam.settings import local_settings

    config = local_settings(n_workers).download_config()
    with tempfile.TemporaryDirectory() as data_dir:
        builder = make_builder(
            "sps_scale/instruments",
            data_dir,
            first_start=_FIRST_START,
            last_start=_FIRST_START + n_starts - 1,
            soundfont_dir=soundfont_dir,
        )
        with Stopwatch(lambda: builder.tally_path) as stopwatch:
            builder.download_and_prepare(download_config=config)
    return {
        "clips": builder.n_examples(),
        "clips_per_s": stopwatch.examples_per_s(),
        "seconds": stopwatch.seconds,
        "peak_mib": peak_mib(resource.RUSAGE_SELF),
        "worker_peak_mib": peak_mib(resource.RUSAGE_CHILDREN) if n_workers > 1 else 0.0,
    }


def _table(results: dict[str, dict[str, float]]) -> str:
    """Lay the numbers out as text."""
    rendering = results["rendering"]
    lines = [
        f"rendering scales of 15 notes, one core: {rendering['clips_per_s']:.1f} clips/s, "
        f"font loaded in {rendering['load_seconds']:.1f} s, peak {rendering['peak_mib']:.0f} MiB",
        f"making {results['building_1']['clips']} clips with Beam and TFDS",
    ]
    for n_workers in _WORKERS:
        row = results[f"building_{n_workers}"]
        lines.append(
            f"  {n_workers} worker(s){row['clips_per_s']:>10.1f} clips/s"
            f"{row['seconds']:>8.1f} s in all, peak {row['peak_mib']:.0f} MiB"
            + (f", a worker {row['worker_peak_mib']:.0f} MiB" if n_workers > 1 else "")
        )
    return "\n".join(lines)


def main(argv: list[str]) -> None:
    """Measure, print the table, write the JSON file if asked to."""
    del argv
    n_starts = min(check_split_size("n_starts", FLAGS.n_starts), _MAX_STARTS)
    folder = FLAGS.soundfont_dir
    results = {"rendering": in_own_process(measure_rendering, n_starts, folder)}
    for n_workers in _WORKERS:
        results[f"building_{n_workers}"] = in_own_process(
            measure_building, n_starts, folder, n_workers
        )
    print(_table(results))
    if FLAGS.json:
        Path(FLAGS.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _define_flags()
    run_main(main)
