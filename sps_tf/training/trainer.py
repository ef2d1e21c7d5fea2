"""One run from settings to results: data, model, steps, evaluation, pictures."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from ml_collections import ConfigDict

from sps_tf import files
from sps_tf.backend import make_deterministic, uses_tensorflow
from sps_tf.data import Data, Load
from sps_tf.errors import check_choice
from sps_tf.evaluation import Report, check_evaluators, make_report, save_report
from sps_tf.evaluation.describing import describe_trained
from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoints import Progress
from sps_tf.runs.data_summary import summarise_data
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.model_info import make_info
from sps_tf.runs.next_steps import next_steps
from sps_tf.runs.page import Beside, write_page_or_warn
from sps_tf.runs.table import summary_table, tell_finished
from sps_tf.runs.versions import list_versions
from sps_tf.training import callbacks, engine
from sps_tf.training.building import build_model, check_latents, initialise_model
from sps_tf.training.calibration import calibrate
from sps_tf.training.labels import training_labels
from sps_tf.training.motion import describe_motion
from sps_tf.training.progress import ExpectedTime, ProgressBar, ProgressFile
from sps_tf.training.stopping import CheckpointOnStop, EarlyEnd
from sps_tf.training.strategy import STRATEGIES, make_strategy
from sps_tf.training.validation import validate, validate_data

# Maps a model to what is said of it on the test split.
Look = Callable[[keras.Model], Report]


@dataclass
class State:
    """A run at some step: what a checkpoint holds.

    Args:
        model: the compiled model.
        step: number of finished training steps.
        progress: what the run has behind it.
    """

    model: keras.Model
    step: int
    progress: Progress


def train(
    config: ConfigDict,
    workdir: str | Path,
    load: Load,
    strategy: str = "one_device",
    beside: Beside | None = None,
) -> dict[str, Any]:
    """Train, or continue, or report a run that is finished already.

    Args:
        config: the settings.
        workdir: folder of the run.
        load: returns the data, see `datasets.loading.load_data`.
        strategy: see `sps_tf.training.strategy.make_strategy`. Default "one_device".
        beside: what the run's page shows that its folder does not hold. Default None: nothing.

    Returns:
        The results, as `results.json` holds them.

    Raises:
        UserError: if settings, folder, data or checkpoints cannot be used, a loss is no longer
            finite, or a file cannot be written.
    """
    validate(config)
    check_choice("strategy", strategy, STRATEGIES)
    with Run(workdir) as run:
        run.check_config(config)
        results = tell_finished(run)
        if results is None:
            make_deterministic(config.seed)
            results = _train(config, run, load, strategy)
            write_page_or_warn(run, results, beside)
            print(f"{summary_table(results['metrics'])}\n\n{next_steps(run, config)}")
        return results


def _train(config: ConfigDict, run: Run, load: Load, strategy: str) -> dict[str, Any]:
    check_evaluators(config.evaluation.evaluators)
    check_latents(config)
    strategy = make_strategy(strategy, config.batch_size)
    data = load(config, ("train", config.evaluation.split))
    frames = data.splits["train"]["frames"]
    validate_data(config, frames.shape)
    if summary := summarise_data(data.about, config.data):
        print(summary, flush=True)
    if "videos" in data.about:
        print(describe_motion(frames, len(config.model.latent.content)), flush=True)
    run.write_progress("start", 0)

    with strategy.scope():
        state = _load_or_build(config, run, frames, data)
    run.check_data(data.about.get("name", ""))
    look = _look(data, config, state.progress)
    if state.step < config.steps and not state.progress.ended_early:
        _fit(state, config, run, data, look)
    if config.method == "spice":
        line = calibrate(state.model, data.splits["train"], config)
        data = data._replace(about={**data.about, "calibration": line})
        look = _look(data, config, state.progress)  # the model is another now, at the same step
    return _finish(state, config, run, look, data.about)


def _load_or_build(config: ConfigDict, run: Run, frames: np.ndarray, data: Data) -> State:
    """Return the state of the newest checkpoint, or a fresh one."""
    latest = checkpoints.load_latest(run.checkpoints)
    if latest is not None:
        state = State(*latest)
        print(f"Continuing {run.workdir} at step {state.step} of {config.steps}.", flush=True)
        return state
    started = time.monotonic()
    model = build_model(config, frames.shape[1:])
    run.write_config(config)  # only now is it sure that the settings make a run
    model.info = make_info(config, data.about)
    initialise_model(model, frames, config, data.mean_frame, progress=print)
    # A run stopped before its first regular checkpoint need not repeat the warm start.
    progress = Progress(seconds=time.monotonic() - started)
    checkpoints.save(model, run.checkpoints, 0, progress)
    return State(model, 0, progress)


def _fit(state: State, config: ConfigDict, run: Run, data: Data, look: Look) -> None:
    """Take the steps that are left; model and progress are brought forward."""
    model, progress = state.model, state.progress
    labels = training_labels(model, data.splits["train"], config.evaluation.label)
    feed = engine.make_feed(model, data, config, state.step, labels)
    bar = ProgressBar(state.step, config.steps)
    stop = CheckpointOnStop(run.checkpoints, progress)
    with closing(engine.open_log(run.tensorboard)) as log, closing(bar), closing(stop):
        log.write_config(config)
        model.fit(
            feed.batches,
            initial_epoch=state.step // config.log_every,
            epochs=config.steps // config.log_every,
            steps_per_epoch=config.log_every,
            shuffle=False,  # the batches come in their order
            verbose=0,
            callbacks=[
                callbacks.StepClock(progress, feed.wait),
                callbacks.ScalarLogger(log, progress),
                callbacks.FiniteGuard(run.checkpoints),
                EarlyEnd(progress, config.early_end_steps),
                callbacks.Checkpointer(run.checkpoints, config, progress),
                stop,
                callbacks.TestLogger(log, look, config.eval_every, run.history, progress),
                ProgressFile(run, state.step),
                ExpectedTime(state.step, config.steps),
                bar,
            ],
        )


def _look(data: Data, config: ConfigDict, progress: Progress) -> Look:
    """Return the function that evaluates a model on the test split.

    It keeps its last report: a run whose last step is looked at is not evaluated there twice.
    Before that step the model is described, see `describe_trained`: pictures span its training.
    """
    test_arrays = data.splits[config.evaluation.split]
    kept: dict[int, Report] = {}

    def look(model: keras.Model) -> Report:
        step = int(keras.ops.convert_to_numpy(model.step))
        if step not in kept:
            kept.clear()
            if step == config.steps or progress.ended_early:
                model.info = describe_trained(model, data.splits["train"], config, data.about)
            kept[step] = make_report(model, test_arrays, config, data.probes)
        return kept[step]

    return look


def _finish(
    state: State, config: ConfigDict, run: Run, look: Look, about: dict[str, Any]
) -> dict[str, Any]:
    """Evaluate the model, save it, draw its pictures, and write the results last of all."""
    model, progress = state.model, state.progress
    step = int(keras.ops.convert_to_numpy(model.step))
    run.write_progress("evaluation", step)
    report = look(model)
    files.write_atomically(run.model_path, model.save)
    save_report(report, run.workdir)
    results = {
        "dataset": config.dataset,
        "method": config.method,
        "preset": config.preset,
        "seed": config.seed,
        "steps": step,
        "seconds": round(progress.seconds, 1),
        "metrics": report.metrics | _train_metrics(progress),
        "data": about,
        "config": to_json(config),
        "versions": list_versions(),
    }
    run.write_results(results)
    return results


def _train_metrics(progress: Progress) -> dict[str, float]:
    """Return the last interval's means and the whole run's speed under `train/`."""
    passing = ("nonfinite_step", "steps_per_second", "input_wait_share")
    passing += () if uses_tensorflow() else ("gradient_norm",)  # Keras' own step measures none
    metrics = {name: value for name, value in progress.logs.items() if name not in passing}
    if progress.step_seconds and uses_tensorflow():  # else the waiting is not measured
        metrics["input_wait_share"] = progress.wait_seconds / progress.step_seconds
    return {f"train/{name}": value for name, value in metrics.items()}
