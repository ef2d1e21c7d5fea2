"""Encode files, or a data set, by a trained model: latents over time, and the pitch of sounds.

    python -m launch.encode --model=sps_scale_spice song.wav more_songs/
    python -m launch.encode --model=runs/video_folder/sps_fast_seed0 --output=paths my_videos/
    python -m launch.encode --model=runs/sps_ball/sps_fast_seed0 --dataset=sps_ball --split=test

Sounds are WAV, FLAC, OGG, Opus, AIFF and MP3; videos are MP4, AVI, GIF, MKV, MOV, WebM and folders
of pictures. Of each file `<output>/<name>.csv` (or .npz) and a plot, `<output>/<name>.png`, are
written; a table appears once it is whole. A sound has a row every 32 ms, a video one a frame. Files
that cannot be read are named and passed over; the command then ends with status 1.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from launch import cli, data_flags, model_flags
from launch.configs import DATASETS
from launch.encoded_config import config_to_encode
from sps_tf.errors import UserError

if TYPE_CHECKING:
    from datasets.own_files import OwnFile
    from pipelines.making.report import Report
    from sps_tf.inference import TrainedModel

FLAGS = flags.FLAGS
for _module in (model_flags, data_flags):  # so that --help shows them
    flags.adopt_module_key_flags(_module)
flags.DEFINE_string("output", "encoded", "Folder for the tables and plots.")
flags.DEFINE_enum("format", "csv", ["csv", "npz"], "Kind of table.")
flags.DEFINE_boolean("plot", True, "Draw a plot beside each table.")
flags.DEFINE_float(
    "step_secs",
    0.032,
    "From one frame of a sound to the next. A model of notes (sps_scale) knows them from their "
    "beginning: give the notes' length.",
    lower_bound=0.001,
)
flags.DEFINE_float("start_secs", 0.0, "Where a sound's first frame begins.", lower_bound=0.0)
flags.DEFINE_string("dataset", None, f"In place of files, a data set: {', '.join(DATASETS)}.")
flags.DEFINE_string("data", None, "Folder of one's own, for --dataset=audio_folder, video_folder.")
flags.DEFINE_string("split", "test", "Split of the data set.")


def main(words: list[str]) -> int:
    """Encode what the flags and words name."""
    places = words[1:]
    if bool(places) == bool(FLAGS.dataset):
        raise UserError(
            "Name files or folders to encode, or a data set with --dataset. "
            f"Received: {len(places)} files and folders, and --dataset={FLAGS.dataset}"
        )
    if FLAGS.dataset:
        config = config_to_encode(FLAGS.model, FLAGS.dataset, FLAGS.data)
        data_flags.check_extra(config)
        return _encode_dataset(model_flags.open_model(), config)
    return _encode_files(model_flags.open_model(), places)


def _encode_files(model: "TrainedModel", places: list[str]) -> int:
    from tqdm import tqdm

    from datasets.own_files import list_files
    from pipelines.making.report import Report

    report = Report()
    files = list_files(places, model.kind, report)
    left_out, n_done = report.summary() if report.skipped else "", 0
    troubles: list[str] = []
    for file in tqdm(files, desc="Encoding", unit=" files", disable=None):
        told = Report()
        try:
            _write(model, file.name, _rows_of(model, file, told), file.path.name)
            n_done += 1
        except UserError as error:
            troubles.append(f"not encoded: {file.name}, {error}")
            continue
        if told.skipped:
            troubles.append(f"encoded in part: {file.name}, {_reasons(told)}")
    print(f"Encoded {n_done} of {len(files)} files to {FLAGS.output}/.")
    if left_out:
        print(f"Left out in the folders: {left_out}.")
    for trouble in troubles:
        print(f"warning: {trouble}", file=sys.stderr)
    return 1 if troubles else 0


def _rows_of(model: "TrainedModel", file: "OwnFile", told: "Report") -> Iterator[dict[str, Any]]:
    """Encode a file block by block; an error where nothing of it can be encoded."""
    from datasets import own_files
    from sps_tf.inference import rows

    n_rows = 0
    if model.kind == "sound":
        steps = (FLAGS.step_secs, FLAGS.start_secs)
        for sound in own_files.sound_frames(file, model, told, *steps):
            yield rows.sound_rows(model, model.encode_sound(sound))
            n_rows += len(sound.frames)
    else:
        rate_hz = own_files.frame_rate_hz(file.path, model.front_end.get("frame_stride", 1))
        for video in own_files.video_frames(file, model, told):
            yield rows.video_rows(model, video.number, model.encode(video.frames), rate_hz)
            n_rows += len(video.frames)
    if not n_rows:
        raise UserError(_reasons(told) or "it holds no frame")


def _reasons(told: "Report") -> str:
    return ", ".join(reason.replace("_", " ") for reason in told.skipped)


def _encode_dataset(model: "TrainedModel", config: Any) -> int:
    from sps_tf.inference import rows

    front_end = model.front_end
    config.unlock()
    config.front_end = front_end.get("name", "")
    config.evaluation.evaluators = type(config.evaluation.evaluators)()  # no probes of theirs
    load = data_flags.make_load()
    data = load(config, (FLAGS.split,), max_magnitude=front_end.get("max_magnitude"))
    arrays, settings = data.splits[FLAGS.split], config.evaluation
    labels = {}
    if settings.label in arrays:
        values = arrays[settings.label]
        labels = {name: values[..., i] for i, name in enumerate(settings.label_names)}
    name = f"{FLAGS.dataset.replace('/', '_')}_{FLAGS.split}"
    encoded = rows.sequence_rows(model, model.encode(arrays["frames"]), labels)
    _write(model, name, [encoded], f"{data.about['name']}, {FLAGS.split}")
    print(f"Encoded {len(arrays['frames'])} sequences of {data.about['name']} to {FLAGS.output}/.")
    return 0


def _write(model: "TrainedModel", name: str, blocks: Iterable[dict[str, Any]], title: str) -> None:
    """Write the table and the plot of one file."""
    from sps_tf import figures, files
    from sps_tf.inference import rows
    from sps_tf.inference.tables import write_table

    kept = figures.Thinned()

    def keep(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for block in blocks:
            kept.add(block)
            yield block

    path = Path(FLAGS.output).expanduser() / f"{name}.{FLAGS.format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(path, keep(blocks))
    if FLAGS.plot:
        shown = kept.rows
        time = rows.TIME if rows.TIME in shown else "frame"
        if "sequence" in shown:  # sequences one after the other
            time, shown = "row", {**shown, "row": range(len(shown["frame"]))}
        picture = figures.draw_latent_curves(shown, time, rows.panels_of(model, shown), title)
        files.write_png(path.with_suffix(".png"), picture)


def console() -> None:
    """Encode as the command line says, and end the process."""
    cli.run_main(main, takes_words=True)


if __name__ == "__main__":
    console()
