"""Self-supervised learning with Physical Symmetry (SPS, NeurIPS 2023) in Keras.

The method alone: layers, models, losses, schedules, metrics and figures, written with
`keras.ops` so that it runs on every Keras backend. Data sets live in `datasets/`, the code
that makes them in `pipelines/`, command lines in `launch/`.

`sps_tf.load` loads a trained model: a run's folder, a `.keras` file, or one that comes with the
package.

Importing the package is cheap; `import sps_tf.models` loads Keras and registers every class
that a saved `.keras` file of this project may hold, which `keras.saving.load_model` needs.
"""

import importlib
from typing import Any

__version__ = "0.2.0"

# What stands in a part of the package that takes seconds to load.
_LAZY = {name: "inference" for name in ("load", "list_shipped")}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
