import numpy as np
import pytest

from pipelines.making.masks import assign, splits
from pipelines.making.masks.published import pack_run
from pipelines.making.masks.sequences import Run
from sps_tf.errors import UserError
from tests.pipelines.making.masks.fakes import published


def tracks(n_videos=6, n_objects=5, n_windows=3):
    return [
        Run(f"{v:04d}", o, w, 0)
        for v in range(n_videos)
        for o in range(n_objects)
        for w in range(n_windows)
    ]


def sides(runs, assigned, key):
    return [
        {key(r) for r, side in zip(runs, assigned, strict=True) if side == name}
        for name in ("train", "test")
    ]


def test_the_default_share_is_the_papers():
    assert splits.default_n_test(1378) == 320
    assert splits.default_n_test(502) == 117


def test_by_track_no_pedestrian_is_on_both_sides_and_the_number_is_met():
    runs = tracks()
    assigned = assign.assign_mots(runs, "track", n_test=21)
    train, test = sides(runs, assigned, lambda r: r.track)
    assert assigned.count("test") == 21
    assert not train & test


def test_by_video_no_video_is_on_both_sides():
    runs = tracks()
    assigned = assign.assign_mots(runs, "video", n_test=32)
    train, test = sides(runs, assigned, lambda r: r.video)
    assert not train & test
    assert assigned.count("test") == 30  # two whole videos fit


def test_the_authors_split_takes_the_first_whoever_they_show():
    runs = tracks()
    assigned = assign.assign_mots(runs, "authors", n_test=10)
    assert assigned == ["test"] * 10 + ["train"] * 80
    train, test = sides(runs, assigned, lambda r: r.track)
    assert len(train & test) == 1


def test_the_split_depends_on_the_seed_and_on_nothing_else():
    runs = tracks()
    first = assign.assign_mots(runs, "track", seed=1)
    assert first == assign.assign_mots(runs, "track", seed=1)
    assert first != assign.assign_mots(runs, "track", seed=2)
    backwards = assign.assign_mots(runs[::-1], "track", seed=1)
    assert first == backwards[::-1]


@pytest.mark.parametrize("n_test", [0, 90, 1000])
def test_a_split_that_would_be_empty_is_refused(n_test):
    with pytest.raises(UserError, match=f"Received: {n_test}"):
        assign.assign_mots(tracks(), "track", n_test=n_test)


def test_no_group_fits():
    with pytest.raises(UserError, match="larger n_test"):
        splits.choose_test(["a"] * 5 + ["b"] * 5, ["a", "b"], 2)


def test_silhouettes_that_moved_sideways_are_known_again_and_others_are_not():
    rng = np.random.default_rng(0)
    shapes = rng.random((3, 12, 12)) < 0.6

    def sequence(shape, left, top=20, n_frames=4):
        frames = np.zeros((n_frames, 64, 64), np.uint8)
        for t in range(n_frames):
            frames[t, top : top + 12, left + t : left + t + 12] = shape
        return frames

    same = sequence(shapes[0], 40)
    groups = splits.same_silhouettes(
        [
            sequence(shapes[1], 10),
            same,
            sequence(shapes[0], 11),  # the same person in the next window
            sequence(shapes[0], 11, top=21),  # the same shape at another height
            sequence(shapes[2], 0),  # cut by the edge in its first frame only
            sequence(shapes[2], 30),
            same[:2],  # too short to tell
        ]
    )
    assert groups == [0, 1, 1, 3, 4, 4, 6]


def published_runs(n_sequences=30):
    masks = published(n_sequences=n_sequences, lengths=(12,))["pedestrians"]
    return [pack(i, frames) for i, frames in enumerate(masks)]


def pack(index, masks):
    return pack_run(index, masks, np.zeros((len(masks), 3)))


def masks_of(run):
    return run.decode()[0]


def test_published_runs_that_show_one_person_go_to_the_test_set_together():
    runs = published_runs()
    moved = np.roll(masks_of(runs[3]), 20, axis=2)
    runs[25] = pack(25, moved)
    assigned = assign.assign_published(runs, "track", n_test=8, n_guard=4)
    assert assigned[3] == assigned[25] == "test"
    assert assigned.count("test") == 8
    # Sequence 7 made room for 25, so the guard begins there.
    assert assigned[:12] == ["test"] * 7 + [assign.GUARD] * 4 + ["train"]
    assert set(assigned[11:25]) == {"train"}


def test_a_short_run_ties_two_longer_ones_together():
    runs = published_runs()
    bridge = np.concatenate([masks_of(runs[1])[:3], masks_of(runs[20])[:3]])
    runs[15] = pack(15, bridge)
    assigned = assign.assign_published(runs, "track", n_test=5, n_guard=0)
    assert assigned[15] == assign.TOO_SHORT
    assert assigned[1] == assigned[20] == "test"


def test_the_published_authors_split_is_the_first_long_ones():
    runs = published_runs()
    runs[2] = pack(2, masks_of(runs[2])[:11])
    assigned = assign.assign_published(runs, "authors", n_test=5)
    assert assigned[:6] == ["test", "test", assign.TOO_SHORT, "test", "test", "test"]
    assert set(assigned[6:]) == {"train"}


def test_a_guard_that_leaves_nothing_is_refused():
    with pytest.raises(UserError, match="No training sequence is left of 30"):
        assign.assign_published(published_runs(), "track", n_test=8, n_guard=64)
