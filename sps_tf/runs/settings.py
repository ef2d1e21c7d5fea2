"""Settings of runs beside each other: a field that came later does not part a run from its kind."""

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

# Fields that came after version 0.1.0, each with the value that leaves a run as it was before.
_ADDED = {
    "early_end_steps": 0,
    "model.encoder.partials_blur_octaves": 0.0,
    "model.encoder.partials_per_octave": 0,
    "model.encoder.place_filters": [],
    "warm_start.place_rate": 0.003,
    "warm_start.place_starts": 3,
    "warm_start.place_steps": 0,
    "warm_start.shift_pixels": 0,
    "warm_start.transpose_octaves": 0.0,
}
# Fields that are gone, each with the value that did what is done now.
_GONE = {
    "model.encoder.frequency_blur_exponent": 2.0,
    "model.encoder.frequency_blur_unit_norm": False,
}
# Fields that do nothing where another has this value.
_IDLE = {
    "losses.inconstancy": [("model.latent.style", []), ("method", "beta_vae")],
    "warm_start.shift_pixels": [("warm_start.imitate_steps", 0)],
    "warm_start.place_rate": [("warm_start.place_steps", 0)],
    "warm_start.place_starts": [("warm_start.place_steps", 0)],
}


def bring_up_to_date(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the fields of this version, if they are those of a run of an older one.

    Args:
        settings: nested dictionaries of JSON values, as a `config.json` holds them; not changed.

    Returns:
        A copy. A field that came later has the value that leaves the run as it was; a field that
        is gone is left out where it had the value that did what is done now, and else kept.
    """
    settings = copy.deepcopy(settings)
    for path, value in _ADDED.items():
        section, name = _find(settings, path)
        if section is not None:
            section.setdefault(name, copy.deepcopy(value))
    return _leave_out(settings, _GONE)


def without_idle(settings: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of settings without the fields that do nothing, given the others."""
    left = copy.deepcopy(settings)
    for path, causes in _IDLE.items():
        section, name = _find(left, path)
        if section is not None and any(_has(settings, *cause) for cause in causes):
            section.pop(name, None)
    return left


def settings_digest(settings: dict[str, Any]) -> str:
    """Return a digest of what two runs share that differ in their seed alone.

    It stays the same when a field comes that leaves a run as it was, where a field that does
    nothing has another value, and where the user's file that is learnt from lies elsewhere.

    Args:
        settings: as for `bring_up_to_date`.
    """
    plain = _leave_out(without_idle(bring_up_to_date(settings)), _ADDED)
    data, name = _find(plain, "data.source_path")
    if data and data.get(name):
        data[name] = Path(data[name]).name
    text = json.dumps({**plain, "seed": 0}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def list_differences(held: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Name the settings in which two runs differ, but for fields that do nothing in either.

    Args:
        held: the settings found, as nested dictionaries of JSON values, up to date.
        wanted: the settings asked for.

    Returns:
        One line a field, such as `"steps is 100 there, 200 here"`.
    """
    return _compare(without_idle(held), without_idle(wanted))


def _compare(held: dict[str, Any], wanted: dict[str, Any], prefix: str = "") -> list[str]:
    absent = object()
    differences = []
    for key in sorted(held.keys() | wanted.keys()):
        there, here = held.get(key, absent), wanted.get(key, absent)
        if isinstance(there, dict) and isinstance(here, dict):
            differences += _compare(there, here, f"{prefix}{key}.")
        elif there != here:
            there, here = ("absent" if v is absent else json.dumps(v) for v in (there, here))
            differences.append(f"{prefix}{key} is {there} there, {here} here")
    return differences


def _find(settings: dict[str, Any], path: str) -> tuple[dict[str, Any] | None, str]:
    """Return the section that a field belongs to, None where there is no such, and its name."""
    *sections, name = path.split(".")
    found: Any = settings
    for section in sections:
        found = found.get(section) if isinstance(found, dict) else None
    return (found if isinstance(found, dict) else None), name


def _has(settings: dict[str, Any], path: str, value: Any) -> bool:
    section, name = _find(settings, path)
    return section is not None and name in section and section[name] == value


def _leave_out(settings: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    """Take out the fields that have these values."""
    for path, value in plain.items():
        if _has(settings, path, value):
            section, name = _find(settings, path)
            del section[name]
    return settings
