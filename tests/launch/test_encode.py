"""Files become tables and plots; damaged ones are named, and the exit status says so."""

import csv

import keras
import numpy as np
import pytest

from sps_tf import layers, losses, models
from sps_tf.latent_layout import LatentLayout
from tests.fakes import run_command
from tests.pipelines.making.audio_folder.fakes import sine, write

INFO = {
    "front_end": {
        **{"kind": "sound", "name": "stft", "max_magnitude": 100.0},
        **{"sample_rate_hz": 16_000, "window_samples": 1024, "hop_samples": 512},
        "hops_per_frame": 5,
    },
    "calibration": {"latent": "z_pitch", "slope": 1.0, "offset": 60.0},
}
CONVOLUTIONS = {"filters": (1, 1), "kernel_sizes": ((8, 5), (8, 1)), "strides": ((8, 5), (8, 1))}


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    """An untrained model of sound with a latent of style."""
    keras.utils.set_random_seed(0)
    layout = LatentLayout(("z_pitch",), ("z_style",))
    model = models.SPS(
        frame_shape=(513, 5, 1),
        group="R1",
        encoder=layers.ConvEncoder(2, **CONVOLUTIONS, name="encoder"),
        decoder=layers.ConvDecoder((513, 5, 1), (4,), **CONVOLUTIONS, name="decoder"),
        prior=layers.RecurrentPrior(1, units=3, name="prior"),
        layout=layout,
        loss_weights=dict.fromkeys(losses.LOSS_NAMES, 1.0),
        info=INFO,
    )
    model.build((None, 15, 513, 5, 1))
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model.save(path)
    return path


def read(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_files_are_encoded_and_what_cannot_be_is_named(model_file, tmp_path):
    write(tmp_path / "in" / "a.wav", sine(440, 1.0)[:, None])
    write(tmp_path / "in" / "deep" / "b.flac", sine(440, 0.5, 44_100)[:, None], 44_100)
    cut = write(tmp_path / "in" / "cut.wav", sine(440, 1.0)[:, None])
    cut.write_bytes(cut.read_bytes()[:20_000])
    (tmp_path / "in" / "no.wav").write_text("la la")
    out = tmp_path / "out"
    done = run_command(
        "launch.encode", f"--model={model_file}", f"--output={out}", str(tmp_path / "in")
    )
    assert done.returncode == 1, done.stderr
    assert "Encoded 3 of 4 files" in done.stdout
    assert "warning: not encoded: no.wav, not a sound" in done.stderr
    assert "warning: encoded in part: cut.wav, ends early" in done.stderr
    made = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert made == {f"{n}.{s}" for n in ("a.wav", "cut.wav", "deep/b.flac") for s in ("csv", "png")}
    rows = read(out / "a.wav.csv")
    assert list(rows[0]) == ["time_secs", "level_db", "midi", "f0_hz", "z_pitch", "z_style"]
    assert len(rows) == 1 + (16_000 - 3072) // 512
    assert float(rows[0]["level_db"]) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)
    assert float(rows[3]["midi"]) == pytest.approx(60 + float(rows[3]["z_pitch"]), abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name files or folders to encode"),
        (["a.wav", "--dataset=sps_ball"], "1 files and folders, and --dataset=sps_ball"),
        (["a.wav"], "--model is missing"),
        (["--dataset=sps_ball", "--data=x"], "of no other. Received: --dataset=sps_ball"),
        (["--dataset=sps_bal"], "Did you mean 'sps_ball'?"),
    ],
)
def test_wrong_flags_get_one_line(arguments, message, tmp_path):
    done = run_command("launch.encode", f"--output={tmp_path}/out", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_sound_is_continued_and_converted(model_file, tmp_path):
    song = write(tmp_path / "a.wav", sine(440, 2.0)[:, None])
    model, out = f"--model={model_file}", f"--output={tmp_path}/out"
    done = run_command("launch.predict", model, out, "--n_steps=4", "--n_given=3", str(song))
    assert done.returncode == 0, done.stderr
    rows = read(tmp_path / "out" / "a.wav.csv")
    assert [row["is_given"] for row in rows] == list("1110000")
    assert len({row["z_style"] for row in rows[3:]}) == 1  # carried along
    assert (tmp_path / "out" / "a.wav.wav").stat().st_size > 2 * 16_000
    target = tmp_path / "c.wav"
    done = run_command(
        "launch.convert", model, f"--content={song}", f"--style={song}", f"--output={target}"
    )
    assert done.returncode == 0, done.stderr
    assert target.stat().st_size > 2 * 16_000
