"""What a config names is said of a model, and nothing else."""

import numpy as np
import pytest

from launch import configs
from sps_tf.errors import UserError
from sps_tf.evaluation import EVALUATORS, check_evaluators, make_report
from sps_tf.evaluation.context import CAPABILITIES
from tests.sound_fakes import SoundModel, SpiceLike
from tests.sound_fakes import make_arrays as make_sound_arrays
from tests.sound_fakes import make_config as make_sound_config
from tests.sps_tf.evaluation.fakes import (
    VIDEO_EVALUATORS,
    ExactModel,
    N,
    NoPriorModel,
    make_arrays,
    make_config,
    make_context,
)


def applying(model, arrays, config):
    context = make_context(model, arrays, config)
    return {name for name, evaluator in EVALUATORS.items() if evaluator.applies(context)}


@pytest.mark.parametrize("dataset", configs.DATASETS)
def test_evaluators_of_every_shipped_config_exist_and_stand_once(dataset):
    for method in configs.METHODS:
        for preset in configs.presets_of(dataset):
            try:
                names = configs.get_config(dataset, method, preset).evaluation.evaluators
            except UserError:  # a method of sound on video
                continue
            check_evaluators(names)
            assert len(set(names)) == len(names) > 0


def test_every_evaluator_is_in_some_config_and_every_need_is_a_capability():
    named = {
        name
        for dataset in configs.DATASETS
        for name in configs.get_config(dataset).evaluation.evaluators
    }
    assert named == set(EVALUATORS)
    needed = {need for evaluator in EVALUATORS.values() for need in evaluator.needs}
    assert needed == set(CAPABILITIES)


def test_an_evaluator_that_is_named_runs_and_one_left_out_does_not():
    report = make_report(ExactModel(), make_arrays(), make_config("latent_std", "traversal"))
    assert set(report.metrics) == {f"test/latent_std/{name}" for name in ("z1", "z2", "z3")}
    assert set(report.pictures) == {"latent_traversal"}
    report = make_report(ExactModel(), make_arrays(), make_config("prior"))
    assert set(report.metrics) == {"test/prior_mse"}
    assert not report.pictures


def test_reports_of_several_are_the_sum_of_the_single_ones():
    names = ("linear_probe", "reconstruction", "prior", "equivariance", "latent_std")
    together = make_report(ExactModel(), make_arrays(), make_config(*names)).metrics
    single = {}
    for name in names:
        single |= make_report(ExactModel(), make_arrays(), make_config(name)).metrics
    assert list(together) == list(single)
    assert together == single


def test_unknown_evaluator_is_named_with_those_known():
    with pytest.raises(UserError, match=r"evaluation\.evaluators.*'linear_probe'.*'lineer_probe'"):
        make_report(ExactModel(), make_arrays(), make_config("latent_std", "lineer_probe"))


def test_split_is_encoded_once_by_all_of_them():
    model = ExactModel()
    make_report(model, make_arrays(), make_config())
    assert model.n_encoded == N


def test_sound_is_encoded_once_and_heard_once_in_each_way(monkeypatch):
    from sps_tf.evaluation import pitch_points

    calls = {"encode": 0, "hear": 0}
    hear = pitch_points.hear

    class Counting(SoundModel):
        def encode(self, frames):
            calls["encode"] += 1
            return super().encode(frames)

    def counting_hear(*args):
        calls["hear"] += 1
        return hear(*args)

    monkeypatch.setattr(pitch_points, "hear", counting_hear)
    report = make_report(Counting(), make_sound_arrays(), make_sound_config())
    assert calls == {"encode": 1, "hear": 2}  # ours, and the authors'
    assert {"test/synthesis_r2", "test/synthesis_r2_authors"} <= set(report.metrics)


def test_batch_size_changes_no_score():
    scores = [
        make_report(
            ExactModel(), make_arrays(), make_config(*VIDEO_EVALUATORS[:5], batch_size=size)
        ).metrics
        for size in (5, 100)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=1e-12)


def test_each_is_left_out_where_model_or_data_have_no_part_for_it():
    everything = applying(ExactModel(), make_arrays(), make_config())
    assert everything == set(EVALUATORS) - {
        "pitch_bars",
        "pitch_timbre",
        "place_colour",
        "colour_map",
        "body_probe",
        "held_out_files",
        "style_leakage",
    }
    no_prior = applying(NoPriorModel(), make_arrays(), make_config())
    assert everything - no_prior == {"prior", "equivariance"}
    assert everything - applying(ExactModel(), make_arrays(), make_config(n_transforms=0)) == {
        "equivariance"
    }
    unlabelled = applying(ExactModel(), make_arrays(), make_config(label="", label_names=()))
    labelled = {"linear_probe", "location_probe", "latent_scatter", "location_scatter"}
    labelled |= {"pitch", "green_probe"}
    assert everything - unlabelled == labelled
    sound, config = make_sound_arrays(("Banjo", "Flute")), make_sound_config()
    hearing = applying(SoundModel(style=("z_octave",)), sound, config)
    assert hearing == set(EVALUATORS) - {"coordinate_grid", "body_probe", "held_out_files"}
    assert hearing - applying(SpiceLike(), sound, config) == {
        "prior",
        "equivariance",
        "reconstruction",
        "traversal",
        "branches",
        "synthesis",
        "spectrogram_traversal",
        "spectrogram_branches",
        "sounds",
        # It has no style.
        "pitch_timbre",
        "place_colour",
        "colour_map",
        "style_leakage",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"position": None}, r"holds color, frames\. Received: evaluation of 'position'"),
        ({"frames": np.zeros((2, 3, 1, 3, 1), np.int64)}, r"uint8.*2 sequences of int64"),
        ({"frames": np.zeros((0, 3, 1, 3, 1), np.uint8)}, r"at least one.*0 sequences"),
    ],
)
def test_arrays_that_cannot_be_evaluated(change, message):
    arrays = {**make_arrays(), "color": np.zeros(3), **change}
    arrays = {name: values for name, values in arrays.items() if values is not None}
    with pytest.raises(UserError, match=message):
        make_report(ExactModel(), arrays, make_config())
