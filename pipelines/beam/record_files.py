"""Record files of a TFDS data set, written one by one by whoever makes the records."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sps_tf.files import write_atomically

if TYPE_CHECKING:
    import tensorflow_datasets as tfds


def write_records(path: Path, records: Iterable[bytes]) -> tuple[int, int]:
    """Write one record file, which appears complete or not at all.

    Args:
        path: the file.
        records: serialised examples.

    Returns:
        The number of records, and the bytes of all of them.
    """
    import tensorflow as tf

    counts = [0, 0]

    def write(temporary: Path) -> None:
        with tf.io.TFRecordWriter(str(temporary)) as writer:
            for record in records:
                writer.write(record)
                counts[0] += 1
                counts[1] += len(record)

    write_atomically(path, write)
    return counts[0], counts[1]


def write_data_set_info(
    folder: Path,
    source: "tfds.core.DatasetBuilder",
    features: "tfds.features.FeaturesDict",
    files: Mapping[str, Sequence[tuple[int, int]]],
) -> None:
    """Describe record files as a data set that `tfds.builder_from_directory` opens.

    Args:
        folder: where the files are, named as TFDS names them.
        source: the data set that they were made from; its name, version, description and
            metadata hold for the new one.
        features: how the records are encoded.
        files: for each split the number of records, and their bytes, of each of its files.
    """
    import tensorflow_datasets as tfds

    template = tfds.core.ShardedFileTemplate(
        data_dir=folder,
        template="{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
        dataset_name=source.name,
        filetype_suffix="tfrecord",
    )
    splits = [
        tfds.core.SplitInfo(
            name=split,
            shard_lengths=[n_records for n_records, _ in counts],
            num_bytes=sum(n_bytes for _, n_bytes in counts),
            filename_template=template.replace(split=split),
        )
        for split, counts in files.items()
    ]
    tfds.folder_dataset.write_metadata(
        data_dir=folder,
        features=features,
        split_infos=splits,
        version=source.version,
        filename_template=template,
        description=source.info.description,
        homepage=source.info.homepage,
    )
    tfds.core.MetadataDict(source.info.metadata or {}).save_metadata(folder)
