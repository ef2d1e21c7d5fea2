"""The settings by which a data set is loaded to be encoded."""

from pathlib import Path

from ml_collections import ConfigDict

from launch.configs import get_config
from launch.settings_check import check_settings
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run


def config_to_encode(model: str | None, dataset: str, data: str | None) -> ConfigDict:
    """Return the settings of a data set: those of the run, if it has learned from it.

    Args:
        model: what `--model` names; of a run's folder the settings are read.
        dataset: name of the data set.
        data: folder of one's own, for the data sets that read one; else None.

    Returns:
        The settings.

    Raises:
        UserError: if there is no such data set, or the folder is missing or too much.
    """
    run = Run(model or "")
    if model and run.has_config() and run.read_config().dataset == dataset and not data:
        config = run.read_config()
        check_settings(config, str(run.workdir / "config.json"))
        return config
    config = get_config(dataset)
    reads_folder = "folder" in config.data
    if reads_folder != bool(data):
        raise UserError(
            f"--data names the folder of --dataset=audio_folder or video_folder, and of no other. "
            f"Received: --dataset={dataset} and --data={data}"
        )
    if reads_folder:
        config.data.folder = str(Path(data).expanduser().resolve())
    return config
