"""The paper's names of the methods."""

import pytest

from launch.configs import METHODS, get_config
from launch.reports.engine.labels import label_of, paper_label


def test_labels_of_runs_tell_k_and_style():
    assert label_of(get_config("sps_ball", "sps")) == "SPS_VAE, K = 4"
    assert label_of(get_config("sps_ball", "sps_ae_k0")) == "SPS_AE, K = 0"
    assert label_of(get_config("kitti_masks", "sps")) == "SPS_VAE, K = 1"
    assert label_of(get_config("sps_scale/instruments", "sps")) == "SPS_VAE+, K = 4"
    assert label_of(get_config("sps_ball", "beta_vae")) == "beta-VAE"
    assert label_of(get_config("sps_scale", "spice")) == "SPICE"


@pytest.mark.parametrize("method", METHODS)
def test_runs_by_the_paper_have_the_label_of_the_paper(method):
    config = get_config("sps_scale", method)
    assert paper_label(method, with_style=False) == label_of(config)


def test_style_is_a_plus():
    assert paper_label("sps_k0", with_style=True) == "SPS_VAE+, K = 0"
    assert paper_label("beta_vae", with_style=True) == "beta-VAE"
