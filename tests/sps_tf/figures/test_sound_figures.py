"""Pictures of pitch and spectrograms: sizes, pixels at known places, and what cannot be drawn."""

import numpy as np
import pytest

from sps_tf import figures
from sps_tf.errors import UserError
from sps_tf.metrics import PitchPoints


def assert_is_picture(picture):
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    assert picture.shape[-1] == 3
    assert picture.std() > 0


def make_points(instruments=("Accordion",), styles=False, sound=True):
    n = 2 * len(instruments)
    pitch = np.linspace(58, 96, n * 15).reshape(n, 15)
    whose = np.repeat(["", *(instruments if styles else ())], 9) if sound else np.array([], str)
    traversal_z = np.resize(np.linspace(-2, 2, 9), len(whose))
    return PitchPoints(
        (pitch - 77) / 9, pitch, np.repeat(instruments, 2), traversal_z, 77 + 9 * traversal_z, whose
    )


def test_pitch_figure_has_a_column_a_method():
    one = figures.draw_pitch_figure({"sps": make_points()})
    five = figures.draw_pitch_figure({f"method {i}": make_points() for i in range(5)})
    assert_is_picture(one)
    assert five.shape == (620, 1500, 3)
    assert one.shape == (620, 360, 3)


def test_pitch_figure_shows_what_is_missing_as_text():
    silent = make_points(sound=False)
    unlabelled = make_points()._replace(pitch=np.zeros((0, 0)))
    assert_is_picture(figures.draw_pitch_figure({"SPICE": silent, "own sounds": unlabelled}))


def test_pitch_figure_leaves_out_a_row_of_which_nothing_is_known():
    unlabelled = make_points()._replace(pitch=np.zeros((0, 0)))
    for points in (make_points(sound=False), unlabelled):
        picture = figures.draw_pitch_figure({"one": points})
        assert_is_picture(picture)
        assert picture.shape == (320, 360, 3)
    nothing = unlabelled._replace(traversal_z=np.array([]))
    assert figures.draw_pitch_figure({"one": nothing}).shape == (320, 360, 3)


def test_pitch_figure_gives_every_instrument_a_colour_in_both_rows():
    names = ("Banjo", "Flute", "Tuba")
    picture = figures.draw_pitch_figure({"SPS+": make_points(names, styles=True)})
    assert_is_picture(picture)
    alone = figures.draw_pitch_figure({"SPS+": make_points()})
    assert picture.shape[0] > alone.shape[0]  # the legend
    saturated = np.ptp(picture.astype(int), axis=-1) > 100
    assert saturated[:310].any() and saturated[310:620].any()


def test_names_of_many_instruments_take_no_more_room_than_the_panels():
    names = tuple(f"Instrument {i}" for i in range(114))
    picture = figures.draw_pitch_figure({"SPS+": make_points(names)}, "step 1")
    assert picture.shape[0] - 620 <= 20 * 16
    assert picture.shape[1] == 6 * 150


def test_pitch_figure_tells_one_line_for_all_from_a_line_for_each_instrument(monkeypatch):
    titles = []
    monkeypatch.setattr("matplotlib.axes.Axes.set_title", lambda _, text, **__: titles.append(text))
    monkeypatch.setattr("matplotlib.axes.Axes.get_title", lambda _: "")
    points = make_points(("Banjo", "Flute"))
    shifted = points._replace(z=points.z + np.repeat([0.0, 5.0], 2)[:, None])
    figures.draw_pitch_figure({"SPS+": shifted})
    r2 = np.corrcoef(shifted.pitch.ravel(), shifted.z.ravel())[0, 1] ** 2
    assert f"R² = {r2:.4f}, by instrument 1.000" in titles
    assert r2 < 0.99


def test_pitch_figure_takes_the_fields_by_name():
    points = make_points()
    np.testing.assert_array_equal(
        figures.draw_pitch_figure({"a": points._asdict()}), figures.draw_pitch_figure({"a": points})
    )


def test_pitch_figure_of_too_few_fields_or_nothing():
    with pytest.raises(UserError, match=r"'a' must have the fields z, pitch.*Received: pitch"):
        figures.draw_pitch_figure({"a": {"pitch": np.zeros((1, 2))}})
    with pytest.raises(UserError, match="at least one column"):
        figures.draw_pitch_figure({})


def test_bars_grow_with_instruments_and_drop_a_row_that_nobody_has():
    names = tuple(f"Instrument {i}" for i in range(53))
    both = figures.draw_pitch_bars({"a": make_points(names, styles=True), "b": make_points(names)})
    factor_alone = figures.draw_pitch_bars({"b": make_points(names)})
    assert_is_picture(both)
    assert both.shape[1] >= 53 * 14
    assert both.shape[0] - factor_alone.shape[0] == 260


