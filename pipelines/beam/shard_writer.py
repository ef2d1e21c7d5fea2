"""Beam pipeline that writes a data set's record files, a file an element.

A split's examples are numbered, and each file holds a range of them. Whoever is given a file
makes its examples and writes it under a temporary name, then renames it. So the bytes do not
depend on the runner or on the number of workers; a file that is written twice, because a worker
was killed or its work repeated, comes out the same; and no example ever passes through Beam.

A note beside each file says that it is complete, and what was measured of its examples.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apache_beam as beam

from pipelines.beam.progress import count
from pipelines.beam.record_files import write_records
from pipelines.beam.shards import (
    Examples,
    Shard,
    Written,
    collect_shards,
    merge_measures,
    note_path,
    read_note,
    reason_path,
)
from pipelines.beam.workers import is_worker_lost
from sps_tf.files import tell_disk_error, write_bytes

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

# Worker processes that are killed one after the other have a reason that will not go away.
_MAX_TRIES = 3
# Signals that came while this process was making examples.
_interrupts: list[KeyboardInterrupt] = []


def write_shards(
    shards: Mapping[str, list[Shard]],
    splits: Mapping[str, Examples],
    features: "tfds.features.FeaturesDict",
    runner: Any = None,
    options: Any = None,
    tally_path: str | None = None,
) -> dict[str, Written]:
    """Write all shards of a data set, and check that they are there.

    Where a local worker is killed, the pipeline runs again for what is missing.

    Args:
        shards: the shards of every split, in a folder that all workers can reach.
        splits: how the examples of every split are made.
        features: how an example is encoded.
        runner: Beam runner or its name. Default None: Beam's own choice.
        options: Beam's options. Default None.
        tally_path: where finished examples are counted, see `progress`. Default: not.

    Returns:
        What was written of each split.

    Raises:
        UserError: see `collect_shards`.
        KeyboardInterrupt: where a signal has come.
    """
    _interrupts.clear()
    tasks = [(split, shard) for split, parts in shards.items() for shard in parts]
    for n_try in range(_MAX_TRIES):
        try:
            with beam.Pipeline(runner, options=options) as pipeline:
                _ = (
                    pipeline
                    | beam.Create(tasks, reshuffle=False)
                    | "SpreadShards" >> beam.Reshuffle()
                    | "WriteShards" >> beam.ParDo(WriteShard(dict(splits), features, tally_path))
                )
            break
        except Exception as error:
            if not is_worker_lost(error) or n_try == _MAX_TRIES - 1:
                raise
    if _interrupts:
        raise _interrupts.pop()
    return collect_shards(shards, splits)


class WriteShard(beam.DoFn):
    """Write the record file of one shard, unless it is complete.

    Args:
        splits: see `write_shards`.
        features: see `write_shards`.
        tally_path: see `write_shards`.
    """

    def __init__(
        self,
        splits: Mapping[str, Examples],
        features: "tfds.features.FeaturesDict",
        tally_path: str | None,
    ) -> None:
        self._splits = splits
        self._features = features
        self._tally_path = tally_path

    def process(self, task: tuple[str, Shard]) -> None:
        """Make and write the shard's examples, unless the file is complete.

        What the disk does not take is told by a file beside the shard, since Beam would print its
        own trace of an error, in each worker that meets it. A signal is told to `write_shards`,
        since Beam would make an error of it.
        """
        name, shard = task
        shard = Shard(*shard)  # Beam may hand over a plain tuple
        if _interrupts or read_note(shard) is not None:
            return
        try:
            self._write(self._splits[name], shard)
        except KeyboardInterrupt as interrupt:
            _interrupts.append(interrupt)
        except Exception as error:
            reason = tell_disk_error(error)
            if reason is None:
                raise
            # What was half-written is gone by now, so that there is room for a line.
            try:
                write_bytes(reason_path(shard), reason.encode())
            except OSError:
                raise error from None

    def _write(self, split: Examples, shard: Shard) -> None:
        measure = None

        def records() -> Iterator[bytes]:
            nonlocal measure
            for example in split.make_examples(shard.start, shard.stop):
                if split.measure is not None:
                    measure = merge_measures(split, [measure, split.measure(example)])
                yield self._features.serialize_example(example)
                count(self._tally_path)

        n_records, n_bytes = write_records(Path(shard.path), records())
        note = {"n_records": n_records, "n_bytes": n_bytes, "measure": measure}
        # Written last: a shard without its note is made again.
        write_bytes(
            note_path(shard), json.dumps(note, default=lambda array: array.tolist()).encode()
        )
