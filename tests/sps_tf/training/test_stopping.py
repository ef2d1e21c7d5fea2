"""Ctrl-C: the first waits for a checkpoint, the second does not."""

import signal

import pytest

from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoints import Progress
from sps_tf.training.stopping import CheckpointOnStop


@pytest.fixture
def saved(monkeypatch):
    """The steps of checkpoints; SIGINT is as in a shell's foreground."""
    steps = []
    monkeypatch.setattr(checkpoints, "save", lambda model, folder, step, _: steps.append(step))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield steps
    signal.signal(signal.SIGINT, before)


def begin(tmp_path):
    stop = CheckpointOnStop(tmp_path, Progress())
    stop.set_params({"steps": 10})
    stop.on_train_begin()
    return stop


def test_the_first_waits_for_the_end_of_the_interval(saved, tmp_path, capsys):
    stop = begin(tmp_path)
    stop.on_epoch_end(0)
    assert saved == []
    signal.raise_signal(signal.SIGINT)
    for batch in (6, 7):
        stop.on_train_batch_end(batch)
    assert capsys.readouterr().err.count("Stopping after 3 more steps") == 1
    with pytest.raises(KeyboardInterrupt):
        stop.on_epoch_end(1)
    assert saved == [20]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_stops_at_once(saved, tmp_path):
    begin(tmp_path)
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert saved == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_one_behind_the_last_interval_is_not_forgotten(saved, tmp_path):
    stop = begin(tmp_path)
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        stop.on_train_end()


def test_an_undisturbed_training_gives_the_signal_back(saved, tmp_path):
    stop = begin(tmp_path)
    stop.on_train_end()
    stop.close()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_shell_s_background_goes_on_ignoring_it(saved, tmp_path):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = begin(tmp_path)
    signal.raise_signal(signal.SIGINT)
    stop.on_epoch_end(0)
    assert saved == []
