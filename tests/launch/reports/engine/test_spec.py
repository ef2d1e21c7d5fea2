"""Cells of the paper and names of reports."""

import pytest

from launch.reports import get_report
from launch.reports.engine.spec import Report, parse_printed


@pytest.mark.parametrize(
    ("text", "mean", "std"),
    [
        ("0.999 ± 0.001", 0.999, 0.001),
        ("0.64382 ± 9e-05", 0.64382, 9e-05),
        ("0.0356", 0.0356, None),
        ("N/A", None, None),
    ],
)
def test_cells_as_printed(text, mean, std):
    assert parse_printed(text) == (text, mean, std)


@pytest.mark.parametrize("text", ["", "0.1 +- 0.2", "nan", "0.1 ± inf", "n/a"])
def test_misspelt_cells_are_refused(text):
    with pytest.raises(ValueError):
        parse_printed(text)


def test_title_is_the_name_in_words():
    assert Report("error_over_time", "sps_ball", "", (), ()).title == "Error over time"
    assert Report("table_13", "kitti_masks", "", (), ()).title == "Table 13"


def test_a_figure_of_a_table_has_its_runs_and_none_of_its_numbers():
    table = get_report("table_5")
    figure = table.figure("figure_10", "bars", "draw_changes", columns=table.columns[:1])
    assert figure.variants == table.variants and figure.dataset == table.dataset
    assert (figure.title, figure.seeds, figure.columns) == ("Figure 10", "0", table.columns[:1])
    assert not figure.paper and not figure.notes and not figure.paper_seeds
