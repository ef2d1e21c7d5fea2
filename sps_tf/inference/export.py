"""Export a trained model's functions: SavedModel (which needs no package), Keras, ONNX, TFLite."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import keras
import tensorflow as tf
from keras import ops

from sps_tf import files
from sps_tf.inference import functions
from sps_tf.inference.trained_model import TrainedModel
from sps_tf.models.frame_model import FrameModel
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.optional import require_module

INFO_FILE = "info.json"
_OPSET = 17
# TFLite has no array of a length that is unknown before the run, which the prior writes to.
_TFLITE = ("encoder", "decoder")


class Function(NamedTuple):
    """One of a model's functions.

    Args:
        call: from tensors to one tensor.
        inputs: its arguments; unknown axes are None.
    """

    call: Callable[..., tf.Tensor]
    inputs: tuple[tf.TensorSpec, ...]


def list_functions(model: SequenceModel) -> dict[str, Function]:
    """Return the functions that a model has, by name.

    Args:
        model: a built model.

    Returns:
        `encoder`: frames (batch, time, height, width, channels) in [0, 1] to z (batch, time,
        latent). `decoder`: z (n, latent) to frames (n, height, width, channels). `prior`: z (batch,
        n, latent) and n_steps () int32 to the next (batch, n_steps, latent).
    """
    frame_shape, size = model.encoder_input_shape[2:], model.layout.size

    def encode(frames: tf.Tensor) -> tf.Tensor:
        return functions.encode(model, frames)

    def decode(z: tf.Tensor) -> tf.Tensor:
        return model.decode(z)

    def predict(z: tf.Tensor, n_steps: tf.Tensor) -> tf.Tensor:
        return functions.continue_latents(model, z, n_steps)

    frames = tf.TensorSpec((None, None, *frame_shape), tf.float32, "frames")
    one_z = tf.TensorSpec((None, size), tf.float32, "z")
    sequence = tf.TensorSpec((None, None, size), tf.float32, "z")
    n_steps = tf.TensorSpec((), tf.int32, "n_steps")
    found = {"encoder": Function(encode, (frames,))}
    if model.decodes_frames:
        found["decoder"] = Function(decode, (one_z,))
    if model.has_prior:
        found["prior"] = Function(predict, (sequence, n_steps))
    return found


def export_model(
    trained: TrainedModel, folder: Path, onnx: bool = False, tflite: bool = False
) -> None:
    """Write a folder that is used without this package, and all that is needed to know of it.

    Args:
        trained: the model.
        folder: is made; what lies in it under the same names is replaced. For each of
            `list_functions` a SavedModel in a folder of its name; `encoder.keras`, `decoder.keras`;
            `model.keras`, the whole; `info.json`, see `describe_export`.
        onnx: whether to write `<name>.onnx` too; needs an extra. Default False.
        tflite: whether to write `encoder.tflite` and `decoder.tflite` too. Default False.

    Raises:
        UserError: if the extra is missing.
    """
    if onnx:
        require_module("tf2onnx")
    model = trained.keras_model
    folder.mkdir(parents=True, exist_ok=True)
    for name, function in list_functions(model).items():
        shutil.rmtree(folder / name, ignore_errors=True)
        export_function(model, function, folder / name)
        if onnx:
            save_onnx(function, folder / f"{name}.onnx")
        if tflite and name in _TFLITE:
            save_tflite(folder / name, folder / f"{name}.tflite")
    save_encoder(model, folder / "encoder.keras")
    if model.decodes_frames:
        save_decoder(model, folder / "decoder.keras")
    files.write_atomically(folder / "model.keras", model.save)
    files.write_json(folder / INFO_FILE, describe_export(trained))


def describe_export(trained: TrainedModel) -> dict[str, Any]:
    """Return what a user of exported functions needs to know, as plain JSON values.

    Returns:
        `latent_names`, `content_names`, `style_names`; `functions`: for each its inputs with axes
        and units; and all of `sps_tf.runs.model_info`: front end, calibration, statistics, data.
    """
    height, width, channels = trained.frame_shape
    frames = {"axes": ["batch", "time", height, width, channels], "unit": "brightness, 0 to 1"}
    if trained.kind == "sound":
        frames["axes"][2:] = [f"bins {height}", f"hops {width}", channels]
        frames["unit"] = "magnitude over front_end.max_magnitude, 0 to 1"
    z = {"axes": ["batch", "time", f"latent {len(trained.latent_names)}"], "unit": "of the model"}
    one = {**z, "axes": ["n", z["axes"][-1]]}
    told = {
        "encoder": {"inputs": {"frames": frames}, "output": z},
        "decoder": {"inputs": {"z": one}, "output": {**frames, "axes": ["n", *frames["axes"][2:]]}},
        "prior": {"inputs": {"z": z, "n_steps": {"axes": [], "unit": "times"}}, "output": z},
    }
    return {
        **{name: list(getattr(trained, name)) for name in _NAMES},
        "functions": {name: told[name] for name in list_functions(trained.keras_model)},
        **trained.info,
    }


_NAMES = ("latent_names", "content_names", "style_names")


def export_function(model: SequenceModel, function: Function, path: str | Path) -> None:
    """Write a SavedModel whose `serve` is a function of the model.

    Args:
        model: a built model.
        function: one of its functions.
        path: folder to write.
    """
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint("serve", function.call, input_signature=list(function.inputs))
    archive.write_out(str(path), verbose=False)


def save_onnx(function: Function, path: str | Path) -> None:
    """Write a function as an ONNX file.

    Args:
        function: of a model.
        path: file to write.

    Raises:
        UserError: if the extra `onnx` is not installed.
    """
    tf2onnx = require_module("tf2onnx")
    graph = tf.function(function.call, input_signature=function.inputs)
    files.write_atomically(
        Path(path),
        lambda temporary: tf2onnx.convert.from_function(
            graph, input_signature=function.inputs, opset=_OPSET, output_path=str(temporary)
        ),
    )


def save_tflite(saved_model: Path, path: str | Path) -> None:
    """Write a TFLite file of a function: float32, any batch and time, TFLite's own operations.

    Args:
        saved_model: folder that `export_function` has written, of an encoder or a decoder.
        path: file to write.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(saved_model), signature_keys=["serving_default"]
    )
    files.write_bytes(Path(path), converter.convert())


def save_encoder(model: SequenceModel, path: str | Path) -> None:
    """Write a `.keras` file of a model that maps frames to latents.

    Args:
        model: a built model.
        path: file to write; (batch, time, height, width, channels) float32 to (batch, time,
            latent), of any time. Loading it needs `import sps_tf.models`.
    """
    frames = keras.Input((None, *model.encoder_input_shape[2:]), dtype="float32", name="frames")
    keras.Model(frames, functions.encode(model, frames), name="encoder").save(str(path))


def save_decoder(model: FrameModel, path: str | Path) -> None:
    """Write a `.keras` file of a model that maps latents to frames.

    Args:
        model: a built model.
        path: file to write; (n, latent) float32 to (n, height, width, channels). Loading it needs
            `import sps_tf.models`.
    """
    z = keras.Input((model.layout.size,), dtype="float32", name="z")
    frames = ops.sigmoid(ops.cast(model.decoder(z), "float32"))
    keras.Model(z, frames, name="decoder").save(str(path))
