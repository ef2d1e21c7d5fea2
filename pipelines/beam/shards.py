"""A data set's record files: how it is cut into them, and what is known of those written.

Beam is not needed for that, so that reading a data set does not load it.
"""

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sps_tf.errors import UserError
from sps_tf.files import remove_leftovers

# A TFRecord file holds 16 bytes of lengths and checksums around each record.
RECORD_OVERHEAD_BYTES = 16
MAX_SHARD_EXAMPLES = 1000
CANNOT_WRITE = "The data set could not be written; free the folder or choose another data_dir."
# Small splits are cut as well, so that several workers have something to do.
MIN_SHARDS = 8
_NOTE_SUFFIX = ".written.json"
_REASON_SUFFIX = ".reason.txt"


class Examples(Protocol):
    """A split whose examples are numbered from 0, as the writer asks for them.

    Beam takes it to other processes, where each shard's examples are made in their order.

    Attributes:
        n_examples: how many there are, at least 1.
        measure: measures an example where it is made: a dict of what JSON holds, or of NumPy
            arrays, which arrive as lists. None: nothing is measured.
        merge: makes one measure of two, of some examples and of those that follow; needed with
            `measure`. It must be associative, and take its own results after a passage through
            JSON. The order of the numbers is kept, so the result does not depend on the workers.
    """

    n_examples: int
    measure: Callable[[dict[str, Any]], dict[str, Any]] | None
    merge: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None

    def make_examples(self, start: int, stop: int) -> Iterable[dict[str, Any]]:
        """Make the examples from number `start` to before `stop`, in their order."""
        ...


class NumberedExamples(NamedTuple):
    """`Examples` that can be made one by one, in any order and anywhere.

    Attributes:
        n_examples: see `Examples`.
        make_example: makes the example of a number.
        measure: see `Examples`. Default None.
        merge: see `Examples`. Default None.
    """

    n_examples: int
    make_example: Callable[[int], dict[str, Any]]
    measure: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    merge: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None = None

    def make_examples(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """Make the examples from number `start` to before `stop`, in their order."""
        return map(self.make_example, range(start, stop))


class Written(NamedTuple):
    """What is known of a split's files when all are there.

    Attributes:
        n_bytes: the bytes of the records of each shard.
        measure: the measure of all examples, empty where nothing was measured.
    """

    n_bytes: list[int]
    measure: dict[str, Any]


class Shard(NamedTuple):
    """A record file to write.

    Attributes:
        path: the file.
        start: number of its first example.
        stop: number after the last.
    """

    path: str
    start: int
    stop: int


def shard_bounds(n_examples: int, n_shards: int | None = None) -> list[tuple[int, int]]:
    """Cut a split into shards of nearly the same number of examples.

    Args:
        n_examples: examples in the split, at least 1.
        n_shards: number of shards. Default: at most 1,000 examples a shard, and at least 8
            shards where there are as many examples.

    Returns:
        For each shard the number of its first example, and that after the last.
    """
    if n_shards is None:
        n_shards = max(-(-n_examples // MAX_SHARD_EXAMPLES), min(MIN_SHARDS, n_examples))
    cuts = [n_examples * shard // n_shards for shard in range(n_shards + 1)]
    return list(itertools.pairwise(cuts))


def collect_shards(
    shards: Mapping[str, list[Shard]], splits: Mapping[str, Examples]
) -> dict[str, Written]:
    """Check that every shard is there and whole, and remove what the workers left beside them.

    Args:
        shards: as for `write_shards`.
        splits: as for `write_shards`.

    Returns:
        What was written of each split.

    Raises:
        UserError: if a shard could not be written, is missing, or is not as its worker left it.
    """
    flat = [shard for parts in shards.values() for shard in parts]
    notes = {shard: read_note(shard) for shard in flat}
    lost = [shard.path for shard in flat if notes[shard] is None]
    for shard in flat:
        if notes[shard] is None and reason_path(shard).is_file():
            reason = reason_path(shard).read_text(encoding="utf-8")
            raise UserError(f"{CANNOT_WRITE} Received: {reason}")
    if lost:
        raise UserError(
            f"{len(lost)} of {len(flat)} record files are missing or damaged where this program "
            "looks for them. Workers on other machines must reach the same folder, under the same "
            f"path: choose one on a disk that all of them share. Received: {lost[0]}"
        )
    for shard in flat:
        note_path(shard).unlink()
        reason_path(shard).unlink(missing_ok=True)
    for folder in {Path(shard.path).parent for shard in flat}:
        remove_leftovers(folder)
    return {
        name: Written(
            [notes[shard]["n_bytes"] for shard in parts],
            merge_measures(splits[name], [notes[shard]["measure"] for shard in parts]) or {},
        )
        for name, parts in shards.items()
    }


def merge_measures(
    split: Examples, measures: Iterable[dict[str, Any] | None]
) -> dict[str, Any] | None:
    """Merge measures of parts that follow each other; None is that of a part without examples."""
    held = [measure for measure in measures if measure is not None]
    return functools.reduce(split.merge, held) if held else None


def note_path(shard: Shard) -> Path:
    """Return the note that says that a shard is complete, and what was measured of it."""
    return Path(f"{shard.path}{_NOTE_SUFFIX}")


def reason_path(shard: Shard) -> Path:
    """Return where a worker says why the disk did not take a shard."""
    return Path(f"{shard.path}{_REASON_SUFFIX}")


def read_note(shard: Shard) -> dict[str, Any] | None:
    """Return what a shard's worker noted, or None if the shard is not complete."""
    try:
        note = json.loads(note_path(shard).read_text(encoding="utf-8"))
        size = Path(shard.path).stat().st_size
    except FileNotFoundError:
        return None
    n_records = shard.stop - shard.start
    expected = n_records, size - RECORD_OVERHEAD_BYTES * n_records
    return note if (note["n_records"], note["n_bytes"]) == expected else None
