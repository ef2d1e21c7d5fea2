"""Measure how fast a Dask cluster on this machine makes the ball: `python -m benchmarks.dask_data`.

For each number of workers a cluster is started, makes a first small set, which loads Beam,
TensorFlow and the renderer on all workers, and then sets of growing size.

    python -m benchmarks.dask_data --workers=1,2,4 --sizes=1000,10000 --record
    python -m benchmarks.dask_data --workers=2 --sizes=100000 --record

`--record` keeps the numbers in `benchmarks/recorded/dask_data.json`, where a new row takes the
place of one of the same workers and size, and writes the table in `docs/benchmarks.md` from it;
both after each number of workers, so that a call that is stopped keeps what it has measured.
Each set is removed once it is measured.
"""

import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from absl import flags

from benchmarks.ball_data import measure_making
from benchmarks.dask_page import PAGE_FILE, RECORD_FILE, merge, write_into
from benchmarks.measuring import Stopwatch, WorkersUse, in_own_process
from launch.cli import run_main
from pipelines.making.options import check_split_size
from sps_tf.files import write_bytes, write_json

FLAGS = flags.FLAGS
_N_MAKING = 400


def _define_flags() -> None:
    flags.DEFINE_list("workers", ["1", "2", "4"], "Numbers of workers, one cluster after another.")
    flags.DEFINE_list("sizes", ["1000", "10000"], "Training trajectories of the sets, ascending.")
    flags.DEFINE_bool("record", False, "Keep the numbers, and write the page of the docs anew.")


def measure(numbers: list[int], sizes: list[int], record: bool) -> None:
    """Measure one cluster after another, and print what was found.

    Args:
        numbers: of workers.
        sizes: see `measure_cluster`.
        record: whether each is kept as soon as it is measured.
    """
    making = in_own_process(measure_making, _N_MAKING)
    print(json.dumps(making, indent=2), flush=True)
    for n_workers in numbers:
        with tempfile.TemporaryDirectory() as folder:
            measured = in_own_process(measure_cluster, n_workers, sizes, folder)
        print(json.dumps(measured, indent=2), flush=True)
        if record:
            _record(making, measured)


def measure_cluster(n_workers: int, sizes: list[int], folder: str) -> dict[str, Any]:
    """Start a cluster, make a small set and then all others on it, and stop it.

    Args:
        n_workers: its workers, each of one core.
        sizes: training trajectories of the sets; the test split has a hundredth of them.
        folder: where everything is written.

    Returns:
        `start`, the row of the start, and `builds`, a row for each size.
    """
    from launch.project_datasets import check_project_datasets

    check_project_datasets()
    from pipelines.beam import cluster
    from pipelines.beam.settings import parse_beam_settings

    began = time.perf_counter()
    load = os.getloadavg()[0]
    started = cluster.start(Path(folder, "cluster"), n_workers)
    try:
        joined_secs = time.perf_counter() - began
        settings = parse_beam_settings("dask", [f"--dask_client_address={started.address}"])
        first = _build(8 * n_workers, started, settings, folder)
        start = {
            "n_workers": n_workers,
            "joined_secs": joined_secs,
            "first_set_secs": first["seconds"],
            "core_secs": first["total_core_secs"] / n_workers,
            "load": load,
        }
        builds = [_build(size, started, settings, folder) for size in sizes]
    finally:
        cluster.stop(Path(folder, "cluster"))
    return {"start": start, "builds": [{"n_workers": n_workers, **row} for row in builds]}


def _build(n_train: int, started: Any, settings: Any, folder: str) -> dict[str, Any]:
    """Make a set on a running cluster; return its row."""
    from datasets.builders import make_builder

    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=folder) as data_dir:
        n_test = max(n_train // 100, 1)
        builder = make_builder("sps_ball", data_dir, n_train=n_train, n_test=n_test)
        with WorkersUse(started) as use, Stopwatch(lambda: builder.tally_path) as stopwatch:
            builder.download_and_prepare(download_config=settings.download_config())
    return {
        "n_examples": n_train,
        "seconds": stopwatch.seconds,
        "examples_per_s": stopwatch.examples_per_s(),
        "core_ms": 1e3 * use.core_secs / (n_train + n_test),
        "total_core_secs": use.total_core_secs,
        "worker_mib": use.end_mib,
        "load": load,
    }


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "machine": platform.machine(), "cpu": _cpu_name()}


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _record(making: dict[str, Any], measured: dict[str, Any]) -> None:
    """Keep what was measured of one number of workers, and write the page anew."""
    rows = {"starts": [measured["start"]], "builds": measured["builds"]}
    kept = merge({"machine": _machine(), "making": making, **rows}, RECORD_FILE)
    write_json(RECORD_FILE, kept)
    write_bytes(PAGE_FILE, write_into(PAGE_FILE.read_text(encoding="utf-8"), kept).encode())


def main(argv: list[str]) -> None:
    """Measure what the flags say."""
    del argv
    sizes = [check_split_size("sizes", int(size)) for size in FLAGS.sizes]
    measure([int(n_workers) for n_workers in FLAGS.workers], sizes, FLAGS.record)


if __name__ == "__main__":
    _define_flags()
    run_main(main)
