"""The pictures of a model that decodes video."""

import numpy as np
import pytest

from sps_tf.evaluation import make_report
from tests.sps_tf.evaluation.fakes import (
    ExactModel,
    NoPriorModel,
    make_arrays,
    make_config,
    make_context,
    run,
)


@pytest.mark.parametrize("model", [ExactModel(), NoPriorModel()], ids=["prior", "no_prior"])
def test_pictures_are_images(model):
    config = make_config("traversal", "branches", "latent_scatter")
    pictures = make_report(model, make_arrays(), config).pictures
    assert set(pictures) == {"latent_traversal", "branches", "latent_against_position"}
    for picture in pictures.values():
        assert picture.dtype == np.uint8
        assert picture.shape[-1] == 3
        assert picture.std() > 0


def test_traversal_spans_what_was_trained_where_the_model_tells():
    model, config = ExactModel(), make_config("traversal")
    context = make_context(model, make_arrays(), config)
    np.testing.assert_allclose(context.spread[1], context.z.std(axis=(0, 1)), rtol=1e-5)
    model.info = {"latents": {"mean": [1.0, 1.0, 1.0], "std": [0.5, 0.25, 0.125]}}
    np.testing.assert_array_equal(context.spread, [[1.0, 1.0, 1.0], [0.5, 0.25, 0.125]])
    decoded = []
    model.decode = lambda z: decoded.append(z) or ExactModel.decode(model, z)
    run(context)
    np.testing.assert_allclose(decoded[0][0, [0, -1], 0], [0.0, 2.0])  # 2 deviations about 1
    np.testing.assert_allclose(decoded[0][2, :, 2], np.linspace(0.75, 1.25, 9))


def test_branches_of_a_model_without_a_prior_are_fewer():
    heights = [
        make_report(model, make_arrays(), make_config("branches")).pictures["branches"].shape[0]
        for model in (NoPriorModel(), ExactModel())
    ]
    assert heights[0] < heights[1]
