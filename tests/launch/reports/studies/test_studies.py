"""Studies: the runs they plan, and their pictures and tables from runs made by hand."""

import json

import numpy as np
import pytest

from launch.reports.studies import STUDIES, Study, Variant, draw, plan_study
from launch.reports.tables.make import make_table
from launch.reports.tables.outcomes import read_outcome
from launch.reports.tables.plan import plan_runs
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run
from sps_tf.runs.history import Look, write_look
from tests.launch.reports.tables.table_fakes import read_table, write_run

MSE = "test/linear_projection_mse"


def plan(name, root, seeds=(0,), preset="debug", **overrides):
    return plan_study(STUDIES[name], preset, seeds, overrides, root)


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("preset", ["fast", "paper", "debug"])
def test_each_run_of_a_study_has_a_folder_and_a_row_of_its_own(name, preset, tmp_path):
    runs = plan(name, tmp_path, (0, 1), preset)
    n_variants = len(STUDIES[name].variants)
    assert len({run.workdir for run in runs}) == len({run.name for run in runs}) == 2 * n_variants
    assert len({run.label for run in runs}) == n_variants
    for run in runs:
        for path, value in run.changes.items():
            node = run.config
            for part in path.split("."):
                node = node[part]
            assert node == value


def test_runs_without_changes_are_those_of_the_table(tmp_path):
    of_table = plan_runs("sps_ball", ("sps", "sps_k0", "beta_vae"), "fast", (0,), {}, tmp_path)
    of_study = plan("figure_5", tmp_path, preset="fast")
    assert [run.workdir for run in of_study] == [run.workdir for run in of_table]
    assert [run.config.to_json() for run in of_study] == [run.config.to_json() for run in of_table]


def test_figure_6_has_every_size_with_every_k(tmp_path):
    found = {
        (run.config.data.n_train, run.config.model.group.n_transforms)
        for run in plan("figure_6", tmp_path, preset="fast")
    }
    assert found == {(n, k) for n in (256, 512, 1024, 2048) for k in (0, 1, 4)}


def test_figure_8_has_five_wrong_groups_the_right_one_and_none(tmp_path):
    runs = plan("figure_8", tmp_path, preset="fast")
    groups = [run.config.model.group.name for run in runs if run.config.model.group.n_transforms]
    assert len(set(groups)) == 6
    assert groups[-1] == "(R^2,+)xSO(2)"
    assert {"(R^1,+)xSO(2)", "(R^3,+)xSO(2)", "(R^2,+)xSO(3)"} < set(groups)
    assert runs[0].config.model.group.n_transforms == 0


def test_each_row_of_the_ablation_undoes_something(tmp_path):
    runs = plan("ablation", tmp_path, preset="fast")
    configs = [run.config.to_json() for run in runs]
    assert len(set(configs)) == len(configs)
    assert runs[0].changes == {}


def test_a_field_that_the_study_varies_cannot_be_set_for_all(tmp_path):
    with pytest.raises(UserError, match=r"figure_6 compares .* in data\.n_train"):
        plan("figure_6", tmp_path, **{"data.n_train": 4})
    with pytest.raises(UserError, match="seed has a flag of its own"):
        plan("figure_6", tmp_path, seed=4)


# === From runs to pictures ===


def make_runs(name, root, seeds=(0, 1, 2), looks=(0, 4, 8)):
    """Write finished runs: the MSE is 0.1 times the row's number, plus 0.01 times the seed."""
    runs = plan(name, root, seeds)
    rows = list(dict.fromkeys(run.row for run in runs))
    for run in runs:
        mse = 0.1 * (1 + rows.index(run.row)) + 0.01 * run.seed
        write_run(run, {MSE: mse, f"{MSE}/x": mse})
        for step in looks:
            grid = np.random.default_rng(step).normal(size=(140, 2)).tolist()
            look = Look(step, 10.0 + step, {MSE: mse + 1 / (1 + step)}, grid)
            write_look(Run(run.workdir).history, look)
    return runs


def make(name, root, **settings):
    study = STUDIES[name]
    runs = make_runs(name, root / "runs", **settings)
    return runs, make_table(runs, (study.table,), root / f"{name}_debug", draw=study.draw)


@pytest.mark.parametrize("name", ["figure_6", "figure_7", "figure_8", "error_over_time"])
def test_study_leaves_its_picture_and_its_table(name, tmp_path):
    runs, status = make(name, tmp_path)
    assert status == 0
    folder = tmp_path / f"{name}_debug"
    assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    report = read_table(folder)
    assert report["figure"]["file"] == f"{name}.png"
    (table,) = report["tables"]
    assert [row["method"] for row in table["rows"]] == list(dict.fromkeys(r.row for r in runs))
    assert table["rows"][1]["cells"][0]["mean"] == pytest.approx(0.21)
    assert report["warnings"] == []
    heading = (folder / "table.md").read_text()
    assert ("of the paper" in heading) == name.startswith("figure")


