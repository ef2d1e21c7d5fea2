"""Export a trained model, to be served or used without this package.

    python -m launch.export --model=runs/sps_ball/sps_fast_seed0 --output=exported
    python -m launch.export --model=runs/sps_ball/sps_fast_seed0 --output=exported --onnx

Writes SavedModels `encoder/` (frames to latents), `decoder/` (latents to frames) and `prior/`
(latents to the next ones), of any batch and time; `encoder.keras`, `decoder.keras`, the whole
`model.keras`; with --onnx `encoder.onnx` and so on; with --tflite `encoder.tflite` and
`decoder.tflite`; and `info.json`: names of latents, axes, units, front end, calibration.
"""

from pathlib import Path

from absl import flags

from launch import cli, model_flags
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(model_flags)  # so that --help shows them
flags.DEFINE_string("output", None, "Folder to write.")
flags.DEFINE_boolean("onnx", False, 'Write ONNX files too; needs pip install "sps-tf[onnx]".')
flags.DEFINE_boolean("tflite", False, "Write encoder and decoder as TFLite files too.")


def main(_: list[str]) -> None:
    """Export the model that the flags name."""
    if not FLAGS.output:
        raise UserError("--output is missing: the folder to write.")
    model = model_flags.open_model()
    from sps_tf.inference.export import export_model

    folder = Path(FLAGS.output).expanduser()
    export_model(model, folder, onnx=FLAGS.onnx, tflite=FLAGS.tflite)
    print(f"Exported to {folder}/: {', '.join(sorted(path.name for path in folder.iterdir()))}.")


def console() -> None:
    """Export as the command line says, and end the process."""
    cli.run_main(main)


if __name__ == "__main__":
    console()
