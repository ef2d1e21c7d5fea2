"""The numbers of the paper's tables."""

import pytest

from launch.configs import get_config
from launch.reports.tables import get_tables
from launch.reports.tables.spec import parse_printed
from launch.reports.tables.summary import label_of
from sps_tf.errors import UserError


@pytest.mark.parametrize(
    ("dataset", "index", "method", "title", "text", "mean", "std"),
    [
        ("sps_scale", 0, "sps", "Synthesis R^2", "0.986 ± 0.025", 0.986, 0.025),
        ("sps_scale", 0, "beta_vae", "Learned factor R^2", "0.772 ± 0.333", 0.772, 0.333),
        ("sps_scale", 0, "spice", "Learned factor R^2", "1.000", 1.0, None),
        ("sps_scale", 0, "spice", "Synthesis R^2", "N/A", None, None),
        ("sps_scale", 1, "sps_ae_k0", "L_prior", "0.0087 ± 0.0212", 0.0087, 0.0212),
        ("sps_scale/instruments", 0, "sps_k0", "Image-pred", "0.0363", 0.0363, None),
        ("sps_melody", 0, "sps", "Synthesis R^2", "0.47", 0.47, None),
        ("sps_ball", 0, "sps_ae_k0", "y axis MSE", "0.44 ± 0.27", 0.44, 0.27),
        ("sps_ball", 1, "sps", "Self-recon", "0.64382 ± 9e-05", 0.64382, 9e-05),
        ("kitti_masks", 0, "sps_k0", "Linear proj. MSE 2", "0.243 ± 0.088", 0.243, 0.088),
    ],
)
def test_numbers_are_those_that_the_paper_prints(dataset, index, method, title, text, mean, std):
    table = get_tables(get_config(dataset))[index]
    (column,) = [column for column in table.columns if column.title == title]
    assert table.cell(method, column) == (text, mean, std)


@pytest.mark.parametrize(
    "dataset", ["sps_ball", "sps_scale", "sps_scale/instruments", "sps_melody", "kitti_masks"]
)
def test_every_cell_of_every_table_can_be_read(dataset):
    for table in get_tables(get_config(dataset)):
        assert len({column.metric for column in table.columns}) == len(table.columns)
        for method, cells in table.printed.items():
            assert table.labels[method]
            assert len(cells) <= len(table.columns)
            for text in cells:
                parse_printed(text)


def test_columns_of_ours_have_no_number_of_the_paper():
    table = get_tables(get_config("sps_ball"))[0]
    (held_out,) = [c for c in table.columns if c.metric == "test/linear_projection_mse"]
    assert table.cell("sps", held_out) is None


def test_colours_of_the_ball_have_tables_of_their_own():
    config = get_config("sps_ball/colorful")
    assert [table.name for table in get_tables(config)] == ["Table 10", "Table 11"]


def test_data_that_the_paper_has_no_table_on_are_refused():
    with pytest.raises(UserError, match="the dataset of a table must be one of 'sps_ball'"):
        get_tables(get_config("video_folder"))


@pytest.mark.parametrize("text", ["", "0.1 +- 0.2", "nan", "0.1 ± inf", "n/a"])
def test_misspelt_cells_are_refused(text):
    with pytest.raises(ValueError):
        parse_printed(text)


def test_labels_tell_k_and_style():
    assert label_of(get_config("sps_ball", "sps")) == "SPS_VAE, K = 4"
    assert label_of(get_config("sps_ball", "sps_ae_k0")) == "SPS_AE, K = 0"
    assert label_of(get_config("kitti_masks", "sps")) == "SPS_VAE, K = 1"
    assert label_of(get_config("sps_scale/instruments", "sps")) == "SPS_VAE+, K = 4"
    assert label_of(get_config("sps_ball", "beta_vae")) == "beta-VAE"
