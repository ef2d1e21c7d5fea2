"""`python -m launch.table` as its user meets it."""

import json

import pytest

from launch.configs import METHODS, PRESETS
from sps_tf.runs.folder import Run
from tests.fakes import run_command
from tests.launch.reports.tables.table_fakes import MSE, find_cell, plan, read_table, write_run

TINY = ("--dataset=sps_ball", "--preset=debug", "--methods=sps")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--dataset is missing. Known: sps_ball"),
        (["--dataset=sps_bal"], "Did you mean 'sps_ball'?"),
        (["--dataset=video_folder"], "Received: 'video_folder'"),
        ([*TINY, "--methods=sps,beta_vea"], "Did you mean 'beta_vae'?"),
        ([*TINY, "--methods=sps,sps"], "--methods takes each value once. Received twice: sps"),
        ([*TINY, "--method=sps"], "Did you mean: methods"),
        ([*TINY, "--seeds=0,x"], "--seeds takes whole numbers of at least 0"),
        ([*TINY, "--seeds=-1"], "Received: '-1'"),
        ([*TINY, "--preset=papr"], "Did you mean 'paper'?"),
        ([*TINY, "--methods=spice"], "spice needs sound"),
        ([*TINY, "--processes=0"], "--processes=0"),
        ([*TINY, "--config.step=3"], "Did you mean 'steps'?"),
        ([*TINY, "--config.seed=3"], "seed has a flag of its own: --seeds=<value>"),
        (["--dataset=sps_ball/gren"], "Received: 'sps_ball/gren'"),
        ([*TINY, "--runs=/dev/null/x"], "The folder /dev/null/x/sps_ball/table_debug"),
        ([*TINY, "--train=false"], "None of the 5 runs has finished"),
    ],
)
def test_wrong_flags_get_one_line_at_once(arguments, message, tmp_path):
    done = run_command("launch.table", f"--runs={tmp_path}/runs", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert not (tmp_path / "runs").exists()


def test_help_shows_flags_and_loads_no_tensorflow():
    done = run_command("launch.table", "--help", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    for name in (*METHODS, *PRESETS, "--processes", "--[no]train"):
        assert name in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "ml_collections" in imported
    assert not imported & {"tensorflow", "keras", "tensorflow_datasets", "matplotlib"}


def test_help_after_the_other_flags_lists_the_config():
    done = run_command("launch.table", *TINY, "--help")
    assert "  steps = 8\n" in done.stdout


def test_table_of_finished_runs_needs_no_tensorflow(tmp_path):
    for run, value in zip(plan(tmp_path, ("sps",), (0, 1)), (0.1, 0.3), strict=True):
        write_run(run, {MSE: value})
    done = run_command(
        "launch.table", *TINY, "--seeds=0,1,2", f"--runs={tmp_path}", "--train=false",
        PYTHONPROFILEIMPORTTIME="1",
    )  # fmt: skip
    assert done.returncode == 0
    assert "0.2000 +- 0.1414" in done.stdout
    assert "PAPER, mean +- std" in done.stdout
    assert "missing: sps seed 2" in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"tensorflow", "keras", "tensorflow_datasets"}
    table = read_table(tmp_path / "sps_ball" / "table_debug")["tables"][0]
    assert find_cell(table, "sps", MSE)["values"] == {"0": 0.1, "1": 0.3}


def test_missing_run_is_trained_and_finished_and_failed_ones_stay(tmp_path, ball_data_dir):
    finished, missing, _ = plan(tmp_path, ("beta_vae",), steps=4, eval_every=0)
    write_run(finished, {MSE: 0.125})
    write_run(plan(tmp_path, ("beta_vae",))[2], {MSE: 0.25})
    before = (finished.workdir / "results.json").read_bytes()
    call = (
        "launch.table", "--dataset=sps_ball", "--preset=debug", "--methods=beta_vae",
        "--seeds=0,1,2", f"--runs={tmp_path}", f"--data_dir={ball_data_dir}",
        "--config.steps=4", "--config.eval_every=0",
    )  # fmt: skip
    done = run_command(*call)
    assert done.returncode == 1
    assert "3 runs in the table, 1 of them to be trained" in done.stdout
    assert "beta_vae seed 1: done" in done.stderr
    assert "failed: beta_vae seed 2: " in done.stdout
    assert "steps is 8 there, 4 here" in done.stdout
    assert (finished.workdir / "results.json").read_bytes() == before

    folder = tmp_path / "sps_ball" / "table_debug"
    report = read_table(folder)
    trained = Run(missing.workdir).read_results()
    assert trained["config"] == json.loads(missing.config.to_json())
    cell = find_cell(report["tables"][0], "beta_vae", MSE)
    assert cell["values"] == {"0": 0.125, "1": trained["metrics"][MSE]}
    assert cell["mean"] == pytest.approx((0.125 + trained["metrics"][MSE]) / 2)
    assert any("runs differ in versions.device" in line for line in report["warnings"])
    assert "preset debug, steps = 4, eval_every = 0" in (folder / "table.md").read_text()
    assert not list(folder.rglob(".tmp-*"))
