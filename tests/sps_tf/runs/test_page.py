"""The page of a run: what it says, what it links to, and how it looks in a browser."""

import numpy as np
import pytest
import tensorflow as tf

from launch.configs import get_config
from sps_tf import files
from sps_tf.audio.wav import to_wav
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.history import Look, write_look
from sps_tf.runs.page import Beside, write_page
from tests.html_pages import Page, measure, needs_browser

MSE = "test/linear_projection_mse_same_points"
BESIDE = Beside("python -m launch.train --dataset='a<b'", {MSE: "0.26 ± 0.30 (Table 2)"})


def results_of(dataset="sps_ball", **data):
    return {
        "steps": 12_000,
        "seconds": 600.0,
        "metrics": {MSE: 0.125, "test/latent_std/z1": 1.5, "train/loss": 3.0},
        "data": {"name": f"{dataset}/green/1.1.0", "splits": {"train": 1024, "test": 512}, **data},
        "config": to_json(get_config(dataset)),
        "versions": {"device": "CPU, 2 cores", "python": "3.11"},
    }


@pytest.fixture
def run(tmp_path):
    """A run with a picture, a sound, curves and two looks at the test split."""
    run = Run(tmp_path / "run of mine")
    for folder in (run.pictures, run.sounds):
        folder.mkdir(parents=True)
    files.write_png(run.pictures / "latent_traversal.png", np.full((50, 2000, 3), 99, np.uint8))
    files.write_bytes(run.sounds / "traversal #1.wav", to_wav(np.zeros(160)))
    with tf.summary.create_file_writer(str(run.tensorboard)).as_default():
        for step in range(5):
            tf.summary.scalar("train/loss", 1.0 / (step + 1), step=step)
            tf.summary.scalar("train/input_wait_share", 0.5, step=step)
    for step, value in ((0, 2.0), (8, 0.5)):
        write_look(run.history, Look(step, 1.0, {MSE: value, f"{MSE}/x": value}))
    return run


@pytest.fixture
def text(run):
    return write_page(run, results_of(), BESIDE).read_text(encoding="utf-8")


def test_page_says_what_the_run_was(text):
    assert "<h1>sps on sps_ball, fast, seed 0</h1>" in text
    assert "12,000 steps; 10.0 minutes on CPU, 2 cores; sps_ball/green/1.1.0" in text
    assert "1,024 train, 512 test sequences" in text
    assert "<code>python -m launch.train --dataset=&#x27;a&lt;b&#x27;</code>" in text


def test_pictures_and_sounds_are_there_and_linked_relative_to_the_page(run, text):
    page = Page(text)
    (image,), (sound,) = page.attributes("img"), page.attributes("audio")
    assert image["src"] == "pictures/latent_traversal.png"
    assert image["alt"] == "latent traversal"
    assert sound["src"] == "sounds/traversal%20%231.wav"
    assert "controls" in sound


def test_page_asks_for_nothing_else(text):
    page = Page(text)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe")]
    assert "url(http" not in text
    assert 'href="http' not in text
    assert 'src="http' not in text


def test_curves_are_of_the_losses_and_of_the_looks_without_single_labels(text):
    assert text.count("<svg ") == 2
    assert "linear projection, MSE: same points (authors)</text>" in text
    assert "input_wait_share" not in text


def test_metrics_stand_beside_the_paper_s(text):
    assert '<td>0.125</td><td class="text">0.26 ± 0.30 (Table 2)</td>' in text
    assert "<small>test/latent_std/z1</small></th><td>1.5</td>" in text


def test_commands_to_type_next_name_the_run(run, text):
    assert f"launch.encode --model=&#x27;{run.workdir}&#x27; --dataset=sps_ball" in text


def test_a_run_without_anything_beside_it_has_a_page_too(tmp_path):
    said = results_of("video_folder", videos={"a.mp4": {"frames": 40, "split": "test"}})
    del said["steps"], said["seconds"]
    text = write_page(Run(tmp_path), {**said, "step": 8}).read_text(encoding="utf-8")
    Page(text)
    assert "8 steps; video_folder/" in text
    assert "Tested on: a.mp4." in text
    assert "The paper" not in text
    assert not [path for path in tmp_path.iterdir() if path.name != "index.html"]


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_page_fits_a_window(run, text, width):
    measured = measure(text, run.workdir, width)
    assert measured["loaded"] == 2000
    assert measured["page"] <= measured["window"] == width
    assert measured["widest"] <= measured["window"]
    assert measured["image"] <= measured["window"]
    assert measured["letters"] >= 13
