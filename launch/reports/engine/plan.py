"""Which runs a report needs: every variant with every seed."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ml_collections import ConfigDict

from launch.cli import list_fields
from launch.configs import METHODS, get_config
from launch.reports.engine.labels import label_of
from launch.reports.engine.spec import Report, Variant
from sps_tf.errors import UserError, check_choice
from sps_tf.runs.folder import default_workdir, make_source_absolute
from sps_tf.training.validation import validate

# Fields that the variants and the flags of the command set for each run.
_FLAG_OF_FIELD = {"dataset": "name", "method": "methods", "preset": "preset", "seed": "seeds"}


@dataclass(frozen=True, eq=False)
class PlannedRun:
    """One run of a report.

    Args:
        variant: what it is a run of.
        config: all its settings.
        workdir: its folder.
        overrides: the fields set on the command line, by path.
    """

    variant: Variant
    config: ConfigDict
    workdir: Path
    overrides: dict[str, Any]

    @property
    def name(self) -> str:
        """Variant and seed in words."""
        return f"{self.variant.name} seed {self.config.seed}"

    @property
    def flags(self) -> dict[str, Any]:
        """What `launch.train` is told beside the folders."""
        config, changes = self.config, {**self.variant.changes, **self.overrides}
        named = {name: config[name] for name in ("dataset", "method", "preset", "seed")}
        return named | {f"config.{path}": value for path, value in changes.items()}

    @property
    def label(self) -> str:
        """The variant in words."""
        return self.variant.label or label_of(self.config)


class Plan(NamedTuple):
    """A report, the runs that it needs, and the settings that all of them share.

    Attributes:
        report: the report.
        runs: its runs; none for what data alone show.
        config: settings of the first run, or of the data.
        overrides: the fields set on the command line, by path.
    """

    report: Report
    runs: list[PlannedRun]
    config: ConfigDict
    overrides: dict[str, Any]

    @property
    def settings(self) -> str:
        """Data set, preset, split and what else was set, in words."""
        parts = [self.config.dataset, f"preset {self.config.preset}"]
        if (split := self.config.evaluation.get("split", "test")) != "test":
            parts.append(f"split {split}")
        return ", ".join(parts + [f"{path} = {value}" for path, value in self.overrides.items()])


def parse_names(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Read the value of `--name`.

    Args:
        text: names of reports, apart by commas, or `all`.
        known: the names that there are.

    Returns:
        The names.

    Raises:
        UserError: if a name is missing, unknown or there twice.
    """
    if text.strip() == "all":
        return tuple(known)
    names = _split(text, "name", "table_2,figure_8")
    return tuple(check_choice("each of --name", name, known) for name in names)


def parse_methods(text: str) -> tuple[str, ...]:
    """Read the value of `--methods`: names apart by commas, which `choose_variants` looks up."""
    return tuple(_split(text, "methods", "sps,beta_vae"))


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read the value of `--seeds`.

    Args:
        text: whole numbers of at least 0, apart by commas.

    Returns:
        The numbers.

    Raises:
        UserError: if a number is missing, none such, or there twice.
    """
    words = _split(text, "seeds", "0,1,2")
    for word in words:
        if not (word.isascii() and word.isdecimal()):
            raise UserError(
                "--seeds takes whole numbers of at least 0, apart by commas, such as 0,1,2. "
                f"Received: {word!r}"
            )
    return tuple(int(word) for word in _without_twins([str(int(word)) for word in words], "seeds"))


def choose_variants(report: Report, methods: tuple[str, ...] | None) -> tuple[Variant, ...]:
    """Choose what a report compares.

    Args:
        report: the report.
        methods: names of methods, or of single variants; None for all that the report has.

    Returns:
        The report's variants of each method, in the order of the names, each once; the method as
        it is where the report has none of it.

    Raises:
        UserError: if a name is neither a method's nor that of a variant of the report.
    """
    if methods is None or not report.variants:
        return report.variants
    chosen: dict[str, Variant] = {}
    for name in methods:
        own = [variant for variant in report.variants if name in (variant.method, variant.name)]
        if not own:
            known = dict.fromkeys((*METHODS, *(variant.name for variant in report.variants)))
            check_choice(f"each of --methods of {report.name}", name, known)
            own = [Variant(name, name)]
        chosen |= {variant.name: variant for variant in own}
    return tuple(chosen.values())


def plan_report(
    report: Report,
    preset: str = "fast",
    seeds: tuple[int, ...] | None = None,
    methods: tuple[str, ...] | None = None,
    overrides: dict[str, Any] | None = None,
    root: str | Path = "runs",
) -> Plan:
    """Plan the runs of a report: of each seed every variant, so that seeds are complete early.

    Args:
        report: the report.
        preset: name of the preset that the variants change. Default "fast".
        seeds: the seeds. Default: the report's own.
        methods: see `choose_variants`. Default: all.
        overrides: fields of the config that every run has otherwise, by path. Default: none.
        root: folder of all runs. Default "runs".

    Returns:
        The plan.

    Raises:
        UserError: if a name is unknown, a method cannot learn from the data set, a setting is out
            of range, or a field is set that the command or the report sets, or that a method does
            not have.
    """
    variants, overrides = choose_variants(report, methods), overrides or {}
    for name in _FLAG_OF_FIELD.keys() & overrides.keys():
        raise UserError(f"{name} has a flag of its own: --{_FLAG_OF_FIELD[name]}=<value>.")
    varied = {path for variant in variants for path in variant.changes}
    for path in sorted(varied & overrides.keys()):
        raise UserError(
            f"{report.name} compares runs that differ in {path}: it cannot be set for all of them."
        )
    seeds = parse_seeds(report.seeds) if seeds is None else seeds
    runs = [
        _plan_run(variant.dataset or report.dataset, variant, preset, seed, overrides, root)
        for seed in seeds
        for variant in variants
    ]
    alone = None if runs else _make_config(report.dataset, Variant("", "sps"), preset, 0, overrides)
    return Plan(report, runs, runs[0].config if runs else alone, overrides)


def _plan_run(
    dataset: str,
    variant: Variant,
    preset: str,
    seed: int,
    overrides: dict[str, Any],
    root: str | Path,
) -> PlannedRun:
    """Plan one run; where it changes the config, its folder is named after its variant."""
    config = _make_config(dataset, variant, preset, seed, overrides)
    workdir = default_workdir(config, root)
    if variant.changes:
        workdir = workdir.with_name(f"{variant.name}_{preset}_seed{seed}")
    return PlannedRun(variant, config, workdir, overrides)


def _make_config(
    dataset: str, variant: Variant, preset: str, seed: int, overrides: dict[str, Any]
) -> ConfigDict:
    config = get_config(dataset, variant.method, preset, seed)
    missing = overrides.keys() - list_fields(config).keys()
    if missing:
        raise UserError(
            f"The config of {variant.method} on {dataset} has no field "
            f"{', '.join(sorted(missing))}: make what has it apart, by --name and --methods."
        )
    config.update_from_flattened_dict({**variant.changes, **overrides})
    make_source_absolute(config)
    validate(config)
    return config


def _split(text: str, flag: str, example: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if not all(words):
        raise UserError(
            f"--{flag} takes values apart by commas, such as {example}. Received: {text!r}"
        )
    return _without_twins(words, flag)


def _without_twins(words: list[str], flag: str) -> list[str]:
    twins = [word for word in dict.fromkeys(words) if words.count(word) > 1]
    if twins:
        raise UserError(f"--{flag} takes each value once. Received twice: {', '.join(twins)}")
    return words
