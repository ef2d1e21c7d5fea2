import json
import logging
import os

import numpy as np
import pytest

from sps_tf.audio import spectrogram
from sps_tf.errors import UserError
from tests.pipelines.making.audio_folder.fakes import encoded, load, peak_hz, sine, write

CLIP = {"n_notes": 2}
CLIP_SAMPLES = 2 * 2560 + 512
CLIP_SECS = 2 * 0.16


def every_clip(data):
    return np.concatenate([data["train"]["waveform"], data["test"]["waveform"]])


def test_all_formats_rates_and_channels_give_clips_of_one_kind(tmp_path):
    secs = 4 * CLIP_SECS
    stereo = np.stack([sine(500, secs, 44_100), sine(500, secs, 44_100)], axis=1)
    write(tmp_path / "a.wav", sine(500, secs, 8000), 8000)
    write(tmp_path / "deep" / "down" / "b.FLAC", stereo, 44_100)
    write(tmp_path / "deep" / "c.ogg", sine(500, secs, 48_000), 48_000)
    write(tmp_path / "d.MP3", sine(500, secs, 44_100), 44_100)
    write(tmp_path / "e.Opus", sine(500, secs, 48_000), 48_000)
    write(tmp_path / "f.AIF", sine(500, secs, 22_050), 22_050)
    data = load(tmp_path, **CLIP)
    clips = every_clip(data)
    assert (clips.shape, clips.dtype) == ((24, CLIP_SAMPLES), np.int16)
    for clip in clips:
        assert peak_hz(clip[:5120]) == pytest.approx(500, abs=1)
    images = spectrogram.note_images(clips, 1.0)
    assert images.shape == (24, 2, 513, 5, 1)
    found = {"a.wav", "deep/down/b.FLAC", "deep/c.ogg", "d.MP3", "e.Opus", "f.AIF"}
    assert set(data["record"]["files"]) == found
    assert data["record"]["files"]["deep/c.ogg"] == {
        "secs": 1.28,
        "notes": 8,
        "clips": 4,
        "silent_clips": 0,
        "clipped_samples": 0,
        "note_interval_secs": None,  # a steady sine has no notes
        "split": data["record"]["files"]["deep/c.ogg"]["split"],
    }
    assert json.loads(json.dumps(data["record"])) == data["record"]


def test_whole_files_go_to_the_test_set_by_the_seed_alone(tmp_path):
    for index in range(8):
        write(tmp_path / f"{index % 2}" / f"{index}.wav", sine(400 + 100 * index, 2 * CLIP_SECS))
    first, again, other = (load(tmp_path, **CLIP, seed=seed) for seed in (0, 0, 1))
    for data in (first, other):
        sides = [set(data[split]["file"]) for split in ("train", "test")]
        assert not sides[0] & sides[1]
        assert [len(data[split]["waveform"]) for split in ("train", "test")] == [12, 4]
        for split in ("train", "test"):
            for clip, name in zip(data[split]["waveform"], data[split]["file"], strict=True):
                f0_hz = 400 + 100 * int(name[2])
                assert peak_hz(clip[:5120]) == pytest.approx(f0_hz, abs=1)
    for split in ("train", "test"):
        for key in ("waveform", "file"):
            np.testing.assert_array_equal(first[split][key], again[split][key])
    assert first["record"] == again["record"]
    assert set(first["test"]["file"]) != set(other["test"]["file"])


def test_the_end_of_an_only_file_is_for_testing_and_shares_no_sample(tmp_path):
    samples = (np.arange(1, 4 * 5120 + 513) % 30_000 + 100).astype(np.int16)
    write(tmp_path / "a.wav", samples)
    data = load(tmp_path, **CLIP)
    assert data["record"]["files"]["a.wav"]["split"] == "train, end for test"
    train, test = data["train"]["waveform"], data["test"]["waveform"]
    assert (len(train), len(test)) == (3, 1)
    np.testing.assert_array_equal(test[0], samples[3 * 5120 :])
    np.testing.assert_array_equal(train[1], samples[5120 : 2 * 5120 + 512])
    np.testing.assert_array_equal(train[2, :5120], samples[2 * 5120 : 3 * 5120])
    assert not train[2, 5120:].any()  # there the test clip begins


