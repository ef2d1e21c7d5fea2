"""The grid of true places in latent space."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.evaluation import coordinate_grid as grid_module
from sps_tf.evaluation import make_report
from sps_tf.latent_layout import LatentLayout
from tests.sps_tf.evaluation.fakes import ExactModel, make_arrays, make_config

FRAMES = np.random.default_rng(0).integers(0, 256, (140, 1, 1, 3, 1), dtype=np.uint8)


def make_grid_report(model):
    config = make_config("coordinate_grid")
    return make_report(model, make_arrays(), config, {"coordinate_grid": FRAMES})


def test_grid_is_drawn_on_the_plane_that_is_not_free(monkeypatch):
    drawn = {}

    def draw(z, grid, names, title):
        drawn.update(z=z, names=names, title=title)
        return np.zeros((1, 1, 3), np.uint8)

    monkeypatch.setattr(grid_module.figures, "draw_coordinate_grid", draw)
    report = make_grid_report(ExactModel())
    assert set(report.pictures) == {"coordinate_grid"}
    assert drawn["names"] == ["z1", "z3"]
    assert drawn["title"].endswith("step 7")
    np.testing.assert_allclose(drawn["z"], FRAMES[:, 0, 0, ::2, 0] / 255 * 2, rtol=1e-6)
    np.testing.assert_array_equal(report.history["grid"], drawn["z"])


def test_picture_is_a_lattice():
    picture = make_grid_report(ExactModel()).pictures["coordinate_grid"]
    assert picture.dtype == np.uint8
    assert picture.std() > 0


def test_model_of_one_content_latent_has_no_plane():
    class Narrow(ExactModel):
        layout = LatentLayout(content=("z1",), style=("z2", "z3"))

    report = make_grid_report(Narrow())
    assert not report.pictures
    assert not report.history


def test_data_without_the_grids_frames_are_refused():
    with pytest.raises(UserError, match=r"coordinate_grid needs frames.*Received: probes \[\]"):
        make_report(ExactModel(), make_arrays(), make_config("coordinate_grid"))
