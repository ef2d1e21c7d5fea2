import errno
import functools
import json
import operator
import zipfile

import numpy as np
import pytest

from launch.configs import METHODS, get_config
from sps_tf.errors import UserError
from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.checkpoints import Progress, load_latest, load_model, save
from sps_tf.runs.keras_file import find_damage
from tests.fakes import file_size_limit


@pytest.fixture(scope="module")
def model():
    """A tiny model that has taken one step, so that its optimiser has a state to keep."""
    from sps_tf.training.building import build_model

    config = get_config("sps_ball", "beta_vae", "debug", 0)
    model = build_model(config, (20, 32, 32, 3))
    model.fit(np.full((2, 20, 32, 32, 3), 0.5, np.float32), batch_size=2, verbose=0)
    return model


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_weights_optimizer_step_and_progress_come_back(model, tmp_path):
    progress = Progress(seconds=3.5, step_seconds=3.0, wait_seconds=0.1, logs={"loss": 2.0})
    save(model, tmp_path, 1, progress)
    loaded, step, loaded_progress = load_latest(tmp_path)
    assert step == 1 == int(loaded.step)
    assert loaded_progress == progress
    assert len(loaded.optimizer.variables) > len(loaded.trainable_variables)
    for found, kept in (
        (loaded.variables, model.variables),
        (loaded.optimizer.variables, model.optimizer.variables),
    ):
        assert [v.shape for v in found] == [v.shape for v in kept]
        for a, b in zip(found, kept, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_only_the_last_three_are_kept(model, tmp_path):
    for step in (0, 4, 8, 12, 100_000_000):
        save(model, tmp_path, step, Progress())
    assert [step for step, _ in list_checkpoints(tmp_path)] == [100_000_000, 12, 8]
    assert len(list(tmp_path.iterdir())) == 6


def test_empty_folder_has_none(tmp_path):
    assert load_latest(tmp_path) is None
    assert load_latest(tmp_path / "missing") is None


@pytest.mark.parametrize("hurt", [damage, lambda path: path.write_bytes(path.read_bytes()[:-100])])
def test_damaged_one_is_said_and_set_aside_and_the_one_before_is_used(
    model, tmp_path, capsys, hurt
):
    save(model, tmp_path, 4, Progress())
    hurt(save(model, tmp_path, 8, Progress()))
    assert load_latest(tmp_path)[1] == 4
    said = capsys.readouterr().err
    assert said.startswith("warning: step_00000008.keras is damaged")
    assert said.count("\n") == 1
    assert (tmp_path / "step_00000008.keras.damaged").exists()
    assert load_latest(tmp_path)[1] == 4
    assert capsys.readouterr().err == ""


def test_all_damaged_is_an_error_and_stays_one(model, tmp_path):
    for step in (4, 8):
        damage(save(model, tmp_path, step, Progress()))
    for _ in range(2):
        with pytest.raises(UserError, match=r"No checkpoint .* is whole"):
            load_latest(tmp_path)


def test_whole_file_of_other_code_is_refused_and_left_alone(model, tmp_path):
    path = save(model, tmp_path, 4, Progress())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = parts["config.json"].replace(b"BetaVAE", b"OldModel")
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert find_damage(path) is None
    with pytest.raises(UserError, match="does not fit this version of the code"):
        load_latest(tmp_path)
    assert path.exists()


def test_lost_progress_costs_the_times_only(model, tmp_path, capsys):
    save(model, tmp_path, 4, Progress(seconds=3.0)).with_suffix(".json").unlink()
    assert load_latest(tmp_path)[2] == Progress()
    assert "the times reported start anew" in capsys.readouterr().err


def test_file_size_limit_leaves_the_last_good_checkpoint(model, tmp_path):
    save(model, tmp_path, 4, Progress())
    with (
        file_size_limit(20_000),
        pytest.raises(UserError, match=r"step 8 could not be written.*The one of step 4 is intact"),
    ):
        save(model, tmp_path, 8, Progress())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "step_00000004.json",
        "step_00000004.keras",
    ]
    assert load_latest(tmp_path)[1] == 4


