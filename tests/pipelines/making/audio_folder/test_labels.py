import numpy as np
import pytest

from pipelines.making.audio_folder.labels import pitches, read_labels
from sps_tf.errors import UserError

KNOWN = {"a.wav", "b/c.flac"}


def labels_from(folder, text):
    (folder / "labels.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_labels(folder, KNOWN)


def test_pitches_are_found_by_file_and_note(tmp_path):
    text = "file,note,pitch\na.wav,1,60.5\na.wav,0,60\nb/c.flac,3,127\n"
    assert labels_from(tmp_path, text) == {"a.wav": {0: 60.0, 1: 60.5}, "b/c.flac": {3: 127.0}}


def test_a_byte_order_mark_and_more_columns_in_any_order_do_no_harm(tmp_path):
    text = "\ufeffpitch,remark,note,file\r\n69,loud,2,a.wav\r\n"
    assert labels_from(tmp_path, text) == {"a.wav": {2: 69.0}}


def test_without_the_file_there_are_no_labels(tmp_path):
    assert read_labels(tmp_path, KNOWN) is None


def test_clips_get_the_pitches_of_their_own_notes():
    labels = {"a.wav": {number: 50.0 + number for number in range(6)}}
    found = pitches(labels, "a.wav", np.array([0, 4]), n_notes=2)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[50, 51], [54, 55]])


def test_a_note_without_a_pitch_is_named():
    with pytest.raises(UserError, match=r"lacks 2 notes of a\.wav, the first of them note 1"):
        pitches({"a.wav": {0: 50.0}}, "a.wav", np.array([0]), n_notes=3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must have the columns file, note, pitch. Received: none"),
        ("name,pitch\n", "Received: name, pitch"),
        ("file,note,pitch,pitch\na.wav,0,60,61\n", "each column once. Received twice: pitch"),
        ("file,note,pitch\na.wav,0,60\nA.wav,0,60\n", r"line 3: .* Did you mean 'a.wav'"),
        ("file,note,pitch\na.wav,-1,60\n", "Received: '-1', '60'"),
        ("file,note,pitch\na.wav,0.5,60\n", "Received: '0.5'"),
        ("file,note,pitch\na.wav,0,nan\n", "'nan'"),
        ("file,note,pitch\na.wav,0,128\n", "'128'"),
        ("file,note,pitch\na.wav,0\n", "Received: '0', ''"),
        ("file,note,pitch\na.wav,0,60\na.wav,0,61\n", "line 3: note 0 of a.wav has two pitches"),
        (b"file,note,pitch\n\xff\xfe,0,60\n", "cannot be read as text"),
        ("file,note,pitch\n" + "x" * 200_000 + ",0,60\n", "cannot be read as text"),
    ],
)
def test_wrong_lines_are_named(tmp_path, text, message):
    with pytest.raises(UserError, match=message) as error:
        labels_from(tmp_path, text)
    assert "\n" not in str(error.value)


def test_an_endless_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.making.audio_folder.labels.MAX_BYTES", 20)
    with pytest.raises(UserError, match="larger than"):
        labels_from(tmp_path, "file,note,pitch\na.wav,0,60\n")
