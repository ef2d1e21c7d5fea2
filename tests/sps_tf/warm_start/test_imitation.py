"""The imitation: the encoder gives the latents that it is shown."""

import numpy as np
from keras import ops

from sps_tf import warm_start
from sps_tf.evaluation import encode
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import FrameCentering, FrameMoments
from tests.sps_tf.models import tiny
from tests.sps_tf.warm_start.fakes import linear_error, moving_dots


def test_encoder_learns_to_give_the_latents_it_is_shown():
    frames = moving_dots(32)
    model = tiny.make_sps(flow=tiny.make_flow())
    kept = model.encoder.logvar_head.weights + model.encoder.flow.weights
    before = [ops.convert_to_numpy(w) for w in kept]
    moments = FrameMoments(2)
    moments.adapt(frames)
    latents, _ = moments.latents(frames)
    latents = np.concatenate([latents, latents[..., :1] ** 2], axis=-1)
    known = np.ones(latents.shape[:2], "float32")
    known[:, ::4] = 0
    shown = np.where(known[..., None], latents, 1e3).astype("float32")
    settings = {"seed": 0, "n_steps": 600, "learning_rate": 1e-2}
    _, loss = warm_start.imitate(model, frames, shown, known, **settings)
    assert loss < 0.2 * latents.var()
    # What is not known is not learned.
    assert linear_error(encode(model, frames, 16), latents) < 0.2
    for old, new in zip(before, kept, strict=True):
        np.testing.assert_array_equal(old, ops.convert_to_numpy(new))
    assert model.encoder.logvar_head.trainable and model.encoder.flow.trainable


def test_noise_on_the_encoders_input_changes_what_is_learned_and_is_seeded():
    frames = moving_dots(16)
    moments = FrameMoments(2)
    moments.adapt(frames)
    latents, whole = moments.latents(frames)
    latents = np.concatenate([latents, latents[..., :1]], axis=-1)

    def learned(noise: float, seed: int) -> np.ndarray:
        model = tiny.make_sps(flow=tiny.make_flow())
        warm_start.imitate(model, frames, latents, whole, seed, 4, 1e-2, noise)
        return encode(model, frames, 16)

    np.testing.assert_array_equal(learned(0.5, 0), learned(0.5, 0))
    assert np.abs(learned(0.5, 0) - learned(0.0, 0)).max() > 1e-4


def test_with_shifts_the_encoder_reads_what_is_cut_off_and_finds_nothing_in_nothing():
    rng = np.random.default_rng(0)
    frames, cut = np.zeros((2, 32, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8")
    places = rng.integers(1, 6, (*frames.shape[:2], 2))  # squares of 3 x 3, all of them inside
    for i, t in np.ndindex(frames.shape[:2]):
        row, column = places[i, t] - 1
        frames[i, t, row : row + 3, column : column + 3] = 255
        cut[i, t, row : row + 3, : max(column + 3 - 4, 0)] = 255  # four to the left
    moments = FrameMoments(2)
    moments.adapt(frames)
    latents, whole = moments.latents(frames)
    true = moments.shifted(moments.sums(frames), np.broadcast_to((0, -4), places.shape))
    visible = cut.any(axis=(2, 3, 4))
    partly = visible & (places[..., 1] < 5)

    def errors(most_pixels: int) -> tuple[float, float]:
        model = tiny.make_sps(flow=tiny.make_flow(), centering=FrameCentering(4.0))
        model.layout = LatentLayout(("z1", "z2"), ("z3",))
        shifts = warm_start.Shifts(moments, moments.sums(frames), most_pixels)
        imitator, _ = warm_start.imitate(
            model, frames, latents, whole, 0, 800, 1e-2, shifts=shifts if most_pixels else None
        )
        found = imitator.latents(cut)
        empty = np.abs(found[~visible]).max()
        return float(np.mean((found - true)[partly] ** 2)), float(empty)

    (shifted, nothing), (plain, _) = errors(5), errors(0)
    assert shifted < 0.25 * plain
    assert nothing < 0.3


def test_every_second_sequence_is_shifted_and_its_latents_are_those_of_the_shifted_frames():
    frames = moving_dots(8)
    moments = FrameMoments(2)
    moments.adapt(frames)
    sums, plain = moments.sums(frames), moments.latents(frames)[0]
    order, rng = np.array([3, 1, 3, 0]), np.random.default_rng(0)
    pixels, latents = warm_start.Shifts(moments, sums, 2).draw(order, plain, rng)
    assert (pixels.dtype, latents.shape) == (np.int32, (4, tiny.N_TIMES, 2))
    np.testing.assert_array_equal(pixels[::2], 0)
    assert set(np.unique(pixels[1::2])) == {-2, -1, 0, 1, 2}
    np.testing.assert_array_equal(latents[::2], plain[order[::2]])
    by_hand = moments.shifted(sums[order], pixels)[1::2]
    np.testing.assert_allclose(latents[1::2], by_hand, atol=1e-6)
