"""Where Beam runs: what the command line says, what Beam gets, wrong runners and flags."""

import os
import sys

import apache_beam as beam
import pytest
import tensorflow_datasets as tfds
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.dask.dask_runner import DaskOptions

from pipelines.beam.settings import (
    BeamSettings,
    local_settings,
    parse_beam_settings,
    with_local_runner,
)
from sps_tf.errors import UserError

DASK = "pipelines.beam.dask_runner.WatchedDaskRunner"


def options_of(settings):
    return settings.download_config().beam_options.get_all_options(drop_default=True)


def note_process(name, folder):
    (folder / name).write_text(str(os.getpid()))


def test_pipeline_runs_in_this_process_by_default(tmp_path):
    with BeamSettings().pipeline() as pipeline:
        _ = pipeline | beam.Create(["a", "b"]) | beam.Map(note_process, tmp_path)
    assert {path.name: int(path.read_text()) for path in tmp_path.iterdir()} == {
        "a": os.getpid(),
        "b": os.getpid(),
    }


def test_several_workers_are_processes():
    options = options_of(local_settings(2))
    assert options == {"direct_num_workers": 2, "direct_running_mode": "multi_processing"}
    assert options_of(local_settings()) == {}
    assert options_of(parse_beam_settings(None, [], 2)) == options
    assert options_of(parse_beam_settings(None, ["--direct_num_workers=2"])) == options


def test_threads_can_be_asked_for():
    settings = parse_beam_settings(None, ["--direct_running_mode=multi_threading"], 2)
    assert options_of(settings)["direct_running_mode"] == "multi_threading"


@pytest.mark.parametrize("runner", [None, "DirectRunner", "FnApiRunner"])
def test_local_runners_are_the_one_inside_beam(runner):
    config = parse_beam_settings(runner, []).download_config()
    assert type(config.beam_runner).__name__ == "FnApiRunner"


@pytest.mark.parametrize(
    ("runner", "flags"),
    [
        ("FlinkRunner", ["--flink_master=localhost:8081", "--parallelism=2"]),
        ("SparkRunner", ["--spark_master_url=spark://localhost:7077"]),
        ("DataflowRunner", ["--project=p", "--region=r", "--temp_location=gs://bucket/temp"]),
        ("PortableRunner", ["--job_endpoint=localhost:8099", "--environment_type=LOOPBACK"]),
    ],
)
def test_flags_of_any_engine_pass_through(runner, flags):
    options = options_of(parse_beam_settings(runner, flags))
    expected = dict(flag.removeprefix("--").split("=", 1) for flag in flags)
    assert options.pop("runner") == runner
    assert {name: str(value) for name, value in options.items()} == expected


@pytest.mark.parametrize("name", ["dask", "DaskRunner"])
def test_dask_goes_by_a_short_name_and_makes_each_file_a_task(name):
    settings = parse_beam_settings(name, ["--dask_client_address=tcp://localhost:8786"])
    options = settings.download_config().beam_options
    assert options.view_as(StandardOptions).runner == DASK
    assert options.view_as(DaskOptions).address == "tcp://localhost:8786"
    assert options.view_as(DaskOptions).partition_size == 1
    settings = parse_beam_settings(name, [*settings.options, "--dask_npartitions=3"])
    options = settings.download_config().beam_options.view_as(DaskOptions)
    assert (options.npartitions, options.partition_size) == (3, None)


def test_flag_that_only_the_engine_knows_passes_through():
    settings = parse_beam_settings("FlinkRunner", ["--numberOfExecutionRetries=3"])
    assert settings.options == ("--numberOfExecutionRetries=3",)


@pytest.mark.parametrize(
    ("runner", "flags", "message"),
    [
        ("FlinkRuner", [], "Did you mean 'FlinkRunner'.*Received: 'FlinkRuner'"),
        ("FlinkRunner", ["--flink_mastr=x"], "Did you mean 'flink_master'.*--flink_mastr=x"),
        (None, ["--numberOfExecutionRetries=3"], "Neither.*--numberOfExecutionRetries=3"),
        ("dask", [], "--dask_client_address is missing.*launch.cluster start"),
        ("dask", ["--dask_client_adress=x"], "Did you mean 'dask_client_address'.*adress=x"),
        ("dask", ["--parallel=3"], "Neither.*--parallel=3"),
        ("FlinkRunner", ["--parallelism=two"], "wrong value.*--parallelism.*'two'"),
    ],
)
def test_unknown_runners_flags_and_values_are_one_line(runner, flags, message):
    with pytest.raises(UserError, match=message) as error:
        parse_beam_settings(runner, flags)
    assert "\n" not in str(error.value)


def test_number_of_local_workers_does_not_go_with_an_engine():
    with pytest.raises(UserError, match=r"--parallelism.*--runner=FlinkRunner --workers=2"):
        parse_beam_settings("FlinkRunner", [], 2)


def test_named_runners_are_kept_and_the_program_flags_are_not_read(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["train", "--runner=DataflowRunner"])
    runner = object()
    config = tfds.download.DownloadConfig(beam_runner=runner)
    assert with_local_runner(config).beam_runner is runner
    config = with_local_runner(tfds.download.DownloadConfig())
    assert type(config.beam_runner).__name__ == "FnApiRunner"


@pytest.mark.parametrize("name", ["dask", "DaskRunner"])
def test_dask_goes_by_its_short_name_where_tfds_hands_over_the_options_too(name):
    options = PipelineOptions([f"--runner={name}", "--dask_scheduler_file=/shared/scheduler.json"])
    config = with_local_runner(tfds.download.DownloadConfig(beam_options=options))
    assert config.beam_options.view_as(StandardOptions).runner == DASK
    assert config.beam_options.view_as(DaskOptions).partition_size == 1
    assert config.beam_runner is None
    options = PipelineOptions([f"--runner={name}"])
    with pytest.raises(UserError, match="dask_client_address is missing"):
        with_local_runner(tfds.download.DownloadConfig(beam_options=options))
