import sys

import pytest

from sps_tf.errors import UserError
from sps_tf.optional import EXTRAS, require_extra, require_module
from tests.packaging import read_setup

# The names of the packages' distributions, where they differ.
DISTRIBUTIONS = {"cv2": "opencv-python-headless", "fluidsynth": "pyfluidsynth"}


def test_installed_module_is_returned(monkeypatch):
    monkeypatch.setitem(EXTRAS, "json", "audio")
    assert require_module("json.decoder") is sys.modules["json.decoder"]


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("cv2", "video"),
        ("distributed", "dask"),
        ("librosa", "audio"),
        ("pycocotools.mask", "masks"),
        ("tensorflow_data_validation", "pipeline"),
    ],
)
def test_missing_module_says_how_to_get_it(name, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UserError, match=rf'pip install "sps-tf\[{extra}\]"') as caught:
        require_module(name)
    assert "\n" not in str(caught.value)
    assert f"This needs {name}," in str(caught.value)


def test_an_extra_is_missing_when_one_of_its_packages_is(monkeypatch):
    require_extra("audio")
    monkeypatch.setitem(sys.modules, "soxr", None)
    with pytest.raises(UserError, match=r'This needs soxr,.*"sps-tf\[audio\]"'):
        require_extra("audio")
    require_extra("video")


def test_module_whose_own_needs_are_missing_is_told_likewise(tmp_path, monkeypatch):
    (tmp_path / "needs_another.py").write_text("import not_installed_anywhere")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(EXTRAS, "needs_another", "audio")
    with pytest.raises(UserError, match="not_installed_anywhere"):
        require_module("needs_another")


def test_each_extra_brings_what_is_said_of_it_and_the_base_does_not():
    told = read_setup()
    for package, extra in EXTRAS.items():
        start = DISTRIBUTIONS.get(package, package)
        names = (f"{start}>", f"{start.replace('_', '-')}>")
        holders = {extra, "all"} - ({"all"} if extra == "onnx" else set())
        for needs in (told["extras_require"][holder] for holder in holders):
            assert any(need.startswith(names) for need in needs), package
        assert not any(need.startswith(names) for need in told["install_requires"]), package
