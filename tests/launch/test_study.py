"""`python -m launch.study` as its user meets it."""

import pytest

from launch.configs import PRESETS
from launch.reports.studies import STUDIES
from tests.fakes import run_command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--study is missing. Known: figure_5"),
        (["--study=figure_9"], "Did you mean 'figure_8'?"),
        (["--study=figure_8", "--seeds=a"], "--seeds takes whole numbers"),
        (["--study=figure_8", "--preset=fats"], "Did you mean 'fast'?"),
        (["--study=figure_6", "--config.data.n_train=9"], "figure_6 compares runs that differ in"),
        (["--study=figure_8", "--train=false"], "None of the 21 runs has finished"),
    ],
)
def test_wrong_flags_get_one_line_at_once(arguments, message, tmp_path):
    done = run_command("launch.study", f"--runs={tmp_path}/runs", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert message in done.stderr
    assert not (tmp_path / "runs").exists()


def test_help_names_the_studies_and_loads_no_tensorflow():
    done = run_command("launch.study", "--help", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    for name in (*STUDIES, *PRESETS, "--processes", "--[no]train", "--seeds"):
        assert name in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "ml_collections" in imported
    assert not imported & {"tensorflow", "keras", "tensorflow_datasets", "matplotlib", "numpy"}


def test_traversals_of_trained_models_stand_above_one_another(tmp_path):
    arguments = ["--study=figure_5", "--preset=debug", f"--runs={tmp_path}/runs"]
    done = run_command("launch.study", *arguments, f"--data_dir={tmp_path}/data")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "runs" / "sps_ball" / "figure_5_debug"
    assert (folder / "figure_5.png").stat().st_size > 1000
    assert "![Latent traversal: sps seed 0, sps_k0 seed 0" in (folder / "table.md").read_text()
    again = run_command("launch.study", *arguments, "--train=false", f"--data_dir={tmp_path}/data")
    assert again.returncode == 0
