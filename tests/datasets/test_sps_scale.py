"""The scales: content, what the record says, the same bytes from every number of workers."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.builders import make_builder
from datasets.sps_scale.sps_scale_dataset_builder import Builder
from pipelines.beam.settings import local_settings
from sps_tf.audio.spectrogram import magnitudes, note_images
from sps_tf.errors import UserError
from tests.pipelines.making.audio import fakes as audio_fakes


def prepare(data_dir, name="sps_scale", n_workers=1, **options):
    audio_fakes.small_font()  # skips where the fonts or FluidSynth are missing
    builder = make_builder(name, str(data_dir), **options)
    config = local_settings(n_workers).download_config()
    builder.download_and_prepare(download_config=config)
    return builder


def read(builder, split):
    return list(tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False)))


def record_hashes(builder):
    paths = sorted(Path(builder.data_path).iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def accordion(tmp_path_factory):
    return prepare(tmp_path_factory.mktemp("data"), last_start=61)


@pytest.fixture(scope="module")
def instruments(tmp_path_factory):
    options = {"only": "Tuba, Accordion", "first_start": 59, "last_start": 60}
    return prepare(tmp_path_factory.mktemp("data"), "sps_scale/instruments", **options)


def test_an_example_is_a_scale_with_its_sound(accordion):
    examples = read(accordion, "train")
    assert [example["pitch"][0] for example in examples] == [58, 59, 60, 61]
    for example in examples:
        assert example["waveform"].dtype == np.int16
        assert note_images(example["waveform"], 1.0).shape == (15, 513, 5, 1)
        np.testing.assert_allclose(example["onset_secs"], np.arange(15) * 0.16, rtol=1e-6)
        assert example["instrument"] == b"Accordion"
        assert example["program"] == 21
        # The strongest hop is none of the rests between notes.
        level = magnitudes(example["waveform"]).sum(axis=1).reshape(15, 5).mean(axis=0)
        assert level.argmin() == 4


def test_the_other_splits_are_the_same_clips_shifted_up_by_a_fraction(accordion):
    train, validation, test = (read(accordion, s) for s in ("train", "validation", "test"))
    shifts = []
    for split in (validation, test):
        for before, after in zip(train, split, strict=True):
            shift = after["pitch"] - before["pitch"]
            assert np.ptp(shift) < 1e-4
            assert 0 < shift[0] < 1
            shifts.append(shift[0])
            assert (before["waveform"] != after["waveform"]).any()
    assert len(set(np.round(shifts, 5))) == len(shifts)


def test_the_record_holds_the_training_splits_maximum_and_the_fonts(accordion, instruments):
    for builder, test_font in ((accordion, "FluidR3_GM"), (instruments, "TimGM6mb")):
        record = json.loads((builder.data_path / "metadata.json").read_text())
        train = [magnitudes(example["waveform"]).max() for example in read(builder, "train")]
        assert record["max_magnitude"] == max(train)
        assert record["sample_rate_hz"] == 16_000
        assert record["soundfont_train"]["file"] == "FluidR3_GM.sf2"
        assert len(record["soundfont_train"]["sha256"]) == 64
        if record["soundfont_test"]["file"].startswith("GeneralUser"):
            test_font = "GeneralUser"
        assert record["soundfont_test"]["file"].startswith(test_font)
    again = Builder(
        data_dir=str(instruments.data_path.parents[2]), config=instruments.builder_config
    )
    assert again.info.metadata["max_magnitude"] == instruments.info.metadata["max_magnitude"]


def test_instruments_are_tested_on_the_same_notes_in_another_font(instruments):
    train, test = read(instruments, "train"), read(instruments, "test")
    assert [(e["instrument"], e["pitch"][0]) for e in train] == [
        (b"Accordion", 59),
        (b"Accordion", 60),
        (b"Tuba", 59),
        (b"Tuba", 60),
    ]
    for one, other in zip(train, test, strict=True):
        np.testing.assert_array_equal(one["pitch"], other["pitch"])
        assert one["instrument"] == other["instrument"]
        assert (one["waveform"] != other["waveform"]).any()


def test_the_number_of_workers_does_not_change_a_byte(accordion, tmp_path):
    again = prepare(tmp_path, n_workers=2, last_start=61)
    assert record_hashes(again) == record_hashes(accordion)


def test_another_seed_shifts_otherwise_in_another_folder(accordion, tmp_path):
    other = prepare(tmp_path, last_start=61, seed=1)
    assert other.builder_config.name == "accordion_to61_seed1"
    assert accordion.builder_config.name == "accordion_to61"
    same, mine = record_hashes(accordion), record_hashes(other)
    name = "sps_scale-{}.tfrecord-0000{}-of-00004"
    for shard in range(4):
        assert same[name.format("train", shard)] == mine[name.format("train", shard)]
        assert same[name.format("test", shard)] != mine[name.format("test", shard)]


def test_default_sizes_are_the_papers():
    accordion, instruments = (
        make_builder(f"sps_scale/{name}") for name in ("accordion", "instruments")
    )
    assert accordion.n_examples() == 3 * 27
    assert instruments.n_examples() == 2 * 2375
    assert (accordion.builder_config.name, instruments.builder_config.name) == (
        "accordion",
        "instruments",
    )


def test_a_font_of_ones_own_gets_a_folder_of_its_own(tmp_path):
    font = audio_fakes.small_font()
    named = make_builder("sps_scale/instruments", test_soundfont=str(font.path))
    assert named.builder_config.name.startswith("instruments_fonts")
    assert named.builder_config.fonts()["test"].path == font.path


def test_a_missing_font_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.making.audio.soundfonts.search_folders", lambda folder="": [])
    builder = make_builder("sps_scale", str(tmp_path))
    with pytest.raises(UserError, match="apt-get install fluid-soundfont-gm") as error:
        builder.download_and_prepare()
    assert "\n" not in str(error.value)
    assert not list(tmp_path.glob("sps_scale/accordion/*"))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("sps_scale/acordion", {}, "Did you mean 'accordion'"),
        ("sps_scale", {"first_start": -1}, "first_start must lie in 0 to 127. Received: -1"),
        ("sps_scale", {"last_start": 60.5}, "last_start must be a whole number"),
        ("sps_scale", {"first_start": 90}, "No scale starts in this range"),
        ("sps_scale", {"only": "Banjo"}, "belongs to the config 'instruments'"),
        ("sps_scale/instruments", {"only": "Bnjo"}, "Did you mean 'Banjo'"),
        ("sps_scale", {"seed": "a"}, "seed"),
        ("sps_scale", {"soundfont_dir": "gone"}, "no folder at soundfont_dir. Received: gone"),
        ("sps_scale", {"test_soundfont": "gone.sf2"}, "no sound font at this path"),
    ],
)
def test_wrong_options_are_refused_in_one_line(name, options, words):
    if "test_soundfont" in options:
        audio_fakes.train_font()
    with pytest.raises(UserError, match=words) as error:
        make_builder(name, None, **options)
    assert "\n" not in str(error.value)


def test_data_set_is_registered_and_described():
    assert "sps_scale" in tfds.list_builders(with_community_datasets=False)
    metadata = Builder.get_metadata()
    assert "major scale" in metadata.description.lower()
    assert metadata.citation.startswith("@inproceedings{")
    assert set(metadata.tags) <= set(tfds.core.dataset_metadata.valid_tags())