def test_notes_of_a_given_length_are_cut_from_a_given_start(tmp_path):
    notes = [sine(f0_hz, 0.5) for f0_hz in (400, 600, 800, 1000, 1200, 1400)]
    write(tmp_path / "a.wav", np.concatenate([sine(3000, 0.25), *notes]))
    data = load(tmp_path, **CLIP, note_secs=0.5, start_secs=0.25)
    found = every_clip(data)[:, :5120].reshape(6, 2560)
    np.testing.assert_allclose(
        [peak_hz(note) for note in found], [400, 600, 800, 1000, 1200, 1400], atol=2
    )


def test_labels_follow_their_notes(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / f"{name}.wav", sine(440, 4 * CLIP_SECS))
    assert "pitch" not in load(tmp_path, **CLIP)["train"]
    first = {"a.wav": 40, "b.wav": 80}
    lines = [f"{name},{k},{first[name] + k}" for name in first for k in range(8)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,note,pitch", *lines]))
    data = load(tmp_path, **CLIP)
    for split in ("train", "test"):
        pitch = first[data[split]["file"][0]]
        np.testing.assert_array_equal(data[split]["pitch"], pitch + np.arange(8).reshape(4, 2))
    assert data["record"]["skipped"] == {}
    (tmp_path / "labels.csv").write_text("\n".join(["file,note,pitch", *lines[:-1]]))
    with pytest.raises(UserError, match=r"lacks 1 notes of b\.wav, the first of them note 7"):
        load(tmp_path, **CLIP)


def test_damaged_files_are_named_and_the_rest_is_used(tmp_path, caplog):
    long, rate_hz = sine(440, 40 * CLIP_SECS, 44_100), 44_100
    write(tmp_path / "good.wav", long, rate_hz)
    for suffix in (".wav", ".flac", ".ogg"):
        content = encoded(long, rate_hz, suffix)
        (tmp_path / f"half{suffix}").write_bytes(content[: len(content) // 2])
    for suffix in (".wav", ".flac", ".ogg", ".mp3"):
        (tmp_path / f"text{suffix}").write_text("this is no sound")
        (tmp_path / f"empty{suffix}").write_bytes(b"")
    stereo = np.stack([long, long], axis=1)
    two_in_one = encoded(stereo, rate_hz, ".ogg") + encoded(long, suffix=".ogg")
    (tmp_path / "chained.ogg").write_bytes(two_in_one)
    write(tmp_path / "short.wav", sine(440, CLIP_SECS - 0.01))
    write(tmp_path / "silent.flac", np.zeros(50_000))
    (tmp_path / "notes.txt").write_text("not for us")
    (tmp_path / "phone.M4A").write_bytes(b"a sound all the same")
    os.mkfifo(tmp_path / "pipe.wav")
    write(tmp_path / ".hidden" / "a.wav", long)
    write(tmp_path / "._good.wav", long)
    with caplog.at_level(logging.WARNING):
        data = load(tmp_path, **CLIP)
    record = data["record"]
    assert {"good.wav", "half.wav", "half.flac", "half.ogg"} <= set(record["files"])
    for name in ("half.wav", "half.flac", "half.ogg"):
        assert 0 < record["files"][name]["clips"] <= 20
        assert record["incomplete"][name] == "ends_early"
    assert (
        record["left_out"].items()
        >= {
            "text.wav": "not_a_sound",
            "empty.flac": "not_a_sound",
            "text.mp3": "cannot_be_decoded",
            "short.wav": "too_short",
            "silent.flac": "silent",
        }.items()
    )
    named = set(record["left_out"]) | set(record["incomplete"])
    assert "chained.ogg" in named
    assert {f"{kind}{s}" for kind in ("text", "empty") for s in (".wav", ".flac", ".ogg")} <= named
    assert record["examples"]["cannot_be_opened"] == ["pipe.wav"]
    assert record["examples"]["convert_to_flac"] == ["phone.M4A"]
    assert record["skipped"]["not_a_sound_file"] == 1
    assert not {name for name in named | set(record["files"]) if name.startswith(".")}
    for name in (*named, "pipe.wav", "phone.M4A"):
        assert name in caplog.text
    for clip in every_clip(data):
        assert peak_hz(clip[:5120]) == pytest.approx(440, abs=2)


def test_long_files_are_used_up_to_the_limit(tmp_path):
    write(tmp_path / "a.wav", sine(440, 10 * CLIP_SECS))
    record = load(tmp_path, **CLIP, max_secs=4 * CLIP_SECS)["record"]
    assert record["files"]["a.wav"]["clips"] == 4
    assert record["incomplete"] == {"a.wav": "longer_than_max_secs"}


def test_a_folder_with_nothing_usable_is_refused_with_the_reasons(tmp_path):
    with pytest.raises(UserError, match="no folder of sounds"):
        load(tmp_path / "gone")
    with pytest.raises(UserError, match="Received: 0"):
        load(tmp_path)
    (tmp_path / "bad.wav").write_text("no sound")
    write(tmp_path / "short.wav", sine(440, 0.1))
    with pytest.raises(
        UserError, match=r"not_a_sound 1 \(such as bad\.wav\); too_short 1"
    ) as error:
        load(tmp_path)
    assert "\n" not in str(error.value)


def test_folders_that_cannot_be_read_are_told(tmp_path, monkeypatch):
    write(tmp_path / "a.wav", sine(440, 4 * CLIP_SECS))
    (tmp_path / "closed").mkdir()
    closed = {str(tmp_path / "closed")}
    scan = os.listdir

    def refuse(place):  # the tests may run as a user who may read everything
        if str(place) in closed:
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "listdir", refuse)
    record = load(tmp_path, **CLIP)["record"]
    assert record["examples"] == {"folder_cannot_be_read": ["closed"]}
    closed.add(str(tmp_path))
    with pytest.raises(UserError, match="cannot be read: Permission denied"):
        load(tmp_path, **CLIP)


def test_names_that_are_no_text_are_told_and_others_are_plain_names(tmp_path):
    write(tmp_path / "my %03d, sound é.wav", sine(440, 4 * CLIP_SECS))
    write(tmp_path / os.fsdecode(b"\xff.wav"), sine(440, 4 * CLIP_SECS))
    record = load(tmp_path, **CLIP)["record"]
    assert set(record["files"]) == {"my %03d, sound é.wav"}
    assert record["examples"] == {"name_is_no_text": ["\ufffd.wav"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_notes": 1},
        {"n_notes": 1001},
        {"note_secs": 0.01},
        {"note_secs": float("nan")},
        {"start_secs": -1.0},
        {"start_secs": float("inf")},
        {"max_secs": 0.0},
        {"max_secs": 1e6},
        {"test_fraction": 0.0},
        {"test_fraction": 1.0},
    ],
)
def test_impossible_settings_are_refused_with_the_value(tmp_path, wrong):
    with pytest.raises(UserError, match=r"Received: .*"):
        load(tmp_path, **wrong)


def test_labels_are_found_whatever_the_form_of_the_name(tmp_path):
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    write(tmp_path / "in" / f"{composed}.wav", sine(440, 4 * CLIP_SECS))
    lines = [f"in\\{decomposed}.wav,{k},{60 + k}" for k in range(8)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,note,pitch", *lines]), encoding="utf-8")
    data = load(tmp_path, **CLIP)
    np.testing.assert_array_equal(data["train"]["pitch"], 60 + np.arange(6).reshape(3, 2))


def test_recordings_that_are_clipped_or_cancel_themselves_are_named_and_used(tmp_path, caplog):
    secs = 4 * CLIP_SECS
    sound = sine(440, secs, peak=0.5)
    write(tmp_path / "good.wav", np.stack([sound, 0.5 * sound], axis=1))
    write(tmp_path / "full_scale.wav", sine(60, secs, peak=1.0))
    write(tmp_path / "clipped.wav", np.clip(8 * sound, -1, 1))
    write(tmp_path / "nearly.wav", np.stack([sound, -0.95 * sound], axis=1))
    write(tmp_path / "cancelled.wav", np.stack([sound, -sound], axis=1))
    with caplog.at_level(logging.WARNING):
        record = load(tmp_path, **CLIP)["record"]
    assert record["faults"] == {"clipped.wav": ["clipped"], "nearly.wav": ["antiphase"]}
    assert record["left_out"] == {"cancelled.wav": "antiphase"}
    assert "clipped.wav" in caplog.text and "nearly.wav" in caplog.text
    assert record["files"]["full_scale.wav"]["clipped_samples"] < 16


def test_what_is_left_out_is_named_on_the_screen(tmp_path, caplog):
    write(tmp_path / "a.wav", sine(440, 4 * CLIP_SECS))
    (tmp_path / "notes.xyz").write_text("x")
    (tmp_path / "phone.CAF").write_text("x")
    with caplog.at_level(logging.WARNING):
        load(tmp_path, **CLIP)
    assert "not_a_sound_file 1 (such as notes.xyz)" in caplog.text
    assert "convert_to_flac 1 (such as phone.CAF)" in caplog.text
