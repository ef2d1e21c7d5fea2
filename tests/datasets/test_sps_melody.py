"""The melodies: from MIDI files to clips, what is skipped, and the clips to test on."""

import json
import logging
import socket
import zipfile

import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.builders import make_builder
from datasets.sps_melody.sps_melody_dataset_builder import Builder
from pipelines.making.audio import melody
from sps_tf.audio.spectrogram import clip_samples, magnitudes
from sps_tf.errors import UserError
from tests.pipelines.making.audio import fakes as audio_fakes


def write_archive(path):
    """Two melodies of 8 and 5 eighths, a chord and a broken file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("MIDI/melody/a.mid", audio_fakes.scale_midi(8, first=60))
        archive.writestr("MIDI/melody/b.mid", audio_fakes.scale_midi(5, first=70))
        archive.writestr("MIDI/melody/c.mid", audio_fakes.midi([(0, 1, 60), (0, 1, 64)]))
        archive.writestr("MIDI/melody/d.mid", b"broken")
        archive.writestr("MIDI/a.mid", audio_fakes.scale_midi(40))
    return path


def prepare(data_dir, **options):
    audio_fakes.small_font()  # skips where the fonts or FluidSynth are missing
    builder = make_builder("sps_melody", str(data_dir), n_steps=4, **options)
    builder.download_and_prepare()
    return builder


def read(builder, split):
    return list(tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False)))


def few_programs(monkeypatch):
    monkeypatch.setattr(melody, "PITCHED_PROGRAMS", (0, 21))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("data")
    write_archive(data_dir / "downloads" / "manual" / "nottingham.zip")
    with pytest.MonkeyPatch.context() as monkeypatch:
        few_programs(monkeypatch)
        yield prepare(data_dir)


def test_melodies_become_clips_of_the_accordion(prepared):
    examples = read(prepared, "train")
    assert [tuple(example["pitch"]) for example in examples] == [
        (60, 61, 62, 63),
        (64, 65, 66, 67),
        (70, 71, 72, 73),
        (74, 74, 74, 74),
    ]
    for example in examples:
        assert example["waveform"].shape == (clip_samples(4),)
        assert (example["instrument"], example["program"]) == (b"Accordion", 21)
        np.testing.assert_allclose(example["onset_secs"], [0, 0.16, 0.32, 0.48], rtol=1e-6)


def test_the_test_clips_are_chromatic_and_name_their_instrument(prepared):
    examples = {example["program"]: example for example in read(prepared, "test")}
    assert {program: e["instrument"] for program, e in examples.items()} == {
        0: b"Acoustic Grand Piano",
        21: b"Accordion",
    }
    for example in examples.values():
        np.testing.assert_array_equal(example["pitch"], [60, 61, 62, 63])


def test_the_record_says_what_was_kept_and_skipped_and_why(prepared):
    record = json.loads((prepared.data_path / "metadata.json").read_text())
    assert record["kept"] == {"tunes": 2, "clips": 4}
    assert record["skipped"] == {"broken": 1, "polyphonic": 1}
    assert record["skipped_files"] == {
        "broken": ["MIDI/melody/d.mid"],
        "polyphonic": ["MIDI/melody/c.mid"],
    }
    assert record["source_file"] == "nottingham.zip"
    assert len(record["source_sha256"]) == 64
    assert record["soundfont_train"]["file"] == "FluidR3_GM.sf2"
    train = [magnitudes(example["waveform"]).max() for example in read(prepared, "train")]
    assert record["max_magnitude"] == max(train)


def test_what_is_skipped_is_named_in_one_warning(tmp_path, monkeypatch, caplog):
    few_programs(monkeypatch)
    source = write_archive(tmp_path / "tunes.zip")
    with caplog.at_level(logging.WARNING):
        builder = prepare(tmp_path, source_path=str(source), n_train=2)
    messages = [record.getMessage() for record in caplog.records]
    (message,) = [text for text in messages if text.startswith("Files skipped in")]
    assert "broken 1 (such as MIDI/melody/d.mid)" in message
    assert "polyphonic 1 (such as MIDI/melody/c.mid)" in message
    assert "tunes.zip" in message
    assert builder.info.splits["train"].num_examples == 2
    assert builder.builder_config.name.startswith("nottingham_train2_steps4_source")


def test_two_builds_give_the_same_bytes(prepared, tmp_path, monkeypatch):
    few_programs(monkeypatch)
    write_archive(tmp_path / "downloads" / "manual" / "nottingham.zip")
    again = prepare(tmp_path)
    names = sorted(path.name for path in prepared.data_path.glob("*.tfrecord*"))
    assert len(names) == 4 + 2
    for name in names:
        assert (again.data_path / name).read_bytes() == (prepared.data_path / name).read_bytes()


def test_short_ends_of_melodies_can_be_left_out(tmp_path, monkeypatch):
    few_programs(monkeypatch)
    source = write_archive(tmp_path / "tunes.zip")
    builder = prepare(tmp_path, source_path=str(source), min_melody_steps=4)
    assert builder.info.splits["train"].num_examples == 3


def test_without_the_archive_or_a_network_the_line_says_where_to_put_it(tmp_path, monkeypatch):
    def offline(*args, **kwargs):
        raise socket.gaierror("unknown host")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    monkeypatch.setattr("urllib.request.getproxies", dict)
    with pytest.raises(UserError) as error:
        prepare(tmp_path)
    assert "\n" not in str(error.value)
    assert str(tmp_path / "downloads" / "manual") in str(error.value)
    assert "nottingham.zip" in str(error.value)
    assert "github.com/jukedeck/nottingham-dataset" in str(error.value)


def test_an_archive_without_a_melody_is_refused_with_the_reasons(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"broken")
    with pytest.raises(UserError, match=r"No melody can be used .* broken 1 \(such as a.mid\)"):
        prepare(tmp_path / "data", source_path=str(tmp_path))
    assert not list((tmp_path / "data").glob("sps_melody/*/*"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"config_name": "notingham"}, "Did you mean 'nottingham'"),
        ({"n_train": 0}, "n_train must lie in 1"),
        ({"n_steps": 1}, "n_steps must lie in 2 to 1024. Received: 1"),
        ({"n_steps": 5000}, "n_steps must lie in 2 to 1024"),
        ({"min_melody_steps": 65}, "min_melody_steps must lie in 1 to 64. Received: 65"),
        ({"source_path": "gone"}, "no file or folder at source_path"),
    ],
)
def test_wrong_options_are_refused_in_one_line(options, words):
    with pytest.raises(UserError, match=words) as error:
        make_builder("sps_melody", None, **options)
    assert "\n" not in str(error.value)


def test_more_clips_than_there_are_is_refused(tmp_path):
    source = write_archive(tmp_path / "tunes.zip")
    with pytest.raises(UserError, match="There are 4 clips"):
        prepare(tmp_path, source_path=str(source), n_train=5)


def test_data_set_is_registered_and_described():
    assert "sps_melody" in tfds.list_builders(with_community_datasets=False)
    metadata = Builder.get_metadata()
    assert "Nottingham" in metadata.description
    assert metadata.citation.startswith("@inproceedings{")
    assert set(metadata.tags) <= set(tfds.core.dataset_metadata.valid_tags())
