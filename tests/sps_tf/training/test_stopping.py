"""An early end; and Ctrl-C: the first waits for a checkpoint, the second does not."""

import signal
from types import SimpleNamespace

import pytest

from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoints import Progress
from sps_tf.training.stopping import CheckpointOnStop, EarlyEnd


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


@pytest.mark.parametrize(
    ("patience_steps", "losses", "last_step"),
    [
        (20, [5, 4, 4, 4.5, 1], 40),  # equal is not lower
        (20, [5, 4, 4.5, 3.9, 4, 3.8], 60),
        (10, [5, 6, 1], 20),
        (0, [5, 6, 7, 8], 40),
    ],
)
def test_a_run_ends_where_the_lowest_loss_is_as_old_as_its_patience(
    patience_steps, losses, last_step
):
    progress = Progress()
    end = EarlyEnd(progress, patience_steps)
    end.set_params({"steps": 10})
    end.set_model(SimpleNamespace(stop_training=False))
    for epoch, loss in enumerate(losses):
        end.on_epoch_end(epoch, {"recon_self": loss})
        if end.model.stop_training:
            break
    assert 10 * (epoch + 1) == last_step
    assert end.model.stop_training == progress.ended_early == (last_step < 10 * len(losses))
