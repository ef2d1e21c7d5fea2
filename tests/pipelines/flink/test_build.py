"""A build on a real Flink: `pytest -m flink`, which fetches Flink and takes minutes."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import pytest

from pipelines.beam_settings import parse_beam_settings
from pipelines.flink import jars
from pipelines.flink.cluster import beam_flags
from pipelines.flink.processes import Cluster
from sps_tf.errors import UserError
from tests.pipelines.shard_fakes import DyingOnce, Numbers

PORT = 18081

pytestmark = pytest.mark.flink


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A Flink with two slots, and the port of its Python workers."""
    flink = jars.fetch_flink(jars.cache_dir())
    cluster = Cluster(tmp_path_factory.mktemp("flink"))
    yield cluster, cluster.start(flink, PORT, n_slots=2)
    cluster.stop()


@pytest.fixture
def flags(cluster):
    """The flags that send a pipeline to it."""
    try:
        job_server = jars.fetch_job_server(jars.cache_dir(), version("apache-beam"))
    except UserError as error:
        pytest.skip(str(error))
    return beam_flags(PORT, cluster[1], 2, job_server)


def record_hashes(builder):
    paths = sorted(Path(builder.data_path).glob("*.tfrecord*"))
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_job_manager_and_both_task_managers_come_up(cluster):
    assert cluster[0].status() == dict.fromkeys(
        ("jobmanager", "workers", "taskmanager_1", "taskmanager_2"), True
    )


@pytest.mark.parametrize("dies", [False, True])
def test_records_are_the_same_bytes_even_if_a_worker_is_killed(flags, tmp_path, dies):
    expected = Numbers(data_dir=str(tmp_path / "local"))
    expected.download_and_prepare()
    builder = Numbers(data_dir=str(tmp_path / "flink"))
    if dies:
        builder.make_example = DyingOnce(tmp_path)
    settings = parse_beam_settings("FlinkRunner", flags[1:])
    builder.download_and_prepare(download_config=settings.download_config())
    assert (tmp_path / "died").exists() == dies
    assert record_hashes(builder) == record_hashes(expected)
