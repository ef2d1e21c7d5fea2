import hashlib

import pytest

from pipelines.making.audio import soundfonts
from sps_tf.errors import UserError


def write_font(folder, name, content=b"one"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"RIFF\x00\x00\x00\x00sfbk" + content)
    return path


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch, tmp_path):
    """No variable set, and one empty folder of the system's."""
    (tmp_path / "system").mkdir()
    monkeypatch.delenv(soundfonts.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setattr(soundfonts, "_SYSTEM_FOLDERS", (str(tmp_path / "system"), "/not/there"))
    monkeypatch.setattr(soundfonts.importlib.util, "find_spec", lambda name: None)


def test_named_folder_comes_before_the_variable_and_that_before_the_system(tmp_path, monkeypatch):
    places = [tmp_path / name for name in ("system", "variable", "named")]
    monkeypatch.setenv(soundfonts.ENVIRONMENT_VARIABLE, str(tmp_path / "variable"))
    (tmp_path / "variable").mkdir()
    for place in places:
        path = write_font(place, "FluidR3_GM.sf2")
        named = str(tmp_path / "named") if place.name == "named" else ""
        assert soundfonts.find_train_font(named).path == path


def test_a_named_folder_without_the_font_does_not_hide_the_systems(tmp_path):
    path = write_font(tmp_path / "system", "FluidR3_GM.sf2")
    write_font(tmp_path / "named", "Other.sf2")
    assert soundfonts.find_train_font(str(tmp_path / "named")).path == path


@pytest.mark.parametrize(
    "name",
    [
        "GeneralUser GS v1.471.sf2",
        "GeneralUser_GS_v1.471.sf2",
        "GeneralUser-GS-v1.471.SF2",
        "generalusergs v1.471.sf2",
    ],
)
def test_general_user_is_preferred_for_testing_however_it_is_spelt(tmp_path, name):
    tim = write_font(tmp_path / "named", "TimGM6mb.sf2")
    assert soundfonts.find_test_font(str(tmp_path / "named")).path == tim
    path = write_font(tmp_path / "system", name)
    assert soundfonts.find_test_font(str(tmp_path / "named")).path == path


def test_another_version_of_general_user_is_not_taken_for_it(tmp_path):
    write_font(tmp_path / "system", "GeneralUser GS v1.44.sf2")
    with pytest.raises(UserError, match="was not found"):
        soundfonts.find_test_font()


def test_without_the_font_one_line_names_the_package_the_option_and_the_variable(tmp_path):
    with pytest.raises(UserError) as error:
        soundfonts.find_train_font()
    message = str(error.value)
    for words in (
        "FluidR3_GM",
        "apt-get install fluid-soundfont-gm",
        "soundfont_dir",
        "SPS_TF_SOUNDFONT_DIR",
        str(tmp_path / "system"),
    ):
        assert words in message
    assert "\n" not in message
    with pytest.raises(UserError, match="apt-get install timgm6mb-soundfont"):
        soundfonts.find_test_font()


def test_folders_that_are_named_must_exist(tmp_path, monkeypatch):
    with pytest.raises(UserError, match="no folder at soundfont_dir"):
        soundfonts.find_train_font(str(tmp_path / "gone"))
    monkeypatch.setenv(soundfonts.ENVIRONMENT_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(UserError, match="no folder at SPS_TF_SOUNDFONT_DIR"):
        soundfonts.find_train_font()


def test_a_file_that_is_no_sound_font_is_refused(tmp_path):
    path = tmp_path / "FluidR3_GM.sf2"
    for content in (b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVEfmt "):
        path.write_bytes(content)
        with pytest.raises(UserError, match="not a sound font"):
            soundfonts.find_train_font(str(tmp_path))
    with pytest.raises(UserError, match="no sound font at this path"):
        soundfonts.open_font(tmp_path / "gone.sf2")


def test_the_description_tells_one_font_from_another(tmp_path):
    path = write_font(tmp_path, "a.sf2")
    described = soundfonts.open_font(path).describe()
    assert described == {"file": "a.sf2", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    write_font(tmp_path, "b.sf2", b"two")
    assert soundfonts.open_font(tmp_path / "b.sf2").sha256 != described["sha256"]
