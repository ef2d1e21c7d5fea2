"""The whole warm start."""

import numpy as np
import pytest

from sps_tf import warm_start
from sps_tf.evaluation import encode
from sps_tf.layers import CouplingFlow, FrameCentering, SlowComponents
from tests.sps_tf.layers.tones import tunes
from tests.sps_tf.models import tiny
from tests.sps_tf.warm_start.fakes import linear_error, moving_dots


@pytest.mark.parametrize("seed", [0, 3])
def test_the_whole_start_is_the_same_for_the_same_seed(seed):
    def start() -> list[np.ndarray]:
        model = tiny.make_sps(seed=seed, flow=tiny.make_flow())
        warm_start.run(
            model,
            moving_dots(),
            seed,
            warm_start.WarmStart(
                imitate_steps=3,
                imitate_rate=1e-3,
                align_steps=3,
                align_starts=2,
                align_rate=1e-3,
                align_transforms=1,
            ),
        )
        return model.get_weights()

    for a, b in zip(start(), start(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_encoder_starts_at_random_where_too_little_moves():
    frames, lines = np.zeros((4, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8"), []
    model = tiny.make_sps(flow=tiny.make_flow())
    before = model.get_weights()
    settings = {"imitate_rate": 1e-3, "align_starts": 1, "align_rate": 1e-3, "align_transforms": 1}
    start = warm_start.WarmStart(imitate_steps=2, align_steps=2, **settings)
    warm_start.run(model, frames, 0, start, lines.append)
    assert "0 ways only, with 3 content latents" in lines[-1]
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("shift_pixels", [0, 2])
def test_where_frames_are_shifted_the_alignment_starts_from_what_the_encoder_reads(
    monkeypatch, shift_pixels
):
    given = []
    monkeypatch.setattr(warm_start, "align", lambda model, latents, *_: given.append(latents))
    frames = moving_dots(16)
    model = tiny.make_sps(flow=tiny.make_flow(), centering=FrameCentering(4.0))
    settings = {"imitate_rate": 1e-2, "align_starts": 1, "align_rate": 1e-3, "align_transforms": 1}
    start = warm_start.WarmStart(
        imitate_steps=5, align_steps=1, shift_pixels=shift_pixels, **settings
    )
    warm_start.run(model, frames, 0, start)
    moments = warm_start.moments_of(model.encoder, model.layout, start)
    moments.adapt(frames)
    # The flow is the identity still.
    expected = encode(model, frames, 16) if shift_pixels else moments.latents(frames)[0]
    np.testing.assert_allclose(given[0], expected, atol=1e-5)


def test_sound_starts_from_slow_components_of_what_the_encoder_reads():
    frames = moving_dots(16)
    model = tiny.make_sps(flow=tiny.make_flow())
    settings = {"imitate_rate": 1e-2, "align_starts": 1, "align_rate": 1e-3, "align_transforms": 1}
    lines: list[str] = []
    start = warm_start.WarmStart(
        imitate_steps=300, align_steps=0, slow_components=8, imitate_noise=0.01, **settings
    )
    warm_start.run(model, frames, 0, start, lines.append)
    assert lines[0] == "slow components of the frames"
    slow = SlowComponents(3, 8)
    slow.adapt(frames)
    assert linear_error(encode(model, frames, 16), slow.latents(frames)[0]) < 0.2


def test_moved_tunes_of_one_timbre_teach_pitches_and_timbres_that_were_not_heard():
    heard, _ = tunes(55, 79, reach_hz=800, n=32)
    asked, pitches = tunes(43, 91, reach_hz=3_000)

    def start(octaves: float) -> tuple[np.ndarray, float]:
        model = tiny.make_of_partials(heard.shape[2:], flow=CouplingFlow(1, seed=0))
        settings = warm_start.WarmStart(
            imitate_steps=150,
            imitate_rate=1e-2,
            align_steps=40,
            align_starts=1,
            align_rate=5e-3,
            align_transforms=1,
            slow_components=8,
            transpose_octaves=octaves,
        )
        warm_start.run(model, heard, 0, settings)
        z = encode(model, asked, 16)[..., 0]
        r2 = np.corrcoef(z.reshape(-1), pitches.reshape(-1))[0, 1] ** 2
        return encode(model, heard, 16)[..., 0], r2

    z, r2 = start(3.0)
    assert r2 > 0.9 > 0.85 > start(0.0)[1]
    # In units of the tunes as they are.
    assert abs(z.mean()) < 0.3 and 0.7 < z.std() < 1.4


def test_style_can_start_silent_and_learns_from_there():
    frames = moving_dots(16)
    model = tiny.make_sps(flow=tiny.make_flow(), style=("z4",))
    settings = {"imitate_rate": 1e-2, "align_starts": 1, "align_rate": 1e-3, "align_transforms": 1}
    start = warm_start.WarmStart(imitate_steps=2, align_steps=0, silent_style=True, **settings)
    warm_start.run(model, frames, 0, start)
    z = encode(model, frames, 16)
    assert np.all(z[..., 3] == 0) and z[..., :3].std() > 0
    model.compile(optimizer="adam")
    model.fit(frames.astype("float32") / 255, batch_size=16, verbose=0)
    assert encode(model, frames, 16)[..., 3].std() > 0
