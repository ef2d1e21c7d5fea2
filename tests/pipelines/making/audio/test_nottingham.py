import io
import struct
import zipfile

import mido
import numpy as np
import pytest

from pipelines.making.audio import nottingham
from pipelines.making.audio.nottingham import Note, parse_midi, read_tunes
from sps_tf.errors import UserError
from tests.pipelines.making.audio.fakes import EIGHTH_TICKS, midi, scale_midi

TUNE = [Note(float(i), float(i + 1), 60 + i) for i in range(8)]


def write_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def skipped(tmp_path, content, name="bad.mid"):
    """Why one file is left out that lies beside a good one."""
    (tmp_path / "good.mid").write_bytes(scale_midi())
    (tmp_path / name).write_bytes(content)
    tunes = read_tunes(tmp_path)
    assert tunes.notes["good"] == TUNE
    ((reason, names),) = tunes.skipped.items() or ((None, []),)
    assert names == [name]
    assert name in tunes.summary() and reason in tunes.summary()
    return reason


def test_notes_are_read_in_eighths():
    assert parse_midi(scale_midi()) == TUNE
    assert parse_midi(midi([(0.5, 2.25, 70)])) == [Note(0.5, 2.25, 70)]


def test_a_start_without_force_ends_a_note_as_most_writers_have_it():
    file = mido.MidiFile(ticks_per_beat=2 * EIGHTH_TICKS)
    track = mido.MidiTrack()
    for time, velocity in ((0, 64), (EIGHTH_TICKS, 0)):
        track.append(mido.Message("note_on", note=62, velocity=velocity, time=time))
    file.tracks.append(track)
    stream = io.BytesIO()
    file.save(file=stream)
    assert parse_midi(stream.getvalue()) == [Note(0.0, 1.0, 62)]


def test_a_note_that_never_ends_ends_with_its_track():
    content = midi([(0, 1, 60), (1, None, 62)], track_end_eighths=5)
    assert parse_midi(content) == [Note(0.0, 1.0, 60), Note(1.0, 5.0, 62)]


def test_a_zip_and_a_folder_give_the_same(tmp_path):
    files = {"b.mid": scale_midi(3), "sub/a.MID": scale_midi(4), "notes.txt": b"no tune"}
    archive = write_zip(tmp_path / "tunes.zip", files)
    for name, content in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    tunes = read_tunes(archive)
    assert list(tunes.notes) == ["b", "sub/a"]
    assert tunes == read_tunes(tmp_path / "folder")
    assert tunes.skipped == {}
    assert tunes.summary() == "nothing"


def test_of_the_public_archive_only_the_melodies_are_read(tmp_path):
    files = {
        "repository-master/MIDI/melody/a.mid": scale_midi(),
        "repository-master/MIDI/chords/a.mid": scale_midi(),
        "repository-master/MIDI/a.mid": scale_midi(),
        "__MACOSX/MIDI/melody/._a.mid": b"shadow",
    }
    tunes = read_tunes(write_zip(tmp_path / "master.zip", files))
    assert list(tunes.notes) == ["repository-master/MIDI/melody/a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MThd",
        b"not a MIDI file at all",
        scale_midi()[:30],
        scale_midi()[:-10],
        scale_midi().replace(b"MTrk", b"XTrk"),
        struct.pack(">4sIHHH", b"MThd", 6, 0, 1, 0) + scale_midi()[14:],  # no ticks in a beat
        struct.pack(">4sIHHH", b"MThd", 6, 3, 1, 480) + scale_midi()[14:],  # no such type
    ],
)
def test_broken_files_are_left_out(tmp_path, content):
    assert skipped(tmp_path, content) == "broken"


def test_files_without_a_note_are_left_out(tmp_path):
    assert skipped(tmp_path, midi([])) == "empty"


def test_drums_are_no_melody(tmp_path):
    assert skipped(tmp_path, midi([(0, 1, 40)], channel=9)) == "empty"


def test_notes_that_sound_together_are_left_out(tmp_path):
    assert skipped(tmp_path, midi([(0, 1, 60), (0, 1, 64)])) == "polyphonic"


def test_a_drone_under_a_melody_is_left_out(tmp_path):
    assert skipped(tmp_path, midi([(0, 8, 40), (1, 2, 60), (2, 3, 62)])) == "polyphonic"


def test_legato_is_no_chord(tmp_path):
    (tmp_path / "legato.mid").write_bytes(midi([(0, 1.2, 60), (1, 2, 62)]))
    assert list(read_tunes(tmp_path).notes) == ["legato"]


