import io
import tracemalloc
import zipfile

import pytest

from pipelines.making.masks import mots_text
from pipelines.making.report import Report, merge
from sps_tf.errors import UserError


def parse(*lines):
    report = Report()
    return list(mots_text.parse_lines(lines, "0001.txt", report)), report


def test_known_lines_become_records_with_their_line_numbers():
    records, report = parse("0 1 2 375 1242 abc", "", "12 2005 2 370 1224 k0`0\n")
    assert records == [
        mots_text.MaskRecord(0, 1, 375, 1242, "abc", 1),
        mots_text.MaskRecord(12, 2005, 370, 1224, "k0`0", 3),
    ]
    assert report.kept == {"lines": 2}
    assert not report.skipped


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0 1 2 375 1242", "field_count"),
        ("0 1 2 375 1242 abc def", "field_count"),
        ("hello", "field_count"),
        ("0 1 2 375 wide abc", "not_an_integer"),
        ("0.5 1 2 375 1242 abc", "not_an_integer"),
        ("0 1 2 3_7 1242 abc", "not_an_integer"),
        ("0 1 2 ٣ 1242 abc", "not_an_integer"),
        ("0 1 2 375 " + "9" * 5000 + " abc", "not_an_integer"),
        ("-1 1 2 375 1242 abc", "negative"),
        ("0 1 2 -375 1242 abc", "negative"),
        ("0 1 1 375 1242 abc", "other_class"),
        ("0 10000 10 375 1242 abc", "other_class"),
        ("0 1 2 0 1242 abc", "zero_size"),
        ("0 1 2 375 0 abc", "zero_size"),
        ("0 1 2 10001 10 abc", "size_too_large"),
        ("0 1 2 999999999 999999999 abc", "size_too_large"),
        ("0 1 2 375 1242 " + "a" * mots_text.MAX_LINE_CHARS, "line_too_long"),
    ],
)
def test_a_bad_line_costs_that_line_only_and_is_named(line, reason):
    records, report = parse("0 1 2 375 1242 abc", line, "1 1 2 375 1242 abc")
    assert [record.frame for record in records] == [0, 1]
    assert report.skipped == {reason: 1}
    expected = {} if reason == "other_class" else {reason: ["0001.txt:2"]}
    assert report.examples == expected


def test_the_largest_allowed_side_passes():
    records, _ = parse("0 1 2 10000 10000 abc")
    assert records[0].height == 10_000


def test_endless_lines_are_read_within_bounded_memory(monkeypatch):
    monkeypatch.setattr(mots_text, "MAX_LINE_CHARS", 1000)
    stream = io.BytesIO(b"x" * 3_000_000 + b"\n" + b"0 1 2 4 4 abc\n" + b"y" * 1500)
    tracemalloc.start()
    lines = list(mots_text.read_lines(stream))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lines == ["x" * 1001, "0 1 2 4 4 abc", "y" * 1001]
    assert peak < 500_000


def test_bytes_that_are_no_text_are_skipped():
    report = Report()
    lines = mots_text.read_lines(io.BytesIO(bytes(range(256)) + b"\n0 1 2 4 4 abc\n"))
    assert len(list(mots_text.parse_lines(lines, "f", report))) == 1
    assert sum(report.skipped.values()) == report.kept["lines"] - 1


def test_zip_and_folder_give_the_same_files_and_lines(tmp_path):
    folder = tmp_path / "folder"
    (folder / "MOTS20-02" / "gt").mkdir(parents=True)
    (folder / "MOTS20-02" / "gt" / "gt.txt").write_text("0 1 2 4 4 a\n1 1 2 4 4 b\n")
    (folder / "0001.txt").write_text("")
    (folder / "readme.md").write_text("not for us")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in folder.rglob("*.*"):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
        archive.writestr("__MACOSX/0001.txt", "shadow")
    for source in (folder, tmp_path / "all.zip"):
        assert mots_text.list_files(source) == ["0001.txt", "MOTS20-02/gt/gt.txt"]
        lines = list(mots_text.open_lines(source, "MOTS20-02/gt/gt.txt", Report()))
        assert lines == ["0 1 2 4 4 a", "1 1 2 4 4 b"]


def test_sources_that_hold_nothing_are_refused_in_one_line(tmp_path):
    (tmp_path / "no.zip").write_text("this is no zip")
    (tmp_path / "empty").mkdir()
    for name, words in [
        ("gone", "no file or folder"),
        ("no.zip", "zip cannot be read"),
        ("empty", "No .txt"),
    ]:
        with pytest.raises(UserError, match=words) as error:
            mots_text.list_files(tmp_path / name)
        assert "\n" not in str(error.value)
        assert name in str(error.value)


def test_a_zip_member_that_breaks_off_is_counted(tmp_path):
    path = tmp_path / "broken.zip"
    text = "".join(f"{t} 1 2 4 4 abc{t * 7919 % 1000}\n" for t in range(3000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0001.txt", text)
    content = bytearray(path.read_bytes())
    content[3000:3400] = bytes(400)
    path.write_bytes(content)
    report = Report()
    lines = list(mots_text.open_lines(path, "0001.txt", report))
    assert len(lines) < 3000
    assert report.skipped == {"file_unreadable": 1}
    assert report.examples["file_unreadable"][0].startswith("0001.txt")


def test_reports_add_up_to_the_same_in_any_order():
    reports = []
    for name in "abcde":
        report = Report()
        report.kept["lines"] += 2
        report.skip("negative", f"{name}:1")
        report.skip("other_class")
        reports.append(report)
    total = merge(reports)
    assert total.as_dict() == merge(reversed(reports)).as_dict()
    assert total.kept == {"lines": 10}
    assert total.skipped == {"negative": 5, "other_class": 5}
    assert total.examples == {"negative": ["a:1", "b:1", "c:1"]}
    assert total.summary() == "negative 5 (such as a:1, b:1, c:1); other_class 5"
    assert Report.from_dict(total.as_dict()) == total


def test_a_folder_of_links_folders_and_hidden_files_gives_the_good_ones(tmp_path):
    (tmp_path / "0001.TXT").write_text("a line")
    (tmp_path / "._0001.txt").write_text("shadow")
    (tmp_path / "0002.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "0003.txt").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "0003.txt")
    report = Report()
    assert mots_text.list_files(tmp_path, report) == ["0001.TXT"]
    assert report.examples == {
        "cannot_be_opened": ["0002.txt"],
        "folder_was_read_already": ["linked"],
    }


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILE_LINES", 5), ("MAX_FILE_BYTES", 30)])
def test_a_file_without_end_is_used_up_to_a_limit(tmp_path, monkeypatch, limit, value):
    monkeypatch.setattr(mots_text, limit, value)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "1 2 3\n" * 1000)
    report = Report()
    assert len(list(mots_text.open_lines(tmp_path / "bomb.zip", "a.txt", report))) == 5
    assert report.examples == {"file_too_long": ["a.txt"]}


def test_a_zip_that_declares_too_much_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(mots_text, "MAX_TOTAL_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "1 2 3\n" * 1_000_000)
    with pytest.raises(UserError, match=r"1 MiB that are to be read. Received: 1 files of 5 MiB"):
        mots_text.list_files(tmp_path / "bomb.zip")
