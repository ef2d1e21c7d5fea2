"""What a run's page shows that its folder does not hold: its command, and the paper's numbers."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from ml_collections import ConfigDict

from launch import reports
from launch.cli import list_fields
from launch.configs import get_config
from launch.reports.engine.labels import paper_label
from launch.reports.engine.spec import Report, Variant
from sps_tf.runs.folder import default_workdir

if TYPE_CHECKING:
    from sps_tf.runs.page import Beside

_FLAGS = ("dataset", "method", "preset", "seed")


def describe_beside(config: ConfigDict, workdir: str | Path) -> "Beside":
    """Return what the page of a run shows beside what its folder holds.

    Args:
        config: the run's settings, sequences as tuples.
        workdir: its folder.
    """
    from sps_tf.runs.page import Beside  # loads NumPy

    return Beside(train_command(config, workdir), paper_numbers(config))


def train_command(config: ConfigDict, workdir: str | Path) -> str:
    """Return the command line that trains a run, with every setting that is no default.

    Args:
        config: the run's settings, sequences as tuples.
        workdir: its folder.
    """
    words = [f"--{name}={config[name]}" for name in _FLAGS]
    default = list_fields(get_config(*(config[name] for name in _FLAGS)))
    fields = list_fields(config)
    if "data.folder" in fields:
        words.append(f"--data={fields.pop('data.folder')}")
    words += [
        f"--config.{name}={value}"
        for name, value in fields.items()
        if name not in _FLAGS and value != default.get(name)
    ]
    if Path(workdir) != default_workdir(config):
        words.append(f"--workdir={workdir}")
    return shlex.join(["python", "-m", "launch.train", *words])


def paper_numbers(config: ConfigDict) -> dict[str, str]:
    """Return what the paper prints for a run's method on its data, by the name of the metric.

    Args:
        config: the run's settings.

    Returns:
        Such as "0.26 ± 0.30 (Table 2, SPS_VAE, K = 4)"; a number in another unit than ours says
        so. Of rows that differ in settings, those of the run's own.
    """
    found: dict[str, list[str]] = {}
    for report in map(reports.get_report, reports.NAMES):
        variant = _choose(report, config)
        if variant is None:
            continue
        row = variant.paper_label or paper_label(variant.method, report.with_style)
        for column in report.columns:
            cell = report.cell(variant.name, column)
            if cell is not None and cell.mean is not None:
                unit = "" if column.comparable else ", another unit"
                printed = f"{cell.text} ({report.title}, {row}{unit})"
                found.setdefault(column.metric, []).append(printed)
    return {name: "; ".join(texts) for name, texts in found.items()}


def _choose(report: Report, config: ConfigDict) -> Variant | None:
    """Return the row of a report that a run belongs to: the most special whose settings it has."""
    fields = list_fields(config)
    fitting = [
        variant
        for variant in report.variants
        if variant.method == config.method
        and (variant.dataset or report.dataset) == config.dataset
        and all(fields.get(path) == value for path, value in variant.changes.items())
    ]
    return max(fitting, key=lambda variant: len(variant.changes), default=None)
