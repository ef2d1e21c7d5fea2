import numpy as np
import pytest

from pipelines.making.masks import mots_text, sequences
from pipelines.making.report import Report
from tests.pipelines.making.masks.fakes import HEIGHT, WIDTH, box, line, walk


def extract(lines):
    report = Report()
    records = mots_text.parse_lines(lines, "v.txt", report)
    return sequences.extract_runs(records, "v", "v.txt", report), report


def expected_window(mask, window):
    """Reduce and cut pixel by pixel."""
    width = round(64 * WIDTH / HEIGHT)
    start = round(window * (width - 64) / 5)
    out = np.zeros((64, 64), np.uint8)
    for row in range(64):
        for column in range(64):
            y = int((row + 0.5) * HEIGHT / 64)
            x = int((start + column + 0.5) * WIDTH / width)
            out[row, column] = mask[y, x]
    return out


def test_encoded_masks_come_back_as_the_windows_that_show_them():
    runs, report = extract(walk(1, start=5, n_frames=3, left=60, speed=8))
    assert {run.window for run in runs} == {0, 1}  # the second begins at full column 45
    for run in runs:
        assert (run.video, run.object_id, run.start) == ("v", 1, 5)
        masks, label = run.decode()
        for t, mask in enumerate(masks):
            full = box(31, 60 + 8 * t, 18, 18)
            np.testing.assert_array_equal(mask, expected_window(full, run.window))
            rows, columns = np.nonzero(mask)
            np.testing.assert_allclose(label[t], [rows.mean(), columns.mean(), len(rows)])
    assert report.kept["masks"] == 3


def test_a_run_ends_where_a_frame_is_missing_whatever_the_order_of_lines():
    lines = walk(1, start=0, n_frames=9)
    kept = [lines[t] for t in (8, 2, 0, 1, 5, 4)]  # frames 0 to 2, 4 to 5, 8
    runs, report = extract(kept)
    places = [(run.start, len(run.rles)) for run in runs if run.window == 0]
    assert places == [(0, 3), (4, 2)]
    n_windows = len({run.window for run in runs})
    assert report.skipped == {"run_of_one_frame": n_windows}


def test_thirty_pixels_are_seen_and_twenty_nine_are_not():
    size = (64, 200)
    thirty = box(10, 5, 5, 6, size)
    fewer = thirty.copy()
    fewer[10, 5] = 0
    runs, _ = extract([line(t, 1, thirty, 2) for t in range(4)])
    assert [(run.window, len(run.rles)) for run in runs] == [(0, 4)]
    runs, report = extract([line(t, 1, fewer if t == 2 else thirty) for t in range(4)])
    assert [(run.start, len(run.rles)) for run in runs] == [(0, 2)]
    assert report.kept["masks_with_a_window"] == 3


def test_pedestrians_are_kept_apart_and_cars_left_out():
    lines = walk(1, 0, 3) + walk(2, 0, 3) + [line(0, 9, box(0, 0, 50, 50), class_id=1)]
    runs, report = extract(lines)
    assert {run.object_id for run in runs} == {1, 2}
    assert report.skipped["other_class"] == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (f"2 1 2 {HEIGHT} {WIDTH} zzzz", "rle_undecodable"),
        (f"2 1 2 {HEIGHT} {WIDTH} 0", "rle_wrong_size"),
        ("2 1 2 10000 10000 0", "size_changes_in_video"),
        (walk(1, 0, 2)[1], "duplicate_of_a_line"),
    ],
)
def test_a_record_that_cannot_be_right_is_named_and_the_rest_stays(bad, reason):
    lines = walk(1, 0, 2)
    runs, report = extract([*lines, bad])
    assert report.skipped == {reason: 1}
    assert report.examples == {reason: ["v.txt:3"]}
    assert all(len(run.rles) == 2 for run in runs)


def test_images_narrower_than_a_window_are_counted_without_decoding():
    runs, report = extract([line(t, 1, box(5, 5, 20, 20, (90, 60))) for t in range(3)])
    assert not runs
    assert report.skipped == {"narrower_than_a_window": 3}


def test_only_runs_of_twelve_are_kept_and_cut_to_the_first_twelve():
    runs, report = extract(walk(1, 100, 15, speed=0) + walk(2, 0, 11, speed=0))
    kept = sequences.long_runs(runs, report)
    assert {run.object_id for run in kept} == {1}
    n_short = sum(run.object_id == 2 for run in runs)
    assert report.skipped == {"run_below_12_frames": n_short}
    example = sequences.make_example(kept, 0)
    assert example["sequence_id"] == "v/000001/0/000100"
    assert example["frames"].shape == (12, 64, 64, 1)
    assert example["frames"].dtype == np.uint8
    assert set(np.unique(example["frames"])) == {0, 255}
    assert example["label"].shape == (12, 3)


@pytest.mark.parametrize(
    ("frames", "stretches"),
    [([], []), ([4], [(4, 5)]), ([0, 1, 2], [(0, 3)]), ([0, 2, 3, 9], [(0, 1), (2, 4), (9, 10)])],
)
def test_stretches_without_a_gap(frames, stretches):
    assert list(sequences.consecutive(frames)) == stretches


def test_masks_far_wider_than_high_are_left_out():
    size = (1, 10_000)
    runs, report = extract([line(t, 1, box(0, 0, 1, 40, size)) for t in range(12)])
    assert (runs, report.skipped) == ([], {"wider_than_16_to_1": 12})


def test_a_file_of_too_many_pixels_is_used_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(sequences, "MAX_FILE_PIXELS", 5 * HEIGHT * WIDTH)
    runs, report = extract(walk(1, 0, 12))
    assert len(runs[0].rles) == 5
    assert report.examples == {"too_many_pixels": ["v.txt:6"]}
