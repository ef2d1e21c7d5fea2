"""What a component of the pipeline is, and which there are.

Names, artifact types and contracts are those of TFX. A component is a module of
`pipelines.tfx.components` with one function::

    run(inputs, outputs, parameters, beam) -> properties

which reads the folders `inputs`, fills the folders `outputs`, and knows nothing of the pipeline.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Component:
    """One step of the pipeline.

    Args:
        name: TFX's name.
        inputs: names of the artifacts it reads.
        outputs: names of the artifacts it makes -> TFX's artifact types.
        sources: files and folders, relative to the project, whose content is its code version.
        packages: installed packages whose versions belong to its code version.
        resumable: whether a killed run left something in the output folders to go on from.
        keeps_failures: whether what it had written is kept where it failed.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: Mapping[str, str]
    sources: tuple[str, ...]
    packages: tuple[str, ...] = ("numpy", "tensorflow-datasets")
    resumable: bool = False
    keeps_failures: bool = False

    @property
    def module(self) -> str:
        """Name of the module that does the work, such as "statistics_gen"."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()

    def load(self) -> Callable[..., dict[str, Any]]:
        """Import the function that does the work."""
        return importlib.import_module(f"pipelines.tfx.components.{self.module}").run

    def code(self) -> tuple[str, ...]:
        """Return the files and folders whose content is the component's code version."""
        return (f"pipelines/components/{self.module}.py", *self.sources)


_MAKING_DATA = (
    "datasets",
    "pipelines/audio",
    "pipelines/ball",
    "pipelines/masks",
    "pipelines/beam_builder.py",
    "pipelines/record_files.py",
    "pipelines/shard_writer.py",
    "pipelines/sharded_builder.py",
)
_MODEL = ("sps_tf", "launch")
_MODEL_PACKAGES = ("keras", "numpy", "tensorflow", "tensorflow-datasets")
_TFDV = ("tensorflow-data-validation", "tensorflow-datasets")

COMPONENTS = (
    Component("ExampleGen", (), {"examples": "Examples"}, _MAKING_DATA),
    Component(
        "StatisticsGen",
        ("examples",),
        {"statistics": "ExampleStatistics"},
        ("pipelines/validation",),
        _TFDV,
    ),
    Component("SchemaGen", ("statistics",), {"schema": "Schema"}, ("pipelines/validation",), _TFDV),
    Component(
        "ExampleValidator",
        ("statistics", "schema"),
        {"anomalies": "ExampleAnomalies"},
        ("pipelines/validation",),
        _TFDV,
        keeps_failures=True,
    ),
    Component(
        "Transform",
        ("examples", "schema", "anomalies"),  # only what was validated is trained on
        {"transformed": "TransformedExamples"},
        ("pipelines/transformation", "pipelines/audio", "pipelines/record_files.py"),
    ),
    Component(
        "Trainer", ("transformed",), {"model": "Model"}, _MODEL, _MODEL_PACKAGES, resumable=True
    ),
    Component(
        "Evaluator",
        ("model", "transformed"),
        {"evaluation": "ModelEvaluation", "blessing": "ModelBlessing"},
        _MODEL,
        _MODEL_PACKAGES,
    ),
    Component(
        "Pusher",
        ("model", "blessing"),
        {"pushed_model": "PushedModel"},
        ("sps_tf/export.py",),
        _MODEL_PACKAGES,
    ),
)
