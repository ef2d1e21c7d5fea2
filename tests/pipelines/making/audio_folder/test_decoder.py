import numpy as np
import pytest

from pipelines.making.audio_folder.decoder import Decoder
from sps_tf.errors import UserError
from tests.pipelines.making.audio_folder.fakes import sine, write

# In the worker these stand in for the real packages. They break where the sound says so.
TENSORFLOW = """
uint8 = int16 = int32 = float32 = None
class errors:
    class OpError(Exception):
        pass
"""
TENSORFLOW_IO = """
import os, time
import numpy as np

class Samples:
    def __init__(self, content):
        self.content = content
    def numpy(self):
        return np.frombuffer(self.content, np.int16).reshape(-1, 1)

class audio:
    def decode_wav(content, dtype):
        samples = content[44:]
        if np.int16(111).tobytes() * 4 in samples:
            os.abort()
        if np.int16(222).tobytes() * 4 in samples:
            time.sleep(100)
        if np.int16(333).tobytes() * 4 in samples:
            raise KeyError("what nobody thought of")
        return Samples(samples)
"""


@pytest.fixture
def fake_packages(tmp_path, monkeypatch):
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "tensorflow.py").write_text(TENSORFLOW)
    (folder / "tensorflow_io.py").write_text(TENSORFLOW_IO)
    monkeypatch.syspath_prepend(folder)
    return folder


def sound_with(path, number, n_before=0):
    content = np.full(n_before + 1000, 5, np.int16)
    content[n_before : n_before + 10] = number
    return write(path, content)


@pytest.mark.usefixtures("fake_packages")
def test_the_sound_comes_whole_and_in_order(tmp_path):
    samples = np.random.default_rng(0).integers(-9000, 9000, 200_000).astype(np.int16)
    path = write(tmp_path / "my sound é %d.wav", samples)
    with Decoder() as decoder:
        for _ in range(2):
            decoded = decoder.decode(path, 0.0, 60.0)
            np.testing.assert_array_equal(decoded.samples, samples)
            assert decoded[1:] == (None, 0)
        assert decoder.decode(tmp_path / "gone.wav", 0.0, 60.0).reason == "cannot_be_opened"


@pytest.mark.usefixtures("fake_packages")
@pytest.mark.parametrize(("number", "reason"), [(111, "decoder_crashed"), (222, "decoder_stuck")])
def test_after_a_crash_or_a_standstill_the_next_file_is_read(tmp_path, number, reason):
    bad = sound_with(tmp_path / "bad.wav", number, n_before=70_000)
    good = sound_with(tmp_path / "good.wav", 7)
    with Decoder(stuck_secs=3.0) as decoder:
        decoded = decoder.decode(bad, 0.0, 60.0)
        assert decoded.reason == reason
        assert len(decoded.samples) == 65_536  # the piece before the damage
        decoded = decoder.decode(good, 0.0, 60.0)
        assert (len(decoded.samples), decoded.reason) == (1000, None)


@pytest.mark.usefixtures("fake_packages")
def test_an_error_nobody_thought_of_is_not_taken_for_a_damaged_file(tmp_path):
    bad = sound_with(tmp_path / "bad.wav", 333)
    with Decoder() as decoder, pytest.raises(RuntimeError, match="KeyError: 'what nobody"):
        decoder.decode(bad, 0.0, 60.0)


def test_a_decoder_that_does_not_load_is_told_in_one_line(tmp_path, fake_packages):
    (fake_packages / "tensorflow_io.py").write_text("raise ImportError('no such symbol\\nx')")
    path = sound_with(tmp_path / "a.wav", 7)
    with Decoder() as decoder, pytest.raises(UserError, match="no such symbol") as error:
        decoder.decode(path, 0.0, 60.0)
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("fake_packages")
def test_the_worker_ends_with_the_block(tmp_path):
    path = write(tmp_path / "a.wav", sine(440, 0.1))
    with Decoder() as decoder:
        decoder.decode(path, 0.0, 60.0)
        process = decoder._process
        assert process.poll() is None
    assert process.poll() is not None
