"""The project's data sets by name.

Each builder module holds `Builder` and `make_config`, which turns options into the builder's
config. The modules load TensorFlow and Beam, so they are imported when they are asked for.
"""

import importlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from sps_tf.errors import UserError, check_choice, did_you_mean
from sps_tf.optional import require_extra

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

BUILDERS = {
    "audio_folder": "datasets.audio_folder.audio_folder_dataset_builder",
    "kitti_masks": "datasets.kitti_masks.kitti_masks_dataset_builder",
    "sps_ball": "datasets.sps_ball.sps_ball_dataset_builder",
    "sps_melody": "datasets.sps_melody.sps_melody_dataset_builder",
    "sps_scale": "datasets.sps_scale.sps_scale_dataset_builder",
    "video_folder": "datasets.video_folder.video_folder_dataset_builder",
}
# The extra of setup.py without which a data set is neither made nor learnt from.
_EXTRAS = {
    "audio_folder": "audio",
    "kitti_masks/mots": "masks",
    "sps_melody": "audio",
    "sps_scale": "audio",
    "video_folder": "video",
}


def check_extra(name: str) -> None:
    """Check that the extra of a data set is installed.

    Args:
        name: as for `make_builder`.

    Raises:
        UserError: if it is not.
    """
    extra = _EXTRAS.get(name) or _EXTRAS.get(name.partition("/")[0])
    if extra:
        require_extra(extra)


def make_builder(
    name: str, data_dir: str | Path | None = None, **options: str | int | None
) -> "tfds.core.DatasetBuilder":
    """Make the builder of one data set, without preparing anything.

    `builder.download_and_prepare()` then makes what is missing, with a progress bar, and
    checks what is there.

    Args:
        name: a key of `BUILDERS`; behind a slash one of its configs, such as
            "sps_ball/colorful". Default config: the first.
        data_dir: folder of all prepared data. Default: TFDS's own, `~/tensorflow_datasets`.
        **options: the keywords of the builder module's `make_config`.

    Returns:
        The builder.

    Raises:
        UserError: if the name or an option is unknown, an option's value is wrong, or an extra is
            not installed.
    """
    check_extra(name)  # here, because an error inside Beam is a long one
    name, _, config_name = name.partition("/")
    check_choice("dataset", name, BUILDERS)
    module = importlib.import_module(BUILDERS[name])
    known = [option for option in inspect.signature(module.make_config).parameters][1:]
    for option in options:
        if option not in known:
            raise UserError(
                f"The data set {name!r} takes the options {', '.join(known)}."
                f"{did_you_mean(option, known)} Received: {option!r}"
            )
    chosen = (config_name,) if config_name else ()
    return module.Builder(data_dir=data_dir, config=module.make_config(*chosen, **options))
