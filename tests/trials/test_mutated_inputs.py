"""Over a thousand damaged inputs: each is used or refused in one line, in bounded time.

pytest -m trials
"""

import json
import pickle
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from datasets.loading import load_data
from launch.configs import get_config
from launch.settings_check import check_settings
from pipelines.making.audio.nottingham import read_tunes
from pipelines.making.audio_folder.labels import read_labels
from pipelines.making.masks import mots_text, published
from pipelines.making.masks.transforms import read_file
from pipelines.making.report import Report
from pipelines.making.video_folder.decode import read_pictures
from sps_tf.audio.sound_file import read_sound
from sps_tf.errors import UserError
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import Run, to_json
from tests.pipelines.making.audio.fakes import scale_midi
from tests.pipelines.making.audio_folder import fakes as sounds
from tests.pipelines.making.masks import fakes as masks
from tests.pipelines.making.video_folder import fakes as videos
from tests.trials.mutations import try_mutants

pytestmark = pytest.mark.trials


def writing(path, use):
    """Return what writes bytes to a file and uses it."""

    def write_and_use(content):
        path.write_bytes(content)
        use(path)

    return write_and_use


def zip_of(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_midi_files(tmp_path):
    """MIDI files."""
    (tmp_path / "good.mid").write_bytes(scale_midi())
    use = writing(tmp_path / "bad.mid", lambda _: read_tunes(tmp_path))
    assert try_mutants(scale_midi(40), use, 200) == 0  # a bad file costs itself only


def test_zips_of_melodies(tmp_path):
    """Zips of MIDI files."""
    content = zip_of(tmp_path / "a.zip", {f"{n}.mid": scale_midi(n + 4) for n in range(6)})
    assert 0 < try_mutants(content, writing(tmp_path / "b.zip", read_tunes), 120) < 120


def test_annotations_of_masks(tmp_path):
    """MOTS annotations."""
    content = "\n".join(masks.walk(1, 0, 14)).encode()

    def use(path):
        read_file(path.name, str(tmp_path))

    assert try_mutants(content, writing(tmp_path / "0001.txt", use), 150) == 0


def test_zips_of_annotations(tmp_path):
    """Zips of MOTS annotations."""
    lines = "\n".join(masks.walk(1, 0, 14))
    content = zip_of(tmp_path / "a.zip", {f"{n}.txt": lines for n in range(4)})

    def use(path):
        for name in mots_text.list_files(path, Report()):
            read_file(name, str(path))

    assert 0 < try_mutants(content, writing(tmp_path / "b.zip", use), 100) < 100


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_pickles(tmp_path, protocol):
    """Pickles of masks, in protocols 0, 2, 4, 5."""
    content = pickle.dumps(masks.published(4), protocol=protocol)
    use = writing(tmp_path / "a.pickle", published.load_runs)
    assert try_mutants(content, use, 50, seed=protocol) > 0


@pytest.mark.parametrize("suffix", sounds.KINDS)
def test_sounds(tmp_path, suffix):
    """Sounds, WAV, FLAC, OGG, Opus, MP3, AIFF."""
    content = sounds.encoded(sounds.sine(440, 0.5, 48_000), 48_000, suffix)
    use = writing(tmp_path / f"a{suffix}", lambda path: read_sound(path, 0.0, 60.0))
    assert try_mutants(content, use, 25) == 0


def test_labels(tmp_path):
    """`labels.csv`."""
    content = b"file,note,pitch\n" + b"".join(b"a.wav,%d,60.5\n" % n for n in range(40))
    use = writing(tmp_path / "labels.csv", lambda path: read_labels(path.parent, {"a.wav"}))
    assert 0 < try_mutants(content, use, 100) < 100


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mp4v"), ("a.avi", "MJPG"), ("a.mkv", "XVID")]
)
def test_videos(tmp_path, name, codec):
    """Videos, MP4, AVI, Matroska."""
    videos.write_video(tmp_path / name, videos.pictures(16), codec)
    content = (tmp_path / name).read_bytes()
    use = writing(tmp_path / name, lambda path: list(read_pictures(path, name, 1, Report())))
    assert try_mutants(content, use, 30) == 0


@pytest.mark.parametrize("suffix", [".gif", ".png", ".jpg", ".tif", ".webp", ".bmp"])
def test_pictures(tmp_path, suffix):
    """Pictures, GIF, PNG, JPEG, TIFF, WebP, BMP."""
    path = tmp_path / "v" / f"1{suffix}"
    path.parent.mkdir()
    Image.fromarray(videos.pictures(1)[0]).save(path)
    place = path if suffix == ".gif" else path.parent
    use = writing(path, lambda _: list(read_pictures(place, "v", 1, Report())))
    assert try_mutants(path.read_bytes(), use, 25) == 0


def test_settings_of_runs(tmp_path):
    """A run's `config.json`."""
    content = json.dumps(to_json(get_config("sps_ball", preset="debug"))).encode()

    def use(path):
        check_settings(Run(path.parent).read_config(), "config.json")

    assert try_mutants(content, writing(tmp_path / "config.json", use), 120) > 0


def test_models(tmp_path):
    """`.keras` files."""
    from sps_tf.training.building import build_model

    model = build_model(get_config("sps_ball", "sps", "debug"), (20, 32, 32, 3))
    content = checkpoints.save(model, tmp_path, 4, checkpoints.Progress()).read_bytes()
    assert try_mutants(content, writing(tmp_path / "a.keras", checkpoints.load_model), 30) > 0


def test_descriptions_of_models(tmp_path):
    """Descriptions in `.keras` files."""
    from sps_tf.training.building import build_model

    model = build_model(get_config("sps_ball", "sps", "debug"), (20, 32, 32, 3))
    path = checkpoints.save(model, tmp_path, 4, checkpoints.Progress())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def use(content):
        zip_of(tmp_path / "a.keras", {**parts, "config.json": content})
        checkpoints.load_model(tmp_path / "a.keras")

    assert try_mutants(parts["config.json"], use, 40) > 0


@pytest.mark.parametrize("name", ["features.json", "dataset_info.json", "*train*-00001-*"])
def test_prepared_data_sets(ball_data_dir, tmp_path, name):
    """Prepared data sets, `features.json`, `dataset_info.json` or a record file of theirs."""
    data_dir = shutil.copytree(ball_data_dir, tmp_path / "data")
    path = next(data_dir.rglob(name))
    config = get_config("sps_ball", preset="debug")
    content, changed = path.read_bytes(), []

    def use(path):
        changed.append(path.read_bytes() != content)
        load_data(config, ("train",), examples=path.parent)

    refused = try_mutants(content, writing(path, use), 15)
    assert refused == np.sum(changed)  # every flipped bit is found
    with pytest.raises(UserError):
        writing(path, use)(content[:-1])
