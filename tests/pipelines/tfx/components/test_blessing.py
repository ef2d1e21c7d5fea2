import pytest

from pipelines.tfx.components.blessing import is_blessed, read_verdict, write_verdict


@pytest.mark.parametrize("reasons", [[], ["the loss is too high"]])
def test_a_blessing_is_a_verdict_without_reasons_against_the_model(tmp_path, reasons):
    write_verdict(tmp_path, {"value": 0.5, "reasons": reasons})
    assert [path.name for path in tmp_path.iterdir()] == ["NOT_BLESSED" if reasons else "BLESSED"]
    assert is_blessed(tmp_path) is not bool(reasons)
    assert read_verdict(tmp_path) == {"value": 0.5, "reasons": reasons}
