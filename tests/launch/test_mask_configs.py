"""Configs of masks and of one's own videos: valid, true to the text, and run end to end."""

import json

import numpy as np
import pytest

from launch.configs import get_config, presets_of
from sps_tf.evaluation import make_report
from sps_tf.training import building as builders
from sps_tf.training.validation import validate
from tests.fakes import run_command
from tests.pipelines.making.masks import fakes as masks_fakes

METHODS = ("sps", "sps_ae", "sps_k0", "beta_vae")
SCORES = ("linear_probe", "location_probe", "reconstruction", "prior", "equivariance")
DATASETS = ("kitti_masks", "video_folder")
FRAME_SHAPE = {"n_frames": 12, "height": 64, "width": 64, "channels": 1}  # of the masks


def tiny_arrays(config, n=4):
    """Return squares that move, as the config's data would be, and labels where it names any."""
    sizes = config.data.to_dict()
    shape = [sizes.get(name, default) for name, default in FRAME_SHAPE.items()]
    frames = np.zeros((n, *shape), np.uint8)
    for t in range(shape[0]):
        frames[:, t, 4:9, 3 + t : 9 + t] = 255
    arrays = {"frames": frames}
    if config.evaluation.label:
        rng = np.random.default_rng(0)
        arrays[config.evaluation.label] = rng.uniform(30, 60, (n, shape[0], 3)).astype("float32")
    return arrays


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("preset", presets_of("kitti_masks"))
@pytest.mark.parametrize("method", METHODS)
def test_every_config_is_valid_and_locked(dataset, preset, method):
    config = get_config(dataset, method, preset, seed=3)
    validate(config)
    assert config.is_locked
    assert config.dataset.startswith(dataset)
    assert (config.method, config.preset, config.seed) == (method, preset, 3)
    with pytest.raises(AttributeError):
        config.data.sauce_path = "x"
    assert json.loads(config.to_json())["data"] == config.data.to_dict()


