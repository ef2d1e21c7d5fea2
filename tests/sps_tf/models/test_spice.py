"""The SPICE baseline on harmonic tones drawn straight onto a logarithmic axis."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import layers, losses, models, seeds
from sps_tf.errors import UserError
from sps_tf.models.spectrum_changes import equalise, shift_bins
from sps_tf.optimizers import ComponentAdam, compile_rule

N_BINS, N_TIMES, N_HOPS = 64, 4, 2
BINS_PER_OCTAVE = 12
WEIGHTS = {"pitch": 10.0, "recon_self": 0.05, "confidence": 1.0}


def tones(f0_bins: np.ndarray) -> np.ndarray:
    """Draw tones of four harmonics: (...,) bins of the fundamental to (..., bins)."""
    bins = np.arange(N_BINS)
    spectrum = np.zeros((*np.shape(f0_bins), N_BINS))
    for harmonic in (1, 2, 3, 4):
        distance = bins - (np.asarray(f0_bins)[..., None] + BINS_PER_OCTAVE * np.log2(harmonic))
        spectrum = np.maximum(spectrum, np.exp(-0.5 * distance**2) / np.sqrt(harmonic))
    return spectrum.astype("float32")


def frames(n: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (n, time, bins, hops, 1), and the fundamental of each note in bins."""
    f0_bins = np.random.default_rng(seed).uniform(12, 32, (n, N_TIMES))
    pictures = np.repeat(tones(f0_bins)[..., None], N_HOPS, axis=-1)
    return pictures[..., None], f0_bins


def make_spice(seed: int = 0, **options: object) -> models.SPICE:
    """Return a built and compiled model."""
    keras.utils.set_random_seed(seed)
    model = models.SPICE(
        **{
            "encoder": layers.PitchEncoder((4, 8), (5, 5), (2, 1), 9, units=8, name="encoder"),
            "decoder": layers.ConvDecoder(
                (N_BINS, 1, 1), (8,), (4,), ((4, 1),), ((4, 1),), name="decoder"
            ),
            "bins_per_octave": BINS_PER_OCTAVE,
            "max_shift_bins": 8,
            "equaliser_bins": 6,
            "loss_weights": WEIGHTS,
            "seed": seed,
            **options,
        }
    )
    model.build((None, N_TIMES, N_BINS, N_HOPS, 1))
    model.compile(optimizer=ComponentAdam(1e-2), jit_compile=compile_rule())
    return model


def fit(model: models.SPICE, epochs: int = 1, n: int = 8) -> dict:
    x, _ = frames(n)
    return model.fit(x, batch_size=8, epochs=epochs, shuffle=False, verbose=0).history


@pytest.fixture(scope="module")
def trained() -> models.SPICE:
    model = make_spice(n_hops=4)
    fit(model, epochs=30, n=64)
    return model


def step_seed() -> seeds.StepSeed:
    return seeds.StepSeed(1, ops.convert_to_tensor(0))


# === Changes of spectra ===


def test_a_shift_moves_every_bin_and_fills_with_nothing():
    spectra = np.arange(1.0, 11.0, dtype="float32").reshape(2, 5)
    moved = ops.convert_to_numpy(shift_bins(spectra, np.array([[2], [-1]], "int32"), 3))
    np.testing.assert_array_equal(moved, [[0, 0, 1, 2, 3], [7, 8, 9, 10, 0]])


def test_the_equaliser_has_its_strength_and_is_straight_between_its_places():
    spectra = np.full((4000, 9), 0.5, "float32")
    gain = ops.convert_to_numpy(equalise(spectra, 0.1, 4, step_seed())) - 0.5
    np.testing.assert_allclose(gain[:, [0, 4, 8]].std(axis=0), 0.1, rtol=0.05)
    np.testing.assert_allclose(gain[:, 2], (gain[:, 0] + gain[:, 4]) / 2, atol=1e-6)
    assert abs(np.corrcoef(gain[:, 0], gain[:, 4])[0, 1]) < 0.06


def test_the_equaliser_leaves_silence_and_the_range():
    spectra = np.array([[0.0, 0.01, 0.99, 0.0]], "float32")
    for _ in range(5):
        heard = ops.convert_to_numpy(equalise(spectra, 0.5, 2, step_seed()))
        assert heard.min() >= 0 and heard.max() <= 1
        assert heard[0, 0] == heard[0, 3] == 0


# === Losses ===


class Erring(keras.layers.Layer):
    """An encoder that finds what was moved up by 8 bins 16.5 above what was moved down by 8."""

    def call(self, spectra):
        half = ops.shape(spectra)[0] // 2
        pitch_bins = ops.repeat(ops.convert_to_tensor([[8.5], [-8.0]]), half, axis=0)
        return pitch_bins, ops.full((2 * half, 1), 0.25)


def test_losses_by_hand():
    model = make_spice(encoder=Erring())
    terms = model.compute_losses(ops.convert_to_tensor(frames()[0]), training=False)
    # Half a bin of error: beyond the limit of 0.25, and a confidence of 0.5 would be right.
    assert float(terms["pitch"]) == pytest.approx(N_TIMES * 0.25 * (0.5 - 0.125))
    assert float(terms["confidence"]) == pytest.approx(N_TIMES * (0.25 - 0.5) ** 2)


def test_huber_by_hand():
    error = np.array([0.0, 0.1, -0.25, 0.5, -2.0], "float32")
    expected = [0.0, 0.005, 0.03125, 0.09375, 0.46875]
    np.testing.assert_allclose(losses.huber(error, 0.25), expected, rtol=1e-5)


