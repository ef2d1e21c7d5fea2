"""Tell what made a model: data, settings, code and schema, as a tree and as a picture.

python -m launch.lineage --pipeline_root=DIR                    # the newest model
python -m launch.lineage --pipeline_root=DIR --model=DIR/serving/sps_ball/1
"""

from pathlib import Path

from absl import flags

from launch import cli
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.DEFINE_string("pipeline_root", None, "Folder of all that the pipeline made.")
flags.DEFINE_string(
    "model", "", "Folder of a model, or its number in the metadata. Default: the newest."
)
flags.DEFINE_string("picture", "", "File of the picture. Default: <pipeline_root>/lineage.png.")
flags.DEFINE_string(
    "metadata", "", "mysql://user:password@host:port/database. Default: SQLite in the root."
)


def main(_: list[str]) -> None:
    """Print and draw the lineage that the flags ask for."""
    if not FLAGS.pipeline_root:
        raise UserError("--pipeline_root is missing: the folder of all that the pipeline made.")
    root = Path(FLAGS.pipeline_root).expanduser().resolve()
    if not FLAGS.metadata and not (root / "metadata.sqlite").is_file():
        raise UserError(f"No pipeline has run here: there is no metadata.sqlite. Received: {root}")
    from pipelines.tfx.orchestration.lineage import find_model, to_text, trace
    from pipelines.tfx.orchestration.lineage_picture import draw
    from pipelines.tfx.orchestration.metadata import MetadataLog

    log = MetadataLog(root, FLAGS.metadata)
    tree = trace(log, find_model(log, FLAGS.model))
    print(to_text(tree, root))
    picture = Path(FLAGS.picture or root / "lineage.png").expanduser()
    draw(tree, root, picture)
    print(f"\nDrawn in {picture}")


def console() -> None:
    """Tell the lineage as the command line says, and end the process."""
    cli.run_main(main)


if __name__ == "__main__":
    console()
