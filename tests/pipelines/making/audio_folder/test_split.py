import pytest

from pipelines.making.audio_folder.split import choose_test


def test_whole_files_are_taken_up_to_the_share():
    n_clips = {f"{index}.wav": 2 for index in range(10)}
    test = choose_test(n_clips, 0.3, seed=0)
    assert sorted(test.values()) == [0] * 7 + [2] * 3
    assert test == choose_test(dict(reversed(n_clips.items())), 0.3, seed=0)
    assert any(choose_test(n_clips, 0.3, seed) != test for seed in (1, 2))


def test_new_files_do_not_change_the_order_of_the_others():
    names = [f"{index}.wav" for index in range(20)]

    def chosen(n_files):
        test = choose_test(dict.fromkeys(names[:n_files], 1), 0.5, seed=3)
        return {name for name in names[:10] if test[name]}

    few, more = chosen(10), chosen(20)
    assert len(few) == 5
    assert few <= more or more <= few


@pytest.mark.parametrize("seed", range(4))
def test_something_is_always_left_to_train_on(seed):
    test = choose_test({"a": 1, "b": 1}, 0.99, seed)
    assert sorted(test.values()) == [0, 1]


@pytest.mark.parametrize("seed", range(4))
def test_where_no_file_fits_the_smallest_is_taken(seed):
    assert choose_test({"a": 20, "b": 5, "c": 30}, 0.05, seed) == {"a": 0, "b": 5, "c": 0}


@pytest.mark.parametrize(("fraction", "expected"), [(0.25, 2), (0.01, 1), (0.99, 7)])
def test_of_an_only_file_the_end_is_taken_and_never_all(fraction, expected):
    assert choose_test({"a": 8}, fraction, seed=0) == {"a": expected}
