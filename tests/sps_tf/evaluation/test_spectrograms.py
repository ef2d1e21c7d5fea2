"""The pictures of a model that decodes spectrograms."""

import numpy as np
import pytest

from sps_tf.evaluation import make_report
from tests.sound_fakes import SoundModel, make_arrays, make_config


@pytest.fixture(scope="module")
def report():
    """That of a model without fault."""
    config = make_config()
    config.evaluation.evaluators = ("spectrogram_traversal", "spectrogram_branches")
    return make_report(SoundModel(), make_arrays(), config)


def test_pictures_are_spectrograms_and_points(report):
    assert set(report.pictures) == {"latent_traversal", "branches"}
    for picture in report.pictures.values():
        assert picture.dtype == np.uint8
        assert picture.shape[-1] == 3
        assert picture.std() > 0
        assert max(picture.shape) < 2500
    # Three branches and the truth for each of two clips: none of them 513 pixels high.
    assert report.pictures["branches"].shape[0] < 8 * 160 + 100
