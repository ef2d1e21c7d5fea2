"""Who may import whom: no circles, arrows that point down, and commands that start at once."""

import graphlib
import subprocess
import sys

import pytest

from pipelines.tfx.orchestration.imports import PROJECT_ROOT, Sources

FOLDERS = ("sps_tf", "pipelines", "datasets", "launch", "benchmarks", "tests")
# From the top down; each part may import those of the lines below it, and itself.
LAYERS = (
    ("tests",),
    ("benchmarks",),
    ("launch",),
    ("pipelines.tfx",),
    ("datasets",),
    ("pipelines.making",),
    ("pipelines.beam",),
    ("sps_tf.training", "sps_tf.inference"),
    ("sps_tf.evaluation",),
    ("sps_tf.runs",),
    ("sps_tf", "pipelines"),  # the method; and a package that holds nothing of its own
)
LIGHT = (
    "launch.cluster",
    "launch.configs",
    "launch.convert",
    "launch.encode",
    "launch.evaluate",
    "launch.explore",
    "launch.export",
    "launch.lineage",
    "launch.pack",
    "launch.pipeline",
    "launch.predict",
    "launch.release",
    "launch.report",
    "launch.train",
    "pipelines.tfx.orchestration.component",
    "sps_tf",
    "sps_tf.runs.folder",
    "sps_tf.training.strategy",
    "sps_tf.training.validation",
)
HEAVY = ("tensorflow", "keras", "apache_beam", "tensorflow_datasets", "numpy")


@pytest.fixture(scope="module")
def imports():
    """For each module the project's modules that its source names, at any level of nesting."""
    sources = Sources()
    names = [name for folder in FOLDERS for name in sources.list_modules(folder)]
    return {name: sources.module(name).imports for name in names}


def is_in(name, package):
    return name == package or name.startswith(f"{package}.")


def layer_of(name):
    """Return (number of the layer, the part of it) that a module belongs to."""
    fitting = [(n, part) for n, parts in enumerate(LAYERS) for part in parts if is_in(name, part)]
    return max(fitting, key=lambda found: len(found[1]))


def find_circle(graph):
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return " imports ".join(reversed(error.args[1]))
    return None


def test_no_file_imports_itself_by_way_of_others(imports):
    assert find_circle(imports) is None


def test_no_folder_imports_itself_by_way_of_others(imports):
    packages = {name.rpartition(".")[0] for name in imports}
    holding = {package.rpartition(".")[0] for package in packages}

    def folder_of(name):
        """A module's package; a module beside packages stands for itself."""
        package = name if name in packages else name.rpartition(".")[0]
        return name if package in holding and name not in packages else package

    graph = {}
    for name, imported in imports.items():
        graph.setdefault(folder_of(name), set()).update(map(folder_of, imported))
    for folder, others in graph.items():
        others.discard(folder)
    assert find_circle(graph) is None


def test_arrows_point_down(imports):
    wrong = []
    for name, imported in imports.items():
        above, part = layer_of(name)
        for other in imported:
            below, other_part = layer_of(other)
            if below < above or (below == above and other_part != part):
                wrong.append(f"{name} imports {other}")
    assert not wrong


def test_every_command_has_a_main(imports):
    commands = [name for name in imports if is_in(name, "launch")]
    started = []
    for name in commands:
        path = PROJECT_ROOT.joinpath(*name.split(".")).with_suffix(".py")
        source = path.read_text(encoding="utf-8") if path.is_file() else ""
        if '__name__ == "__main__"' in source:
            started.append(name)
            assert "\ndef main(" in source, name
    assert {"launch.train", "launch.evaluate", "launch.pipeline", "launch.lineage"} <= set(started)
    assert all(name.count(".") == 1 for name in started)


@pytest.mark.parametrize("name", LIGHT)
def test_what_a_command_imports_before_its_main_is_light(name):
    code = f"import sys, {name}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_circle_is_found():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": set()}) is None
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}).count(" imports ") == 3


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("sps_tf.losses", "sps_tf"),
        ("sps_tf.runs.folder", "sps_tf.runs"),
        ("sps_tf.runs_of_mine", "sps_tf"),
        ("pipelines.beam", "pipelines.beam"),
    ],
)
def test_a_module_belongs_to_the_narrowest_layer_that_holds_it(name, part):
    assert layer_of(name)[1] == part
