"""Measure a training step: `python -m benchmarks.train_step`.

For each preset, precision and number of transforms K: seconds a step, the processor's time in it,
frames a second, peak memory, and the step's arithmetic rate beside that of a large float32 matrix
product on the same machine in the same process. Each measurement has a process of its own.

The processor's time is that of all threads in user code: on a machine shared with others it says
more than the clock. `TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1` keeps a step to one core.
"""

import multiprocessing
import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from absl import flags

from launch.cli import run_main
from launch.configs import PRESETS, get_config
from sps_tf import files
from sps_tf.errors import UserError, check_choice

FLAGS = flags.FLAGS
_FRAMES_SHAPE = (20, 32, 32, 3)
_COLUMNS = ("preset", "precision", "K", "step_secs", "cpu_ms", "frames_per_sec", "peak_mib",
            "gflop_per_step", "gflops", "matmul_gflops", "share")  # fmt: skip


def _define_flags() -> None:
    flags.DEFINE_list("presets", ["fast", "paper", "paper_release"], "Presets to measure.")
    flags.DEFINE_list("transforms", ["0", "1", "4", "16"], "Values of K.")
    flags.DEFINE_list("precisions", ["float32", "mixed_bfloat16"], "Precisions.")
    flags.DEFINE_integer("steps", 10, "Steps timed for each; fewer where a step is long.")
    flags.DEFINE_float("max_secs", 60.0, "Stop timing a setting after this long.")
    flags.DEFINE_string("json", None, "Also write the numbers to this file.")


def measure(
    preset: str, precision: str, n_transforms: int, n_steps: int, max_secs: float
) -> dict[str, float | str]:
    """Time training steps on random frames, in this process.

    Args:
        preset: see `launch.configs`.
        precision: "float32" or "mixed_bfloat16".
        n_transforms: K.
        n_steps: steps to time.
        max_secs: no further step is begun after this long.

    Returns:
        A row of the table.
    """
    import numpy as np
    import tensorflow as tf

    from sps_tf.training.building import build_model

    config = get_config("sps_ball", "sps", preset)
    config.model.group.n_transforms = n_transforms
    config.mixed_precision = precision == "mixed_bfloat16"
    model = build_model(config, _FRAMES_SHAPE)
    rng = np.random.default_rng(0)
    frames = tf.constant(rng.uniform(size=(config.batch_size, *_FRAMES_SHAPE)), tf.float32)
    step = tf.function(model.train_step)
    step(frames)["loss"].numpy()  # builds the graph
    seconds, started, cpu_secs = [], time.perf_counter(), user_seconds()
    while len(seconds) < n_steps and time.perf_counter() - started < max_secs:
        before = time.perf_counter()
        step(frames)["loss"].numpy()
        seconds.append(time.perf_counter() - before)
    cpu_ms = 1e3 * (user_seconds() - cpu_secs) / len(seconds)
    step_secs = statistics.median(seconds)
    gflop = count_gflop(model, config.batch_size)
    matmul = measure_matmul_gflops()
    return {
        "preset": preset,
        "precision": precision,
        "K": n_transforms,
        "step_secs": step_secs,
        "cpu_ms": cpu_ms,
        "frames_per_sec": config.batch_size * _FRAMES_SHAPE[0] / step_secs,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "gflop_per_step": gflop,
        "gflops": gflop / step_secs,
        "matmul_gflops": matmul,
        "share": gflop / step_secs / matmul,
    }


