"""The declarations: every report can be planned, and the paper's numbers are those it prints."""

from pathlib import Path

import pytest

import launch.reports
from launch.configs import presets_of
from launch.reports import NAMES, get_report, pictures
from launch.reports.engine.plan import plan_report
from launch.reports.engine.spec import parse_printed
from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.training.building import build_group, build_model


def test_each_file_is_a_report_that_is_listed():
    folder = Path(launch.reports.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} == {*NAMES, "__init__", "parts"}
    assert [get_report(name).name for name in NAMES] == list(NAMES)
    with pytest.raises(UserError, match="Did you mean 'table_12'"):
        get_report("tabel_12")


@pytest.mark.parametrize("name", NAMES)
def test_each_row_has_a_folder_a_name_and_a_label_of_its_own(name, tmp_path):
    report = get_report(name)
    for preset in presets_of(report.dataset) if report.variants else ():
        runs = plan_report(report, preset, (0, 1), root=tmp_path).runs
        n_rows = len(report.variants)
        assert len({run.workdir for run in runs}) == len({run.name for run in runs}) == 2 * n_rows
        assert len({run.label for run in runs}) == n_rows
        for run in runs:
            for path, value in run.variant.changes.items():
                node = run.config
                for part in path.split("."):
                    node = node[part]
                assert node == value


