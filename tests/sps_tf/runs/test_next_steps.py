import pytest

from launch.configs import get_config
from sps_tf.runs.folder import Run
from sps_tf.runs.next_steps import next_steps


@pytest.mark.parametrize(
    ("dataset", "words", "missing"),
    [
        ("sps_ball", "--dataset=sps_ball", "launch.convert"),
        ("sps_scale", "launch.encode --model={run} FILES", "launch.convert"),
        ("audio_folder", "launch.convert --model={run}", "--dataset"),
        ("kitti_masks", "--output=released", "in the package"),
        ("video_folder", "launch.encode --model={run} FILES", "--dataset"),
    ],
)
def test_a_run_names_what_is_there_and_commands_that_fit(tmp_path, dataset, words, missing):
    run = Run(tmp_path)
    run.pictures.mkdir()
    (run.pictures / "branches.png").touch()
    held = f"Results are in {tmp_path}/: results.json, model.keras, pictures/ (1)"
    assert next_steps(run, get_config(dataset)).startswith(f"{held}.\n")
    (tmp_path / "index.html").touch()
    text = next_steps(run, get_config(dataset))
    assert text.startswith(f"{held}; index.html shows them.\n")
    assert words.format(run=tmp_path) in text
    assert missing not in text
