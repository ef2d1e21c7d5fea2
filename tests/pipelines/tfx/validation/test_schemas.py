"""The committed schemas, compared with the code that makes the data; the inferred one."""

import itertools

import numpy as np
import pytest
from tensorflow_metadata.proto.v0 import schema_pb2

from datasets.builders import BUILDERS, make_builder
from pipelines.making.audio.instruments import INSTRUMENTS
from pipelines.making.ball import physics, trajectories
from pipelines.making.masks import windows
from pipelines.tfx.validation.schemas import committed_schema, infer_schema, read_schema
from pipelines.tfx.validation.summaries import Summariser
from sps_tf.audio.spectrogram import NOTE_SAMPLES, SAMPLE_RATE_HZ
from sps_tf.errors import UserError
from tests.pipelines.tfx.validation.splits import statistics_of

TYPES = {np.float32: schema_pb2.FLOAT, np.int64: schema_pb2.INT, bytes: schema_pb2.BYTES}


def features_of(dataset):
    return {feature.name: feature for feature in read_schema(committed_schema(dataset)).feature}


# What is in one's own files no one knows beforehand: their schema is inferred.
OWN = ("audio_folder", "video_folder")


@pytest.mark.parametrize("dataset", [name for name in BUILDERS if name not in OWN])
def test_every_data_set_has_a_schema_of_all_its_features(dataset, tmp_path):
    columns = Summariser(make_builder(dataset, str(tmp_path)).info.features).columns
    found = features_of(dataset)
    assert {name: feature.type for name, feature in found.items()} == {
        name: TYPES[kind] for name, kind in columns.items()
    }
    for feature in found.values():
        assert feature.presence.min_fraction == 1
        assert feature.value_count.min >= 1
        if feature.type == schema_pb2.FLOAT:
            assert feature.float_domain.disallow_nan and feature.float_domain.disallow_inf


def test_all_configs_share_a_schema_and_unknown_data_sets_have_none():
    assert committed_schema("sps_scale/instruments") == committed_schema("sps_scale")
    assert all(committed_schema(name) is None for name in OWN)
    assert committed_schema("../schemas/sps_ball") is None
    assert committed_schema("") is None


def test_ball_may_be_wherever_it_can_get_and_no_further():
    starts, speeds = [], []
    for cell in trajectories.START_CELLS:
        ranges = (cell.x_m, cell.z_m, cell.vx_mps, trajectories.VERTICAL_SPEED_MPS, cell.vz_mps)
        for x, z, vx, vy, vz in itertools.product(*ranges):
            starts.append((x, trajectories.START_HEIGHT_M, z))
            speeds.append((vx, vy, vz))
    # A fine time axis of the same length catches the top of the flight and the first bounce.
    n_frames, refined = physics.N_FRAMES, 200
    last_secs = (n_frames - 1) * physics.FRAME_SECS
    paths = physics.simulate(
        np.array(starts),
        np.array(speeds),
        (n_frames - 1) * refined + 1,
        physics.FRAME_SECS / refined,
    )
    assert last_secs == pytest.approx(3.8)
    found = features_of("sps_ball")
    for what, values in zip(("position", "velocity"), paths, strict=True):
        for axis in range(3):
            domain = found[f"{what}/{axis}"].float_domain
            low, high = values[..., axis].min(), values[..., axis].max()
            assert domain.min <= low <= domain.min + 0.02
            assert domain.max - 0.02 <= high <= domain.max


def test_black_frame_is_outside_where_there_are_frames():
    for dataset in ("sps_ball", "kitti_masks"):
        assert features_of(dataset)["frames/mean"].float_domain.min > 0
    smallest = windows.MIN_MASK_PIXELS / windows.SIZE_PIXELS**2
    assert 0.99 * smallest < features_of("kitti_masks")["frames/mean"].float_domain.min <= smallest


def test_notes_of_scales_are_those_of_table_14():
    found = features_of("sps_scale")
    assert set(found["instrument"].string_domain.value) == {row.name for row in INSTRUMENTS}
    assert found["pitch"].float_domain.min == min(row.low for row in INSTRUMENTS)
    assert found["pitch"].float_domain.max == max(row.high for row in INSTRUMENTS) + 1
    assert found["program"].int_domain.max == max(row.program for row in INSTRUMENTS)
    last = 14 * NOTE_SAMPLES / SAMPLE_RATE_HZ
    assert last <= found["onset_secs"].float_domain.max <= last + 0.01


def test_inferred_schema_takes_presence_type_and_number_from_the_training_split():
    columns = {
        "height": [[1.0, 2.0], [3.0, 4.0]],
        "name": [[b"a"], None],
        "height/damaged": [[1], None],
    }
    schema = infer_schema(statistics_of(train=columns)["train"])
    found = {feature.name: feature for feature in schema.feature}
    assert set(found) == {"height", "name"}, "damage must not become the rule"
    assert found["height"].type == schema_pb2.FLOAT
    assert found["height"].shape.dim[0].size == 2
    assert found["height"].presence.min_fraction == 1
    assert found["height"].float_domain.disallow_nan
    assert found["name"].presence.min_fraction == 0
    assert not found["name"].HasField("domain"), "other splits may have other names"


def test_missing_schema_is_told(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_schema(tmp_path / "schema.pbtxt")


@pytest.mark.parametrize("content", [b"feature { nam: 1 }", b"\xff\xfe", b"{"])
def test_text_that_is_no_schema_is_told(content, tmp_path):
    path = tmp_path / "schema.pbtxt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"must be a tensorflow\.metadata\.v0\.Schema") as caught:
        read_schema(path)
    assert "\n" not in str(caught.value)
