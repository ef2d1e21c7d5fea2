"""The command serves and writes the page; a file that is dropped in is encoded, or refused."""

import signal
import subprocess

import numpy as np
import pytest

from tests.browser import needs_browser, open_browser, open_page, wait_for
from tests.fakes import command, run_command
from tests.pipelines.making.audio_folder.fakes import sine, write
from tests.pipelines.making.video_folder.fakes import pictures, write_video
from tests.sps_tf.inference.explore import fakes


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    model = fakes.make_video_model()
    model.keras_model.info = fakes.VIDEO
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model.keras_model.save(path)
    return path


@pytest.fixture
def server(model_file):
    """The command, serving; its address is given, and it must end in one line."""
    arguments = (f"--model={model_file}", "--port=0", "--max_upload_mb=1")
    started = command("launch.explore", *arguments)
    process = subprocess.Popen(**started, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines = iter(process.stdout.readline, "")
    yield next(line.split()[4] for line in lines if line.startswith("Explore the model at"))
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 143
    assert errors.strip().splitlines()[-1] == "stopped"
    assert "Traceback" not in errors


def drop(page, name, content):
    page.set_input_files("#file-input", {"name": name, "mimeType": "", "buffer": content})
    wait_for(
        page,
        """document.getElementById("file-state").textContent.startsWith("Encoded")
        || !document.getElementById("file-error").hidden""",
    )
    return page.inner_text("#file-state"), page.inner_text("#file-error")


@needs_browser
def test_a_video_that_is_dropped_in_becomes_a_path(server, tmp_path):
    write_video(tmp_path / "clip.avi", pictures(9), "MJPG")
    content = (tmp_path / "clip.avi").read_bytes()
    with open_browser() as browser, open_page(browser, server) as page:
        assert not page.locator("#path").is_visible()
        assert drop(page, "clip.avi", content) == ("Encoded clip.avi: 9 frames.", "")
        assert page.locator("#path-curves").is_visible()
        assert len(page.evaluate("explore.paths[0].z")) == 9
        for name, hostile, line in (
            ("list.mp4", b"#EXTM3U\nfile:///etc/passwd\n", "This is no video"),
            ("cut.avi", content[:600], "cannot be encoded as video"),
            ("large.avi", bytes(1_000_001), "A file may have 1 MB"),
        ):
            state, error = drop(page, name, hostile)
            assert state == ""
            assert line in error
        page.faults[:] = [fault for fault in page.faults if "422" not in fault]  # Chromium's log
        assert len(page.evaluate("explore.paths")) == 1


def test_the_exported_page_holds_the_model_and_the_files(model_file, tmp_path):
    write_video(tmp_path / "clip.avi", pictures(5), "MJPG")
    target = tmp_path / "deep" / "page.html"
    done = run_command(
        "launch.explore", f"--model={model_file}", f"--export={target}", f"{tmp_path}/clip.avi"
    )
    assert done.returncode == 0, done.stderr
    assert f"Wrote {target}" in done.stdout
    page = target.read_text(encoding="utf-8")
    assert "clip.avi" in page
    assert "http:" not in page
    assert "https:" not in page
    if needs_browser.args[0]:
        return
    with open_browser() as browser, open_page(browser, target.as_uri()) as opened:
        assert opened.locator("#path").is_visible()
        assert np.shape(opened.evaluate("explore.paths[0].z")) == (5, 3)


def test_a_file_that_cannot_be_read_ends_in_one_line(model_file, tmp_path):
    song = write(tmp_path / "song.wav", sine(440, 1.0)[:, None])
    target = tmp_path / "page.html"
    done = run_command("launch.explore", f"--model={model_file}", f"--export={target}", str(song))
    assert done.returncode == 2
    assert "song.wav cannot be encoded as video" in done.stderr.splitlines()[-1]
    assert not target.exists()
