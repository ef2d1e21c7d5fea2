"""The frames of Figure 7's grid: rendered once, and never taken for what they are not."""

import numpy as np
import pytest

from datasets import ball_grid
from datasets.ball_grid import GRID_FILE
from pipelines.tfx.orchestration.fingerprints import digest_path
from sps_tf.figures import BALL_GRID

SHAPE = (len(BALL_GRID.points()), 1, 32, 32, 3)


@pytest.fixture
def rendered(monkeypatch):
    """Frames in place of the renderer's; the list grows by one each time they are asked for."""
    calls = []

    def render():
        calls.append(1)
        return np.random.default_rng(len(calls)).integers(0, 256, SHAPE, np.uint8)

    monkeypatch.setattr(ball_grid, "_render", render)
    return calls


def test_frames_are_rendered_once_for_a_folder(rendered, tmp_path):
    first = ball_grid.ball_grid(tmp_path)
    np.testing.assert_array_equal(ball_grid.ball_grid(tmp_path), first)
    assert len(rendered) == 1
    assert [path.name for path in tmp_path.iterdir()] == [GRID_FILE]


def cut_short(content):
    return content[: len(content) // 2]


def flip_a_byte(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [cut_short, flip_a_byte, lambda _: b"", lambda _: b"no zip"])
def test_damaged_file_is_replaced(damage, rendered, tmp_path):
    ball_grid.ball_grid(tmp_path)
    path = tmp_path / GRID_FILE
    path.write_bytes(damage(path.read_bytes()))
    second = ball_grid.ball_grid(tmp_path)
    assert len(rendered) == 2
    np.testing.assert_array_equal(ball_grid.ball_grid(tmp_path), second)
    assert len(rendered) == 2


def test_another_renderer_or_grid_renders_again(rendered, tmp_path, monkeypatch):
    ball_grid.ball_grid(tmp_path)
    monkeypatch.setattr(ball_grid, "_version", lambda: "of another renderer")
    second = ball_grid.ball_grid(tmp_path)
    np.testing.assert_array_equal(ball_grid.ball_grid(tmp_path), second)
    assert len(rendered) == 2


def test_version_tells_colours_apart(monkeypatch):
    version = ball_grid._version.__wrapped__
    green = version()
    assert version() == green
    monkeypatch.setattr(ball_grid, "_GREEN", (0.9, 0.05, 0.05))
    assert version() != green


def test_folder_that_cannot_be_written_is_left_alone(rendered, tmp_path):
    frames = ball_grid.ball_grid(tmp_path / "missing")
    assert frames.shape == SHAPE
    assert not list(tmp_path.iterdir())


def test_examples_are_the_same_to_the_pipeline(rendered, tmp_path):
    (tmp_path / "records").write_bytes(b"abc")
    before = digest_path(tmp_path)
    ball_grid.ball_grid(tmp_path)
    assert digest_path(tmp_path) == before
