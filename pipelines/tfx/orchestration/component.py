"""What a component of the pipeline is, and which there are.

Names, artifact types and contracts are those of TFX. A component is a module of
`pipelines.tfx.components` with one function::

    run(inputs, outputs, parameters, beam) -> properties

which reads the folders `inputs`, fills the folders `outputs`, and knows nothing of the pipeline.
Its code is that module and what it imports, see `code_versions`.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _none(_: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Component:
    """One step of the pipeline.

    Args:
        name: TFX's name.
        inputs: names of the artifacts it reads.
        outputs: names of the artifacts it makes -> TFX's artifact types.
        named: from what it is told to the dotted names of the modules that it imports by a name
            that is computed, which its source does not show. Default: none.
        noted: names of parameters that are recorded and handed on, but do not decide whether it
            runs again.
        resumable: whether a killed run left something in the output folders to go on from.
        keeps_failures: whether what it had written is kept where it failed.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: Mapping[str, str]
    named: Callable[[Mapping[str, Any]], tuple[str, ...]] = _none
    noted: tuple[str, ...] = ()
    resumable: bool = False
    keeps_failures: bool = False

    @property
    def module(self) -> str:
        """Dotted name of the module that does the work, such as "...components.schema_gen"."""
        word = re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()
        return f"pipelines.tfx.components.{word}"

    def load(self) -> Callable[..., dict[str, Any]]:
        """Import the function that does the work."""
        return importlib.import_module(self.module).run

    def modules(self, parameters: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the modules that, with all they import, are the component's code.

        Args:
            parameters: what the component is told.

        Returns:
            Dotted names.
        """
        return (self.module, *self.named(parameters))


def _builder(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the module of the data set's builder, so that the others play no part."""
    if parameters["prepared"]:
        return ()
    # Another package of this name would stop the command's help here.
    from datasets.builders import BUILDERS

    return (BUILDERS[parameters["dataset"].partition("/")[0]],)


COMPONENTS = (
    Component("ExampleGen", (), {"examples": "Examples"}, named=_builder),
    Component("StatisticsGen", ("examples",), {"statistics": "ExampleStatistics"}),
    Component("SchemaGen", ("statistics",), {"schema": "Schema"}),
    Component(
        "ExampleValidator",
        ("statistics", "schema"),
        {"anomalies": "ExampleAnomalies"},
        keeps_failures=True,
    ),
    Component(
        "Transform",
        ("examples", "schema", "anomalies"),  # only what was validated is trained on
        {"transformed": "TransformedExamples"},
    ),
    Component("Trainer", ("transformed",), {"model": "Model"}, noted=("data",), resumable=True),
    Component(
        "Evaluator",
        ("model", "transformed"),
        {"evaluation": "ModelEvaluation", "blessing": "ModelBlessing"},
    ),
    Component("Pusher", ("model", "blessing"), {"pushed_model": "PushedModel"}),
)
