import os
import pickle
import struct
import tracemalloc

import numpy as np
import pytest

from pipelines.making.masks import safe_pickle
from sps_tf.errors import UserError


class Calls:
    """Pickle as a call of a function."""

    def __init__(self, function, *args):
        self.function, self.args = function, args

    def __reduce__(self):
        return self.function, self.args


def write(tmp_path, content, protocol=4):
    path = tmp_path / "file.pickle"
    if not isinstance(content, bytes):
        content = pickle.dumps(content, protocol=protocol)
    path.write_bytes(content)
    return path


def refusal(path):
    with pytest.raises(UserError) as error:
        safe_pickle.load(path)
    message = str(error.value)
    assert "\n" not in message
    assert str(path) in message
    return message


ARRAYS = [
    np.arange(24, dtype=np.float64).reshape(2, 3, 4),
    np.arange(6, dtype=">i2").reshape(2, 3),
    np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
    np.array([[True, False], [False, True]]),
    np.zeros((0, 64, 64), bool),
    np.array(3, np.uint8),
]


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_lists_dicts_numbers_and_arrays_come_back(tmp_path, protocol):
    plain = {"a": [1, 2.5, True, None, "é", (1, 2)], "b": b"\x00\xff", "c": b""}
    content = {"plain": plain, "arrays": ARRAYS, "scalar": np.float32(0.5)}
    loaded = safe_pickle.load(write(tmp_path, content, protocol))
    assert loaded["plain"] == plain
    assert loaded["scalar"] == 0.5
    for before, after in zip(ARRAYS, safe_pickle.items(loaded["arrays"]), strict=True):
        after = safe_pickle.array(after)
        assert after.dtype == before.dtype
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_arrays_of_arrays_come_back_as_lists(tmp_path, protocol):
    content = np.empty(3, object)
    content[:] = [np.ones((2, 2), bool), np.zeros((3, 2), bool), [1, 2]]
    items = safe_pickle.items(safe_pickle.load(write(tmp_path, content, protocol)))
    assert safe_pickle.array(items[1]).shape == (3, 2)
    assert items[2] == [1, 2]


def test_files_of_newer_numpy_come_back(tmp_path):
    raw = pickle.dumps([ARRAYS[0]], protocol=2)
    assert b"numpy.core" in raw
    path = write(tmp_path, raw.replace(b"numpy.core", b"numpy._core"))
    array = safe_pickle.array(safe_pickle.load(path)[0])
    np.testing.assert_array_equal(array, ARRAYS[0])


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_command_in_the_file_is_refused_by_name_and_not_run(tmp_path, protocol):
    marker = tmp_path / "ran"
    content = {"pedestrians": [ARRAYS[0], Calls(os.system, f"touch {marker}")]}
    message = refusal(write(tmp_path, content, protocol))
    assert f"the name {os.system.__module__}.system" in message
    assert not marker.exists()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (Calls(eval, "1/0"), "builtins.eval"),
        (Calls(getattr, "x", "upper"), "builtins.getattr"),
        (Calls(np.load, "x"), "numpy.load"),
        (Calls(np.fromfile, "x"), "fromfile"),
        (Calls(bytearray, 10), "builtins.bytearray"),
        (Calls(pickle.loads, b"N."), "loads"),
        (np.ma.masked_array([1, 2]), "numpy.ma.core"),
        (np.random.default_rng(0), "numpy.random"),
        (slice(1, 2), "builtins.slice"),
        ({1, 2}.__class__, "builtins.set"),
    ],
)
def test_other_names_are_refused_by_name(tmp_path, call, name):
    assert name in refusal(write(tmp_path, [call]))


def test_names_split_by_dots_do_not_reach_through_admitted_modules(tmp_path):
    raw = b"\x80\x04\x8c\x05numpy\x8c\x09os.system\x93."
    assert "the name numpy.os.system" in refusal(write(tmp_path, raw))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(2, [("a", "f4"), ("b", "O")]),
        np.zeros(2, "datetime64[s]"),
        np.array(["a", "b"]),
        np.zeros(2, "c8"),
        np.zeros(2, "V8"),
    ],
)
def test_arrays_of_other_types_are_refused(tmp_path, array):
    assert "type" in refusal(write(tmp_path, array))


class LyingArray:
    """Pickle as an array whose state is as given."""

    def __init__(self, shape, code, content):
        self.state = (1, shape, np.dtype(code), False, content)

    def __reduce__(self):
        function, args, _ = np.zeros(0).__reduce__()
        return function, args, self.state


def test_an_array_that_tells_its_true_size_comes_back(tmp_path):
    path = write(tmp_path, LyingArray((2,), "f8", np.array([1.0, 2.0]).tobytes()))
    np.testing.assert_array_equal(pickle.loads(path.read_bytes()), [1.0, 2.0])
    loaded = safe_pickle.array(safe_pickle.load(path))
    np.testing.assert_array_equal(loaded, [1.0, 2.0])


