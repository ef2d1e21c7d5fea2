"""What the benchmarks measure with."""

import subprocess
import sys
import time

from benchmarks.measuring import PeakMemory


def test_largest_process_of_the_name_is_followed_and_no_other():
    code = "import time; block = bytearray(100_000_000); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, "the_big_one"])
    try:
        with PeakMemory("the_big_one") as found, PeakMemory("no_such_name") as other:
            time.sleep(2)
    finally:
        process.kill()
        process.wait()
    assert 95 < found.peak_mib < 1000
    assert other.peak_mib == 0
