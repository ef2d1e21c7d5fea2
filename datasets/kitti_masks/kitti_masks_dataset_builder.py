"""TFDS builder of KITTI-Masks: pedestrian masks from a moving car (section A.6.2)."""

import functools
import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds
from tensorflow_datasets.core import hashing

from pipelines.beam.builder import ShardedBuilder
from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.beam.shards import NumberedExamples
from pipelines.making.masks import assign, mots_text, published, splits, transforms, windows
from pipelines.making.masks.config import KINDS, KittiMasksConfig, make_config
from pipelines.making.masks.sequences import N_FRAMES, Run, make_example
from pipelines.making.report import Report, merge
from pipelines.making.source_files import fetch, file_sha256, find_source, manual_dir
from sps_tf.errors import UserError

__all__ = ["Builder", "make_config"]
MOTS_NAMES = ("mots.zip", "mots")

show_user_errors_in_one_line()


class Builder(ShardedBuilder):
    """Sequences of 12 masks of 64 x 64 pixels, with centre of mass and area."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar = {
        "1.1.0": "The same examples in the same order, now in more record files.",
        "1.0.0": "First version.",
    }
    BUILDER_CONFIGS: ClassVar = [KittiMasksConfig(name) for name in KINDS]
    MANUAL_DOWNLOAD_INSTRUCTIONS = f"""
    zenodo: {published.FILE_NAME}, from {published.URL} (downloaded if it is not here).
    mots: mots.zip, or a folder mots, with annotation text files.
    """

    def __init__(self, *, config: str | KittiMasksConfig | None = None, **kwargs: object) -> None:
        # TFDS refuses a config object that equals one of the class's own; its name will do.
        if isinstance(config, KittiMasksConfig) and config.name in KINDS:
            config = config.name
        super().__init__(config=config, **kwargs)

    def _info(self) -> tfds.core.DatasetInfo:
        """Describe the features."""
        size = windows.SIZE_PIXELS
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "frames": tfds.features.Video(shape=(N_FRAMES, size, size, 1)),
                    "label": tfds.features.Tensor(
                        shape=(N_FRAMES, 3), dtype=np.float32, doc=", ".join(windows.LABEL_NAMES)
                    ),
                    "sequence_id": tfds.features.Text(doc="video/pedestrian/window/first frame"),
                    "video": tfds.features.Text(),
                }
            ),
            metadata=tfds.core.MetadataDict(),
            homepage="https://zenodo.org/record/3931823",
        )

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, NumberedExamples]:
        """Find and split all sequences, and record what was kept and left out."""
        config = self.builder_config
        if config.source == "zenodo":
            runs, assigned, record = self._published(self._published_file(dl_manager))
        else:
            runs, assigned, record = self._mots(self._mots_source(dl_manager))
        self.info.metadata.update(
            source=config.source,
            source_note=config.source_note,
            split=config.split,
            label_names=list(windows.LABEL_NAMES),
            **record,
        )
        return {name: self._generate_examples(runs, assigned, name) for name in ("train", "test")}

    def _generate_examples(
        self, runs: Sequence[Run], assigned: list[str], name: str
    ) -> NumberedExamples:
        """Say how the examples of the split called `name` are made."""
        chosen = [run for run, split in zip(runs, assigned, strict=True) if split == name]
        # The order of TFDS's own writer: neighbours in the source do not stay neighbours.
        hasher = hashing.Hasher(name)
        chosen.sort(key=lambda run: hasher.hash_key(run.sequence_id))
        return NumberedExamples(len(chosen), functools.partial(make_example, chosen))

    def _published(self, path: Path) -> tuple[Sequence[Run], list[str], dict[str, Any]]:
        """Read and split the published pickle; the record says what happened."""
        config = self.builder_config
        n_test = splits.PAPER_TEST_SEQUENCES if config.n_test is None else config.n_test
        runs = published.load_runs(path)
        assigned = assign.assign_published(runs, config.split, n_test, config.n_guard)
        counts = Counter(assigned)
        skipped = {name: counts[name] for name in (assign.TOO_SHORT, assign.GUARD)}
        record = {
            "source_files": [path.name],
            "source_sha256": file_sha256(path),
            "kept": {"runs": len(runs), "train": counts["train"], "test": counts["test"]},
            "skipped": {name: count for name, count in skipped.items() if count},
        }
        return runs, assigned, record

    def _mots(self, source: Path) -> tuple[Sequence[Run], list[str], dict[str, Any]]:
        """Find and split the annotated sequences; the record says what happened."""
        config = self.builder_config
        listed = Report()
        names = mots_text.list_files(source, listed)
        folder = Path(self.data_dir) / "index"  # in the unfinished folder, which TFDS removes
        runs, report = transforms.index_files(names, source, folder, **self._beam)
        report = merge([listed, report])
        if not runs:
            raise UserError(
                f"No pedestrian is seen for {N_FRAMES} frames in a row in {source}. Lines must "
                "read: time_frame object_id class_id img_height img_width rle, with class 2. "
                f"Skipped: {report.summary()}"
            )
        if report.examples:
            logging.warning("Lines skipped in %s: %s", source.name, report.summary())
        assigned = assign.assign_mots(runs, config.split, config.n_test, config.seed)
        report.kept.update(Counter(assigned))
        return runs, assigned, {"source_files": [source.name, *names], **report.as_dict()}

    def _published_file(self, dl_manager: tfds.download.DownloadManager) -> Path:
        """Return the pickle: the one named, else from the manual folder, else downloaded."""
        found = find_source(dl_manager, self.builder_config.source_path, (published.FILE_NAME,))
        return found or fetch(
            dl_manager,
            published.URL,
            f"Fetch it, and put it as {published.FILE_NAME} into {manual_dir(dl_manager)}",
        )

    def _mots_source(self, dl_manager: tfds.download.DownloadManager) -> Path:
        """Return the zip or folder of annotations: the one named, else in the manual folder."""
        found = find_source(dl_manager, self.builder_config.source_path, MOTS_NAMES)
        if found is None:
            raise UserError(
                f"There are no MOTS annotations: put {' or a folder '.join(MOTS_NAMES)} into "
                f"{manual_dir(dl_manager)}, or name another place with source_path"
            )
        return found
