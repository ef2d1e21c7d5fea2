"""The pictures of a model that decodes video."""

import numpy as np
import pytest

from sps_tf.evaluation import make_report
from tests.sps_tf.evaluation.fakes import ExactModel, NoPriorModel, make_arrays, make_config


@pytest.mark.parametrize("model", [ExactModel(), NoPriorModel()], ids=["prior", "no_prior"])
def test_pictures_are_images(model):
    config = make_config("traversal", "branches", "latent_scatter")
    pictures = make_report(model, make_arrays(), config).pictures
    assert set(pictures) == {"latent_traversal", "branches", "latent_against_position"}
    for picture in pictures.values():
        assert picture.dtype == np.uint8
        assert picture.shape[-1] == 3
        assert picture.std() > 0


def test_branches_of_a_model_without_a_prior_are_fewer():
    heights = [
        make_report(model, make_arrays(), make_config("branches")).pictures["branches"].shape[0]
        for model in (NoPriorModel(), ExactModel())
    ]
    assert heights[0] < heights[1]
