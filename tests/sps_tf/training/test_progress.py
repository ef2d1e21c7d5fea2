from sps_tf.runs.folder import Run
from sps_tf.training import progress
from sps_tf.training.progress import ExpectedTime, ProgressBar, ProgressFile


def test_progress_is_told_from_the_step_on_where_the_run_was_stopped(tmp_path):
    run = Run(tmp_path)
    progress_file = ProgressFile(run, 4)
    progress_file.set_params({"steps": 2})
    progress_file.on_train_begin()
    assert run.read_progress() == ("training", 4)
    progress_file.on_epoch_end(2, {})
    assert run.read_progress() == ("training", 6)


def test_bar_goes_on_where_the_run_was_stopped(capsys):
    bar = ProgressBar(start_step=4, n_steps=8)
    bar.set_params({"steps": 2})
    for epoch in (2, 3):
        bar.on_epoch_begin(epoch)
        for batch in range(2):
            bar.on_train_batch_begin(batch)
        bar.on_epoch_end(epoch, {"loss": 1.25})
    bar.close()
    shown = capsys.readouterr().err
    assert "4/8" in shown
    assert "8/8" in shown
    assert "loss=1.25" in shown


def test_the_time_that_is_left_follows_from_fifty_steps_without_the_first(capsys, monkeypatch):
    seconds = iter([100.0, 106.0])  # 50 steps of 120 ms
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))
    expected = ExpectedTime(start_step=1_000, n_steps=3_051)
    for step in range(60):
        expected.on_train_batch_begin(step % 10)
    shown = capsys.readouterr().err
    assert shown == (
        "120 ms a step: about 4 minutes for the 2,000 that are left, "
        "and the looks at the test split.\n"
    )


def test_a_short_run_is_not_measured(capsys):
    expected = ExpectedTime(start_step=0, n_steps=8)
    for step in range(8):
        expected.on_train_batch_begin(step)
    assert capsys.readouterr().err == ""