def test_reports_that_share_a_folder_agree_on_its_settings(tmp_path):
    config_of = {}
    for name in NAMES:
        for run in plan_report(get_report(name), "debug", (0,), root=tmp_path).runs:
            assert config_of.setdefault(run.workdir, run.config.to_json()) == run.config.to_json()
    assert len(config_of) < sum(len(get_report(name).variants) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_can_be_read_and_every_picture_drawn(name):
    report = get_report(name)
    assert len({column.metric for column in report.columns}) == len(report.columns)
    rows = report.facts() if report.facts else [variant.name for variant in report.variants]
    assert set(report.paper) <= set(rows)
    assert bool(report.paper) == name.startswith("table")
    for cells in report.paper.values():
        assert len(cells) <= len(report.columns)
        for text in cells:
            parse_printed(text)
    assert not report.picture or callable(getattr(pictures, report.picture))


@pytest.mark.parametrize(
    ("name", "variant", "title", "text", "mean", "std"),
    [
        ("table_1", "sps", "Synthesis R^2", "0.986 ± 0.025", 0.986, 0.025),
        ("table_1", "beta_vae", "Learned factor R^2", "0.772 ± 0.333", 0.772, 0.333),
        ("table_1", "spice", "Learned factor R^2", "1.000", 1.0, None),
        ("table_1", "spice", "Synthesis R^2", "N/A", None, None),
        ("table_2", "sps_ae_k0", "y axis MSE", "0.44 ± 0.27", 0.44, 0.27),
        ("table_3", "sps_ae_k0", "L_prior", "0.0087 ± 0.0212", 0.0087, 0.0212),
        ("table_4", "sps", "Self-recon", "0.64382 ± 9e-05", 0.64382, 9e-05),
        ("table_7", "sps_k0", "Image-pred", "0.0363", 0.0363, None),
        ("table_5", "sps_unsplit", "mean of dz_c / dz_s", "2.20", 2.2, None),
        ("table_6", "gmvae", "pitch: precision", "0.83", 0.83, None),
        ("table_6", "sps", "timbre: random", "0.67", 0.67, None),
        ("table_8", "sps_unsplit", "colour: precision", "0.64", 0.64, None),
        ("table_8", "sps", "place on a level line: precision", "0.88", 0.88, None),
        ("table_9", "sps", "mean of dz_c / dz_s", "0.54", 0.54, None),
        ("table_10", "beta_vae_green", "z axis MSE", "0.73", 0.73, None),
        ("table_11", "sps_k0", "L_prior", "0.1320", 0.132, None),
        ("table_12", "sps", "Synthesis R^2", "0.47", 0.47, None),
        ("table_13", "sps_k0", "Linear proj. MSE 2", "0.243 ± 0.088", 0.243, 0.088),
        ("table_13_mots", "beta_vae", "Self-recon", "0.028 ± 0.001", 0.028, 0.001),
    ],
)
def test_numbers_are_those_that_the_paper_prints(name, variant, title, text, mean, std):
    report = get_report(name)
    (column,) = [column for column in report.columns if column.title == title]
    assert report.cell(variant, column) == (text, mean, std)


def test_ablations_without_a_split_predict_every_latent(tmp_path):
    of = {
        name: next(
            run.config
            for run in plan_report(get_report(name), "fast", (0,), root=tmp_path).runs
            if run.variant.name == "sps_unsplit"
        )
        for name in ("table_5", "table_9")
    }
    for config, size, style in ((of["table_5"], 3, 2), (of["table_9"], 5, 3)):
        latent, changes = config.model.latent, config.evaluation.changes
        assert (len(latent.content), len(latent.style)) == (size, 0)
        assert len(changes.style) == style
        assert {*changes.content, *changes.style} == set(latent.content)
        group = build_group(config.model, LatentLayout(latent.content))
        assert tuple(changes.content) == group.dims
        assert config.model.group.n_transforms == 4


def test_beta_vae_of_the_paper_has_one_latent_and_the_banjo(tmp_path):
    runs = plan_report(get_report("figure_12"), "fast", (0,), root=tmp_path).runs
    (config,) = [run.config for run in runs if run.variant.name == "beta_vae_banjo"]
    assert (*config.model.latent.content, *config.model.latent.style) == ("z_pitch",)
    assert config.input.only_instruments == "Banjo"
    assert build_model(config, (16, 513, 5, 1)).layout.size == 1


def test_green_row_of_table_10_learns_from_green_balls(tmp_path):
    runs = plan_report(get_report("table_10"), "fast", (0,), root=tmp_path).runs
    datasets = {run.variant.name: run.config.dataset for run in runs}
    assert datasets.pop("beta_vae_green") == "sps_ball"
    assert set(datasets.values()) == {"sps_ball/colorful"}


@pytest.mark.parametrize("name", ["table_5", "table_6", "figure_10"])
def test_the_one_method_with_labels_says_so(name, tmp_path):
    report = get_report(name)
    runs = plan_report(report, "fast", (0,), root=tmp_path).runs
    labelled = [run.label for run in runs if "label" in run.label]
    assert labelled == ["GMVAE, with pitch labels"]
    assert any("GMVAE learns from the pitch" in note for note in report.notes)


def test_columns_of_ours_have_no_number_of_the_paper():
    report = get_report("table_2")
    (held_out,) = [c for c in report.columns if c.metric == "test/linear_projection_mse"]
    assert report.cell("sps", held_out) is None


def test_figure_6_has_every_size_with_every_k(tmp_path):
    runs = plan_report(get_report("figure_6"), "fast", (0,), root=tmp_path).runs
    found = {(run.config.data.n_train, run.config.model.group.n_transforms) for run in runs}
    assert found == {(n, k) for n in (256, 512, 1024, 2048) for k in (0, 4, 16)}
    places = get_report("figure_6").settings["places"]
    assert places["sps_k16_n256"] == ("K = 16", "256")
    assert set(places) == {run.variant.name for run in runs}


def test_every_table_and_figure_of_the_paper_has_a_name():
    diagrams = {1, 2, 9}
    numbers = {
        kind: {int(name.split("_")[1]) for name in NAMES if name.startswith(kind)}
        for kind in ("table", "figure")
    }
    assert numbers == {"table": set(range(1, 15)), "figure": set(range(1, 20)) - diagrams}


def test_instruments_of_the_data_set_have_the_ranges_of_table_14():
    report = get_report("table_14")
    ranges = report.facts()
    assert len(ranges) == len(report.paper) == 53
    assert report.paper["English Horn"] == ("36", "85")
    for name, (low, high) in ranges.items():
        assert report.paper[name] == (str(low), str(high))


def test_figure_8_has_five_wrong_groups_the_right_one_and_none(tmp_path):
    runs = plan_report(get_report("figure_8"), "fast", (0,), root=tmp_path).runs
    groups = [run.config.model.group.name for run in runs if run.config.model.group.n_transforms]
    assert len(set(groups)) == 6
    assert groups[-1] == "(R^2,+)xSO(2)"
    assert {"(R^1,+)xSO(2)", "(R^3,+)xSO(2)", "(R^2,+)xSO(3)"} < set(groups)
    assert runs[0].config.model.group.n_transforms == 0


def test_each_row_of_the_ablation_undoes_something(tmp_path):
    runs = plan_report(get_report("ablation"), "fast", (0,), root=tmp_path).runs
    configs = [run.config.to_json() for run in runs]
    assert len(set(configs)) == len(configs)
    assert runs[0].variant.changes == {}