def test_ablation_has_a_table_alone(tmp_path):
    make("ablation", tmp_path, seeds=(0,))
    folder = tmp_path / "ablation_debug"
    assert sorted(path.name for path in folder.iterdir()) == ["table.csv", "table.json", "table.md"]
    assert "## Ablation: the preset" in (folder / "table.md").read_text()


def test_boxes_are_of_the_values_of_each_variant(tmp_path, monkeypatch):
    drawn = {}

    def draw_boxes(series, value_name, title, group_name):
        drawn.update(series=series, title=title)
        return np.zeros((4, 4, 3), np.uint8)

    monkeypatch.setattr("sps_tf.figures.draw_boxes", draw_boxes)
    make("figure_6", tmp_path)
    assert list(drawn["series"]) == ["K = 0", "K = 1", "K = 4"]
    assert list(drawn["series"]["K = 1"]) == ["256", "512", "1024", "2048"]
    # The fifth row of twelve: K = 1 with 512 sequences.
    np.testing.assert_allclose(drawn["series"]["K = 1"]["512"], [0.5, 0.51, 0.52])
    assert drawn["title"] == "Figure 6, 36 runs"


def test_figure_6_is_drawn_while_runs_are_missing(tmp_path):
    runs = plan("figure_6", tmp_path, (0,))
    done = [run for run in runs if run.config.model.group.n_transforms != 1]
    for run in done:
        write_run(run, {MSE: 0.2})
    figure = STUDIES["figure_6"].draw([read_outcome(run) for run in runs], tmp_path)
    assert (tmp_path / "figure_6.png").read_bytes().startswith(b"\x89PNG")
    assert all((run.name in figure["caption"]) == (run in done) for run in runs)


def test_grid_is_of_the_run_of_median_error_at_the_steps_that_all_have(tmp_path, monkeypatch):
    drawn = {}

    def draw_rows(planes, grid, names, columns, rows):
        drawn.update(planes=planes, columns=columns, rows=rows)
        return np.zeros((4, 4, 3), np.uint8)

    monkeypatch.setattr("sps_tf.figures.draw_coordinate_grid_rows", draw_rows)
    runs = make_runs("figure_7", tmp_path / "runs", looks=(0, 4, 8))
    (Run(runs[3].workdir).history / "step_00000004.json").unlink()  # of seed 1, the median
    outcomes = [read_outcome(run) for run in runs]
    figure = draw.draw_grids(outcomes, tmp_path)
    assert drawn["rows"] == ["K = 0", "K = 4", "K = 16"]
    assert drawn["columns"] == ["step 0", "step 8"]
    assert "sps_k0 seed 1, sps seed 1, sps_k16 seed 1" in figure["caption"]
    plane = drawn["planes"][0][1]
    expected = np.random.default_rng(8).normal(size=(140, 2))
    expected -= expected.mean(axis=0)
    np.testing.assert_allclose(plane, expected / expected.std(), rtol=1e-9)


def test_a_page_has_room_for_six_steps_the_first_and_the_last_among_them():
    assert draw._spread([0, 5]) == [0, 5]
    assert draw._spread([]) == []
    assert draw._spread(list(range(0, 110, 10))) == [0, 20, 40, 60, 80, 100]


def test_runs_that_left_no_looks_are_left_out_of_the_curves(tmp_path, monkeypatch):
    drawn = {}

    def draw_curves(curves, error_name, title):
        drawn.update(curves)
        return np.zeros((4, 4, 3), np.uint8)

    monkeypatch.setattr("sps_tf.figures.draw_error_curves", draw_curves)
    runs = make_runs("error_over_time", tmp_path / "runs", seeds=(0,), looks=(0, 8))
    for path in Run(runs[0].workdir).history.iterdir():
        path.unlink()
    figure = draw.draw_curves([read_outcome(run) for run in runs], tmp_path)
    assert "SPS_VAE, K = 4" not in drawn
    assert "sps seed 0" not in figure["caption"]
    np.testing.assert_allclose(drawn["SPS_VAE, K = 0"][0], [[0, 10, 1.2], [8, 18, 0.2 + 1 / 9]])


def test_study_without_any_look_has_no_picture(tmp_path):
    outcomes = [read_outcome(run) for run in make_runs("figure_7", tmp_path, looks=())]
    assert draw.draw_grids(outcomes, tmp_path) is None
    assert draw.draw_curves(outcomes, tmp_path) is None
    missing = [read_outcome(run) for run in plan("figure_8", tmp_path / "other")]
    assert draw.draw_box_figure(missing, tmp_path) is None
    assert draw.draw_traversals(missing, tmp_path) is None


def test_changes_reach_the_process_that_trains():
    from launch.reports.tables.processes import _command

    study = Study("s", "sps_ball", (Variant("v", "V", "sps", {"steps": 4}),), None, None)
    (run,) = plan_study(study, "debug", (3,), {"batch_size": 2}, "runs")
    command = _command(run, None)
    assert {"--config.steps=4", "--config.batch_size=2", "--seed=3"} < set(command)
    assert json.loads(run.config.to_json())["steps"] == 4
    assert run.workdir.name == "v_debug_seed3"
