import keras
import numpy as np
import pytest
from ml_collections import ConfigDict

from sps_tf.data import Data
from sps_tf.errors import UserError
from sps_tf.training.engine import make_feed, open_log, plain_batches
from sps_tf.training.strategy import make_strategy

on_jax = pytest.mark.skipif(keras.backend.backend() != "jax", reason="what JAX has instead")


def settings(**changes):
    return ConfigDict({"batch_size": 3, "steps": 8, "seed": 0, **changes})


def numbered(n_sequences):
    """Return frames (n, 2, 2, 2, 3) in which every pixel of sequence i is i."""
    number = np.arange(n_sequences, dtype=np.uint8)[:, None, None, None, None]
    return np.broadcast_to(number, (n_sequences, 2, 2, 2, 3)).copy()


def order_of(frames, config, start_step=0):
    batches = [batch for (batch,) in plain_batches(frames, config, start_step)]
    return [np.rint(batch[:, 0, 0, 0, 0] * 255).astype(int).tolist() for batch in batches]


def test_a_batch_is_of_whole_sequences_in_unit_range():
    (batch,) = next(plain_batches(numbered(5), settings(), 0))
    assert batch.shape == (3, 2, 2, 2, 3)
    assert batch.dtype == np.float32
    assert np.ptp(batch, axis=(1, 2, 3, 4)).max() == 0
    assert sorted({*np.rint(batch[:, 0, 0, 0, 0] * 255)} - set(range(5))) == []
    assert batch.max() < 0.02


def test_each_pass_has_every_sequence_once_in_another_order():
    flat = np.concatenate(order_of(numbered(6), settings(steps=6)))
    passes = flat.reshape(3, 6)
    assert [sorted(one) for one in passes.tolist()] == [list(range(6))] * 3
    assert len({tuple(one) for one in passes.tolist()}) > 1


def test_a_batch_may_reach_into_the_next_passes():
    flat = np.concatenate(order_of(numbered(2), settings(steps=4)))  # batches larger than the set
    assert [sorted(pair) for pair in flat.reshape(6, 2).tolist()] == [[0, 1]] * 6


def test_a_resumed_run_gets_the_batches_that_are_left():
    whole = order_of(numbered(5), settings())
    assert order_of(numbered(5), settings(), start_step=5) == whole[5:]


def test_another_seed_gives_another_order():
    assert order_of(numbered(50), settings()) != order_of(numbered(50), settings(seed=1))


def test_labels_go_with_their_frames():
    labels = np.arange(5, dtype=np.float64)[:, None, None] * np.ones((1, 2, 1))
    for frames, own in plain_batches(numbered(5), settings(), 0, labels):
        assert own.dtype == np.float32
        np.testing.assert_allclose(frames[:, :, 0, 0, :1] * 255, own, rtol=1e-6)


@on_jax
def test_jax_is_fed_from_memory_alone():
    data = Data({"train": {"frames": numbered(4)}}, {})
    feed = make_feed(None, data, settings(), 6, None)
    assert feed.wait is None
    assert len(list(feed.batches)) == 2
    with pytest.raises(UserError, match=r"larger than memory.*KERAS_BACKEND=jax"):
        make_feed(None, data._replace(stream=object()), settings(), 0, None)


@on_jax
def test_nothing_is_written_for_tensorboard_and_that_is_said(tmp_path, capsys):
    log = open_log(tmp_path)
    log.write_config(settings())
    log.write_scalars({"train/loss": 1.0}, 1)
    log.write_pictures({}, 1)
    log.write_sounds({}, 1)
    log.close()
    assert not list(tmp_path.iterdir())
    assert "nothing is written for TensorBoard" in capsys.readouterr().out


@on_jax
def test_several_devices_are_refused():
    with make_strategy("one_device", 4).scope():
        pass
    with pytest.raises(UserError, match="--strategy=mirrored needs TensorFlow"):
        make_strategy("mirrored", 4)
