import pytest

from pipelines.tfx.orchestration.component import COMPONENTS
from pipelines.tfx.orchestration.fingerprints import PROJECT_ROOT


def test_each_component_reads_only_what_an_earlier_one_makes():
    made = set()
    for component in COMPONENTS:
        assert set(component.inputs) <= made
        assert not made & set(component.outputs)
        made |= set(component.outputs)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_code_that_decides_the_version_exists(component):
    for source in component.code():
        assert (PROJECT_ROOT / source).exists(), source


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_each_component_has_a_function_that_does_its_work(component):
    assert callable(component.load())


def test_names_are_those_of_tfx():
    assert " ".join(component.name for component in COMPONENTS) == (
        "ExampleGen StatisticsGen SchemaGen ExampleValidator Transform Trainer Evaluator Pusher"
    )
