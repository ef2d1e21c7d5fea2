import os
from pathlib import Path

from tensorflow_datasets.core.utils import file_utils

from pipelines.beam.unfinished import building, sweep_unfinished


def unfinished(tmp_path, name):
    # As TFDS itself names it.
    folder = Path(file_utils._get_incomplete_dir(str(tmp_path / "1.0.0")))
    folder.mkdir()
    (folder / name).write_text("x")
    return folder


def test_what_a_killed_build_left_goes_and_what_a_living_one_makes_stays(tmp_path):
    (tmp_path / "1.0.0").mkdir()
    dead, living, young, old = (unfinished(tmp_path, name) for name in ("a", "b", "c", "d"))
    (dead / ".building").touch()
    os.utime(old, (0, 0))
    with building(living):
        assert set(sweep_unfinished(tmp_path / "1.0.0")) == {dead, old}
        assert living.exists() and young.exists()
    assert not (living / ".building").exists()
    assert (tmp_path / "1.0.0").exists()
    assert sweep_unfinished(tmp_path / "other" / "1.0.0") == []
