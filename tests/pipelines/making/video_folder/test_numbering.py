from pathlib import Path

import pytest

from pipelines.making.video_folder.numbering import list_pictures, split_at_gaps


def pieces(*names):
    return [[file.name for file in piece] for piece in split_at_gaps([Path(n) for n in names])]


@pytest.mark.parametrize(
    ("names", "lengths"),
    [
        (["f1.png", "f2.png", "f3.png", "f4.png"], [4]),
        (["f1.png", "f2.png", "f4.png", "f5.png"], [2, 2]),
        (["f0.png", "f10.png", "f20.png", "f40.png"], [3, 1]),  # every tenth was kept
        (["f001.png", "f002.png", "f007.png", "f008.png", "f020.png"], [2, 2, 1]),
        (["a1.png", "a2.png", "b1.png", "b2.png"], [2, 2]),  # another series
        (["a.png", "b.png", "c.png"], [3]),  # no numbers
        (["t13.png", "t29.png", "t31.png", "t90.png"], [4]),  # no rule
        (["a_1_x.png", "a_2_x.png", "a_3_x.png"], [3]),
        (["only.png"], [1]),
    ],
)
def test_pictures_are_not_spliced_over_missing_numbers(names, lengths):
    found = pieces(*names)
    assert [len(piece) for piece in found] == lengths
    assert [name for piece in found for name in piece] == names


def test_no_pictures_have_no_pieces():
    assert split_at_gaps([]) == []


def test_hidden_files_and_folders_are_no_pictures(tmp_path):
    for name in ("a2.PNG", "a10.png", "._a2.png", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.png").mkdir()
    assert [file.name for file in list_pictures(tmp_path)] == ["a2.PNG", "a10.png"]
