import pytest

from launch.configs import get_config
from launch.encoded_config import config_to_encode
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run


@pytest.fixture
def run(tmp_path):
    config = get_config("sps_ball", "sps", "debug", 0)
    with Run(tmp_path) as run:
        run.write_config(config)
    return str(tmp_path)


def test_a_runs_own_data_set_has_its_options(run):
    small = get_config("sps_ball", "sps", "debug", 0).data
    assert config_to_encode(run, "sps_ball", None).data.n_train == small.n_train
    assert config_to_encode("x.keras", "sps_ball", None).data.n_train > small.n_train
    assert config_to_encode(run, "sps_scale", None).dataset == "sps_scale"


def test_a_folder_is_named_where_one_is_read_and_nowhere_else(run, tmp_path):
    assert config_to_encode(run, "audio_folder", str(tmp_path)).data.folder == str(tmp_path)
    for dataset, data in (("audio_folder", None), ("sps_ball", "here")):
        with pytest.raises(UserError, match=f"--dataset={dataset} and --data={data}"):
            config_to_encode(run, dataset, data)
