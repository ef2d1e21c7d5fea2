"""Make a figure of the paper from runs: train what is missing, then draw and compare.

    python -m launch.study --study=figure_8 --seeds=0,1,2

Figures 5 to 8 of the paper, the ablation of the preset's departures from it, and the error of
every method against the time of training. Each run has a process and a folder of its own,
`<runs>/<dataset>/<variant>_<preset>_seed<seed>`; runs of a method without changes are those of
`launch.table`. A finished run is read, one that was stopped is continued. `--train=false` only
reads. Fields of the config hold for every run; such runs need a folder of their own:

    python -m launch.study --study=figure_6 --config.steps=1500 --runs=short

Leaves the picture, `table.json` (every seed's value), `table.csv` and `table.md` in
`<runs>/<dataset>/<study>_<preset>`. Ends with status 1 if a run failed.
"""

from absl import flags
from ml_collections import ConfigDict, config_flags

from launch import cli, table_flags
from launch.configs import get_config
from launch.reports.studies import STUDIES, Study, plan_study
from launch.reports.tables.make import make_table
from launch.reports.tables.plan import parse_seeds
from sps_tf.errors import UserError, check_choice

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(table_flags)
flags.DEFINE_string("study", None, f"What is compared: {', '.join(STUDIES)}.")
flags.DEFINE_string("seeds", None, "Seeds of each variant. Default: the study's own.")


def make_config() -> ConfigDict:
    """Return the config of the first run; its fields are those that every run can be given."""
    study = _study()
    method = study.variants[0].method
    return get_config(study.dataset, method, table_flags.preset(), _seeds(study)[0])


def main(_: list[str]) -> int:
    """Make the study that the flags describe."""
    table_flags.stop_as_by_ctrl_c()
    study = _study()
    overrides = config_flags.get_override_values(FLAGS["config"])
    runs = plan_study(study, table_flags.preset(), _seeds(study), overrides, FLAGS.runs)
    return make_table(
        runs,
        (study.table,),
        table_flags.folder_of(study.dataset, study.name),
        FLAGS.data_dir,
        table_flags.n_processes(),
        study.draw,
    )


def _study() -> Study:
    if FLAGS.study is None:
        raise UserError(f"--study is missing. Known: {', '.join(STUDIES)}.")
    return STUDIES[check_choice("--study", FLAGS.study, STUDIES)]


def _seeds(study: Study) -> tuple[int, ...]:
    return parse_seeds(study.seeds if FLAGS.seeds is None else FLAGS.seeds)


if __name__ == "__main__":
    cli.run_main(main, make_config, interrupted=table_flags.INTERRUPTED)