def test_full_disk_is_named(model, tmp_path, monkeypatch):
    def save_to_full_disk(path):
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(model, "save", save_to_full_disk)
    with pytest.raises(UserError, match=r"No space left on device\. Make room"):
        save(model, tmp_path, 8, Progress())
    assert list(tmp_path.iterdir()) == []


def test_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"model\.keras cannot be loaded: it does not exist"):
        checkpoints.load_model(tmp_path / "model.keras")


def rewrite(path, change):
    """Replace the description in a `.keras` file by what `change` makes of its text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = change(parts["config.json"].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-1] + " " * (2 << 20) + "}", "config.json has"),
        (lambda _: "[" * 500_000 + "]" * 500_000, "nested too deep"),
        (lambda text: '{"a":' * 100 + text + "}" * 100, "nested too deep"),
        (lambda text: text[:-1], "no JSON"),
        (lambda text: text.replace('"units": 8', '"units": 100000000'), "a size above 65,536"),
        (lambda text: text.replace("[2, 4, 8]", "[2, 4, 10000000]"), "a size above 65,536"),
        (lambda text: text.replace('"build_config"', '"build_config": 5, "b"'), "does not fit"),
        (lambda text: text.replace("SPS", "os.system"), "does not fit"),
        (lambda _: "[]", "does not fit"),
        (lambda _: "{}", "does not fit"),
        (lambda _: "null", "does not fit"),
    ],
)
def test_a_hostile_description_is_one_line_and_builds_nothing(tmp_path, change, words):
    from sps_tf.training.building import build_model

    sps = build_model(get_config("sps_ball", "sps", "debug", 0), (20, 32, 32, 3))
    path = save(sps, tmp_path, 4, Progress())
    rewrite(path, change)
    with pytest.raises(UserError, match=words) as error:
        load_model(path)
    assert "\n" not in str(error.value)


def build_configs(part, place=()):
    """List where a description says with which shapes a layer is built."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    found = [
        f for k, v in inner if isinstance(v, dict | list) for f in build_configs(v, (*place, k))
    ]
    return found + [place] * (isinstance(part, dict) and "build_config" in part)


def test_no_layer_is_left_without_the_weights_of_its_file(tmp_path):
    from sps_tf.training.building import build_model

    sps = build_model(get_config("sps_ball", "sps", "debug", 0), (20, 32, 32, 3))
    path = save(sps, tmp_path, 4, Progress())
    content, n_refused = path.read_bytes(), 0

    def break_at(place, text):
        config = json.loads(text)
        functools.reduce(operator.getitem, place, config)["build_config"] = {"of": "another"}
        return json.dumps(config)

    with zipfile.ZipFile(path) as archive:
        places = build_configs(json.loads(archive.read("config.json")))
    for place in places:
        path.write_bytes(content)
        rewrite(path, functools.partial(break_at, place))
        try:
            loaded = load_model(path)
        except UserError as error:
            n_refused += 1
            assert "\n" not in str(error)
        else:  # the layers inside know how to be built
            for ours, theirs in zip(sps.weights, loaded.weights, strict=True):
                np.testing.assert_array_equal(ours, theirs)
    assert n_refused >= 5


@pytest.mark.parametrize("method", METHODS)
def test_every_method_comes_back_with_all_its_weights(tmp_path, method):
    from sps_tf.training.building import build_model

    of_sound = method in ("spice", "gmvae", "ts_dsae")
    config = get_config("sps_scale/instruments" if of_sound else "sps_ball", method, "debug", 0)
    shapes = {"": (20, 32, 32, 3), "cqt": (15, 190, 5, 1), "log_mel": (15, 80, 5, 1)}
    shape = shapes[config.front_end]
    model = build_model(config, shape)
    loaded = load_model(save(model, tmp_path, 4, Progress()))
    for ours, theirs in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_file_that_unpacks_to_far_more_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("sps_tf.runs.keras_file._ALLOWANCE_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", bytes(8 << 20))
    assert "unpacks to" in find_damage(tmp_path / "a.keras")
