import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import layers, losses, models, warm_start
from sps_tf.errors import UserError
from sps_tf.evaluation import encode
from sps_tf.latent_layout import LatentLayout
from sps_tf.warm_start import WarmStart
from sps_tf.warm_start.places import PlaceTrainer, teach_places, typical_variance
from tests.sps_tf.models import tiny

N_PLACES, N_TIMES = 96, 8
SHAPE = (N_PLACES, 2, 1)


def tones(n=96, seed=0):
    """Return (n, time, places, hops, 1) and pitches: tones of two partials that rise and fall.

    Each sequence has a timbre of its own: the heights of its partials.
    """
    rng = np.random.default_rng(seed)
    steps = np.concatenate([[0], np.cumsum([4, 4, 2, 4, -4, -2, -4])])
    pitch = rng.uniform(12, 50, (n, 1)) + steps
    heights = rng.uniform(0.3, 1.0, (n, 1, 2))
    axis = np.arange(N_PLACES)
    partials = pitch[..., None] + np.array([0, 24])
    bumps = np.exp(-0.5 * ((axis - partials[..., None]) / 1.5) ** 2)
    spectra = (heights[..., None] * bumps).sum(axis=2)
    return np.repeat(spectra[..., None, None], 2, axis=3).astype("float32"), pitch


def make_model(seed=0, n_transforms=2):
    keras.utils.set_random_seed(seed)
    layout = LatentLayout(("z_pitch",), ("z_style",))
    sizes = {"filters": (2, 3), "kernel_sizes": ((4, 2), (4, 1)), "strides": ((4, 2), (4, 1))}
    model = models.SPS(
        frame_shape=SHAPE,
        prior=layers.RecurrentPrior(1, units=16, residual=True, name="prior"),
        group="R1",
        n_transforms=n_transforms,
        n_given=2,
        encoder=layers.ConvEncoder(
            2, **sizes, place_head=layers.PlaceHead((8, 8), trainable=False), name="encoder"
        ),
        decoder=layers.ConvDecoder(SHAPE, (4,), **sizes, name="decoder"),
        layout=layout,
        loss_weights=tiny.weights(losses.LOSS_NAMES),
        seed=seed,
    )
    model.build((None, N_TIMES, *SHAPE))
    return tiny.compiled(model)


@pytest.mark.parametrize("n_transforms", [0, 2])
def test_the_latent_losses_alone_find_pitch_whatever_the_timbre(n_transforms):
    frames, _ = tones()
    lines: list[str] = []
    model = make_model(n_transforms=n_transforms)
    before = encode(model, frames, 32)
    loss = teach_places(model, frames, 0, 300, 2, 3e-3, lines.append)
    assert lines[-1].endswith(f" to its end: loss {loss:.4g}")
    for number, line in enumerate(lines[:2], 1):
        assert line.startswith(f"places by the latent losses, start {number} of 2: ")
    heard, true = tones(32, seed=1)
    z = encode(model, heard, 32)[..., 0]
    assert np.corrcoef(z.ravel(), true.ravel())[0, 1] ** 2 > 0.95
    np.testing.assert_array_equal(encode(model, frames, 32)[..., 1], before[..., 1])


def test_places_end_with_mean_zero_and_a_typical_spread_of_one_and_stay():
    frames, _ = tones(40)
    model = make_model()
    teach_places(model, frames, 0, 5, 1, 1e-3)
    z = encode(model, frames, 40)[..., :1]
    assert z.mean() == pytest.approx(0, abs=1e-4)
    assert float(typical_variance(z)) == pytest.approx(1, rel=1e-3)
    assert not model.encoder.place_head.trainable
    model.fit(frames, batch_size=20, verbose=0)
    np.testing.assert_allclose(encode(model, frames, 40)[..., :1], z, atol=1e-5)


def test_the_same_seed_teaches_the_same_places_and_another_one_others():
    def places(seed):
        model = make_model()
        teach_places(model, tones(40)[0], seed, 5, 2, 1e-2)
        return encode(model, tones(40)[0], 40)[..., 0]

    np.testing.assert_array_equal(places(1), places(1))
    assert np.abs(places(1) - places(2)).max() > 1e-3


def test_the_whole_start_teaches_places_and_then_silences_the_style_alone():
    frames, model = tones(40)[0], make_model()
    settings = {"imitate_steps": 0, "imitate_rate": 1e-3, "align_steps": 0, "align_starts": 1}
    start = WarmStart(
        **settings, align_rate=1e-3, align_transforms=1, place_steps=2, silent_style=True
    )
    warm_start.run(model, frames, 0, start)
    z = encode(model, frames, 40)
    assert np.all(z[..., 1] == 0)
    assert float(typical_variance(z[..., :1])) == pytest.approx(1, rel=1e-3)


def test_the_start_with_the_lowest_loss_goes_on_as_if_it_were_the_only_one():
    frames = tones(40)[0]

    def teach(n_starts):
        model, lines = make_model(3), []
        teach_places(model, frames, 3, 40, n_starts, 1e-2, lines.append)
        tried = [float(line.rsplit(" ", 1)[1]) for line in lines[:-1]]
        return tried, int(lines[-1].split("start ")[1].split()[0]), encode(model, frames, 40)

    alone, first, z_alone = teach(1)
    tried, best, z = teach(3)
    assert first == 1 and tried[0] == alone[0]
    assert best == 1 + int(np.argmin(tried)) and len(set(tried)) == 3
    assert np.array_equal(z, z_alone) == (best == 1)


def test_a_start_whose_units_are_all_silent_is_not_chosen():
    frames, model, lines = tones(40)[0], make_model(3), []
    score = model.encoder.place_head.score.kernel
    score.assign(0 * score)  # every place alike, in the first start; so are the others, permuted
    with pytest.raises(UserError, match="no place that moves"):
        teach_places(model, frames, 3, 4, 2, 0.0, lines.append)
    assert all("loss inf" in line for line in lines[:2])


def test_places_of_frames_that_never_change_are_refused():
    with pytest.raises(UserError, match=r"no place that moves: lower .*place_rate=0.003"):
        teach_places(make_model(), np.zeros((4, N_TIMES, *SHAPE), "float32"), 0, 2, 1, 3e-3)


def test_the_typical_variance_is_a_geometric_mean_of_softened_variances():
    z = np.random.default_rng(0).normal(size=(5, 7, 1)).astype("float32")
    z[0] *= 30
    z[1] = 2.0
    variance = z.var(axis=1)[:, 0]
    expected = np.exp(np.mean(np.log(variance + 0.2 * variance.mean())))
    assert float(typical_variance(z)) == pytest.approx(expected, rel=1e-4)
    assert expected < 0.5 * variance.mean()  # few sequences that move far do not make it


def test_the_loss_does_not_change_with_scale_and_origin():
    model, frames = make_model(), tones(16)[0]
    trainer = PlaceTrainer(model, 0, N_TIMES)
    loss = float(trainer.compute_loss(x=ops.convert_to_tensor(frames)))
    model.encoder.place_head.rescale(0.3, 0.01)
    trainer.step.assign(0)
    again = float(trainer.compute_loss(x=ops.convert_to_tensor(frames)))
    assert again == pytest.approx(loss, rel=1e-2)
