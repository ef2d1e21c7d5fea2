"""Settings of the whole test suite, made before TensorFlow is imported."""

import os
from pathlib import Path

# Tests run alike with and without an accelerator, and leave it to others.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
if "PYTEST_XDIST_WORKER" in os.environ:
    # One core for each worker and the programs that it starts: threads of several would wait
    # for each other.
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    # Workers that fill one cache of librosa's compiled code at once can crash (seen: a segmentation
    # fault in a new environment, where it is still empty).
    cache = (
        Path(__file__).parents[1] / ".pytest_cache" / "numba" / os.environ["PYTEST_XDIST_WORKER"]
    )
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache))

import keras
import pytest

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    # Two devices for the tests of distributed training; it must be said before TensorFlow runs.
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
    )

if keras.backend.backend() == "jax":
    import jax

    # Each compiled program runs once or twice: the time goes into compiling it.
    jax.config.update("jax_disable_most_optimizations", True)

# Beginnings of the names of tests that make data or train for real, the longest file first: most
# take over five seconds.
SLOW = tuple(Path(__file__).with_name("slow_tests.txt").read_text(encoding="utf-8").split())


SLOW_FILES = list(dict.fromkeys(name.partition("::")[0] for name in SLOW))


def pytest_addoption(parser):
    """Let the trials keep what they have tried."""
    parser.addoption(
        "--record",
        action="store_true",
        help="keep what trials tried in benchmarks/recorded/trials.json; write docs/faults.md",
    )


def pytest_collection_modifyitems(config, items):
    """Leave out the trials, unless they are asked for by name, and put the slow tests first.

    Mark what `make quick` leaves out; its files come first, so that no core waits at the end.
    """
    if "trials" not in config.option.markexpr:
        trials = [item for item in items if item.get_closest_marker("trials")]
        config.hook.pytest_deselected(items=trials)
        items[:] = [item for item in items if item not in trials]
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
    rank = {file: number for number, file in enumerate(SLOW_FILES)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


@pytest.fixture(scope="session")
def ball_data_dir(tmp_path_factory):
    """A folder of data sets with the tiny ball video of `tests.fakes`, made once."""
    from sps_tf.files import hold
    from tests import fakes

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each worker has a folder of its own in it
    data_dir, made = folder / "ball_data", folder / "ball_data_made"
    with hold(folder / "ball_data.lock"):
        if not made.exists():
            fakes.make_ball_data(data_dir)
            made.touch()
    return data_dir
