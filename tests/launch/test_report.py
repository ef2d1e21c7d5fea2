"""`python -m launch.report` as its user meets it."""

import json

import pytest

from launch.configs import METHODS, PRESETS
from launch.reports import NAMES
from sps_tf.runs.folder import Run
from tests.fakes import run_command
from tests.launch.reports.run_fakes import MSE, find_cell, plan, read_report, write_run

TINY = ("--name=table_2", "--preset=debug", "--methods=sps")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name=tabel_13"], "Did you mean 'table_13'?"),
        (["--name=figure_9"], "each of --name must be one of 'table_1'"),
        (["--name=table_2,table_2"], "--name takes each value once"),
        ([*TINY, "--methods=sps,beta_vea"], "Did you mean 'beta_vae'?"),
        ([*TINY, "--methods=sps,sps"], "--methods takes each value once. Received twice: sps"),
        ([*TINY, "--method=sps"], "Did you mean: methods"),
        ([*TINY, "--seeds=0,x"], "--seeds takes whole numbers of at least 0"),
        ([*TINY, "--seeds=-1"], "Received: '-1'"),
        ([*TINY, "--preset=papr"], "Did you mean 'paper'?"),
        (["--name=all", "--preset=paper_small"], "sps_scale has the presets"),
        ([*TINY, "--methods=spice"], "spice needs sound"),
        ([*TINY, "--processes=0"], "--processes=0"),
        ([*TINY, "--config.step=3"], "Did you mean 'steps'?"),
        ([*TINY, "--config.seed=3"], "seed has a flag of its own: --seeds=<value>"),
        (["--name=figure_6", "--config.data.n_train=9"], "figure_6 compares runs that differ in"),
        ([*TINY, "--runs=/dev/null/x"], "The folder /dev/null/x/reports"),
        ([*TINY, "--train=false"], "None of the 5 runs has finished"),
        (["--name=figure_8,figure_7", "--train=false"], "None of the 22 runs has finished"),
    ],
)
def test_wrong_flags_get_one_line_at_once(arguments, message, tmp_path):
    done = run_command("launch.report", f"--runs={tmp_path}/runs", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert not (tmp_path / "runs").exists()


def imported_modules(done):
    """Return what a command imported that ran under PYTHONPROFILEIMPORTTIME."""
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_without_a_name_all_reports_are_listed_and_no_tensorflow_is_loaded():
    done = run_command("launch.report", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.splitlines()[2:]]
    assert listed == list(NAMES)
    heavy = {"tensorflow", "keras", "tensorflow_datasets", "matplotlib", "numpy"}
    assert not imported_modules(done) & heavy


def test_help_shows_flags_and_loads_no_tensorflow():
    done = run_command("launch.report", "--help", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    for name in (*NAMES, *METHODS, *PRESETS, "--processes", "--[no]train", "--[no]dry_run"):
        assert name in done.stdout
    assert "With the other flags given, --help also lists the fields" in done.stdout
    imported = imported_modules(done)
    assert "ml_collections" in imported
    assert not imported & {"tensorflow", "keras", "tensorflow_datasets", "matplotlib"}


def test_help_after_the_other_flags_lists_the_config():
    assert "  steps = 8\n" in run_command("launch.report", *TINY, "--help").stdout


def test_dry_run_trains_and_writes_nothing(tmp_path):
    done = run_command(
        "launch.report", "--name=figure_5,table_2", "--preset=debug", "--seeds=0", "--dry_run",
        f"--runs={tmp_path}/runs",
    )  # fmt: skip
    assert done.returncode == 0
    assert "5 runs, 5 of them to be trained" in done.stdout.splitlines()[-1]
    assert not (tmp_path / "runs").exists()


def test_report_on_finished_runs_needs_no_tensorflow(tmp_path):
    for run, value in zip(plan(tmp_path, ("sps",), (0, 1)).runs, (0.1, 0.3), strict=True):
        write_run(run, {MSE: value})
    done = run_command(
        "launch.report", *TINY, "--seeds=0,1,2", f"--runs={tmp_path}", "--train=false",
        PYTHONPROFILEIMPORTTIME="1",
    )  # fmt: skip
    assert done.returncode == 0
    assert "0.2000 +- 0.1414" in done.stdout
    assert "PAPER, mean +- std" in done.stdout
    assert "missing: sps seed 2" in done.stdout
    assert not imported_modules(done) & {"tensorflow", "keras", "tensorflow_datasets"}
    cell = find_cell(read_report(tmp_path), "sps", MSE)
    assert cell["values"] == {"0": 0.1, "1": 0.3}


def test_missing_run_is_trained_and_finished_and_failed_ones_stay(tmp_path, ball_data_dir):
    finished, missing, _ = plan(tmp_path, ("beta_vae",), steps=4, eval_every=0).runs
    write_run(finished, {MSE: 0.125})
    write_run(plan(tmp_path, ("beta_vae",)).runs[2], {MSE: 0.25})
    before = (finished.workdir / "results.json").read_bytes()
    done = run_command(
        "launch.report", "--name=table_2", "--preset=debug", "--methods=beta_vae",
        "--seeds=0,1,2", f"--runs={tmp_path}", f"--data_dir={ball_data_dir}",
        "--config.steps=4", "--config.eval_every=0",
    )  # fmt: skip
    assert done.returncode == 1
    assert "3 runs, 1 of them to be trained" in done.stdout
    assert "beta_vae seed 1: done" in done.stderr
    assert "failed: beta_vae seed 2: " in done.stdout
    assert "steps is 8 there, 4 here" in done.stdout
    assert (finished.workdir / "results.json").read_bytes() == before

    report = read_report(tmp_path)
    trained = Run(missing.workdir).read_results()
    assert trained["config"] == json.loads(missing.config.to_json())
    assert Run(missing.workdir).read_progress() == ("evaluation", 4)
    cell = find_cell(report, "beta_vae", MSE)
    assert cell["values"] == {"0": 0.125, "1": trained["metrics"][MSE]}
    assert cell["mean"] == pytest.approx((0.125 + trained["metrics"][MSE]) / 2)
    assert any("runs differ in versions.device" in line for line in report["warnings"])
    folder = tmp_path / "reports" / "table_2_debug"
    assert "preset debug, steps = 4, eval_every = 0" in (folder / "report.md").read_text()
    assert not list(tmp_path.rglob(".tmp-*"))


def write_model(run):
    """Make the folder of a finished run whose model is as it was built."""
    from sps_tf.training.building import build_model

    write_run(run, {"test/linear_projection_mse": 0.5})
    build_model(run.config, (20, 32, 32, 3)).save(Run(run.workdir).model_path)


def test_traversals_of_trained_models_stand_above_one_another(tmp_path, ball_data_dir):
    """One run is trained; the others, which take longer, have only been built."""
    shorter = {"steps": 2, "eval_every": 0}
    sps, sps_k0, trained = plan(
        tmp_path / "runs", ("sps", "sps_k0", "beta_vae"), (0,), "figure_5", **shorter
    ).runs
    write_model(sps)
    write_model(sps_k0)
    arguments = ["--name=figure_5", "--preset=debug", f"--runs={tmp_path}/runs"]
    arguments += [f"--data_dir={ball_data_dir}"]
    arguments += [f"--config.{name}={value}" for name, value in shorter.items()]
    done = run_command("launch.report", *arguments)
    assert done.returncode == 0, done.stderr
    assert Run(trained.workdir).read_results()["steps"] == 2
    folder = tmp_path / "runs" / "reports" / "figure_5_debug"
    assert (folder / "report.png").stat().st_size > 1000
    assert "![Latent traversal: sps seed 0, sps_k0 seed 0" in (folder / "report.md").read_text()
    assert run_command("launch.report", *arguments, "--train=false").returncode == 0
