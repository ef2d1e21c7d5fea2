import sys

import tensorflow as tf

from sps_tf.runs.event_files import read_scalars


def write(folder, suffix, points):
    writer = tf.summary.create_file_writer(str(folder), filename_suffix=suffix)
    with writer.as_default():
        for step, value in points:
            tf.summary.scalar("train/loss", value, step=step)
            tf.summary.scalar("test/score", value, step=step)
            tf.summary.image("train_pictures/a", tf.zeros((1, 2, 2, 3)), step=step)
    writer.close()


def test_scalars_come_in_the_order_of_their_steps_and_the_later_file_counts(tmp_path):
    write(tmp_path, ".0", [(1, 4.0), (2, 3.0), (3, 9.0)])
    (first,) = tmp_path.iterdir()
    first.rename(tmp_path / "events.out.tfevents.1000000000.host")
    write(tmp_path, ".1", [(3, 2.0), (4, 1.0)])
    curves = read_scalars(tmp_path)
    assert list(curves) == ["train/loss"]
    assert curves["train/loss"].tolist() == [[1, 4], [2, 3], [3, 2], [4, 1]]


def test_a_file_cut_off_gives_what_is_whole(tmp_path):
    write(tmp_path, "", [(1, 4.0), (2, 3.0)])
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    assert read_scalars(tmp_path)["train/loss"].tolist()[0] == [1, 4]


def test_no_folder_has_no_curves(tmp_path):
    assert read_scalars(tmp_path / "none") == {}


def test_without_tensorboard_there_are_no_curves(tmp_path, monkeypatch):
    (tmp_path / "events.out.tfevents.1.host").write_bytes(b"")
    for name in [name for name in sys.modules if name.partition(".")[0] == "tensorboard"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    assert read_scalars(tmp_path) == {}
