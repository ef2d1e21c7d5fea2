"""Look through a `.keras` file before Keras builds anything of it: whole, and of bounded size."""

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

# Ours take some 20 KB, and are nested 12 deep.
MAX_CONFIG_BYTES, MAX_DEPTH = 1 << 20, 64
# Weights hardly shrink; a file that unpacks to far more than it is holds none.
_MAX_GROWTH, _ALLOWANCE_BYTES = 4, 64 << 20
# Sides of pictures, times, units. Seeds, numbers of steps and of objects may be larger.
MAX_SIZE = 65_536
_ANY_SIZE = ("seed", "step", "iterations", "_id")
# What a model tells of its data has no effect on its size.
_INFO = "info"
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_DAMAGED = (EOFError, OSError, RuntimeError, ValueError, KeyError, zlib.error, zipfile.BadZipFile)


def find_damage(path: Path) -> str | None:
    """Say what is wrong with a `.keras` file, by reading all of it against its checksums.

    Args:
        path: the file.

    Returns:
        A few words, or None where the file is whole and describes a model that fits into memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            missing = {_CONFIG, _WEIGHTS} - set(sizes)
            if missing:
                return f"it lacks {', '.join(sorted(missing))}"
            if sizes[_CONFIG] > MAX_CONFIG_BYTES:
                return f"its {_CONFIG} has {sizes[_CONFIG]:,} bytes"
            if sum(sizes.values()) > _MAX_GROWTH * path.stat().st_size + _ALLOWANCE_BYTES:
                return f"it unpacks to {sum(sizes.values()):,} bytes"
            broken = archive.testzip()
            if broken:
                return f"its part {broken} fails its checksum"
            return _fault(archive.read(_CONFIG))
    except FileNotFoundError:
        return "it does not exist"
    except (*_DAMAGED, NotImplementedError, MemoryError) as error:
        return str(error) or "it ends too early"


def count_weights(path: Path) -> int:
    """Return how many arrays of weights a `.keras` file holds, those of its optimiser apart.

    Args:
        path: the file, in which `find_damage` has found none.
    """
    import h5py

    names: list[str] = []
    with zipfile.ZipFile(path) as archive:
        weights = io.BytesIO(archive.read(_WEIGHTS))
    with h5py.File(weights) as file:
        file.visititems(
            lambda name, value: names.append(name) if isinstance(value, h5py.Dataset) else None
        )
    return sum(not name.startswith("optimizer/") for name in names)


def _fault(text: bytes) -> str | None:
    """Say what is wrong with the description of the model, or return None."""
    try:
        return _find_fault(json.loads(text))
    except RecursionError:
        return f"its {_CONFIG} is nested too deep"
    except ValueError:
        return f"its {_CONFIG} is no JSON"


def _find_fault(config: Any) -> str | None:
    """Look for what no model of the project has: depth, or a size that no memory holds."""
    waiting, largest = [("", config, 0)], (0, "")
    while waiting:
        name, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"its {_CONFIG} is nested too deep"
        if isinstance(value, dict):
            names = {key: _INFO if name == _INFO else str(key) for key in value}
            waiting += [(names[key], inner, depth + 1) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(name, inner, depth + 1) for inner in value]
        elif name == _INFO or any(word in name for word in _ANY_SIZE):
            continue
        elif isinstance(value, int | float):
            largest = max(largest, (abs(value), name))
    if largest[0] > MAX_SIZE:
        return f"its {_CONFIG} gives {largest[1]:.40} a size above {MAX_SIZE:,}"
    return None
