"""The command line of the cluster; what it starts is tested beside `pipelines.beam.cluster`."""

import pytest

from tests.fakes import run_command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to do: start, status, stop."),
        (["strat"], "Did you mean 'start'?"),
        (["start", "now"], "a word apart: 'now'"),
        (["start", "--workers=0"], "--workers=0"),
    ],
)
def test_wrong_words_and_flags_get_one_line(arguments, message):
    done = run_command("launch.cluster", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert message in done.stderr


def test_where_nothing_was_started_status_says_so_and_stop_has_nothing_to_do(tmp_path):
    done = run_command("launch.cluster", "status", f"--cluster_dir={tmp_path}/none")
    assert (done.returncode, done.stdout) == (1, f"No cluster was started from {tmp_path}/none\n")
    done = run_command("launch.cluster", "stop", f"--cluster_dir={tmp_path}/none")
    assert (done.returncode, done.stdout) == (0, f"No cluster was started from {tmp_path}/none\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("--seed=1", "--dask_client_address is missing"),
        ("--dask_client_adress=x", "Did you mean 'dask_client_address'?"),
    ],
)
def test_training_takes_the_flags_of_a_cluster_and_refuses_slips(tmp_path, flag, message):
    flags = ("--dataset=sps_ball", "--preset=debug", f"--workdir={tmp_path}/run", "--runner=dask")
    done = run_command("launch.train", *flags, flag)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1], done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()