@pytest.mark.parametrize(
    "content",
    [
        midi([(0, 1, 60), (50_000, 50_001, 62)]),
        midi([(0, 100_000, 60)]),
        midi([(0, None, 60)], track_end_eighths=1_000_000),
    ],
)
def test_endless_files_are_left_out(tmp_path, content):
    assert skipped(tmp_path, content) == "endless"


def test_large_files_are_left_out_unparsed(tmp_path, monkeypatch):
    content = scale_midi() + bytes(nottingham.MAX_FILE_BYTES)

    def parse(parsed):
        assert len(parsed) < len(content)
        return TUNE

    monkeypatch.setattr(nottingham, "parse_midi", parse)
    assert skipped(tmp_path, content) == "too_large"


def test_a_zip_bomb_is_left_out_as_too_large(tmp_path):
    files = {"bomb.mid": bytes(50 << 20), "good.mid": scale_midi()}
    tunes = read_tunes(write_zip(tmp_path / "bomb.zip", files))
    assert tunes.skipped == {"too_large": ["bomb.mid"]}
    assert list(tunes.notes) == ["good"]


def test_a_damaged_member_of_a_zip_costs_only_itself(tmp_path):
    path = write_zip(tmp_path / "damaged.zip", {"a.mid": scale_midi(40), "b.mid": scale_midi()})
    content = bytearray(path.read_bytes())
    content[50:60] = bytes(10)  # inside the first member
    path.write_bytes(content)
    tunes = read_tunes(path)
    assert tunes.skipped == {"unreadable": ["a.mid"]}
    assert tunes.notes["b"] == TUNE


def test_damage_anywhere_is_broken_or_harmless():
    generator = np.random.default_rng(0)
    content = np.frombuffer(scale_midi(20), np.uint8)
    outcomes = set()
    for _ in range(400):
        damaged = content.copy()
        places = generator.integers(0, len(content), generator.integers(1, 6))
        damaged[places] = generator.integers(0, 256, len(places))
        outcomes.add(nottingham._read_notes(damaged.tobytes())[0])
    known = {"", "broken", "empty", "endless", "polyphonic", "several_patterns"}
    assert {"", "broken"} <= outcomes <= known


def test_sources_without_midi_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text("no tune")
    with pytest.raises(UserError, match="no MIDI file"):
        read_tunes(tmp_path)
    with pytest.raises(UserError, match="zip cannot be read: File is not a zip file"):
        read_tunes(tmp_path / "a.txt")
    with pytest.raises(UserError, match="must be a zip file or a folder"):
        read_tunes(tmp_path / "gone.zip")


def test_a_zip_whose_directory_is_damaged_is_refused_or_costs_its_members_only(tmp_path):
    content = write_zip(tmp_path / "a.zip", {"a.mid": scale_midi(), "b.mid": scale_midi()})
    content = np.frombuffer(content.read_bytes(), np.uint8)
    directory = bytes(content).index(b"PK\x01\x02")
    generator = np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        damaged = content.copy()
        places = generator.integers(directory, len(content), 3)
        damaged[places] = generator.integers(0, 256, 3)
        (tmp_path / "bad.zip").write_bytes(damaged.tobytes())
        try:
            read_tunes(tmp_path / "bad.zip")
        except UserError as error:
            refused += 1
            assert "\n" not in str(error)
    assert 0 < refused < 300


def test_a_zip_of_too_many_bytes_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(nottingham, "MAX_TOTAL_BYTES", 1 << 20)
    bombs = {f"{n}.mid": bytes(200 << 10) for n in range(6)}
    path = write_zip(tmp_path / "bomb.zip", {**bombs, "note.txt": bytes(9 << 20)})
    with pytest.raises(UserError, match=r"more than .* 1 MiB .* Received: 6 files"):
        read_tunes(path)


def test_notes_that_overlap_by_half_are_one_voice_and_three_at_once_are_not(tmp_path):
    (tmp_path / "legato.mid").write_bytes(midi([(0, 1.5, 60), (1, 2.5, 62), (2, 3, 64)]))
    (tmp_path / "drone.mid").write_bytes(midi([(0, 8, 40), (7, 9, 60), (7.5, 9, 62)]))
    tunes = read_tunes(tmp_path)
    assert list(tunes.notes) == ["legato"]
    assert tunes.skipped == {"polyphonic": ["drone.mid"]}


def test_links_folders_and_hidden_files_that_are_called_mid(tmp_path):
    (tmp_path / "a.MID").write_bytes(scale_midi())
    (tmp_path / "._a.mid").write_bytes(b"shadow")
    (tmp_path / "gone.mid").symlink_to(tmp_path / "nothing")
    (tmp_path / "x.mid").mkdir()
    tunes = read_tunes(tmp_path)
    assert (list(tunes.notes), tunes.skipped) == (["a"], {"cannot_be_opened": ["gone.mid"]})
