"""A Dask cluster on this machine: started, used while a worker dies, looked at, stopped."""

import json
import subprocess
import sys

import psutil
import pytest

from pipelines.beam import cluster
from pipelines.beam.settings import parse_beam_settings
from sps_tf.errors import UserError
from tests.pipelines.beam.shard_fakes import DyingOnce, Numbers
from tests.pipelines.beam.test_builder import record_hashes


def settings_of(started, *flags):
    return parse_beam_settings("dask", [f"--dask_client_address={started.address}", *flags])


def test_a_worker_that_dies_is_replaced_and_the_bytes_are_those_of_one_machine(tmp_path):
    alone = Numbers(data_dir=str(tmp_path / "alone"))
    alone.download_and_prepare()
    folder = tmp_path / "cluster"
    started = cluster.start(folder, n_workers=2)
    try:
        assert cluster.read(folder) == started
        assert [member.name for member in started.members] == ["scheduler", "worker-0", "worker-1"]
        assert all(member.runs() for member in started.members)
        with pytest.raises(UserError, match=f"running already.*{started.address}"):
            cluster.start(folder, n_workers=1)
        builder = Numbers(data_dir=str(tmp_path / "dask"))
        builder.make_example = DyingOnce(tmp_path)
        builder.download_and_prepare(download_config=settings_of(started).download_config())
    finally:
        assert cluster.stop(folder) == started
    assert (tmp_path / "died").exists()
    assert record_hashes(builder) == record_hashes(alone)
    assert builder.info.metadata == alone.info.metadata
    assert not any(member.processes() for member in started.members)
    assert cluster.read(folder) is None and cluster.stop(folder) is None
    with pytest.raises(UserError, match=rf"No Dask scheduler answers.*{started.address}"):
        Numbers(data_dir=str(tmp_path / "later")).download_and_prepare(
            download_config=settings_of(started, "--dask_connection_timeout=2").download_config()
        )


def test_another_process_with_the_pid_of_a_member_is_not_touched(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as leader:
        try:
            started = psutil.Process(leader.pid).create_time()
            (found,) = cluster.Member("worker-0", leader.pid, started).processes()
            assert found.pid == leader.pid
            assert not cluster.Member("worker-0", leader.pid, started - 60).processes()
        finally:
            leader.kill()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"address": "a"}', '{"address": 1, "members": [1]}']
)
def test_damaged_file_of_pids_is_named(tmp_path, content):
    (tmp_path / "cluster.json").write_text(content)
    with pytest.raises(UserError, match=r"file of pids is damaged.*cluster\.json"):
        cluster.stop(tmp_path)


def test_a_scheduler_that_does_not_start_is_told_with_its_last_line(tmp_path):
    with pytest.raises(UserError, match=r"scheduler did not start\. Received: .*scheduler\.log"):
        cluster.start(tmp_path, n_workers=1, host="203.0.113.1")  # an address that nobody has
    assert not (tmp_path / "cluster.json").exists()


def test_what_was_started_is_noted_for_other_programs(tmp_path):
    member = cluster.Member("scheduler", 1, 2.5)
    (tmp_path / "cluster.json").write_text(
        json.dumps(
            {"address": "tcp://a:1", "members": [{"name": "scheduler", "pid": 1, "started": 2.5}]}
        )
    )
    assert cluster.read(tmp_path) == cluster.Cluster("tcp://a:1", (member,))
