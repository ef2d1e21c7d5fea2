"""Check the settings that a run's folder holds before anything is built from them."""

from ml_collections import ConfigDict

from launch.cli import list_fields
from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.training.validation import validate


def check_settings(config: ConfigDict, where: str) -> None:
    """Check that settings have the fields of this version, of the right types and ranges.

    Args:
        config: what a `config.json` holds.
        where: its file, for the message.

    Raises:
        UserError: naming the first field that is missing, unknown, of another type or out of its
            range.
    """
    names = [config.get(name) for name in ("dataset", "method", "preset")]
    if not all(isinstance(name, str) for name in names):
        raise UserError(
            f"{where} must name dataset, method and preset. Received: "
            f"{', '.join(' '.join(str(name).split())[:40] for name in names)}"
        )
    try:
        expected, held = list_fields(get_config(*names)), list_fields(config)
        for name in expected.keys() | held.keys():
            if name not in held or name not in expected:
                word = "lacks" if name not in held else "has the unknown"
                raise UserError(f"it {word} field {name}")
            if not _is_like(held[name], expected[name]):
                raise UserError(
                    f"{name} must be as {expected[name]!r} is. "
                    f"Received: {' '.join(repr(held[name]).split()):.60}"
                )
        validate(config)
    except (UserError, AttributeError, TypeError) as error:
        raise UserError(
            f"The settings in {where} are not those of a run of this version: {error} "
            "Bring the file back, or train again."
        ) from error


def _is_like(value: object, default: object) -> bool:
    """Tell whether a value has the type of a default; None stands for any plain value."""
    if default is None:
        return value is None or isinstance(value, str | int | float)
    if isinstance(default, tuple | list):
        alike = isinstance(value, tuple | list)
        return alike and all(_is_like(v, default[0]) for v in value if default)
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)