@pytest.mark.parametrize(
    ("dataset", "preset", "method"),
    [
        ("kitti_masks", "fast", "sps"),
        ("kitti_masks", "paper", "sps_k0"),
        ("video_folder", "fast", "sps"),
        ("video_folder", "paper", "beta_vae"),
    ],
)
def test_config_takes_a_step_and_is_evaluated(dataset, preset, method):
    config = get_config(dataset, method, preset)
    config.model.encoder.filters = tuple(2 for _ in config.model.encoder.filters)
    config.model.prior.units = 4
    start = config.warm_start
    start.update(align_steps=min(start.align_steps, 2), align_starts=1)
    start.imitate_steps = min(start.imitate_steps, 2)
    arrays = tiny_arrays(config)
    model = builders.build_model(config, arrays["frames"].shape[1:])
    builders.initialise_model(model, arrays["frames"], config)
    history = model.fit(arrays["frames"] / np.float32(255), batch_size=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    named = config.evaluation.evaluators
    config.evaluation.evaluators = tuple(name for name in SCORES if name in named)
    scores = make_report(model, arrays, config).metrics
    assert np.isfinite(list(scores.values())).all()
    assert ("test/linear_projection_mse_2/distance" in scores) == (dataset == "kitti_masks")
    assert ("test/linear_projection_mse" in scores) == (dataset == "kitti_masks")


def test_paper_preset_of_the_masks_holds_the_numbers_of_the_text():
    config = get_config("kitti_masks", preset="paper")
    # Section A.6.2; what it leaves out is in section A.1 and in the released code.
    assert (config.model.group.name, config.model.group.n_transforms) == ("R3", 1)
    assert config.model.latent.to_dict() == {"content": ("z1", "z2", "z3"), "style": ()}
    assert config.model.n_given == config.evaluation.n_given == 4
    assert config.model.encoder.filters == (64, 64, 128, 256)
    assert 64 / np.prod(config.model.encoder.strides) == 8
    assert (config.steps, config.optimizer.learning_rate) == (20_000, 1e-3)
    release = get_config("kitti_masks", preset="paper_release")
    assert 64 / np.prod(release.model.encoder.strides) == 4
    assert release.optimizer.learning_rate == 1e-4
    departures = config.model.prior.residual, config.model.latent_scale
    assert departures == (False, "none")
    assert config.warm_start.align_steps == config.warm_start.imitate_steps == 0


@pytest.mark.parametrize("preset", ["paper", "paper_release", "fast"])
def test_the_paper_s_presets_have_the_authors_split_and_others_one_without_shared_tracks(preset):
    dataset = "kitti_masks" if preset == "fast" else "kitti_masks/zenodo_authors_split"
    config = get_config("kitti_masks", preset=preset)
    assert config.dataset == dataset
    assert get_config(config.dataset, preset=preset) == config
    assert get_config("kitti_masks/mots", preset=preset).dataset == "kitti_masks/mots"


def test_number_of_test_masks_is_the_builders_unless_it_is_given():
    config = get_config("kitti_masks")
    assert config.data.to_dict()["n_test"] is None
    config.data.n_test = 100
    assert config.data.to_dict()["n_test"] == 100
    with pytest.raises(TypeError):
        config.data.n_test = "many"


def test_a_group_on_fewer_latents_is_an_option():
    config = get_config("video_folder", preset="debug")
    config.model.latent.content = ("x", "y")
    config.model.group.name = "R2"
    shape = (8, 32, 32, 3)
    model = builders.build_model(config, shape)
    assert model.group.dims == ("x", "y")


# === Whole runs ===


@pytest.fixture(scope="module")
def mask_run(tmp_path_factory):
    """The results of a tiny run on made-up annotations."""
    root = tmp_path_factory.mktemp("masks")
    tracks = masks_fakes.write_tracks(root / "tracks")
    done = run_command(
        "launch.train",
        "--dataset=kitti_masks/mots",
        "--preset=debug",
        f"--config.data.source_path={tracks}",
        "--config.data.source_note=squares that walk",
        "--config.data.n_test=6",
        f"--data_dir={root / 'data'}",
        f"--workdir={root / 'run'}",
    )
    assert done.returncode == 0, done.stderr
    return root / "run", done


def test_masks_are_learnt_scored_and_drawn(mask_run):
    folder, done = mask_run
    results = json.loads((folder / "results.json").read_text())
    metrics = results["metrics"]
    assert {
        "test/linear_projection_mse",
        "test/linear_projection_mse_same_points/area",
        "test/linear_projection_mse_2",
        "test/linear_projection_mse_2_same_points/distance",
        "test/image_pred_bce",
    } <= set(metrics)
    assert "distance" in done.stdout
    assert results["data"]["source_note"] == "squares that walk"
    assert results["data"]["splits"]["test"] == 6
    assert {path.name for path in (folder / "pictures").iterdir()} == {
        "branches.png",
        "latent_against_kitti_location.png",
        "latent_against_label.png",
        "latent_traversal.png",
    }


def test_ones_own_videos_are_learnt_and_drawn(tmp_path):
    from PIL import Image

    for video in range(3):
        (tmp_path / "videos" / str(video)).mkdir(parents=True)
        for t in range(24):
            picture = np.zeros((40, 60, 3), np.uint8)
            picture[10:20, 2 * t + video : 2 * t + video + 10] = (250, 90, 0)
            Image.fromarray(picture).save(tmp_path / "videos" / str(video) / f"{t}.png")
    (tmp_path / "videos" / "broken.mp4").write_bytes(b"no video")
    done = run_command(
        "launch.train",
        "--dataset=video_folder",
        "--preset=debug",
        f"--data={tmp_path / 'videos'}",
        f"--data_dir={tmp_path / 'data'}",  # what is skipped is told where the data is made
        f"--workdir={tmp_path / 'run'}",
    )
    assert done.returncode == 0, done.stderr
    assert "broken.mp4" in done.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    assert np.isfinite(results["metrics"]["test/image_pred_bce"])
    assert not [name for name in results["metrics"] if "linear_projection" in name]
    assert set(results["data"]["videos"]) == {"0", "1", "2"}
    pictures = {path.name for path in (tmp_path / "run" / "pictures").iterdir()}
    (held_out,) = (
        name for name, told in results["data"]["videos"].items() if "test" in told["split"]
    )
    path_of = f"latents_of_{held_out}.png"
    assert pictures == {"branches.png", "latent_traversal.png", path_of}
    assert (tmp_path / "run" / "latents" / f"{held_out}.csv").read_text().startswith("sequence,")
    assert "What moves spreads over" in done.stdout
    assert f"pictures/{path_of}" in (tmp_path / "run" / "index.html").read_text()


def test_folder_must_be_named(tmp_path):
    done = run_command("launch.train", "--dataset=video_folder", f"--workdir={tmp_path / 'run'}")
    assert done.returncode == 2
    assert "--data is missing" in done.stderr
    assert not (tmp_path / "run").exists()
