r"""Make a data set, check it, train on it, and push the model: one command, tracked.

    python -m launch.pipeline --dataset=sps_ball --pipeline_root=DIR

Runs ExampleGen, StatisticsGen, SchemaGen, ExampleValidator, Transform, Trainer, Evaluator and
Pusher, and leaves out those whose inputs, settings and code have not changed. The same command
goes on with a run that was stopped. Where Beam runs is for its own flags to say:

    python -m launch.pipeline --dataset=sps_ball --pipeline_root=DIR --workers=4
    python -m launch.pipeline --dataset=sps_ball --pipeline_root=DIR --runner=dask \
        --dask_client_address=tcp://localhost:8786    # `launch.cluster start` prints it

A folder of one's own is named with --data, a data set that is prepared already with --examples.
Fields of the config are set as for `launch.train`, --config.steps=2000 for one.
"""

from pathlib import Path

from absl import flags

from launch import beam_flags, cli, run_flags
from launch.project_datasets import check_project_datasets
from pipelines.tfx.orchestration.component import COMPONENTS
from sps_tf.errors import UserError, check_choice
from sps_tf.optional import require_module
from sps_tf.runs.folder import make_source_absolute
from sps_tf.training.validation import validate

FLAGS = flags.FLAGS
for _module in (run_flags, beam_flags):  # so that --help shows them
    flags.adopt_module_key_flags(_module)
flags.DEFINE_string("pipeline_root", None, "Folder of all that the pipeline makes.")
flags.DEFINE_list(
    "components",
    [],
    "Components to run, the others having run before. Default: all of "
    f"{', '.join(component.name for component in COMPONENTS)}.",
)
flags.DEFINE_string("examples", "", "Version folder of a data set that TFDS prepared.")
flags.DEFINE_string("schema", "", "A schema of one's own, a text file as TFDV writes it.")
flags.DEFINE_string("metric", "", "What blesses a model. Default: the data set's usual metric.")
flags.DEFINE_float("limit", None, "What the metric must reach. Default: the usual limit.")
flags.DEFINE_float(
    "tolerance", 0.0, "By how much it may be worse than the last blessed model's.", lower_bound=0.0
)
flags.DEFINE_string(
    "serving_dir", "", "Where blessed models go. Default: <pipeline_root>/serving/<dataset>."
)
flags.DEFINE_string(
    "metadata", "", "mysql://user:password@host:port/database. Default: SQLite in the root."
)


def main(argv: list[str]) -> None:
    """Run the pipeline that the flags describe."""
    if not FLAGS.pipeline_root:
        raise UserError("--pipeline_root is missing: the folder of all that the pipeline makes.")
    for name in FLAGS.components:
        check_choice("--components", name, [component.name for component in COMPONENTS])
    validate(FLAGS.config)  # before TensorFlow is loaded
    require_module("ml_metadata")
    check_project_datasets()
    from pipelines.tfx.orchestration.pipeline import run_pipeline
    from pipelines.tfx.orchestration.settings import Settings

    config = FLAGS.config
    make_source_absolute(config)
    root = Path(FLAGS.pipeline_root).expanduser().resolve()
    serving = FLAGS.serving_dir or root / "serving" / config.dataset.replace("/", "_")
    settings = Settings(
        examples=_absolute(FLAGS.examples),
        schema=_absolute(FLAGS.schema),
        metric=FLAGS.metric,
        limit=FLAGS.limit,
        tolerance=FLAGS.tolerance,
        serving_dir=Path(serving).expanduser().resolve(),
        strategy=FLAGS.strategy,
    )
    beam = beam_flags.make_settings(argv[1:])
    run_pipeline(config, settings, root, beam, FLAGS.metadata, FLAGS.components)


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().resolve()) if path else ""


def console() -> None:
    """Run the pipeline as the command line says, and end the process."""
    cli.run_main(
        main,
        run_flags.make_config,
        interrupted="Stopped. The same command goes on.",
        passes_others=True,
    )


if __name__ == "__main__":
    console()
