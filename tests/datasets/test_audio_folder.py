"""One's own sounds: the examples, what the record says, names, and what is refused."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import librosa
import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.audio_folder.audio_folder_dataset_builder import Builder, make_config
from datasets.builders import make_builder
from pipelines.beam.settings import local_settings
from sps_tf.errors import UserError
from tests.pipelines.making.audio_folder.fakes import encoded, load, sine, write

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CLIP = {"n_notes": 2}
CLIP_SECS = 2 * 0.16


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three usable sounds, one that breaks off, and a text."""
    folder = tmp_path_factory.mktemp("sounds")
    write(folder / "a.wav", sine(440, 4 * CLIP_SECS))
    write(folder / "deep" / "b.FLAC", sine(660, 6 * CLIP_SECS, 44_100, peak=0.9), 44_100)
    write(folder / "c.ogg", sine(880, 3 * CLIP_SECS, 48_000), 48_000)
    content = encoded(sine(550, 8 * CLIP_SECS))
    (folder / "half.wav").write_bytes(content[: len(content) // 2 + 2000])
    (folder / "text.mp3").write_text("this is no sound")
    return folder


def prepare(data_dir, folder, n_workers=1, **options):
    builder = make_builder("audio_folder", str(data_dir), folder=str(folder), **CLIP | options)
    builder.download_and_prepare(download_config=local_settings(n_workers).download_config())
    return builder


def read(builder, split):
    return list(tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False)))


def record_hashes(builder):
    paths = sorted(Path(builder.data_path).iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, folder):
    return prepare(tmp_path_factory.mktemp("data"), folder)


def test_examples_are_the_folders_clips_in_their_order(prepared, folder):
    expected = load(folder, **CLIP)
    for split in ("train", "test"):
        examples = read(prepared, split)
        assert set(examples[0]) == {"waveform", "file"}
        waveforms = np.stack([example["waveform"] for example in examples])
        np.testing.assert_array_equal(waveforms, expected[split]["waveform"])
        assert [e["file"].decode() for e in examples] == expected[split]["file"].tolist()


def test_the_record_says_what_was_kept_and_why_not(folder, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        builder = prepare(tmp_path, folder)
    record = json.loads((builder.data_path / "metadata.json").read_text())
    largest = record.pop("max_magnitude")
    assert record == {
        "folder": str(folder),
        "sample_rate_hz": 16_000,
        **load(folder, **CLIP)["record"],
    }
    assert record["left_out"] == {"text.mp3": "cannot_be_decoded"}
    assert record["incomplete"] == {"half.wav": "ends_early"}
    assert "text.mp3" in caplog.text
    clips = np.stack([e["waveform"] for e in read(builder, "train")]) / np.float32(32768)
    spectrum = librosa.stft(clips, n_fft=1024, hop_length=512, window="hann", center=False)
    assert largest == pytest.approx(np.abs(spectrum).max(), rel=1e-5)


def test_labels_become_a_feature(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / "sounds" / f"{name}.wav", sine(440, 2 * CLIP_SECS))
    lines = [f"{name}.wav,{k},{60.5 + k}" for name in ("a", "b") for k in range(4)]
    (tmp_path / "sounds" / "labels.csv").write_text("\n".join(["file,note,pitch", *lines]))
    builder = prepare(tmp_path / "data", tmp_path / "sounds")
    for split in ("train", "test"):
        found = np.stack([example["pitch"] for example in read(builder, split)])
        np.testing.assert_array_equal(found, [[60.5, 61.5], [62.5, 63.5]])


def test_the_number_of_workers_does_not_change_a_byte(prepared, folder, tmp_path):
    assert record_hashes(prepare(tmp_path, folder, n_workers=2)) == record_hashes(prepared)


def test_files_that_change_and_options_make_another_data_set(tmp_path):
    write(tmp_path / "a.wav", sine(440, 1.0))

    def name(**options):
        return make_config(folder=str(tmp_path), **options).name

    first = name()
    assert first.startswith("sounds_source")
    (tmp_path / "notes.txt").write_text("not for us")
    os.mkfifo(tmp_path / "pipe.wav")
    assert name() == first
    assert name(n_notes=8, note_secs=0.5, seed=3).startswith("sounds_notes8_length0.5_seed3_source")
    assert name(start_secs=1.0, max_secs=9.0, test_fraction=0.1).startswith(
        "sounds_start1.0_max9.0_test0.1_source"
    )
    (tmp_path / "labels.csv").write_text("file,note,pitch")
    labelled = name()
    write(tmp_path / "a.wav", sine(441, 1.0))
    assert len({first, labelled, name()}) == 3


def test_a_folder_without_a_sound_is_refused_and_leaves_nothing(tmp_path):
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "bad.wav").write_text("no sound")
    with pytest.raises(UserError, match=r"two clips.*bad\.wav") as error:
        prepare(tmp_path / "data", tmp_path / "sounds")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "data").rglob("dataset_info.json"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "audio_folder/sound"}, "Did you mean 'sounds'"),
        ({"folder": ""}, "folder is missing"),
        ({"folder": "gone"}, "no folder of sounds at gone"),
        ({"n_notes": 1}, "n_notes must lie in 2"),
        ({"note_secs": 0.01}, "note_secs must be .*Received: 0.01"),
        ({"test_fraction": 1.0}, "test_fraction must lie between 0 and 1. Received: 1.0"),
        ({"seed": -1}, "seed must lie in 0"),
    ],
)
def test_wrong_options_are_refused_in_one_line(folder, options, words):
    with pytest.raises(UserError, match=words) as error:
        make_builder(**{"name": "audio_folder", "folder": str(folder)} | options)
    assert "\n" not in str(error.value)


def test_tfds_builds_it_with_options_of_ones_own(folder, prepared, tmp_path):
    options = json.dumps({"folder": str(folder), **CLIP})
    built = subprocess.run(
        [
            Path(sys.executable).with_name("tfds"),
            "build",
            f"--data_dir={tmp_path}",
            f"--config={options}",
        ],
        cwd=PROJECT_ROOT / "datasets" / "audio_folder",
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    found = record_hashes(tfds.builder_from_directory(tmp_path / prepared.info.full_name))
    expected = record_hashes(prepared)
    # One names the module, which the command imports by its folder; the other has its digest.
    for name in ("dataset_info.json", "checksums.json"):
        del found[name], expected[name]
    assert found == expected


def test_data_set_is_registered_and_described():
    assert "audio_folder" in tfds.list_builders(with_community_datasets=False)
    metadata = Builder.get_metadata()
    assert "own sounds" in metadata.description
    assert metadata.citation.startswith("@inproceedings{")
    assert set(metadata.tags) <= set(tfds.core.dataset_metadata.valid_tags())