@pytest.mark.parametrize(
    ("shape", "code", "content"),
    [
        ((3,), "f8", b"\x00" * 16),
        ((10**12,), "f8", b""),
        ((-1,), "f8", b"\x00" * 16),
        ((2,), "O", b"\x00" * 16),  # bytes where pointers to objects would be
        ((2,), "f8", [1.0, 2.0]),
        ((10**15,), "O", []),
        ((2.0,), "f8", b"\x00" * 16),
    ],
)
def test_arrays_that_lie_about_their_size_are_refused(tmp_path, shape, code, content):
    tracemalloc.start()
    refusal(write(tmp_path, LyingArray(shape, code, content)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_sizes_in_the_file_do_not_ask_for_memory(tmp_path):
    huge = [
        b"\x80\x02" + b"Nr" + struct.pack("<I", 2**32 - 2) + b".",  # position in the memo
        b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"abc.",  # length of bytes
        b"\x80\x04\x95" + struct.pack("<Q", 2**60) + b"N.",  # length of a frame
        b"\x80\x02cnumpy\nndarray\n" + b"\x8a\x05\x00\x00\x00\x00\x7f\x85R.",
    ]
    tracemalloc.start()
    for raw in huge:
        try:
            loaded = safe_pickle.load(write(tmp_path, raw))
        except UserError:
            continue
        assert safe_pickle.array(loaded) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_file_cannot_change_what_it_may_call(tmp_path):
    # BUILD with a state sets attributes: here those of the admitted function itself.
    raw = b"\x80\x02c_codecs\nencode\n}X\x01\x00\x00\x00aNsb."
    assert "a change of an admitted function" in refusal(write(tmp_path, raw))
    raw = b"\x80\x02c_codecs\nencode\nN}X\x01\x00\x00\x00aNs\x86b."
    assert "a change of an admitted function" in refusal(write(tmp_path, raw))


def test_text_codecs_other_than_latin1_are_refused(tmp_path):
    import codecs

    assert "the codec 'zip'" in refusal(write(tmp_path, Calls(codecs.encode, "abc", "zip")))


def test_every_cut_of_a_file_is_one_clear_line(tmp_path):
    raw = pickle.dumps({"pedestrians": [ARRAYS[0]], "b": ["text", 1.5]}, protocol=4)
    for stop in range(len(raw)):
        assert "damaged or cut off" in refusal(write(tmp_path, raw[:stop]))


def test_random_damage_never_ends_in_another_error(tmp_path):
    rng = np.random.default_rng(5)
    raw = pickle.dumps({"pedestrians": ARRAYS[:3], "b": ["text", 1.5]}, protocol=2)
    n_refused = 0
    for _ in range(300):
        damaged = bytearray(raw)
        for position in rng.integers(0, len(raw), 2):
            damaged[position] = rng.integers(256)
        try:
            safe_pickle.load(write(tmp_path, bytes(damaged)))
        except UserError:
            n_refused += 1
    assert n_refused > 50


def test_a_missing_file_is_one_clear_line(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "gone.pickle")


def key_of_nested_tuples(depth, opcode):
    """A dict, its only key a tuple in tuples: `opcode` puts the one before into a new one."""
    return b"\x80\x02}" + b")" + opcode * depth + b"Ns."


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (key_of_nested_tuples(200_000, b"\x85"), "a key that is a tuple"),  # deep
        (key_of_nested_tuples(100, b"2\x86"), "a key that is a tuple"),  # 2^100 when looked at
        (b"\x80\x02}(" + b")" + b"2\x86" * 100 + b"Nu.", "a key that is a tuple"),
        (b"\x80\x02(" + b")" + b"2\x86" * 100 + b"Nd.", "a key that is a tuple"),
        (b"\x80\x04\x8f(" + b")" + b"2\x86" * 100 + b"\x90.", "a set"),
        (b"\x80\x04(" + b")" + b"2\x86" * 100 + b"\x91.", "a set"),
        (b"\x80\x04cnumpy\ndtype\n)" + b"2\x86" * 100 + b"\x85R.", "array type a tuple"),
        (b"\x80\x02c_codecs\nencode\nX\1\0\0\0a)" + b"2\x86" * 100 + b"\x86R.", "codec a tuple"),
    ],
)
def test_what_is_nested_without_end_is_refused_at_once(tmp_path, raw, words):
    assert words in refusal(write(tmp_path, raw))


def test_tuples_nested_very_deep_that_nobody_looks_into_are_let_go(tmp_path):
    loaded = safe_pickle.load(write(tmp_path, b"\x80\x02)" + b"\x85" * 200_000 + b"."))
    assert type(loaded) is tuple


def test_rows_without_numbers_are_no_array(tmp_path):
    refusal(write(tmp_path, LyingArray((20_000_000, 0), "f8", b"")))


def test_a_declared_array_of_bytes_asks_for_no_memory(tmp_path):
    tracemalloc.start()
    refusal(write(tmp_path, b"\x80\x05\x96" + struct.pack("<Q", 3 << 30) + b"abc."))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_one_text_turned_into_bytes_again_and_again_is_refused(tmp_path):
    text = b"X" + struct.pack("<I", 500_000) + b"a" * 500_000 + b"q\1"
    again = b"0c_codecs\nencode\nh\1\x85R"
    message = refusal(write(tmp_path, b"\x80\x02" + text + again * 3000 + b"."))
    assert "far more bytes than it has" in message


def test_endless_small_steps_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(safe_pickle, "MAX_STEPS", 1000)
    assert "more than 1,000 steps" in refusal(write(tmp_path, b"\x80\x02" + b"N0" * 1000 + b"N."))
