"""A local Flink's processes: settings, wrong starts, and a stop that hits nobody else."""

import json
import os
import socket
import subprocess

import psutil
import pytest

from pipelines.flink.processes import Cluster, flink_settings
from sps_tf.errors import UserError
from tests.pipelines.flink import programs


def test_lost_work_is_done_again_and_nobody_else_can_hand_in_jobs():
    settings = flink_settings(8081, 6123)
    assert settings["restart-strategy.type"] == "fixed-delay"
    assert settings["taskmanager.numberOfTaskSlots"] == 1
    bound = [value for name, value in settings.items() if "bind" in name]
    assert bound == ["localhost"] * 3


def test_taken_port_is_told(tmp_path):
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UserError, match=f"Port {port} is taken"):
            Cluster(tmp_path / "run").start(tmp_path, port, 2)
    assert not (tmp_path / "run").exists()


def running_children():
    children = psutil.Process().children(recursive=True)
    return {child for child in children if child.status() != psutil.STATUS_ZOMBIE}


def test_process_that_ends_at_once_is_named_and_nothing_is_left(tmp_path, monkeypatch):
    programs.install(tmp_path / "bin", monkeypatch, java="echo 'no such class'; exit 1")
    cluster = Cluster(tmp_path / "run")
    before = running_children()
    with pytest.raises(UserError, match=r"ended at once; its log is .*Received: no such class"):
        cluster.start(tmp_path, 1, 1)
    assert running_children() <= before
    assert cluster.status() == {}


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def note(cluster, pid, create_time):
    cluster.folder.mkdir(exist_ok=True)
    content = json.dumps({"jobmanager": [pid, create_time]})
    (cluster.folder / "processes.json").write_text(content)


def test_stop_ends_what_was_started(tmp_path, sleeper):
    cluster = Cluster(tmp_path / "run")
    note(cluster, sleeper.pid, psutil.Process(sleeper.pid).create_time())
    assert cluster.status() == {"jobmanager": True}
    with pytest.raises(UserError, match="runs already"):
        cluster.start(tmp_path, 1, 1)
    assert cluster.stop() == 1
    assert sleeper.poll() is not None
    assert cluster.status() == {}


def test_process_that_got_the_number_of_an_old_one_is_left_alone(tmp_path, sleeper):
    cluster = Cluster(tmp_path / "run")
    note(cluster, sleeper.pid, psutil.Process(sleeper.pid).create_time() - 1000)
    assert cluster.status() == {"jobmanager": False}
    assert cluster.stop() == 0
    assert sleeper.poll() is None


def test_stop_without_a_start_does_nothing(tmp_path):
    assert Cluster(tmp_path / "run").stop() == 0
    assert not os.listdir(tmp_path)
