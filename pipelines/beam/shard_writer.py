"""Beam transform that writes a data set's record files, a file an element.

A split's examples are numbered, and each file holds a range of them. Whoever is given a file
makes its examples and writes it under a temporary name, then renames it. So the bytes do not
depend on the runner or on the number of workers; a file that is written twice, because a worker
was killed or its work repeated, comes out the same; and no example ever passes through Beam.

A note beside each file says that it is complete, and what was measured of its examples.
"""

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apache_beam as beam

from pipelines.beam.progress import count
from pipelines.beam.record_files import write_records
from sps_tf.errors import UserError
from sps_tf.files import remove_leftovers, write_bytes

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

# A TFRecord file holds 16 bytes of lengths and checksums around each record.
RECORD_OVERHEAD_BYTES = 16
MAX_SHARD_EXAMPLES = 1000
# Small splits are cut as well, so that several workers have something to do.
MIN_SHARDS = 8
_NOTE_SUFFIX = ".written.json"


class NumberedExamples(NamedTuple):
    """A split whose examples can be made one by one, in any order and anywhere.

    Beam takes the functions to other processes.

    Attributes:
        n_examples: how many there are, at least 1.
        make_example: makes the example of a number from 0.
        measure: measures an example where it is made: a dict of what JSON holds, or of NumPy
            arrays, which arrive as lists. Default None: nothing is measured.
        merge: makes one measure of two, of some examples and of those that follow; needed with
            `measure`. It must be associative, and take its own results after a passage through
            JSON. The order of the numbers is kept, so the result does not depend on the workers.
    """

    n_examples: int
    make_example: Callable[[int], dict[str, Any]]
    measure: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    merge: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None = None

    def merged(self, measures: Iterable[dict[str, Any] | None]) -> dict[str, Any] | None:
        """Merge measures.

        Args:
            measures: those of parts of the split, in the order of the numbers. None stands for
                a part without an example.

        Returns:
            The measure of all parts, None where there is none.
        """
        held = [measure for measure in measures if measure is not None]
        return functools.reduce(self.merge, held) if held else None


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


def write_shards(
    shards: Mapping[str, list[Shard]],
    splits: Mapping[str, NumberedExamples],
    features: "tfds.features.FeaturesDict",
    tally_path: str | None = None,
) -> beam.PTransform:
    """Make the transform that writes all shards of a data set.

    Args:
        shards: the shards of every split, in a folder that all workers can reach.
        splits: how the examples of every split are made.
        features: how an example is encoded.
        tally_path: where finished examples are counted, see `progress`. Default: not.

    Returns:
        A root transform. Shards that are written already are passed over.
    """
    tasks = [(split, shard) for split, parts in shards.items() for shard in parts]
    return (
        beam.Create(tasks, reshuffle=False)
        | "SpreadShards" >> beam.Reshuffle()
        | "WriteShards" >> beam.ParDo(WriteShard(dict(splits), features, tally_path))
    )


class WriteShard(beam.DoFn):
    """Write the record file of one shard; its arguments are those of `write_shards`."""

    def __init__(
        self,
        splits: Mapping[str, NumberedExamples],
        features: "tfds.features.FeaturesDict",
        tally_path: str | None,
    ) -> None:
        self._splits = splits
        self._features = features
        self._tally_path = tally_path

    def process(self, task: tuple[str, Shard]) -> None:
        """Make and write the shard's examples, unless the file is complete."""
        name, shard = task
        shard = Shard(*shard)  # Beam may hand over a plain tuple
        if _read_note(shard) is not None:
            return
        split, measure = self._splits[name], None

        def records() -> Iterator[bytes]:
            nonlocal measure
            for number in range(shard.start, shard.stop):
                example = split.make_example(number)
                if split.measure is not None:
                    measure = split.merged([measure, split.measure(example)])
                yield self._features.serialize_example(example)
                count(self._tally_path)

        n_records, n_bytes = write_records(Path(shard.path), records())
        note = {"n_records": n_records, "n_bytes": n_bytes, "measure": measure}
        # Written last: a shard without its note is made again.
        write_bytes(_note(shard), json.dumps(note, default=lambda array: array.tolist()).encode())


def collect_shards(
    shards: Mapping[str, list[Shard]], splits: Mapping[str, NumberedExamples]
) -> dict[str, Written]:
    """Check that every shard is there and whole, and remove what the workers left beside them.

    Args:
        shards: as for `write_shards`.
        splits: as for `write_shards`.

    Returns:
        What was written of each split.

    Raises:
        UserError: if a shard is missing, or is not as its worker left it.
    """
    flat = [shard for parts in shards.values() for shard in parts]
    notes = {shard: _read_note(shard) for shard in flat}
    lost = [shard.path for shard in flat if notes[shard] is None]
    if lost:
        raise UserError(
            f"{len(lost)} of {len(flat)} record files are missing or damaged where this program "
            "looks for them. Workers on other machines must reach the same folder, under the same "
            f"path: choose a data_dir on a disk that all of them share. Received: {lost[0]}"
        )
    for shard in flat:
        _note(shard).unlink()
    for folder in {Path(shard.path).parent for shard in flat}:
        remove_leftovers(folder)
    return {
        name: Written(
            [notes[shard]["n_bytes"] for shard in parts],
            splits[name].merged(notes[shard]["measure"] for shard in parts) or {},
        )
        for name, parts in shards.items()
    }


def _note(shard: Shard) -> Path:
    return Path(f"{shard.path}{_NOTE_SUFFIX}")


def _read_note(shard: Shard) -> dict[str, Any] | None:
    """Return what a shard's worker noted, or None if the shard is not complete."""
    try:
        note = json.loads(_note(shard).read_text(encoding="utf-8"))
        size = Path(shard.path).stat().st_size
    except FileNotFoundError:
        return None
    n_records = shard.stop - shard.start
    expected = n_records, size - RECORD_OVERHEAD_BYTES * n_records
    return note if (note["n_records"], note["n_bytes"]) == expected else None
