"""Export a trained model's two functions: as SavedModel, which needs no package, or as Keras."""

from pathlib import Path

import keras
from keras import ops

from sps_tf.models.frame_model import FrameModel
from sps_tf.models.sequence_model import SequenceModel


def export_encoder(model: SequenceModel, path: str | Path) -> None:
    """Write a SavedModel whose `serve` maps frames to latents.

    Args:
        model: a built model.
        path: folder to write; its function takes (batch, time, height, width, channels)
            float32 in [0, 1] and returns (batch, time, latent).
    """
    _export(model, model.encode, model.encoder_input_shape, path)


def export_decoder(model: FrameModel, path: str | Path) -> None:
    """Write a SavedModel whose `serve` maps latents to frames.

    Args:
        model: a built model.
        path: folder to write; its function takes (n, latent) float32 and returns
            (n, height, width, channels) in [0, 1].
    """
    _export(model, model.decode, (None, model.layout.size), path)


def save_encoder(model: SequenceModel, path: str | Path) -> None:
    """Write a `.keras` file of a model that maps frames to latents.

    Args:
        model: a built model.
        path: file to write; shapes as for `export_encoder`. Loading it needs this package.
    """
    frames = keras.Input(model.encoder_input_shape[1:], dtype="float32", name="frames")
    keras.Model(frames, model.encode(frames), name="encoder").save(str(path))


def save_decoder(model: FrameModel, path: str | Path) -> None:
    """Write a `.keras` file of a model that maps latents to frames.

    Args:
        model: a built model.
        path: file to write; shapes as for `export_decoder`. Loading it needs this package.
    """
    z = keras.Input((model.layout.size,), dtype="float32", name="z")
    frames = ops.sigmoid(ops.cast(model.decoder(z), "float32"))
    keras.Model(z, frames, name="decoder").save(str(path))


def _export(model: SequenceModel, function: object, shape: tuple, path: str | Path) -> None:
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve", function, input_signature=[keras.InputSpec(shape=shape, dtype="float32")]
    )
    archive.write_out(str(path), verbose=False)