def test_bars_of_very_many_instruments_take_several_lines():
    names = tuple(f"Instrument {i:03d}" for i in range(120))
    methods = {method: make_points(names) for method in "abc"}
    picture = figures.draw_pitch_bars(methods)
    few = figures.draw_pitch_bars({m: make_points(names[:40]) for m in "abc"})
    assert picture.shape[1] < 1700
    assert picture.shape[0] == 3 * few.shape[0]
    blue = (np.abs(picture.astype(int) - (0, 114, 178)) < 8).all(-1)
    # Every line has bars.
    assert all(part.sum() > 1000 for part in np.array_split(blue, 3))


def test_legend_of_the_bars_hides_no_bar():
    names = tuple(f"Instrument {i}" for i in range(53))
    picture = figures.draw_pitch_bars({"a": make_points(names)}).astype(int)
    blue = (np.abs(picture - (0, 114, 178)) < 8).all(-1)  # the first colour
    heights = blue[100:].sum(axis=0)
    # Every factor is perfect, so all bars are as high.
    assert len(set(heights[heights > 100].tolist())) <= 2
    assert (heights > 100).sum() > 53 * 5


def test_long_names_of_methods_are_whole_in_the_legend_of_few_instruments():
    names = ("Banjo", "Tuba")
    methods = ("a method with a name of many words", "another one, which has as many of them")
    picture = figures.draw_pitch_bars({name: make_points(names) for name in methods})
    assert (picture[:, :4] == 255).all()
    assert (picture[:, -4:] == 255).all()
    short = figures.draw_pitch_bars({name[:3]: make_points(names) for name in methods})
    assert picture.shape[1] > short.shape[1]


def test_bars_of_one_instrument_are_refused():
    with pytest.raises(UserError, match=r"several instruments\. Received: a"):
        figures.draw_pitch_bars({"a": make_points()})


def strip(name, value, group=0, n_notes=3):
    return figures.Strip(name, np.full((n_notes, 513, 5, 1), value, np.float32), group)


def test_strips_show_every_note_below_its_name():
    loud = strip("truth", 0.0)
    loud.images[1, 256:260] = 0.5  # a partial at 4 kHz of the second note
    picture = figures.draw_spectrogram_strips([loud], "abc", "title", "note", 8.0)
    assert_is_picture(picture)
    bright = np.argwhere(picture.min(axis=-1) > 150)
    bright = bright[(bright[:, 0] > 40) & (bright[:, 0] < 160) & (bright[:, 1] > 180)]
    inside = bright[(bright[:, 1] < 130 + 2 * 44 - 2)]
    rows = np.unique(inside[:, 0])
    assert 36 + 129 / 2 - 4 < np.median(rows) < 36 + 129 / 2 + 4
    assert inside[:, 1].min() >= 130 + 44 - 2
    assert picture.shape == (36 + 133 + 50, max(130 + 3 * 44 + 16, 5 * 8), 3)


def test_groups_stand_apart_and_missing_notes_are_white():
    together = [strip("truth", 0.1), strip("prior", 0.1)]
    apart = [strip("truth", 0.1), strip("prior", 0.1, group=1)]
    apart[1].images[0] = np.nan
    pictures = [
        figures.draw_spectrogram_strips(s, "abc", "t", "note", 8.0) for s in (together, apart)
    ]
    assert pictures[1].shape[0] - pictures[0].shape[0] == 14
    # The middle of the missing note and of the one beside it.
    row = 36 + 133 + 14 + 100
    assert pictures[1][row, 130 + 22].tolist() == [255, 255, 255]
    assert pictures[1][row, 130 + 66].tolist() != [255, 255, 255]


@pytest.mark.parametrize(
    ("strips", "names", "message"),
    [
        ([], "abc", "no strip"),
        ([strip("a", 0), strip("b", 0, n_notes=2)], "abc", "one shape"),
        ([figures.Strip("a", np.zeros((3, 513, 5, 3)))], "abc", r"\(notes, bins, hops, 1\)"),
        ([strip("a", 0)], "ab", "Received: 2 names"),
    ],
)
def test_strips_that_cannot_be_drawn(strips, names, message):
    with pytest.raises(UserError, match=message):
        figures.draw_spectrogram_strips(strips, names, "title", "note", 8.0)


def test_pictures_repeat_themselves():
    draw = [lambda: figures.draw_spectrogram_strips([strip("a", 0.2)], "abc", "t", "n", 8.0)]
    draw += [lambda: figures.draw_pitch_bars({"a": make_points(("Banjo", "Tuba"))})]
    for one in draw:
        np.testing.assert_array_equal(one(), one())
