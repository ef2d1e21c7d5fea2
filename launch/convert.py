"""Give the content of one file the style of another, by an SPS+ model.

    python -m launch.convert --model=runs/sps_scale/instruments/sps_fast_seed0 \
        --content=song.wav --style=violin.wav --output=converted.wav
    python -m launch.convert --model=runs/sps_ball/colorful/sps_fast_seed0 \
        --content=a.mp4 --style=b.mp4 --output=recoloured.mp4

A recording keeps its pitches and takes on the other's timbre; a ball keeps its path and takes on
the other's colour. The style is the mean over the frames of its file that are not empty.
"""

from pathlib import Path

from absl import flags

from launch import cli, model_flags
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(model_flags)  # so that --help shows them
flags.DEFINE_string("content", None, "File that is converted.")
flags.DEFINE_string("style", None, "File whose style it takes on.")
flags.DEFINE_string("output", None, "File to write: .wav of sounds; .mp4 or .gif of videos.")
flags.DEFINE_float("rate_hz", 10.0, "Frames a second of a video.", lower_bound=0.1)


def main(_: list[str]) -> None:
    """Convert the file that the flags name."""
    for name in ("content", "style", "output"):
        if not FLAGS[name].value:
            raise UserError(f"--{name} is missing. --help shows what it means.")
    model = model_flags.open_model()
    from datasets.own_files import list_files, read_sequence
    from pipelines.making.report import Report
    from sps_tf.inference import media

    suffix = Path(FLAGS.output).suffix[1:]
    wanted = ("wav",) if model.kind == "sound" else media.VIDEO_FORMATS
    if suffix not in wanted:
        raise UserError(f"--output must end in .{' or .'.join(wanted)}. Received: {FLAGS.output}")
    content, style = (
        read_sequence(list_files([FLAGS[name].value], model.kind, Report())[0], model, Report())
        for name in ("content", "style")
    )
    frames = model.convert(content, style)
    path = Path(FLAGS.output).expanduser().with_suffix("")
    path.parent.mkdir(parents=True, exist_ok=True)
    made = media.write_frames(path, model, frames, FLAGS.rate_hz, suffix)
    print(f"Wrote {made}: {len(frames)} frames.")


def console() -> None:
    """Convert as the command line says, and end the process."""
    cli.run_main(main)


if __name__ == "__main__":
    console()
