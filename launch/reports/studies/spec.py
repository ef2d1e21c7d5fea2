"""What a study compares: variants of a method, each a few changes of the config."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launch.reports.tables.make import Draw
from launch.reports.tables.plan import PlannedRun, check_overrides, plan_run
from launch.reports.tables.spec import PaperTable
from sps_tf.errors import UserError


@dataclass(frozen=True)
class Variant:
    """One thing that is compared.

    Args:
        name: of its runs' folders.
        label: in tables and pictures.
        method: its method.
        changes: fields of the config by path, in which it differs from the preset. Default: none;
            it then shares its runs with `launch.table`.
    """

    name: str
    label: str
    method: str = "sps"
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """A comparison.

    Args:
        name: as the command line takes it.
        dataset: what is learnt from.
        variants: what is compared, in the order of rows and boxes.
        table: the columns of its table.
        draw: draws its picture; None for a table alone.
        seeds: the seeds that are run by default, as `--seeds` takes them.
    """

    name: str
    dataset: str
    variants: tuple[Variant, ...]
    table: PaperTable
    draw: Draw | None
    seeds: str = "0,1,2"


def plan_study(
    study: Study,
    preset: str,
    seeds: tuple[int, ...],
    overrides: dict[str, Any],
    root: str | Path = "runs",
) -> list[PlannedRun]:
    """Plan the runs of a study: of each seed every variant, so that seeds are complete early.

    Args:
        study: the study.
        preset: name of the preset that the variants change.
        seeds: the seeds.
        overrides: fields of the config that every run has otherwise, by path.
        root: folder of all runs. Default "runs".

    Returns:
        The runs.

    Raises:
        UserError: as `plan_runs`, or if a field is set that the study varies.
    """
    check_overrides(overrides)
    varied = {path for variant in study.variants for path in variant.changes}
    for path in sorted(varied & overrides.keys()):
        raise UserError(
            f"{study.name} compares runs that differ in {path}: it cannot be set for all of them."
        )
    return [
        plan_run(
            study.dataset,
            variant.method,
            preset,
            seed,
            overrides,
            root,
            variant.changes,
            variant.name,
            variant.label,
        )
        for seed in seeds
        for variant in study.variants
    ]
