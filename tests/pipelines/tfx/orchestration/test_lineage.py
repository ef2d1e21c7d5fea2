import numpy as np
import pytest

from sps_tf.errors import UserError
from tests.pipelines.tfx.orchestration.toys import make_pipeline, parameters

pytest.importorskip("ml_metadata")

from pipelines.tfx.orchestration.lineage import find_model, flatten, to_text, trace
from pipelines.tfx.orchestration.lineage_picture import draw
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.runner import Runner


@pytest.fixture
def log(tmp_path):
    log = MetadataLog(tmp_path)
    runner = Runner(tmp_path, log, beam=None)
    runner.run(parameters(n=3), (), make_pipeline(tmp_path / "calls"))
    runner.run(parameters(n=4), (), make_pipeline(tmp_path / "calls"))
    return log


def test_the_tree_holds_every_step_from_the_data_to_the_model(log):
    text = to_text(trace(log, find_model(log, "")), log.root)
    places = ["Model Report/report/6", "TransformedExamples Double/doubled/5", "Examples Make/"]
    assert [text.index(place) for place in places] == sorted(text.index(p) for p in places)
    assert "n = 4" in text and "n = 3" not in text
    assert "made by Make #4" in text


def test_an_older_model_leads_to_its_own_data(log):
    for model in ("3", str(log.root / "Report/report/3")):
        text = to_text(trace(log, find_model(log, model)), log.root)
        assert "n = 3" in text and "n = 4" not in text


def test_a_model_that_is_not_there_is_refused_with_those_that_are(log):
    with pytest.raises(UserError, match="such as Report/report/6"):
        find_model(log, "/no/model")


def test_a_root_without_models_says_so(tmp_path):
    with pytest.raises(UserError, match="No model was made"):
        find_model(MetadataLog(tmp_path), "")


def test_settings_are_told_by_dotted_names_and_empty_ones_left_out():
    assert flatten({"b": {"c": 1, "d": ""}, "a": [], "e": 0}) == [("b.c", 1), ("e", 0)]


def test_the_picture_has_a_box_a_step(log, tmp_path):
    import cv2

    draw(trace(log, find_model(log, "")), log.root, tmp_path / "tree.png")
    pixels = cv2.imread(str(tmp_path / "tree.png"))
    assert pixels.shape == (320, 900, 3)
    inside = [np.median(pixels[60 + 100 * row, 30:500], axis=0) for row in range(3)]
    np.testing.assert_array_equal(inside, np.tile([251, 243, 238], (3, 1)))
