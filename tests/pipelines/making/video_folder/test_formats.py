"""Videos and pictures are known by how they begin, whatever they are called."""

import io

import numpy as np
import pytest
from PIL import Image

from pipelines.making.video_folder.formats import SUFFIXES, tell_suffix
from tests.pipelines.making.video_folder.fakes import pictures, write_video


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        *[("PNG", ".png"), ("JPEG", ".jpg"), ("BMP", ".bmp"), ("TIFF", ".tif")],
        *[("WEBP", ".webp"), ("GIF", ".gif")],
    ],
)
def test_what_pillow_writes_is_known(kind, suffix):
    content = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(content, kind)
    assert tell_suffix(content.getvalue()) == suffix


@pytest.mark.parametrize(
    ("suffix", "codec"), [(".mp4", "mp4v"), (".avi", "MJPG"), (".mkv", "MJPG")]
)
def test_what_opencv_writes_is_known(tmp_path, suffix, codec):
    write_video(tmp_path / f"a{suffix}", pictures(3), codec)
    assert tell_suffix((tmp_path / f"a{suffix}").read_bytes()) == suffix
    assert suffix in SUFFIXES


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"#EXTM3U", b"<svg/>", b"B"]
)
def test_anything_else_is_not(content):
    assert tell_suffix(content) is None
