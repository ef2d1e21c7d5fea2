"""Which runs a table needs: every method with every seed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_collections import ConfigDict

from launch.cli import list_fields
from launch.configs import METHODS, get_config
from sps_tf.errors import UserError, check_choice
from sps_tf.runs.folder import default_workdir, make_source_absolute
from sps_tf.training.validation import validate

# Fields that a flag of the table sets for each run.
_FLAG_OF_FIELD = {"dataset": "dataset", "method": "methods", "preset": "preset", "seed": "seeds"}


@dataclass(frozen=True, eq=False)
class PlannedRun:
    """One run of a table.

    Args:
        config: all its settings.
        workdir: its folder.
        overrides: the fields set on the command line, by path.
        changes: the fields that set it apart from its method's other runs. Default: none.
        variant: name of its row. Default "": its method's.
        label: its row in words. Default "": as the paper calls the method.
    """

    config: ConfigDict
    workdir: Path
    overrides: dict[str, Any]
    changes: dict[str, Any] = field(default_factory=dict)
    variant: str = ""
    label: str = ""

    @property
    def method(self) -> str:
        """The method."""
        return self.config.method

    @property
    def seed(self) -> int:
        """The seed."""
        return self.config.seed

    @property
    def row(self) -> str:
        """Name of the row of the table that the run belongs to."""
        return self.variant or self.method

    @property
    def name(self) -> str:
        """Row and seed in words."""
        return f"{self.row} seed {self.seed}"


def parse_methods(text: str) -> tuple[str, ...]:
    """Read the value of `--methods`.

    Args:
        text: names of methods, apart by commas.

    Returns:
        The names.

    Raises:
        UserError: if a name is missing, unknown or there twice.
    """
    methods = _split(text, "methods", "sps,beta_vae")
    return tuple(check_choice("each of --methods", method, METHODS) for method in methods)


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


def plan_runs(
    dataset: str,
    methods: tuple[str, ...],
    preset: str,
    seeds: tuple[int, ...],
    overrides: dict[str, Any],
    root: str | Path = "runs",
) -> list[PlannedRun]:
    """Plan the runs of a table: of each seed every method, so that seeds are complete early.

    Args:
        dataset: see `launch.configs.get_config`.
        methods: names of methods.
        preset: name of the preset.
        seeds: the seeds.
        overrides: fields of the config that every run has otherwise, by path.
        root: folder of all runs. Default "runs".

    Returns:
        The runs.

    Raises:
        UserError: if a name is unknown, a method cannot learn from the data set, a field is set
            that has a flag or that a method does not have, or a setting is out of range.
    """
    check_overrides(overrides)
    return [
        plan_run(dataset, method, preset, seed, overrides, root)
        for seed in seeds
        for method in methods
    ]


def check_overrides(overrides: dict[str, Any]) -> None:
    """Refuse fields that have a flag.

    Args:
        overrides: fields of the config by path.

    Raises:
        UserError: if there is one.
    """
    for name in _FLAG_OF_FIELD.keys() & overrides.keys():
        raise UserError(f"{name} has a flag of its own: --{_FLAG_OF_FIELD[name]}=<value>.")


def plan_run(
    dataset: str,
    method: str,
    preset: str,
    seed: int,
    overrides: dict[str, Any],
    root: str | Path,
    changes: dict[str, Any] | None = None,
    variant: str = "",
    label: str = "",
) -> PlannedRun:
    """Plan one run.

    Args:
        dataset: see `launch.configs.get_config`.
        method: its method.
        preset: its preset.
        seed: its seed.
        overrides: see `PlannedRun`.
        root: folder of all runs.
        changes: see `PlannedRun`. A run with changes has a folder named after its variant.
        variant: see `PlannedRun`.
        label: see `PlannedRun`.

    Returns:
        The run.

    Raises:
        UserError: as `plan_runs`.
    """
    config = get_config(dataset, method, preset, seed)
    missing = overrides.keys() - list_fields(config).keys()
    if missing:
        raise UserError(
            f"The config of {method} has no field {', '.join(sorted(missing))}: make its "
            "table apart, without --config for it."
        )
    config.update_from_flattened_dict({**(changes or {}), **overrides})
    make_source_absolute(config)
    validate(config)
    workdir = default_workdir(config, root)
    if changes:
        workdir = workdir.with_name(f"{variant}_{preset}_seed{seed}")
    return PlannedRun(config, workdir, overrides, changes or {}, variant, label)


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
