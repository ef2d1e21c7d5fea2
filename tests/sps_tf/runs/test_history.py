"""The looks at the test split that a run leaves."""

import pytest

from sps_tf.errors import UserError
from sps_tf.runs.history import Look, read_looks, write_look


def test_looks_come_back_in_the_order_of_their_steps(tmp_path):
    folder = tmp_path / "history"
    assert read_looks(folder) == []
    looks = [Look(0, 1.5, {"test/a": 2.0}), Look(10, 2.5, {"test/a": 1.0}, [[0.0, 1.0]])]
    for look in reversed(looks):
        write_look(folder, look)
    (folder / ".tmp-1-step_00000020.json").write_text("{")  # what a killed process leaves
    assert read_looks(folder) == looks


def test_a_look_taken_again_replaces_the_first(tmp_path):
    write_look(tmp_path, Look(5, 1.0, {}))
    write_look(tmp_path, Look(5, 2.0, {}))
    assert read_looks(tmp_path) == [Look(5, 2.0, {})]


@pytest.mark.parametrize("text", ["{", "[]", '{"step": 1}', '{"step": 1, "wrong": 2}'])
def test_a_damaged_look_is_named(tmp_path, text):
    (tmp_path / "step_00000001.json").write_text(text)
    with pytest.raises(UserError, match=r"step_00000001.json cannot be read .*Delete it"):
        read_looks(tmp_path)
