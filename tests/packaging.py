"""What setup.py says, read without installing anything."""

import runpy
from unittest import mock

import setuptools

from tests.fakes import REPOSITORY


def read_setup():
    """Return the keyword arguments that setup.py hands to `setuptools.setup`."""
    with mock.patch.object(setuptools, "setup") as setup:
        runpy.run_path(str(REPOSITORY / "setup.py"))
    return setup.call_args.kwargs
