"""Every preset of every data set computes in bfloat16, from the warm start to the first step."""

import keras
import numpy as np
import pytest

from launch import configs
from sps_tf.training.building import build_model, initialise_model

N_SEQUENCES = 4


# What neither the model nor its step reads.
NOT_READ = ("dataset", "preset", "data", "input", "evaluation", "eval_every", "log_every")
NOT_READ += ("checkpoint_every",)


def shrunk(dataset, preset):
    """Return a preset's config with its settings kept and its sizes made tiny."""
    config = configs.get_config(dataset, preset=preset)
    config.mixed_precision = True
    config.update(batch_size=N_SEQUENCES, steps=1)
    config.model.teacher_forcing.update(speed=1.0, shift=1.0)
    encoder, warm_start = config.model.encoder, config.warm_start
    encoder.filters = tuple(2 for _ in encoder.filters)
    encoder.flow_passes = min(encoder.flow_passes, 1)
    config.model.prior.units = 4
    warm_start.update(align_steps=min(warm_start.align_steps, 1), align_starts=1)
    warm_start.imitate_steps = min(warm_start.imitate_steps, 1)
    return config


def frames_shape(config) -> tuple[int, ...]:
    """Return (height, width, channels) of the config's data."""
    if config.front_end:
        return 513, 5, 1
    own = config.data.get("height", 0), config.data.get("width", 0), 3
    shapes = {"sps_ball": (32, 32, 3), "kitti_masks": (64, 64, 1)}
    return shapes.get(config.dataset.partition("/")[0], own)


def frames_of(config) -> np.ndarray:
    """Return stored frames as the config's data have them, for 7 times."""
    rng, shape = np.random.default_rng(0), (N_SEQUENCES, 7, *frames_shape(config))
    if config.front_end:
        return rng.uniform(size=shape).astype("float16")
    return rng.integers(0, 256, shape, dtype=np.uint8)


def kinds_of(presets) -> list[list[tuple[str, str]]]:
    """Put together the presets whose tiny configs are one: the data sets of masks, for example."""
    kinds = {}
    for dataset, preset in presets:
        config = shrunk(dataset, preset)
        read = {name: str(value) for name, value in config.items() if name not in NOT_READ}
        key = (frames_shape(config), *sorted(read.items()))
        kinds.setdefault(key, []).append((dataset, preset))
    return list(kinds.values())


def cases() -> list:
    """Return all kinds; those that are left to the trials are marked."""
    presets = [(name, preset) for name in configs.DATASETS for preset in configs.presets_of(name)]
    if keras.backend.backend() != "jax":
        return kinds_of(presets)
    # Ten seconds each there and more: in `make test` one data set of a kind, and no presets of
    # other sizes alone.
    names = ("sps_ball", "sps_scale", "kitti_masks", "video_folder")
    usual = {(name, preset) for name in names for preset in ("fast", "paper")}
    marks = {True: (), False: pytest.mark.trials}
    return [pytest.param(k, marks=marks[bool(usual & set(k))]) for k in kinds_of(presets)]


@pytest.fixture(autouse=True)
def full_precision_afterwards():
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("kind", cases(), ids=lambda kind: "-".join(kind[0]))
def test_every_preset_takes_a_step_in_bfloat16(kind):
    config = shrunk(*kind[0])
    frames = frames_of(config)
    model = build_model(config, frames.shape[1:])
    initialise_model(model, frames, config)
    # One step is not worth TensorFlow's graph; JAX would compile a thousand operations one by one.
    model.run_eagerly = keras.backend.backend() != "jax"
    unit = 1 / 255 if frames.dtype == np.uint8 else 1
    history = model.fit(frames * np.float32(unit), batch_size=N_SEQUENCES, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values()), history
    assert {keras.backend.standardize_dtype(w.dtype) for w in model.trainable_weights} == {
        "float32"
    }
    assert model.encoder.mean_head.compute_dtype == "bfloat16"