def user_seconds() -> float:
    """Return the time that this process's threads have spent in user code, in seconds."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def count_gflop(model: object, batch_size: int) -> float:
    """Count the multiplications and additions of a step's convolutions and dense layers.

    The backward pass of such a layer costs two forward passes (one for its input, one for its
    kernel), except that the first layer of the encoder needs none for its input. Everything
    else (activations, losses, optimiser) is left out, so the rate is a lower bound.

    Args:
        model: an `sps_tf.models.SPS`.
        batch_size: sequences a step.

    Returns:
        Giga floating-point operations.
    """
    n_times = _FRAMES_SHAPE[0]
    n_self = model.n_self_frames or n_times
    n_predicted = model.n_predicted_frames or n_times - 1
    n_copies = model.n_transforms * len(model.group_sets) if model.n_transforms else 0
    n_decoded_copies = n_copies
    if n_copies and model.decode_transforms == "one":
        n_decoded_copies = len(model.group_sets)
    n_decoded = batch_size * (n_self + n_predicted * (1 + n_decoded_copies))
    encoder, first = _encoder_flop(model)
    flop = batch_size * n_times * (3 * encoder - first)
    flop += n_decoded * 3 * _decoder_flop(model)
    weights = sum(w.shape[0] * w.shape[1] for w in model.prior.weights if len(w.shape) == 2)
    flop += 3 * batch_size * (1 + n_copies) * (n_times - 1) * 2 * weights
    return flop / 1e9


def _encoder_flop(model: object) -> tuple[float, float]:
    """Return a frame's forward operations, and those of the first layer alone."""
    shape, flops = (None, *_FRAMES_SHAPE[1:]), []
    for layer in model.encoder.convolutions:
        shape = layer.compute_output_shape(shape)
        flops.append(2.0 * shape[1] * shape[2] * _size(layer.kernel))
    heads = [h for h in (model.encoder.mean_head, model.encoder.logvar_head) if h is not None]
    return sum(flops) + sum(2.0 * _size(head.kernel) for head in heads), flops[0]


def _decoder_flop(model: object) -> float:
    """Return a frame's forward operations; a transposed convolution costs by its input."""
    flop = sum(2.0 * _size(layer.kernel) for layer in model.decoder.dense)
    shape = (None, *model.decoder.map_shape)
    for layer in model.decoder.convolutions:
        flop += 2.0 * shape[1] * shape[2] * _size(layer.kernel)
        shape = layer.compute_output_shape(shape)
    return flop


def _size(kernel: object) -> int:
    size = 1
    for n in kernel.shape:
        size *= n
    return size


def measure_matmul_gflops(size: int = 4096, n_runs: int = 5) -> float:
    """Measure the rate of a square float32 matrix product.

    Args:
        size: rows and columns. Default 4096.
        n_runs: products timed; the median counts. Default 5.

    Returns:
        Giga floating-point operations a second.
    """
    import tensorflow as tf

    a = tf.random.stateless_normal((size, size), (0, 1))
    product = tf.function(tf.matmul)
    product(a, a)
    seconds = []
    for _ in range(n_runs):
        before = time.perf_counter()
        product(a, a).numpy()
        seconds.append(time.perf_counter() - before)
    return 2.0 * size**3 / statistics.median(seconds) / 1e9


def format_table(rows: list[dict]) -> str:
    """Format rows as a table of fixed-width columns."""

    def cell(value: object) -> str:
        return f"{value:.4g}" if isinstance(value, float) else str(value)

    lines = [_COLUMNS, *([cell(row[name]) for name in _COLUMNS] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True))
        for line in lines
    )


def main(_: list[str]) -> None:
    """Measure every combination that the flags name."""
    for preset in FLAGS.presets:
        check_choice("preset", preset, PRESETS)
    for precision in FLAGS.precisions:
        check_choice("precision", precision, ("float32", "mixed_bfloat16"))
    if not all(text.isdecimal() for text in FLAGS.transforms) or FLAGS.steps < 1:
        raise UserError(
            "--transforms takes numbers of at least 0 and --steps one of at least 1. "
            f"Received: {FLAGS.transforms}, {FLAGS.steps}"
        )
    settings = [
        (preset, precision, int(k), FLAGS.steps, FLAGS.max_secs)
        for preset in FLAGS.presets
        for precision in FLAGS.precisions
        for k in FLAGS.transforms
    ]
    rows = []
    for setting in settings:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            rows.append(pool.submit(measure, *setting).result())
        print(format_table(rows[-1:]), flush=True)
    print(f"\n{format_table(rows)}")
    if FLAGS.json:
        files.write_json(Path(FLAGS.json), rows)


if __name__ == "__main__":
    _define_flags()
    run_main(main)
