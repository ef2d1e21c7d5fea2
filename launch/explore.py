"""Explore a trained model in the browser: its latents, files of your own, the prior, the group.

    python -m launch.explore --model=sps_ball
    python -m launch.explore --model=runs/sps_scale/sps_fast_seed0 song.wav
    python -m launch.explore --model=sps_ball --export=page.html my_video.mp4

The page has a slider for each latent and shows what the decoder makes of them; it encodes a sound
or a video that is dropped in; it lets the prior run; it applies an S of the group and shows how far
predicting and transforming commute. Files that are named are shown from the beginning. With
--export the page is one file, which needs no server, no network and no Python.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from launch import cli, model_flags
from sps_tf.errors import UserError

if TYPE_CHECKING:
    from sps_tf.inference import TrainedModel

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(model_flags)  # so that --help shows them
flags.DEFINE_string("export", None, "Write the page to this file (.html), in place of serving it.")
flags.DEFINE_string("host", "127.0.0.1", "Address to serve at. Default: this machine alone.")
flags.DEFINE_integer(
    "port", 8350, "Port to serve at; 0 takes a free one.", lower_bound=0, upper_bound=65_535
)
flags.DEFINE_boolean("open_browser", False, "Open the page in the browser.")
flags.DEFINE_float(
    "max_upload_mb", 100.0, "How large a file may be that is dropped in.", lower_bound=0.001
)


def main(words: list[str]) -> None:
    """Serve or write the page of the model that the flags name."""
    if FLAGS.export is not None and not FLAGS.export.endswith((".html", ".htm")):
        raise UserError(f"--export is a file that ends in .html. Received: {FLAGS.export!r}")
    model = model_flags.open_model()
    paths = _encode(words[1:], model)
    if FLAGS.export is not None:
        _export(model, paths)
    else:
        _serve(model, paths)


def _encode(places: list[str], model: "TrainedModel") -> list[dict[str, Any]]:
    if not places:
        return []
    from datasets.own_files import list_files
    from datasets.own_path import read_path
    from pipelines.making.report import Report

    return [read_path(file, model) for file in list_files(places, model.kind, Report())]


def _export(model: "TrainedModel", paths: list[dict[str, Any]]) -> None:
    from sps_tf import files
    from sps_tf.inference.explore.content import make_content
    from sps_tf.inference.explore.page import make_page

    target = Path(FLAGS.export).expanduser()
    page = make_page(make_content(model, paths)).encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write_bytes(target, page)
    print(f"Wrote {target}, {len(page) / 1e6:.1f} MB: open it in a browser, from anywhere.")


def _serve(model: "TrainedModel", paths: list[dict[str, Any]]) -> None:
    import webbrowser

    from datasets.own_path import read_dropped
    from sps_tf.inference.explore.content import make_content
    from sps_tf.inference.explore.page import make_page
    from sps_tf.inference.explore.server import ExploreServer, serve

    max_bytes = round(FLAGS.max_upload_mb * 1e6)
    page = make_page(make_content(model, paths, max_bytes))
    server = ExploreServer(
        page,
        lambda path, name: read_dropped(path, name, model),
        max_bytes,
        FLAGS.host,
        FLAGS.port,
    )
    if FLAGS.open_browser:
        webbrowser.open(server.url)
    serve(server)


def console() -> None:
    """Explore as the command line says, and end the process."""
    cli.run_main(main, takes_words=True, interrupted="stopped")


if __name__ == "__main__":
    console()
