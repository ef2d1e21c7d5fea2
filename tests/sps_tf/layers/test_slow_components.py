"""The numbers of spectra that change least from frame to frame."""

import keras
import numpy as np
import pytest
import scipy.linalg

from sps_tf.errors import UserError
from sps_tf.layers import Partials, SlowComponents
from tests.sps_tf.layers.tones import tunes


def spectra(n: int = 40, n_times: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return float16 frames mixed of a slow and three fast sources, and the slow one."""
    rng = np.random.default_rng(0)
    slow = np.cumsum(rng.normal(size=(n, n_times)), axis=1) + 2 * rng.normal(size=(n, 1))
    sources = np.stack([slow / 4, *rng.normal(size=(3, n, n_times))], -1)
    mixing = rng.uniform(-0.05, 0.05, (4, 20))
    frames = 0.5 + sources @ mixing
    return frames.clip(0, 1)[..., None, None].repeat(2, axis=-2).astype("float16"), slow


def adapted(frames: np.ndarray, size: int = 1, **settings: object) -> SlowComponents:
    layer = SlowComponents(size, **{"n_components": 4, **settings})
    assert layer.adapt(frames) == size
    return layer


def test_the_slow_source_is_found_in_a_mixture():
    frames, slow = spectra()
    z, whole = adapted(frames).latents(frames)
    assert (z.shape, z.dtype, whole.shape) == ((40, 12, 1), np.float32, (40, 12))
    assert abs(np.corrcoef(z.reshape(-1), slow.reshape(-1))[0, 1]) > 0.99
    assert np.all(whole == 1)


@pytest.mark.parametrize("horizon_steps", [1, 3])
def test_components_are_those_of_scipys_generalised_eigenproblem(horizon_steps):
    frames, _ = spectra()
    z = adapted(frames, 4, horizon_steps=horizon_steps).latents(frames)[0].astype("float64")
    # Of the four principal components as scikit-learn has them.
    from sklearn.decomposition import PCA

    flat = frames.astype("float64").mean(axis=(-2, -1)).reshape(-1, 20)
    x = PCA(4, svd_solver="full").fit_transform(flat).reshape(40, 12, 4)
    changes = 0.0
    for lag in range(1, horizon_steps + 1):
        change = (x[:, lag:] - x[:, :-lag]).reshape(-1, 4)
        changes = changes + change.T @ change / len(change)
    vectors = scipy.linalg.eigh(changes, x.reshape(-1, 4).T @ x.reshape(-1, 4) / 480)[1]
    expected = x @ vectors
    signs = np.sign((z * expected).sum(axis=(0, 1)))
    np.testing.assert_allclose(z * signs, expected, atol=2e-3)
    np.testing.assert_allclose(np.cov(z.reshape(-1, 4).T, bias=True), np.eye(4), atol=1e-4)


def test_horizon_of_zero_gives_the_principal_components():
    frames, _ = spectra()
    z = adapted(frames, 2, horizon_steps=0).latents(frames)[0]
    flat = frames.astype("float64").mean(axis=(-2, -1)).reshape(-1, 20)
    leading = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[0][:, :2]
    overlap = np.abs(leading.T @ z.reshape(-1, 2)) / np.sqrt(len(flat))
    np.testing.assert_allclose(overlap, np.eye(2), atol=1e-3)


def test_a_layer_reads_what_its_input_layer_gives_and_comes_back_from_its_config():
    frames, _ = spectra()
    layer = adapted(frames, input_layer=Partials(12))
    partials = Partials(12)(frames.astype("float32").reshape(-1, 20, 2, 1))
    partials = keras.ops.convert_to_numpy(partials).reshape(40, 12, 36, 2, 1)
    by_hand = adapted(partials).latents(partials)[0]
    z, _ = layer.latents(frames)
    np.testing.assert_allclose(np.abs(z), np.abs(by_hand), atol=1e-3)
    again = SlowComponents.from_config(layer.get_config())
    again.build(frames.shape)
    again.set_weights(layer.get_weights())
    unit = frames.astype("float32")
    called, whole = again(unit)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(called), z, atol=1e-3)
    assert tuple(whole.shape) == (40, 12)
    assert not again.trainable_weights


def test_too_few_ways_to_vary_leave_the_layer_off():
    frames = np.full((4, 5, 20, 2, 1), 0.5, "float16")
    layer = SlowComponents(2)
    assert layer.adapt(frames) == 0
    assert float(layer.active) == 0
    assert np.all(layer.latents(frames)[0] == 0)


def test_a_few_notes_of_one_timbre_moved_up_and_down_tells_of_other_octaves_and_timbres():
    taught, _ = tunes(55, 79, reach_hz=800)
    asked, pitches = tunes(43, 91, reach_hz=3_000)

    def found(octaves: float) -> float:
        layer = SlowComponents(1, 8, input_layer=Partials(24), transpose_octaves=octaves)
        layer.adapt(taught)
        z = keras.ops.convert_to_numpy(layer(asked)[0])
        return np.corrcoef(z.reshape(-1), pitches.reshape(-1))[0, 1] ** 2

    assert found(3.0) > 0.9 > 0.7 > found(0.0)


def test_sequences_are_moved_evenly_up_and_down_and_their_latents_are_white():
    frames, _ = tunes(60, 72, reach_hz=800)
    layer = SlowComponents(1, 12, input_layer=Partials(24), transpose_octaves=1.5)
    assert np.all(np.abs(layer.transpositions(24)) <= 36)
    assert np.std(np.diff(np.sort(layer.transpositions(1000)))) < 0.5
    layer.adapt(frames)
    z, _ = layer.latents(frames)
    np.testing.assert_allclose((z.mean(), z.std()), (0, 1), atol=1e-4)
    as_they_are = keras.ops.convert_to_numpy(layer(frames)[0])
    assert as_they_are.std() < 0.8
    still = int(np.argmin(np.abs(layer.transpositions(24))))
    assert layer.transpositions(24)[still] == 0
    np.testing.assert_allclose(as_they_are[still], z[still], atol=0.02)
    assert np.all(SlowComponents(1, input_layer=Partials(24)).transpositions(5) == 0)
    again = SlowComponents.from_config(layer.get_config())
    np.testing.assert_array_equal(again.transpositions(24), layer.transpositions(24))


def test_only_partials_can_be_moved():
    with pytest.raises(UserError, match=r"Only sequences of Partials .* transpose_octaves=2"):
        SlowComponents(1, transpose_octaves=2)
