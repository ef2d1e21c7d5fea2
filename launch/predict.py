"""Continue files by a trained model: the prior runs on from their end.

    python -m launch.predict --model=runs/sps_ball/sps_fast_seed0 --n_steps=30 my_video.mp4
    python -m launch.predict --model=runs/sps_scale/sps_fast_seed0 --n_steps=15 song.wav

Of each file `<output>/<name>.mp4` (or .gif; of sounds .wav, by Griffin and Lim's method) holds the
frames given, as the model shows them, and those predicted; `<name>.csv` their latents. A frame of
a sound is a note of 0.16 s.
"""

from pathlib import Path

from absl import flags

from launch import cli, model_flags
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(model_flags)  # so that --help shows them
flags.DEFINE_string("output", "predicted", "Folder for what is predicted.")
flags.DEFINE_integer("n_steps", 20, "Frames to predict.", lower_bound=1)
flags.DEFINE_integer(
    "n_given", None, "Frames given, the last of the file. Default: the model's own.", lower_bound=1
)
flags.DEFINE_enum("format", "mp4", ["mp4", "gif"], "Kind of video.")
flags.DEFINE_float("rate_hz", 10.0, "Frames a second of the video.", lower_bound=0.1)


def main(words: list[str]) -> None:
    """Continue the files that the words name."""
    if not words[1:]:
        raise UserError("Name files to continue. Received: none")
    model = model_flags.open_model()
    model.check_prior()
    import numpy as np

    from datasets.own_files import list_files, read_sequence
    from pipelines.making.report import Report
    from sps_tf.inference import media, rows
    from sps_tf.inference.tables import write_table

    n_given = FLAGS.n_given or model.keras_model.n_given
    folder = Path(FLAGS.output).expanduser()
    for file in list_files(words[1:], model.kind, Report()):
        given = model.encode(read_sequence(file, model, Report(), most=n_given))
        z = np.concatenate([given, model.predict_latents(given, FLAGS.n_steps)])
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_given = (np.arange(len(z)) < len(given)).astype(int)
        columns = {"frame": np.arange(len(z)), "is_given": is_given}
        write_table(path.with_name(f"{path.name}.csv"), [columns | rows.latent_columns(model, z)])
        made = media.write_frames(path, model, model.decode(z), FLAGS.rate_hz, FLAGS.format)
        print(f"{file.name}: {len(given)} frames given, {FLAGS.n_steps} predicted, {made}")


def console() -> None:
    """Predict as the command line says, and end the process."""
    cli.run_main(main, takes_words=True)


if __name__ == "__main__":
    console()
