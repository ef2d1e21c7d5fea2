"""Exported functions give the model's numbers without the project's code."""

import numpy as np
import pytest

from sps_tf.inference import export
from tests.sps_tf.models import tiny

tf = pytest.importorskip("tensorflow")


def test_exported_encoder_and_decoder_agree_with_the_model(tmp_path):
    model = tiny.make_sps()
    export.export_encoder(model, tmp_path / "encoder")
    export.export_decoder(model, tmp_path / "decoder")
    encoder = tf.saved_model.load(tmp_path / "encoder")
    decoder = tf.saved_model.load(tmp_path / "decoder")
    for n in (1, 3):  # any batch size
        x = tiny.frames(n)
        z = model.encode(x)
        np.testing.assert_allclose(encoder.serve(x), z, atol=1e-5)
        np.testing.assert_allclose(decoder.serve(z[:, 0]), model.decode(z[:, 0]), atol=1e-5)
