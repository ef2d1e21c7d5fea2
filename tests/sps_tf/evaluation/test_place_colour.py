"""Place and colour kept apart: codes whose answers are known, and Table 10's green balls."""

import numpy as np
import pytest

from pipelines.making.ball import probes
from sps_tf.errors import UserError
from sps_tf.evaluation import make_report, place_colour
from sps_tf.evaluation.place_colour import ANCHOR_COLORS
from sps_tf.latent_layout import LatentLayout
from sps_tf.runs.folder import CHANGES_FILE
from tests.sps_tf.evaluation.fakes import ExactModel, make_arrays, make_config

CHANGES = {
    "content": ("z1", "z2", "z3"),
    "style": ("z4", "z5"),
    "on_a_line": ("z1", "z3"),
    "anywhere": ("z1", "z2", "z3"),
}


class FivePixels(ExactModel):
    """Five pixels are five latents."""

    layout = LatentLayout(("z1", "z2", "z3"), ("z4", "z5"))


def make_probes(moved):
    """Groups of five-pixel frames; `moved` names the pixels that change in each kind."""
    rng = np.random.default_rng(0)
    frames = {}
    for kind, pixels in moved.items():
        frames[kind] = np.repeat(rng.integers(20, 236, (30, 1, 5)), 8, axis=1)
        frames[kind][..., pixels] = rng.integers(20, 236, (30, 8, len(pixels)))
    frames["anchor_colors"] = rng.integers(20, 236, (1, len(ANCHOR_COLORS), 5))
    return {name: f[:, :, None, :, None].astype(np.uint8) for name, f in frames.items()}


def make_place_colour(moved):
    config = make_config("place_colour", changes=CHANGES)
    return make_report(FivePixels(), make_arrays(), config, make_probes(moved))


PERFECT = {
    "colors_at_a_place": [3, 4],
    "places_on_a_line": [0, 2],
    "places_anywhere": [0, 1, 2],
}
SWAPPED = {
    "colors_at_a_place": [0, 1],
    "places_on_a_line": [3, 4],
    "places_anywhere": [3, 4],
}


def test_disentangled_codes_have_ratio_0_and_answer_every_query():
    report = make_place_colour(PERFECT)
    scores = {name.removeprefix("test/"): value for name, value in report.metrics.items()}
    assert scores["style_change/ratio"] == scores["style_change/ratio_of_means"] == 0
    assert scores["style_change/ratio_chance"] == pytest.approx(2)
    for kind in ("style_change", "content_change", "content_change_anywhere"):
        assert scores[f"{kind}/precision"] == 1
    # As Table 8 prints them; 0.60 is its caption's reading.
    assert scores["style_change/precision_random"] == pytest.approx(0.4)
    assert scores["content_change/precision_random"] == pytest.approx(0.4)
    assert scores["content_change_anywhere/precision_random"] == pytest.approx(0.6)
    assert report.archives[CHANGES_FILE]["names"].tolist() == list(ANCHOR_COLORS[1:])


def test_swapped_codes_answer_no_query():
    scores = make_place_colour(SWAPPED).metrics
    assert scores["test/style_change/precision"] == 0
    assert scores["test/content_change/precision"] == 0
    assert "test/style_change/ratio" not in scores  # the style never moves


def test_entangled_codes_are_as_good_as_chance():
    everything = {kind: [0, 1, 2, 3, 4] for kind in PERFECT}
    scores = make_place_colour(everything).metrics
    assert scores["test/style_change/precision"] == pytest.approx(0.4, abs=0.12)
    assert scores["test/content_change/precision"] == pytest.approx(0.4, abs=0.12)
    assert scores["test/style_change/ratio"] == pytest.approx(2, rel=0.25)


def test_kinds_are_those_that_the_data_bring():
    assert set(PERFECT) == set(probes.KINDS)
    assert tuple(probes.ANCHOR_COLORS) == ANCHOR_COLORS


def test_data_without_these_frames_are_refused():
    config = make_config("place_colour", changes=CHANGES)
    with pytest.raises(UserError, match=r"place_colour needs frames.*Received: probes \[\]"):
        make_report(FivePixels(), make_arrays(), config)


def test_green_balls_are_scored_by_the_places_of_the_split():
    arrays = make_arrays()
    config = make_config("linear_probe", "green_probe")
    frames = {"green_probe": arrays["frames"]}
    scores = make_report(ExactModel(), arrays, config, frames).metrics
    name = "linear_projection_mse_same_points"
    assert scores[f"test/green_{name}"] == pytest.approx(scores[f"test/{name}"], abs=1e-9)
    shuffled = {"green_probe": arrays["frames"][::-1]}
    scores = make_report(ExactModel(), arrays, config, shuffled).metrics
    assert scores[f"test/green_{name}"] > 0.5


class Painter(FivePixels):
    """Paints each picture in the colour of its last three latents."""

    def decode(self, z):
        return np.clip(np.asarray(z)[..., None, None, -3:], 0, 1)


def test_colour_map_is_drawn_of_the_latents_that_the_settings_name(monkeypatch):
    drawn = {}

    def draw(colours, place, style, title):
        drawn.update(colours=colours, place=place, style=style)
        return np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr(place_colour.figures, "draw_colour_map", draw)
    report = make_report(
        Painter(), make_arrays_of_five(), make_config("colour_map", changes=CHANGES)
    )
    assert set(report.pictures) == {"colour_map"}
    assert (drawn["place"], drawn["style"]) == (("z3", "z1"), ("z5", "z4"))
    # z5, the blue of the picture, grows to the right in the middle panel.
    middle = drawn["colours"][1, 1]
    assert (np.diff(middle[..., 2], axis=1) >= 0).all()
    assert np.ptp(middle[..., 2]) > 0


def make_arrays_of_five():
    """Frames of five pixels."""
    arrays = make_arrays()
    pixels = np.random.default_rng(1).integers(20, 120, (*arrays["frames"].shape[:2], 5), np.uint8)
    return {**arrays, "frames": pixels[:, :, None, :, None]}
