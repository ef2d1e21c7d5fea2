"""The base install is enough for the ball; what needs more says which extra brings it."""

import numpy as np
import pytest

from sps_tf.optional import EXTRAS
from tests.fakes import run_command
from tests.pipelines.making.masks.fakes import write_tracks
from tests.pipelines.making.video_folder.fakes import write_pictures

# Python imports a module of this name when it starts; None in its place is a package not found.
BLOCKER = f"import sys; sys.modules.update(dict.fromkeys({list(EXTRAS)}))"


@pytest.fixture
def without_extras(tmp_path):
    """The variables of a process that finds none of the packages that extras bring."""
    (tmp_path / "blocker").mkdir()
    (tmp_path / "blocker" / "sitecustomize.py").write_text(BLOCKER)
    return {"PYTHONPATH": str(tmp_path / "blocker")}


def test_the_ball_trains(without_extras, ball_data_dir, tmp_path):
    flags = ("--dataset=sps_ball", "--preset=debug", f"--data_dir={ball_data_dir}")
    flags += ("--config.steps=2", "--config.eval_every=0")
    done = run_command("launch.train", *flags, f"--workdir={tmp_path}/run", **without_extras)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "results.json").is_file()


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("audio", ["launch.train", "--dataset=sps_scale", "--workdir={}/run"]),
        (
            "masks",
            [
                "launch.train",
                "--dataset=kitti_masks/mots",
                "--config.data.source_path={}/tracks",
                "--config.data.n_test=6",
                "--workdir={}/run",
            ],
        ),
        ("dask", ["launch.train", "--dataset=sps_ball", "--runner=dask", "--workdir={}/run"]),
        ("video", ["launch.train", "--dataset=video_folder", "--data={}/videos"]),
        ("pipeline", ["launch.pipeline", "--dataset=sps_ball", "--pipeline_root={}/root"]),
    ],
)
def test_what_needs_more_ends_in_one_line_that_names_the_extra(
    extra, arguments, without_extras, tmp_path
):
    write_tracks(tmp_path / "tracks")
    for name in ("a", "b"):
        write_pictures(tmp_path / "videos" / name, np.zeros((20, 32, 48, 3), np.uint8))
    arguments = [argument.format(tmp_path) for argument in arguments]
    data = [f"--data_dir={tmp_path}/data"] if arguments[0] == "launch.train" else []
    done = run_command(*arguments, "--preset=debug", *data, **without_extras)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert f'pip install "sps-tf[{extra}]"' in done.stderr.splitlines()[-1], done.stderr
