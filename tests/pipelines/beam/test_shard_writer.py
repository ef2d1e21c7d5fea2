"""The shard writer: the cut into shards, what a shard holds, work done twice, shards lost."""

import errno
import itertools
import os
import signal
from pathlib import Path

import pytest
import tensorflow as tf

from pipelines.beam import shard_writer
from pipelines.beam.settings import parse_beam_settings
from pipelines.beam.shard_writer import WriteShard
from pipelines.beam.shards import NumberedExamples, Shard, collect_shards, shard_bounds
from sps_tf.errors import UserError
from tests.pipelines.beam.shard_fakes import FEATURES, make_square, measure_number, merge_numbers

SQUARES = {"train": NumberedExamples(20, make_square)}
MEASURED = {"train": NumberedExamples(20, make_square, measure_number, merge_numbers)}


def write(*shards, make_example=make_square, splits=SQUARES):
    splits = {"train": splits["train"]._replace(make_example=make_example)}
    for shard in shards:
        WriteShard(splits, FEATURES, None).process(("train", shard))


STOPPED_AT = []


def stop(number):
    STOPPED_AT.append(number)
    raise KeyboardInterrupt(signal.SIGTERM)


def read(path):
    records = tf.data.TFRecordDataset(str(path)).as_numpy_iterator()
    return [FEATURES.deserialize_example_np(record)["number"] for record in records]


@pytest.fixture
def shards(tmp_path):
    return [Shard(str(tmp_path / "a"), 0, 3), Shard(str(tmp_path / "b"), 3, 5)]


@pytest.mark.parametrize(
    ("n_examples", "sizes"),
    [
        (1, [1]),
        (3, [1, 1, 1]),
        (20, [2, 3, 2, 3, 2, 3, 2, 3]),
        (512, [64] * 8),
        (9000, [1000] * 9),
        (100_000, [1000] * 100),
    ],
)
def test_number_of_examples_alone_decides_on_the_shards(n_examples, sizes):
    bounds = shard_bounds(n_examples)
    assert [stop - start for start, stop in bounds] == sizes
    assert bounds[0][0] == 0
    assert all(left[1] == right[0] for left, right in itertools.pairwise(bounds))


def test_number_of_shards_can_be_chosen():
    assert shard_bounds(10, 3) == [(0, 3), (3, 6), (6, 10)]


def test_shard_holds_its_examples_in_their_order(shards):
    write(*shards)
    assert read(shards[0].path) == [0, 1, 4]
    assert read(shards[1].path) == [9, 16]
    written = collect_shards({"train": shards}, SQUARES)["train"]
    sizes = [Path(shard.path).stat().st_size for shard in shards]
    assert written.measure == {}
    assert written.n_bytes == [sizes[0] - 3 * 16, sizes[1] - 2 * 16]


def test_work_done_twice_changes_nothing(shards):
    write(*shards)
    before = Path(shards[0].path).read_bytes()

    def never(number):
        raise AssertionError(number)

    write(*shards, make_example=never)
    Path(f"{shards[0].path}.written.json").unlink()  # as if killed just before its note
    write(*shards)
    assert Path(shards[0].path).read_bytes() == before


def test_shard_that_was_cut_short_is_written_again(shards):
    write(*shards)
    before = Path(shards[1].path).read_bytes()
    Path(shards[1].path).write_bytes(before[:-1])
    write(*shards)
    assert Path(shards[1].path).read_bytes() == before


def test_measure_of_a_split_is_that_of_its_examples_in_their_order(shards):
    write(*reversed(shards), splits=MEASURED)
    measure = collect_shards({"train": shards}, MEASURED)["train"].measure
    assert measure == {"numbers": [0, 1, 4, 9, 16], "last": [16]}


def test_shard_that_was_complete_contributes_what_was_measured_before(shards):
    write(shards[0], splits=MEASURED)
    Path(shards[1].path).write_bytes(b"from a worker that was killed")
    made = []

    def make_and_tell(number):
        made.append(number)
        return make_square(number)

    write(*shards, make_example=make_and_tell, splits=MEASURED)
    assert made == [3, 4]
    measure = collect_shards({"train": shards}, MEASURED)["train"].measure
    assert measure == {"numbers": [0, 1, 4, 9, 16], "last": [16]}


def test_shard_without_an_example_measures_nothing(tmp_path):
    shards = [Shard(str(tmp_path / str(stop)), max(stop - 2, 0), stop) for stop in (0, 2)]
    write(*shards, splits=MEASURED)
    measure = collect_shards({"train": shards}, MEASURED)["train"].measure
    assert measure == {"numbers": [0, 1], "last": [1]}


def test_failing_example_leaves_no_file(shards, tmp_path):
    def fail(number):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(shards[0], make_example=fail)
    assert not list(tmp_path.iterdir())


def test_a_signal_ends_it_as_a_signal_and_beam_prints_no_trace(shards, caplog):
    config = parse_beam_settings(None, []).download_config()
    local = config.beam_runner, config.beam_options
    splits = {"train": NumberedExamples(5, stop)}
    with pytest.raises(KeyboardInterrupt) as stopped:
        shard_writer.write_shards({"train": shards}, splits, FEATURES, *local)
    assert stopped.value.args == (signal.SIGTERM,)
    assert len(STOPPED_AT) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not list(Path(shards[0].path).parent.iterdir())
    splits = {"train": NumberedExamples(5, make_square)}
    shard_writer.write_shards({"train": shards}, splits, FEATURES, *local)  # forgotten by then
    assert read(shards[1].path) == [9, 16]


def test_a_disk_that_is_full_is_told_in_one_line_and_forgotten_when_it_is_freed(shards, tmp_path):
    def fill(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "a"))

    write(shards[1])
    write(shards[0], make_example=fill)  # Beam would print its trace of an error
    with pytest.raises(UserError, match=r"could not be written.*No space left.*/a'$") as error:
        collect_shards({"train": shards}, SQUARES)
    assert "\n" not in str(error.value)
    write(*shards)
    collect_shards({"train": shards}, SQUARES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_disk_that_takes_no_line_either_is_an_error(shards, tmp_path, monkeypatch):
    def fill(*_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(shard_writer, "write_records", fill)
    monkeypatch.setattr(shard_writer, "write_bytes", fill)
    with pytest.raises(OSError, match="Read-only"):
        write(shards[0])


def test_nothing_but_the_shards_is_left(shards, tmp_path):
    write(*shards)
    (tmp_path / ".tmp-1234-a").write_text("from a worker that was killed")
    collect_shards({"train": shards}, SQUARES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_missing_shard_is_named_and_shared_folders_are_recommended(shards):
    write(shards[0])
    with pytest.raises(UserError, match=r"1 of 2 record files are missing.*share.*/b$") as error:
        collect_shards({"train": shards}, SQUARES)
    assert "\n" not in str(error.value)


def test_finished_examples_are_counted(shards, tmp_path):
    tally = tmp_path / "tally"
    tally.touch()
    WriteShard(SQUARES, FEATURES, str(tally)).process(("train", shards[0]))
    assert tally.stat().st_size == 3
