"""Measure how fast the ball data set is made: `python -m benchmarks.ball_data`.

Frames are rendered on one core, in batches, and examples are made and serialised on one core.
Examples are written through TFDS and Beam, in this machine's own runner and in two worker
processes. Each measurement has a process of its own, so that peak memory is its own too.
"""

import json
import resource
import tempfile
import time
from pathlib import Path

from absl import flags

from benchmarks.measuring import (
    Stopwatch,
    in_own_process,
    peak_mib,
    resident_mib,
    use_one_core,
)
from launch.cli import run_main
from pipelines.making.options import check_split_size

FLAGS = flags.FLAGS
_WORKERS = (1, 2)


def _define_flags() -> None:
    flags.DEFINE_integer("n_frames", 4000, "Frames to render.")
    flags.DEFINE_integer("n_examples", 512, "Examples to write, by each number of workers.")
    flags.DEFINE_string("json", None, "Also write the numbers to this file.")


def measure_rendering(n_frames: int) -> dict[str, float]:
    """Render frames in batches of one trajectory and of 1,000 frames, on one core.

    Args:
        n_frames: number of frames, at least 1.

    Returns:
        Frames a second for both, and the peak memory in MiB.
    """
    import numpy as np

    from pipelines.making.ball import N_FRAMES, render_frames, simulate
    from pipelines.making.ball.trajectories import GREEN, draw_start

    use_one_core()
    starts = [draw_start(0, "benchmark", i) for i in range(-(-n_frames // N_FRAMES))]
    positions, _ = simulate(*(np.stack(v) for v in list(zip(*starts, strict=True))[:2]))
    positions = positions.reshape(-1, 3)[:n_frames]
    colors = np.tile(GREEN, (n_frames, 1))
    render_frames(positions[:1], colors[:1])  # imports, and the empty scene

    rates = {}
    for size in (N_FRAMES, 1000):
        start = time.perf_counter()
        for first in range(0, n_frames, size):
            part = slice(first, first + size)
            render_frames(positions[part], colors[part])
        rates[f"batches of up to {size}"] = n_frames / (time.perf_counter() - start)
    return {**rates, "peak_mib": peak_mib(resource.RUSAGE_SELF)}


def measure_making(n_examples: int) -> dict[str, float]:
    """Make examples as record files hold them, on one core, and write none.

    Args:
        n_examples: number of examples, at least 1.

    Returns:
        Milliseconds of the processor for an example: drawn (rendered pictures), recorded (made
        PNG files as well), serialised (all); and how many KiB the process grows by in a thousand.
    """
    from launch.project_datasets import check_project_datasets

    check_project_datasets()
    from datasets.builders import make_builder
    from pipelines.making.ball import make_example
    from pipelines.making.ball.records import make_record

    use_one_core()
    features = make_builder("sps_ball").info.features
    steps = {
        "drawn": lambda number: make_example(0, "train", number),
        "recorded": lambda number: make_record(0, "train", number),
        "serialised": lambda number: features.serialize_example(make_record(0, "train", number)),
    }
    measured = {}
    for name, step in steps.items():
        step(0)  # imports
        before_mib, start = resident_mib(), time.process_time()
        for number in range(n_examples):
            step(number)
        measured[f"{name}_ms"] = 1e3 * (time.process_time() - start) / n_examples
    grown_kib = 2**10 * (resident_mib() - before_mib)
    return {**measured, "kib_in_1000": 1e3 * grown_kib / n_examples}


def measure_writing(n_examples: int, n_workers: int) -> dict[str, float]:
    """Prepare a small data set in a temporary folder.

    Args:
        n_examples: number of examples, at least 2.
        n_workers: number of Beam workers; 1 runs in this process.

    Returns:
        Examples a second between the first and the last one, seconds in all (workers start,
        import TensorFlow and write shards), peak memory in MiB of this process and of the
        largest worker.
    """
    from launch.project_datasets import check_project_datasets

    check_project_datasets()
    from datasets.builders import make_builder
    from pipelines.beam.settings import local_settings

    config = local_settings(n_workers).download_config()
    with tempfile.TemporaryDirectory() as data_dir:
        builder = make_builder("sps_ball", data_dir, n_train=n_examples - 1, n_test=1)
        with Stopwatch(lambda: builder.tally_path) as stopwatch:
            builder.download_and_prepare(download_config=config)
    worker_mib = peak_mib(resource.RUSAGE_CHILDREN) if n_workers > 1 else 0.0
    return {
        "examples_per_s": stopwatch.examples_per_s(),
        "seconds": stopwatch.seconds,
        "peak_mib": peak_mib(resource.RUSAGE_SELF),
        "worker_peak_mib": worker_mib,
    }


def _table(results: dict[str, dict[str, float]]) -> str:
    """Lay the numbers out as text."""
    lines = ["rendering, one core"]
    rendering = results["rendering"]
    for name, rate in rendering.items():
        if name != "peak_mib":
            lines.append(f"  {name:<16}{rate:>10.0f} frames/s{1e6 / rate:>10.0f} us a frame")
    lines += [
        f"  {'peak memory':<16}{rendering['peak_mib']:>10.0f} MiB",
        "making, one core",
        *(f"  {name:<16}{value:>10.2f}" for name, value in results["making"].items()),
        "writing with TFDS and Beam",
    ]
    for n_workers in _WORKERS:
        row = results[f"writing_{n_workers}"]
        lines.append(
            f"  {n_workers} worker(s)     {row['examples_per_s']:>10.1f} examples/s"
            f"{row['seconds']:>8.1f} s in all, peak {row['peak_mib']:.0f} MiB"
            + (f", a worker {row['worker_peak_mib']:.0f} MiB" if n_workers > 1 else "")
        )
    return "\n".join(lines)


def main(argv: list[str]) -> None:
    """Measure, print the table, write the JSON file if asked to."""
    del argv
    n_frames = check_split_size("n_frames", FLAGS.n_frames)
    n_examples = check_split_size("n_examples", FLAGS.n_examples)
    results = {"rendering": in_own_process(measure_rendering, n_frames)}
    results["making"] = in_own_process(measure_making, n_examples)
    for n_workers in _WORKERS:
        results[f"writing_{n_workers}"] = in_own_process(
            measure_writing, max(n_examples, 2), n_workers
        )
    print(_table(results))
    if FLAGS.json:
        Path(FLAGS.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _define_flags()
    run_main(main)
