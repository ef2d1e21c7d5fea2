import json
import sys

import pytest

from sps_tf.errors import UserError
from sps_tf.optional import require_module


def test_installed_module_is_returned():
    assert require_module("json") is json


def test_missing_module_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_data_validation", None)
    with pytest.raises(UserError, match=r'pip install "sps-tf\[pipeline\]"') as caught:
        require_module("tensorflow_data_validation")
    assert "\n" not in str(caught.value)
    assert "tensorflow_data_validation" in str(caught.value)


def test_module_whose_own_needs_are_missing_is_told_likewise(tmp_path, monkeypatch):
    (tmp_path / "needs_another.py").write_text("import not_installed_anywhere")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UserError, match="not_installed_anywhere"):
        require_module("needs_another")
