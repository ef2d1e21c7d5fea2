"""The ball on a cluster whose parts are killed or cut off: the same bytes as on one machine.

pytest -m trials
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from datasets.builders import make_builder
from pipelines.beam import cluster
from pipelines.beam.settings import BeamSettings, parse_beam_settings
from pipelines.tfx.transformation.transform import transform_data_set
from pipelines.tfx.validation.statistics import write_statistics
from tests.fakes import REPOSITORY, run_command
from tests.pipelines.beam.test_builder import record_hashes
from tests.pipelines.making.audio import fakes as audio_fakes
from tests.pipelines.making.masks import fakes as masks_fakes
from tests.pipelines.tfx.validation.poison import ball_examples
from tests.trials import tally

pytestmark = pytest.mark.trials

SIZES = {"n_train": 320, "n_test": 8, "seed": 0}
CONFIG = '{"name": "green", "n_train": 320, "n_test": 8, "seed": 0}'
WAIT_SECS = 900
HERE, THERE = "10.213.77.1", "10.213.77.2"
NAMESPACE = f"sps-{os.getpid()}"


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    builder = make_builder("sps_ball", str(tmp_path_factory.mktemp("alone")), **SIZES)
    builder.download_and_prepare()
    return record_hashes(builder)


@contextlib.contextmanager
def running(folder, n_workers=2, **options):
    started = cluster.start(folder, n_workers, **options)
    try:
        yield started
    finally:
        cluster.stop(folder)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    with running(tmp_path_factory.mktemp("cluster")) as started:
        yield started


def start_build(data_dir, address):
    """Start `tfds build` on a cluster."""
    return subprocess.Popen(
        [
            Path(sys.executable).with_name("tfds"),
            "build",
            f"--config={CONFIG}",
            f"--data_dir={data_dir}",
            f"--beam_pipeline_options=runner=dask,dask_client_address={address}",
        ],
        cwd=REPOSITORY / "datasets" / "sps_ball",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_files(data_dir, n_files, build):
    """Wait until some record files are complete, others not yet."""
    deadline = time.monotonic() + WAIT_SECS
    while len(list(data_dir.rglob("*.written.json"))) < n_files:
        assert build.poll() is None, build.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def hashes_in(data_dir):
    builder = make_builder("sps_ball", str(data_dir), **SIZES)
    assert builder.is_prepared()
    return record_hashes(builder)


def kill_worker(member):
    """Kill the process that works; its nanny lives."""
    workers = psutil.Process(member.pid).children(recursive=True)
    (worker,) = [process for process in workers if "spawn_main" in " ".join(process.cmdline())]
    worker.kill()


def finish(build):
    _, errors = build.communicate(timeout=WAIT_SECS)
    return build.returncode, errors


@pytest.mark.parametrize("n_killed", [0, 1, 2])
def test_workers_are_killed(expected, tmp_path, two_workers, n_killed):
    """Dask, none, one or both of two workers killed while record files are written:
    the bytes of one machine.
    """
    cluster.wait_for_workers(two_workers.address, 2, tmp_path)  # the last trial has killed some
    build = start_build(tmp_path / "data", two_workers.address)
    wait_for_files(tmp_path / "data", 1, build)
    for member in two_workers.members[1 : n_killed + 1]:
        kill_worker(member)
    tally.add("kills" if n_killed else "undisturbed builds", max(n_killed, 1))
    code, errors = finish(build)
    assert code == 0, errors
    assert hashes_in(tmp_path / "data") == expected


def test_a_training_makes_its_data_on_the_cluster(ball_data_dir, tmp_path, two_workers):
    """Dask, a training makes its data: the bytes of one machine."""
    cluster.wait_for_workers(two_workers.address, 2, tmp_path)
    done = run_command(
        "launch.train",
        *("--dataset=sps_ball", "--preset=debug", "--method=sps"),
        *(f"--data_dir={tmp_path / 'data'}", f"--workdir={tmp_path / 'run'}"),
        *("--runner=dask", f"--dask_client_address={two_workers.address}"),
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "run" / "results.json").exists()
    here, there = (
        {path.name: path.read_bytes() for path in folder.rglob("*.tfrecord*")}
        for folder in (ball_data_dir, tmp_path / "data")
    )
    tally.add("undisturbed builds", 1)
    assert there == here and len(here) == 12


def test_a_worker_is_killed_with_its_nanny(expected, tmp_path):
    """Dask, a worker killed with its nanny: the bytes of one machine."""
    with running(tmp_path / "cluster") as started:
        build = start_build(tmp_path / "data", started.address)
        wait_for_files(tmp_path / "data", 1, build)
        processes = started.members[1].processes()
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=60)
        tally.add("kills", 1)
        assert not started.members[1].runs()
        code, errors = finish(build)
    assert code == 0, errors
    assert hashes_in(tmp_path / "data") == expected


def test_the_scheduler_is_killed(expected, tmp_path):
    """Dask, the scheduler killed:
    one line that names it, nothing left; started again, the same command makes the same bytes.
    """
    with running(tmp_path / "cluster") as started:
        build = start_build(tmp_path / "data", started.address)
        wait_for_files(tmp_path / "data", 1, build)
        os.kill(started.members[0].pid, signal.SIGKILL)
        tally.add("kills", 1)
        code, errors = finish(build)
    assert code != 0
    assert errors.strip().splitlines()[-1].startswith("error: The Dask scheduler was lost")
    assert started.address in errors.strip().splitlines()[-1]
    assert "Traceback" not in errors
    assert not list((tmp_path / "data").rglob("*.tfrecord*"))
    with running(tmp_path / "cluster", port=int(started.address.rpartition(":")[2])) as again:
        assert again.address == started.address
        code, errors = finish(start_build(tmp_path / "data", started.address))
    assert code == 0, errors
    assert hashes_in(tmp_path / "data") == expected


def test_sounds_masks_statistics_and_transform_have_the_bytes_of_one_machine(
    tmp_path, ball_data_dir
):
    """Dask, sounds, masks, StatisticsGen and Transform: the bytes of one machine."""
    audio_fakes.small_font()  # skips where the fonts or FluidSynth are missing
    masks_fakes.write_tracks(tmp_path / "mots")
    made = {}
    with running(tmp_path / "cluster") as started:
        dask = parse_beam_settings("dask", [f"--dask_client_address={started.address}"])
        for place, settings in (("here", BeamSettings()), ("there", dask)):
            folder = tmp_path / place
            config = settings.download_config()
            for name, options in (
                ("sps_scale", {"last_start": 60}),
                ("kitti_masks/mots", {"source_path": str(tmp_path / "mots")}),
            ):
                builder = make_builder(name, str(folder / "data"), **options)
                builder.download_and_prepare(download_config=config)
            for step in ("statistics", "transformed"):
                (folder / step).mkdir()
            examples = ball_examples(ball_data_dir)
            write_statistics(examples, folder / "statistics", settings)
            transform_data_set(examples, folder / "transformed", "", settings)
            files = [path for path in folder.rglob("*") if path.is_file()]
            made[place] = {path.relative_to(folder): path.read_bytes() for path in files}
    tally.add("undisturbed builds", 1)
    assert made["here"] == made["there"]
    assert len([path for path in made["here"] if ".tfrecord" in path.name]) > 20


@pytest.fixture
def namespace():
    """A second host: a network namespace of its own, reached by a pair of virtual cards."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("network namespaces need root and the program ip")
    cards = f"h{os.getpid() % 10**6}", f"t{os.getpid() % 10**6}"

    def ip(*words):
        return subprocess.run(["ip", *words], check=True, capture_output=True)

    inside = ("netns", "exec", NAMESPACE, "ip")
    cable = ("type", "veth", "peer", "name", cards[1], "netns", NAMESPACE)
    with contextlib.ExitStack() as made:
        try:
            ip("netns", "add", NAMESPACE)
            made.callback(ip, "netns", "del", NAMESPACE)
            ip("link", "add", cards[0], *cable)
            ip("addr", "add", f"{HERE}/30", "dev", cards[0])
            ip("link", "set", cards[0], "up")
            ip(*inside, "addr", "add", f"{THERE}/30", "dev", cards[1])
            ip(*inside, "link", "set", cards[1], "up")
            ip(*inside, "link", "set", "lo", "up")
        except subprocess.CalledProcessError as error:  # as in many containers
            pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
        yield lambda: ip("link", "set", cards[0], "down")


def test_the_network_of_a_worker_is_cut(expected, tmp_path, namespace, monkeypatch):
    """Dask, the network of a worker cut, on a second host imitated by a network namespace:
    the bytes of one machine.
    """
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP", "12s")
    with running(tmp_path / "cluster", n_workers=1, host=HERE) as started:
        other = subprocess.Popen(
            [
                *("ip", "netns", "exec", NAMESPACE),
                *(sys.executable, "-m", "distributed.cli.dask_worker", started.address),
                *(f"--host={THERE}", "--nthreads=1", "--no-dashboard"),
                f"--local-directory={tmp_path / 'scratch'}",
            ],
            env={**os.environ, **cluster.WORKER_ENVIRONMENT},
            start_new_session=True,
        )
        try:
            cluster.wait_for_workers(started.address, 2, tmp_path)
            build = start_build(tmp_path / "data", started.address)
            wait_for_files(tmp_path / "data", 2, build)
            namespace()
            tally.add("cut networks", 1)
            code, errors = finish(build)
        finally:
            os.killpg(other.pid, signal.SIGKILL)
            other.wait()
    assert code == 0, errors
    assert hashes_in(tmp_path / "data") == expected
