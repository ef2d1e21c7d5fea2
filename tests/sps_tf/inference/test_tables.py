import csv
import tracemalloc

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.inference.tables import write_table

BLOCKS = [
    {"frame": np.arange(3), "z": np.array([0.5, np.nan, 1 / 3])},
    {"frame": np.arange(3, 4), "z": np.array([-1e-7])},
]


def test_csv_has_a_header_and_an_empty_field_where_nothing_is_known(tmp_path):
    write_table(tmp_path / "a.csv", iter(BLOCKS))
    rows = list(csv.reader((tmp_path / "a.csv").open()))
    assert rows == [["frame", "z"], ["0", "0.5"], ["1", ""], ["2", "0.33333333"], ["3", "-1e-07"]]


def test_npz_holds_each_column_whole(tmp_path):
    write_table(tmp_path / "a.npz", iter(BLOCKS))
    held = np.load(tmp_path / "a.npz")
    for name in ("frame", "z"):
        np.testing.assert_array_equal(held[name], np.concatenate([b[name] for b in BLOCKS]))
        assert held[name].dtype == BLOCKS[0][name].dtype


@pytest.mark.parametrize("suffix", ["csv", "npz"])
def test_an_error_leaves_nothing_and_keeps_what_was_there(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_text("before")

    def blocks():
        yield BLOCKS[0]
        raise UserError("damaged")

    with pytest.raises(UserError):
        write_table(path, blocks())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "before"


@pytest.mark.parametrize("suffix", ["csv", "npz"])
def test_memory_does_not_grow_with_the_length(tmp_path, suffix):
    def peak(n_blocks):
        blocks = ({"z": np.full(1000, float(i))} for i in range(n_blocks))
        tracemalloc.start()
        write_table(tmp_path / f"a.{suffix}", blocks)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(2)  # what is loaded once
    assert peak(60) < 1.5 * peak(6)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(UserError, match="'xls'"):
        write_table(tmp_path / "a.xls", iter(BLOCKS))