def test_the_confidence_does_not_train_the_encoder():
    model = make_spice(loss_weights={"pitch": 0.0, "recon_self": 0.0, "confidence": 1.0})
    before = {w.path: ops.convert_to_numpy(w).copy() for w in model.trainable_weights}
    fit(model)
    for weight in model.trainable_weights:
        moved = np.abs(ops.convert_to_numpy(weight) - before[weight.path]).max() > 0
        assert moved == ("confidence" in weight.path), weight.path


# === Training ===


def test_a_step_trains_every_weight():
    model = make_spice()
    before = {w.path: ops.convert_to_numpy(w).copy() for w in model.trainable_weights}
    history = fit(model, epochs=3)
    assert {"loss", *model.loss_names} <= set(history)
    for weight in model.trainable_weights:
        assert np.abs(ops.convert_to_numpy(weight) - before[weight.path]).max() > 0, weight.path


def test_after_a_short_training_the_pitch_follows_the_shift(trained):
    f0_bins = np.linspace(14, 30, 33)
    z = [
        ops.convert_to_numpy(trained.encoder(tones(f0_bins + shift))[0])[:, 0]
        for shift in (0.0, 1.0, 5.0)
    ]
    np.testing.assert_allclose(z[1] - z[0], 1.0, atol=0.35)
    np.testing.assert_allclose(z[2] - z[0], 5.0, atol=0.6)


def test_after_a_short_training_the_latent_is_linear_in_octaves(trained):
    x, f0_bins = frames(16, seed=1)
    z = ops.convert_to_numpy(trained.encode(x))[..., 0]
    slope = np.polyfit(f0_bins.ravel() / BINS_PER_OCTAVE, z.ravel(), 1)[0]
    assert np.corrcoef(z.ravel(), f0_bins.ravel())[0, 1] ** 2 > 0.99
    assert slope == pytest.approx(1.0, abs=0.1)


def test_same_seed_same_losses_and_another_seed_others():
    x = ops.convert_to_tensor(frames()[0])
    pitch = []
    for seed in (3, 3, 4):
        model = make_spice(n_hops=3)
        model.seed = seed
        pitch.append(float(model.compute_losses(x, training=True)["pitch"]))
    assert pitch[0] == pitch[1] != pitch[2]


# === Inference ===


def test_shapes():
    model = make_spice()
    outputs = model(frames(3)[0])
    assert outputs["z"].shape == (3, N_TIMES, 1)
    assert set(outputs) == {"z"} and model.layout.size == 1
    assert [x.shape for x in model.encode_hops(frames(3)[0])] == [(3, N_TIMES, N_HOPS)] * 2
    assert model.loss_names == ("pitch", "recon_self", "confidence")
    assert not model.has_prior and not model.decodes_frames


def test_notes_average_their_hops_by_confidence():
    model = make_spice()
    x, f0_bins = frames(2)
    x[:, :, :, 1, 0] = tones(f0_bins + 7)
    pitch, confidence = (ops.convert_to_numpy(v) for v in model.encode_hops(x))
    single = ops.convert_to_numpy(model.encoder(tones(f0_bins[1, 2] + 7)[None])[0])
    assert pitch[1, 2, 1] == pytest.approx(single[0, 0] / BINS_PER_OCTAVE, abs=1e-4)
    expected = (pitch * confidence).sum(-1) / confidence.sum(-1)
    z = ops.convert_to_numpy(model.encode(x))[..., 0]
    np.testing.assert_allclose(z, expected, rtol=1e-4)
    assert np.abs(pitch[..., 0] - pitch[..., 1]).min() > 0


def test_saved_and_loaded_model_is_the_same(tmp_path, trained):
    x, f0_bins = frames(4, seed=2)
    trained.calibrate(x, 40 + f0_bins)
    trained.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(copy, models.SPICE) and copy.n_hops == 4 and copy.max_shift_bins == 8
    np.testing.assert_allclose(copy.encode(x), trained.encode(x), atol=1e-6)
    np.testing.assert_array_equal(copy.calibration, trained.calibration)
    assert int(copy.step) == int(trained.step) > 0


# === Calibration ===


def test_calibration_fits_the_line_and_leaves_octave_errors_out(trained):
    x, f0_bins = frames(16, seed=3)
    # One bin is a semitone here, and the twelfth bin is taken as MIDI 60.
    midi = 48 + f0_bins
    wrong = midi.copy()
    wrong[0, :3] -= 12
    report = trained.calibrate(x, wrong)
    assert report.n_notes == 64 and report.n_outliers == 3
    assert report.rms_semitones < 0.5
    errors = ops.convert_to_numpy(trained.to_midi(trained.encode(x)))[..., 0] - midi
    assert np.abs(errors).max() < 1.0


def test_without_calibration_an_octave_has_twelve_semitones():
    z = np.array([[1.0, 2.0]], "float32")
    np.testing.assert_allclose(make_spice().to_midi(z), [[12.0, 24.0]])


def test_a_calibration_on_one_pitch_is_refused(trained):
    with pytest.raises(UserError, match="at least two pitches"):
        trained.calibrate(frames(2)[0], np.full((2, N_TIMES), 60.0))


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"max_shift_bins": 0}, (None, N_TIMES, N_BINS, N_HOPS, 1)),
        ({"max_shift_bins": N_BINS}, (None, N_TIMES, N_BINS, N_HOPS, 1)),
        ({}, (None, N_TIMES, N_BINS, N_HOPS, 3)),
        ({}, (None, N_TIMES, N_BINS, N_HOPS)),
        ({"loss_weights": {"pitch": 1.0}}, (None, N_TIMES, N_BINS, N_HOPS, 1)),
    ],
)
def test_bad_options_and_shapes_are_refused(options, shape):
    with pytest.raises(UserError, match="Received"):
        config = {**make_spice().get_config(), **options}
        models.SPICE.from_config(config).build(shape)
