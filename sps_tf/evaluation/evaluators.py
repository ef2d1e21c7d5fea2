"""The evaluators by their names, and the report of those that a config names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from operator import add
from types import MappingProxyType
from typing import NamedTuple

import keras
import numpy as np
from ml_collections import ConfigDict

from sps_tf.data import Arrays
from sps_tf.errors import check_choice
from sps_tf.evaluation import pictures, pitch, probes, scores, spectrograms
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.coordinate_grid import coordinate_grid
from sps_tf.evaluation.own_files import held_out_files, style_leakage
from sps_tf.evaluation.pitch_timbre import pitch_timbre
from sps_tf.evaluation.place_colour import colour_map, green_probe, place_colour
from sps_tf.evaluation.report import Report
from sps_tf.evaluation.sounds import sounds


class Evaluator(NamedTuple):
    """One thing that can be said of a model.

    Args:
        run: says it.
        needs: keys of `sps_tf.evaluation.context.CAPABILITIES`. Default: none.
    """

    run: Callable[[Context], Report]
    needs: tuple[str, ...] = ()

    def applies(self, context: Context) -> bool:
        """Tell whether model and data have all that the evaluator needs."""
        return all(context.has(capability) for capability in self.needs)


EVALUATORS = {
    "linear_probe": Evaluator(probes.linear_probe, ("labels",)),
    "body_probe": Evaluator(probes.body_probe, ("labels", "bodies")),
    "location_probe": Evaluator(probes.location_probe, ("labels",)),
    "latent_scatter": Evaluator(probes.latent_scatter, ("labels",)),
    "location_scatter": Evaluator(probes.location_scatter, ("labels",)),
    "reconstruction": Evaluator(scores.reconstruction, ("frame_decoder",)),
    "prior": Evaluator(scores.prior, ("prior",)),
    "equivariance": Evaluator(scores.equivariance, ("symmetry",)),
    "latent_std": Evaluator(scores.latent_std),
    "traversal": Evaluator(pictures.traversal, ("frame_decoder",)),
    "branches": Evaluator(pictures.branches, ("frame_decoder",)),
    "coordinate_grid": Evaluator(coordinate_grid, ("two_contents",)),
    "pitch": Evaluator(pitch.pitch, ("labels",)),
    "synthesis": Evaluator(pitch.synthesis, ("frame_decoder",)),
    "pitch_figure": Evaluator(pitch.pitch_figure),
    "pitch_bars": Evaluator(pitch.pitch_bars, ("labels", "instruments")),
    "spectrogram_traversal": Evaluator(spectrograms.spectrogram_traversal, ("frame_decoder",)),
    "spectrogram_branches": Evaluator(spectrograms.spectrogram_branches, ("frame_decoder",)),
    "pitch_timbre": Evaluator(pitch_timbre, ("labels", "instruments", "content_and_style")),
    "place_colour": Evaluator(place_colour, ("content_and_style",)),
    "colour_map": Evaluator(colour_map, ("frame_decoder", "content_and_style")),
    "green_probe": Evaluator(green_probe, ("labels",)),
    "held_out_files": Evaluator(held_out_files, ("files",)),
    "style_leakage": Evaluator(style_leakage, ("style",)),
    "sounds": Evaluator(sounds, ("frame_decoder",)),
}


def check_evaluators(names: Iterable[str]) -> None:
    """Check that each of `config.evaluation.evaluators` is known.

    Raises:
        UserError: if one is not.
    """
    for name in names:
        check_choice("config.evaluation.evaluators", name, EVALUATORS)


def make_report(
    model: keras.Model,
    arrays: Arrays,
    config: ConfigDict,
    probe_frames: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> Report:
    """Let the evaluators that the config names say what they have to say of a model.

    Latents are the encoder's means, without noise. The prior runs freely after
    `config.evaluation.n_given` frames, also for the image predictions. Deterministic in
    `config.seed`, which the transforms of the equivariance error derive from.

    Args:
        model: SPS, or a baseline.
        arrays: the test split, see `Context`.
        config: the run's config.
        probe_frames: see `sps_tf.data.Data.probes`. Default: none.

    Returns:
        The sum of the reports; each metric's name begins with `test/`. An evaluator that the
        model has no part for (a prior, a group, a decoder of frames), or the data no labels, is
        left out.

    Raises:
        UserError: if an evaluator is unknown, arrays lack entries or are of the wrong type, or
            latents cannot be scored, such as NaN.
    """
    names = config.evaluation.evaluators
    check_evaluators(names)
    context = Context(
        model,
        arrays,
        config.evaluation,
        config.method,
        config.seed,
        probe_frames,
        config.get("front_end", "stft"),
    )
    chosen = [EVALUATORS[name] for name in names if EVALUATORS[name].applies(context)]
    report = reduce(add, (evaluator.run(context) for evaluator in chosen), Report())
    test_metrics = {f"test/{name}": value for name, value in report.metrics.items()}
    return replace(report, metrics=test_metrics)
