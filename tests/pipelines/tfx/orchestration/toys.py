"""A pipeline of three components that count how often they work."""

import json
from pathlib import Path
from typing import ClassVar

from pipelines.tfx.orchestration.component import Component
from sps_tf.errors import UserError


class Toy(Component):
    """A component whose work is a function of the test."""

    work: ClassVar = {}

    def load(self):
        return type(self).work[self.name]

    def modules(self, parameters):
        return ()


def make_pipeline(calls: Path, fail: dict | None = None) -> tuple[Component, ...]:
    """Return Make -> Double -> Report; a line is added to the file `calls` for each one's work.

    `fail`: name of a component -> the exception that it raises after it has written.
    """
    fail = {} if fail is None else fail

    def note(name):
        with calls.open("a") as file:
            file.write(f"{name}\n")
        if name in fail:
            raise fail[name]

    def make(inputs, outputs, parameters, beam):
        (outputs["numbers"] / "n.json").write_text(json.dumps(parameters["n"] % 10))
        note("Make")
        return {"n": parameters["n"]}

    def double(inputs, outputs, parameters, beam):
        n = json.loads((inputs["numbers"] / "n.json").read_text())
        (outputs["doubled"] / "n.json").write_text(json.dumps(2 * n))
        note("Double")
        return {}

    def report(inputs, outputs, parameters, beam):
        text = (inputs["doubled"] / "n.json").read_text() + parameters["end"]
        (outputs["report"] / "report.txt").write_text(text)
        note("Report")
        return {"text": text}

    class Local(Toy):
        work: ClassVar = {"Make": make, "Double": double, "Report": report}

    return (
        Local("Make", (), {"numbers": "Examples"}, noted=("word",)),
        Local("Double", ("numbers",), {"doubled": "TransformedExamples"}, keeps_failures=True),
        Local("Report", ("doubled",), {"report": "Model"}, resumable=True),
    )


def parameters(n=1, end="!", word=""):
    """Return what the toys are told; `word` is but noted."""
    return {"Make": {"n": n, "word": word}, "Double": {}, "Report": {"end": end}}


def calls_of(path: Path) -> list[str]:
    """Return which toys have worked, in order."""
    return path.read_text().split() if path.exists() else []


MENDABLE = UserError("the number is odd. Received: 3")
