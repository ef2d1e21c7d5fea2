import numpy as np
import pytest
from tensorboard.plugins.hparams import plugin_data_pb2

from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.training.event_log import EventLog, tag_of
from tests.fakes import file_size_limit


def read(folder):
    """Return the tag, step and value's bytes of everything in TensorBoard's files."""
    import tensorflow as tf

    return [
        (value.tag, event.step, value)
        for path in folder.iterdir()
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
    ]


def test_scalars_pictures_sounds_and_config_are_on_the_disk_before_the_end(tmp_path):
    import tensorflow as tf

    log = EventLog(tmp_path)
    log.write_config(get_config("sps_ball", "sps", "debug", 0))
    log.write_scalars({"train/loss": 1.5}, step=4)
    picture = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    log.write_pictures({"branches": picture}, step=6)
    sound = np.linspace(-1, 1, 800, dtype=np.float32)
    log.write_sounds({"clip": sound}, step=6)
    config, settings, loss, branches, clip = read(tmp_path)
    assert config[:2] == ("config", 0)
    text = config[2].tensor.string_val[0].decode()
    assert text.startswith("```yaml\n")
    assert "\nsteps: 8\n" in text
    assert settings[2].metadata.plugin_data.plugin_name == "hparams"
    fields = plugin_data_pb2.HParamsPluginData.FromString(settings[2].metadata.plugin_data.content)
    values = fields.session_start_info.hparams
    assert values["steps"].number_value == 8
    assert values["model.group.name"].string_value == "(R^2,+)xSO(2)"
    assert values["model.encoder.filters"].string_value == "(2, 4, 8)"
    assert loss[:2] == ("train/loss", 4)
    assert tf.make_ndarray(loss[2].tensor) == 1.5
    assert branches[:2] == ("pictures/branches", 6)
    png = tf.make_ndarray(branches[2].tensor)[2]
    shown = tf.io.decode_png(png).numpy()
    assert shown.shape == (800, 800, 3)  # 4 x 4 would be a dot on the screen
    np.testing.assert_array_equal(shown[::200, ::200], picture)
    np.testing.assert_array_equal(shown[199::200, 199::200], picture)
    assert clip[:2] == ("sounds/clip", 6)
    assert clip[2].metadata.plugin_data.plugin_name == "audio"
    wav, rate_hz = tf.audio.decode_wav(tf.make_ndarray(clip[2].tensor)[0, 0])
    assert rate_hz == 16_000
    np.testing.assert_allclose(wav[:, 0], sound, atol=1e-4)
    log.close()


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("test/linear_projection_mse", "test/linear_projection/mse"),
        ("test/linear_projection_mse_same_points/x", "test/linear_projection/mse_same_points/x"),
        ("test/green_linear_projection_mse_2", "test/green_linear_projection/mse_2"),
        ("test/pitch_r2/Accordion", "test/pitch/r2/Accordion"),
        ("test/prior_mse", "test/prior/mse"),
        ("test/latent_std/z1", "test/latent_std/z1"),
        ("test/equivariance_error", "test/equivariance_error"),
        ("train/recon_prior", "train/recon_prior"),
    ],
)
def test_scores_of_the_test_split_stand_in_groups(name, tag, tmp_path):
    assert tag_of(name) == tag
    log = EventLog(tmp_path)
    log.write_scalars({name: 1.0}, step=1)
    log.close()
    assert [found[0] for found in read(tmp_path)] == [tag]


def test_full_disk_is_one_line(tmp_path):
    log = EventLog(tmp_path)
    values = {f"value{i}": 0.0 for i in range(50)}
    with file_size_limit(2000):
        with pytest.raises(UserError, match=r"could not be written: File too large\. Make room"):
            log.write_scalars(values, step=1)
        log.close()
