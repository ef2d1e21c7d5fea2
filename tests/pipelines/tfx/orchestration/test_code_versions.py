"""What makes a component run again, tried on a copy of the project's sources."""

import functools
import re
import shutil
import time

import pytest

from datasets.builders import BUILDERS
from pipelines.tfx.orchestration import code_versions
from pipelines.tfx.orchestration.code_versions import code_version, find_packages
from pipelines.tfx.orchestration.component import COMPONENTS
from pipelines.tfx.orchestration.imports import PROJECT_ROOT, Sources

FOLDERS = ("sps_tf", "pipelines", "datasets", "launch")
OTHER_DATA = ("sps_scale", "kitti_masks")


def told(dataset="sps_ball", prepared=""):
    return {"prepared": prepared, "dataset": dataset, "options": {}}


def versions(root, **parameters):
    sources = Sources(root)
    return {c.name: code_version(sources, c.modules(told(**parameters))) for c in COMPONENTS}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the project; who edits a file of it puts it back."""
    root = tmp_path_factory.mktemp("project")
    for folder in FOLDERS:
        shutil.copytree(
            PROJECT_ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    return root


@pytest.fixture(scope="module")
def changed(root):
    """Edit files; returns the names of the components whose versions change."""

    @functools.cache
    def before(**parameters):
        return versions(root, **parameters)

    def change(paths, edit, **parameters):
        paths = [root / path for path in ([paths] if isinstance(paths, str) else paths)]
        held = {path: path.read_text(encoding="utf-8") for path in paths}
        first = before(**parameters)
        try:
            for path, text in held.items():
                path.write_text(edit(text), encoding="utf-8")
            after = versions(root, **parameters)
        finally:
            for path, text in held.items():
                path.write_text(text, encoding="utf-8")
        return {name for name in first if first[name] != after[name]}

    return change


def add_code(text):
    return f"{text}\n_ADDED = 1\n"


def edit_words(text):
    return "# A comment.\n" + re.sub(
        r'^( *)"""(?=[A-Z])', r'\1"""Edited: ', text, flags=re.MULTILINE
    )


def test_the_seeds_of_the_trajectories_make_the_ball_anew(changed):
    assert "ExampleGen" in changed("sps_tf/seeds.py", add_code)


def test_the_pitch_detector_evaluates_again_and_leaves_the_data(changed):
    again = changed("sps_tf/audio/pitch_detector.py", add_code)
    assert "Evaluator" in again
    assert not again & {"ExampleGen", "StatisticsGen", "SchemaGen", "ExampleValidator", "Transform"}


def test_the_mask_locations_evaluate_again_and_leave_the_data(changed):
    again = changed("sps_tf/metrics/location.py", add_code)
    assert "Evaluator" in again and "ExampleGen" not in again


def test_the_trainer_trains_again_and_leaves_the_data(changed):
    assert changed("sps_tf/training/trainer.py", add_code) == {"Trainer"}


def test_a_file_of_the_statistics_touches_no_data_and_no_model(changed):
    assert changed("pipelines/tfx/validation/page.py", add_code) == {"StatisticsGen"}


@pytest.mark.parametrize("dataset", OTHER_DATA)
def test_only_the_builder_of_the_data_set_at_hand_counts(changed, dataset):
    builder = f"datasets/{dataset}/{dataset}_dataset_builder.py"
    assert changed(builder, add_code, dataset="sps_ball") == set()
    assert changed(builder, add_code, dataset=dataset) == {"ExampleGen"}


def test_no_builder_counts_where_the_examples_are_prepared(changed):
    builder = "datasets/sps_ball/sps_ball_dataset_builder.py"
    assert changed(builder, add_code, prepared="/examples") == set()


def test_what_no_component_imports_runs_nothing(changed):
    commands = [
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in (PROJECT_ROOT / "launch").rglob("*.py")
    ]
    assert changed([*commands, "datasets/sps_ball/README.md"], add_code) == set()


def test_an_edit_of_words_runs_nothing(changed):
    files = [path for folder in FOLDERS for path in (PROJECT_ROOT / folder).rglob("*.py")]
    assert changed([path.relative_to(PROJECT_ROOT) for path in files], edit_words) == set()


def test_no_component_depends_on_a_command(root):
    sources = Sources(root)
    for component in COMPONENTS:
        reached = sources.reach(component.modules(told()))
        assert not [name for name in reached if name.split(".")[0] == "launch"]
        assert not [name for name in reached if name.startswith("pipelines.tfx.orchestration")]


def test_names_of_modules_are_computed_only_where_that_is_declared():
    # `datasets.builders` picks the builder, which ExampleGen's `named` declares;
    # `sps_tf.optional` is given literal names, which are read where they stand; `sps_tf` loads what
    # a user asks for by name, and no component does.
    sources = Sources()
    names = {name for c in COMPONENTS for dataset in BUILDERS for name in c.modules(told(dataset))}
    reached = sources.reach(names)
    dynamic = {name for name, module in reached.items() if module.is_dynamic}
    assert dynamic <= {"datasets.builders", "sps_tf", "sps_tf.optional"}


def test_versions_of_imported_packages_count_and_no_others(root, monkeypatch):
    before = versions(root)
    monkeypatch.setattr(code_versions, "_version", _newer("tensorflow-data-validation"))
    after = versions(root)
    again = {name for name in before if before[name] != after[name]}
    assert again == {"StatisticsGen", "SchemaGen", "ExampleValidator"}


def _newer(package):
    held = code_versions._version
    return lambda name: "newer" if name == package else held(name)


@pytest.mark.parametrize(
    ("module", "packages"),
    [
        ("os.path", []),
        ("numpy", ["numpy"]),
        ("absl.flags", ["absl-py"]),
        ("google.protobuf.text_format", ["protobuf"]),
        ("no_such_module.part", ["no_such_module"]),
    ],
)
def test_a_module_leads_to_the_package_that_brings_it(module, packages):
    assert find_packages(module) == packages


def test_a_package_that_is_not_installed_is_absent():
    assert code_versions._version("no_such_module") == "absent"


def test_all_versions_are_there_in_a_moment():
    started = time.process_time()
    versions(PROJECT_ROOT)
    assert time.process_time() - started < 3  # 0.9 s where nothing else runs
