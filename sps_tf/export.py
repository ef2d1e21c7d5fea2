"""Export a trained model's two functions for use without this package."""

from pathlib import Path

import keras

from sps_tf.models.sequence_model import SequenceModel


def export_encoder(model: SequenceModel, path: str | Path) -> None:
    """Write a SavedModel whose `serve` maps frames to latents.

    Args:
        model: a built model.
        path: folder to write; its function takes (batch, time, height, width, channels)
            float32 in [0, 1] and returns (batch, time, latent).
    """
    _export(model, model.encode, model.encoder_input_shape, path)


def export_decoder(model: SequenceModel, path: str | Path) -> None:
    """Write a SavedModel whose `serve` maps latents to frames.

    Args:
        model: a built model.
        path: folder to write; its function takes (n, latent) float32 and returns
            (n, height, width, channels) in [0, 1].
    """
    _export(model, model.decode, (None, model.layout.size), path)


def _export(model: SequenceModel, function: object, shape: tuple, path: str | Path) -> None:
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve", function, input_signature=[keras.InputSpec(shape=shape, dtype="float32")]
    )
    archive.write_out(str(path), verbose=False)
