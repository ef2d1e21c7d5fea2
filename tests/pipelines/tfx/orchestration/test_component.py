import pytest

from pipelines.tfx.orchestration.component import COMPONENTS


def test_each_component_reads_only_what_an_earlier_one_makes():
    made = set()
    for component in COMPONENTS:
        assert set(component.inputs) <= made
        assert not made & set(component.outputs)
        made |= set(component.outputs)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_each_component_has_a_function_that_does_its_work(component):
    assert callable(component.load())


def test_the_code_of_example_gen_is_that_of_its_data_set():
    example_gen = COMPONENTS[0]
    assert example_gen.modules({"prepared": "", "dataset": "sps_ball/colorful"}) == (
        "pipelines.tfx.components.example_gen",
        "datasets.sps_ball.sps_ball_dataset_builder",
    )
    assert example_gen.modules({"prepared": "/examples"}) == (example_gen.module,)


def test_names_are_those_of_tfx():
    assert " ".join(component.name for component in COMPONENTS) == (
        "ExampleGen StatisticsGen SchemaGen ExampleValidator Transform Trainer Evaluator Pusher"
    )
