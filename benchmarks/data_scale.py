"""Measure how data making scales: `python -m benchmarks.data_scale`.

Ball data sets of growing size are made with Beam, by one and by two worker processes, or on an
engine that the flags of Beam name:

    python -m benchmarks.data_scale --n_examples=1000 --factors=1,10,100
    python -m benchmarks.data_scale --runner=FlinkRunner --flink_master=localhost:8081 ...

Each measurement has a process of its own, so that peak memory is its own too. The workers' memory
is looked up every half second, among all processes of this machine.
"""

import hashlib
import json
import resource
import tempfile
from pathlib import Path

from absl import flags

from benchmarks.measuring import PeakMemory, Stopwatch, in_own_process, peak_mib
from launch.cli import run_main
from pipelines.making.options import check_split_size

FLAGS = flags.FLAGS
_BEAM_WORKERS = "apache_beam.runners.worker|TaskManagerRunner"


def _define_flags() -> None:
    flags.DEFINE_integer("n_examples", 1000, "Training examples of the smallest data set.")
    flags.DEFINE_list("factors", ["1", "10"], "How many times as large the data sets are.")
    flags.DEFINE_list("workers", ["1", "2"], "Worker processes, on this machine's own runner.")
    flags.DEFINE_string("runner", None, "Beam runner. Default: this machine's own.")
    flags.DEFINE_string("worker_name", _BEAM_WORKERS, "Pattern of the workers' command lines.")
    flags.DEFINE_string("keep_dir", "", "Folder to leave the data sets in. Default: removed.")
    flags.DEFINE_string("json", None, "Also write the numbers to this file.")


def measure_building(
    n_examples: int,
    n_workers: int,
    runner: str | None,
    beam_flags: list[str],
    worker_name: str,
    data_dir: str,
) -> dict[str, float | str]:
    """Prepare a ball data set.

    Args:
        n_examples: number of training examples; the test split has a hundredth of them.
        n_workers: worker processes of the local runner; 1 is this process.
        runner: name of a Beam runner, or None.
        beam_flags: flags of Beam.
        worker_name: regular expression that finds the workers' command lines.
        data_dir: folder of the data set.

    Returns:
        Examples, and megabytes (of 1,000,000 bytes) of records, a second between the first
        example and the last; seconds in all; peak memory in MiB of this process and of the
        largest worker; a digest of all record files.
    """
    from launch.project_datasets import check_project_datasets

    check_project_datasets()
    from datasets.builders import make_builder
    from pipelines.beam.settings import parse_beam_settings

    config = parse_beam_settings(runner, beam_flags, n_workers).download_config()
    n_test = max(n_examples // 100, 1)
    builder = make_builder("sps_ball", data_dir, n_train=n_examples, n_test=n_test)
    with Stopwatch(lambda: builder.tally_path) as stopwatch, PeakMemory(worker_name) as workers:
        builder.download_and_prepare(download_config=config)
    rate = stopwatch.examples_per_s()
    return {
        "n_examples": n_examples,
        "examples_per_s": rate,
        "mb_per_s": rate * builder.info.dataset_size / builder.n_examples() / 1e6,
        "seconds": stopwatch.seconds,
        "peak_mib": peak_mib(resource.RUSAGE_SELF),
        "worker_peak_mib": workers.peak_mib,
        "sha256": _digest(Path(builder.data_path)),
    }


def _digest(folder: Path) -> str:
    """Digest the record files one by one: together they may be larger than memory."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.tfrecord*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _line(name: str, row: dict[str, float | str]) -> str:
    """Lay the numbers of one data set out as text."""
    return (
        f"{name:<14}{row['n_examples']:>8} examples{row['examples_per_s']:>9.1f} examples/s"
        f"{row['mb_per_s']:>7.2f} MB/s{row['seconds']:>8.0f} s in all, peak {row['peak_mib']:.0f} "
        f"MiB, a worker {row['worker_peak_mib']:.0f} MiB, sha256 {row['sha256'][:12]}"
    )


def main(argv: list[str]) -> None:
    """Measure, print a line for each data set, write the JSON file if asked to."""
    base = check_split_size("n_examples", FLAGS.n_examples)
    workers = [1] if FLAGS.runner else [int(number) for number in FLAGS.workers]
    results = {}
    for factor in map(int, FLAGS.factors):
        for n_workers in workers:
            name = FLAGS.runner or f"{n_workers} worker(s)"
            with tempfile.TemporaryDirectory() as folder:
                row = in_own_process(
                    measure_building,
                    check_split_size("n_examples", base * factor),
                    n_workers,
                    FLAGS.runner,
                    argv[1:],
                    FLAGS.worker_name,
                    str(Path(FLAGS.keep_dir or folder) / name.replace(" ", "_")),
                )
            results[f"{name}, {row['n_examples']} examples"] = row
            print(_line(name, row), flush=True)
            if FLAGS.json:
                Path(FLAGS.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _define_flags()
    run_main(main, passes_others=True)
