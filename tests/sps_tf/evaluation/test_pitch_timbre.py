"""Pitch and timbre kept apart: the grid that is compared, and codes whose answers are known."""

import logging

import numpy as np
import pytest

from sps_tf.evaluation.pitch_timbre import full_grid, gather_cells
from sps_tf.runs.folder import CHANGES_FILE
from tests.sound_fakes import SoundModel, make_config
from tests.sps_tf.evaluation.fakes import make_context, run

INSTRUMENTS = ("Accordion", "Banjo", "Flute", "Piano")
STYLE = ("s1", "s2")


def make_notes(low=48, high=72, instruments=INSTRUMENTS):
    """Clips of one rising scale for each instrument: pitches (clip, note, 1) and names."""
    pitch = np.tile(np.arange(low, high + 1, dtype=np.float32), (len(instruments), 1))
    names = np.array([name.encode() for name in instruments], object)
    frames = np.zeros((*pitch.shape, 1, 1, 1), np.uint8)
    return {"frames": frames, "pitch": pitch[..., None], "instrument": names}


def codes(arrays, order):
    """Latents of which one is the pitch and two are the instrument, in some order."""
    pitch = arrays["pitch"]
    number = np.arange(len(pitch), dtype=np.float32)[:, None, None]
    timbre = np.concatenate([np.cos(2 * number), np.sin(2 * number)], axis=-1)
    z = np.concatenate([pitch, np.broadcast_to(timbre, (*pitch.shape[:2], 2))], axis=-1)
    return z[..., order]


def report_on(arrays, z, **changes):
    config = make_config()
    config.evaluation.evaluators = ("pitch_timbre",)
    config.evaluation.changes.update(style=STYLE, **changes)
    return run(make_context(SoundModel(STYLE), arrays, config, z.astype(np.float32)))


def test_disentangled_codes_have_ratio_0_and_answer_every_query():
    arrays = make_notes()
    scores = report_on(arrays, codes(arrays, [0, 1, 2])).metrics
    assert scores["style_change/ratio"] == pytest.approx(0, abs=1e-6)
    assert scores["style_change/ratio_of_means"] == pytest.approx(0, abs=1e-6)
    assert scores["style_change/precision"] == scores["content_change/precision"] == 1
    assert scores["style_change/precision_random"] == pytest.approx(2 / 3)
    assert scores["content_change/precision_random"] == pytest.approx(1 / 3)
    assert scores["style_change/groups"] == 25
    assert scores["style_change/members"] == len(INSTRUMENTS)


def test_swapped_codes_are_worse_than_chance():
    arrays = make_notes()
    scores = report_on(arrays, codes(arrays, [1, 0, 2])).metrics
    assert scores["style_change/precision"] == pytest.approx(0.5)  # one of two cannot be wrong
    assert scores["content_change/precision"] == 0
    assert scores["style_change/ratio"] > 0.5


def test_entangled_codes_are_as_good_as_chance():
    arrays = make_notes(instruments=[f"number {i}" for i in range(40)])
    z = np.random.default_rng(0).normal(size=(40, 25, 3))
    scores = report_on(arrays, z).metrics
    assert scores["style_change/ratio"] == pytest.approx(scores["style_change/ratio_chance"], 0.1)
    assert scores["style_change/precision"] == pytest.approx(2 / 3, abs=0.1)
    assert scores["content_change/precision"] == pytest.approx(1 / 3, abs=0.2)


def test_a_cell_is_the_mean_of_its_notes_and_fractional_pitches_are_left_out():
    z = np.array([[[1.0], [3.0], [9.0]], [[4.0], [5.0], [7.0]]])
    pitch = np.array([[60.0, 60.0, 61.5], [60.0, 61.0, 61.0]])
    cells = gather_cells(z, pitch, np.array(["a", "b"]))
    assert cells.pitches.tolist() == [60, 61]
    np.testing.assert_array_equal(cells.codes[..., 0], [[2, 4], [np.nan, 6]])


def test_only_instruments_that_play_the_whole_range_are_compared():
    pitch = np.array([[48.0, 49.0, 50.0], [48.0, 49.0, 50.0], [49.0, 50.0, 51.0]])
    cells = gather_cells(np.ones((3, 3, 1)), pitch, np.array(["a", "b", "c"]))
    grid = full_grid(cells, 48, 50)
    assert grid.instruments.tolist() == ["a", "b"]
    assert grid.pitches.tolist() == [48, 49, 50]


def test_without_such_instruments_the_pitches_that_most_play_are_taken():
    pitch = np.array([[60.0, 61.0, 62.0], [61.0, 62.0, 63.0], [61.0, 62.0, 64.0]])
    cells = gather_cells(np.ones((3, 3, 1)), pitch, np.array(["a", "b", "c"]))
    grid = full_grid(cells, 48, 72)
    assert grid.pitches.tolist() == [61, 62]
    assert len(grid.instruments) == 3


def test_instruments_without_a_common_pitch_are_told_and_not_scored(caplog):
    arrays = make_notes(60, 61, ("a", "b"))
    arrays["pitch"][1] += 5
    with caplog.at_level(logging.WARNING):
        report = report_on(arrays, codes(arrays, [0, 1, 2]))
    assert not report.metrics
    assert "no two instruments share two pitches" in caplog.text


def test_bars_compare_the_anchor_with_the_instruments_of_the_settings():
    arrays = make_notes()
    report = report_on(arrays, codes(arrays, [0, 1, 2]), anchor_pitch=62)
    bars = report.archives[CHANGES_FILE]
    assert bars["names"].tolist() == ["Flute", "Piano"]  # the banjo is none of them
    np.testing.assert_allclose(bars["content"], 0, atol=1e-6)
    assert (bars["style"] > 0).all()
    assert report.pictures["changes"].std() > 0


def test_model_without_these_latents_is_left_out():
    config = make_config()
    config.evaluation.evaluators = ("pitch_timbre",)
    config.evaluation.changes.style = STYLE
    arrays = make_notes()
    context = make_context(SoundModel(), arrays, config, codes(arrays, [0]))
    assert not context.has("content_and_style")
