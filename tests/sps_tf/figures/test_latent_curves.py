import numpy as np

from sps_tf.figures import Thinned, draw_latent_curves


def test_a_long_curve_is_thinned_evenly_whatever_its_blocks():
    kept = Thinned(most=100)
    for block in np.split(np.arange(10_000), [3, 50, 51, 4000, 9999]):
        kept.add({"x": block, "y": 2 * block})
    rows = kept.rows
    assert 50 <= len(rows["x"]) <= 100
    assert rows["x"][0] == 0
    assert len(set(np.diff(rows["x"]))) == 1
    np.testing.assert_array_equal(rows["y"], 2 * rows["x"])


def test_a_short_curve_is_kept_whole():
    kept = Thinned()
    kept.add({"x": np.arange(5)})
    kept.add({"x": np.arange(5, 7)})
    np.testing.assert_array_equal(kept.rows["x"], np.arange(7))


def test_each_column_has_a_panel_and_its_values_are_drawn():
    rows = {"time_secs": np.linspace(0, 1, 50), "a": np.zeros(50), "b": np.arange(50.0)}
    one = draw_latent_curves(rows, "time_secs", {"a": "a"}, "song")
    two = draw_latent_curves(rows, "time_secs", {"a": "a", "b": "b"}, "song")
    assert two.shape[0] > one.shape[0]
    assert one.dtype == np.uint8
    other = draw_latent_curves({**rows, "b": -rows["b"]}, "time_secs", {"a": "a", "b": "b"}, "song")
    assert (other != two).any()
