"""Runs on a cluster of two workers, with small scripts in place of the training."""

import functools
import os
import signal
import textwrap

import pytest

from launch.reports.running import dask_runs, processes
from launch.reports.running.dask_runs import run_on_worker, train_runs_on_dask
from sps_tf.errors import UserError
from tests.launch.reports.run_fakes import plan

distributed = pytest.importorskip("distributed")

PRELUDE = """
import os, pathlib, sys, time
workdir = pathlib.Path([w for w in sys.argv if w.startswith("--workdir=")][0][10:])
workdir.mkdir(parents=True, exist_ok=True)
"""


@pytest.fixture(scope="module")
def address():
    """Return the scheduler's address; the workers are processes of their own."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def run_script(monkeypatch, address):
    """Return a function that lets a script stand in for each training and runs them."""
    monkeypatch.setattr(processes, "_POLL_SECONDS", 0.05)

    def run(runs, script):
        def words(run, _):
            code = PRELUDE + textwrap.dedent(script)
            return ["-c", code, f"--workdir={run.workdir}", str(run.config.seed)]

        monkeypatch.setattr(dask_runs, "train_words", words)
        problems = train_runs_on_dask(address, runs, 1)
        return {run.name: problems[run.workdir] for run in runs if run.workdir in problems}

    return run


def test_runs_go_side_by_side_each_in_a_process_of_its_own(run_script, tmp_path):
    runs = plan(tmp_path, seeds=(0, 1, 2)).runs
    for run, steps in zip(runs, (1, 2, 3), strict=True):
        run.config.data.n_train = steps  # other data: none waits for another's
    script = """
    others = workdir.parent
    (workdir / "pid").write_text(f"{os.getpid()} {os.getppid()}")
    if sys.argv[-1] in "01":
        for _ in range(600): len(list(others.glob("*/pid"))) > 1 or time.sleep(0.05)
    (workdir / "results.json").write_text("done")
    """
    assert run_script(runs, script) == {}
    pids = [(run.workdir / "pid").read_text().split() for run in runs]
    assert len({pid for pid, _ in pids}) == 3
    assert len({parent for _, parent in pids}) == 2
    assert all((run.workdir / "results.json").read_text() == "done" for run in runs)
    assert not list(tmp_path.rglob(".shared"))


def test_run_whose_worker_is_killed_is_continued_by_the_other(run_script, tmp_path):
    runs = plan(tmp_path, seeds=(0,)).runs
    script = f"""
    from launch.signals import follow_parent
    mark = workdir / "checkpoint"
    if not mark.exists():
        mark.write_text(os.environ["SPS_PARENT_PID"])
        parent = os.getppid()
        follow_parent()
        os.kill(parent, {int(signal.SIGKILL)})
        time.sleep(60)
    (workdir / "results.json").write_text(f"{{mark.read_text()}} {{os.getppid()}}")
    """
    assert run_script(runs, script) == {}
    first, second = (runs[0].workdir / "results.json").read_text().split()
    assert first != second


def test_run_that_fails_is_named_and_the_others_go_on(run_script, tmp_path):
    runs = plan(tmp_path, seeds=(0, 1)).runs
    script = "print('error: no room'); sys.exit(2 if sys.argv[-1] == '0' else 0)"
    problems = run_script(runs, script)
    assert problems == {"sps seed 0": f"no room (all it printed: {runs[0].workdir}/train.log)"}


def test_folder_that_workers_do_not_see_gets_the_finished_run(run_script, tmp_path, monkeypatch):
    runs = plan(tmp_path, seeds=(0,)).runs
    # The mark says something else than the workers are told: they take it for another folder.
    monkeypatch.setattr(
        dask_runs, "run_on_worker", functools.partial(_in_another_folder, run_on_worker)
    )
    script = """
    (workdir / "model").mkdir()
    (workdir / "model" / "weights").write_bytes(b"1234")
    (workdir / "where").write_text(str(workdir))
    print("printed")
    """
    assert run_script(runs, script) == {}
    workdir = runs[0].workdir
    assert (workdir / "model" / "weights").read_bytes() == b"1234"
    assert (workdir / "where").read_text() != str(workdir)
    assert (workdir / "train.log").read_text() == "printed\n"


def _in_another_folder(run, words, workdir, stop):
    return run(words, os.path.join(workdir, "elsewhere"), stop)


def test_scheduler_that_does_not_answer_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_runs, "_CONNECT_SECONDS", 1)
    with pytest.raises(UserError, match=r"no scheduler that answers.*tcp://127\.0\.0\.1:1"):
        train_runs_on_dask("tcp://127.0.0.1:1", plan(tmp_path, seeds=(0,)).runs, 1)
