import numpy as np
import pytest

from pipelines.beam.settings import with_local_runner
from pipelines.making.masks import mots_text, transforms
from tests.pipelines.making.masks import fakes as masks_fakes


def index(source, tmp_path, n_workers):
    import tensorflow_datasets as tfds
    from apache_beam.options.pipeline_options import PipelineOptions

    options = PipelineOptions(
        flags=[], direct_num_workers=n_workers, direct_running_mode="multi_threading"
    )
    config = with_local_runner(tfds.download.DownloadConfig(beam_options=options))
    folder = tmp_path / f"index{n_workers}"
    names = mots_text.list_files(source)
    runs, report = transforms.index_files(
        names, source, folder, config.beam_runner, config.beam_options
    )
    assert not folder.exists()
    return runs, report


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = masks_fakes.write_tracks(tmp_path_factory.mktemp("mots"), n_videos=4)
    with open(folder / "0002.txt", "a") as stream:
        stream.write("broken line\n0 9 2 0 0 x\n0 9 2 96 320 zzz\n")
    (folder / "0009.txt").write_text("")
    return folder


def test_files_indexed_by_beam_equal_files_read_one_by_one(source, tmp_path):
    runs, report = index(source, tmp_path, n_workers=1)
    expected = []
    for name in mots_text.list_files(source):
        expected += transforms.read_file(name, str(source))[0]
    assert [run.sequence_id for run in runs] == [run.sequence_id for run in expected]
    assert runs
    for run, wanted in zip(runs, expected, strict=True):
        for found, read in zip(run.decode(), wanted.decode(), strict=True):
            np.testing.assert_array_equal(found, read)
    assert report.kept["files"] == 5
    assert report.examples == {
        "field_count": ["0002.txt:43"],
        "rle_undecodable": ["0002.txt:45"],
        "zero_size": ["0002.txt:44"],
    }


def test_one_and_two_workers_give_the_same(source, tmp_path):
    one, report_one = index(source, tmp_path, n_workers=1)
    two, report_two = index(source, tmp_path, n_workers=2)
    assert one == two
    assert report_one == report_two


def test_files_without_a_pedestrian_give_nothing(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "0000.txt").write_text("nothing here\n")
    runs, report = index(tmp_path / "source", tmp_path, n_workers=1)
    assert runs == []
    assert report.skipped == {"field_count": 1}
