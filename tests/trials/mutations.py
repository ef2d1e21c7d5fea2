"""Damage the bytes of an input in the ways that disks, downloads and mischief do."""

import time

import numpy as np

from sps_tf.errors import UserError
from tests.trials import tally

MAX_SECS = 20.0


def mutate(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the content with one damage: bytes changed, cut, doubled, inserted or zeroed."""
    data = bytearray(content)
    start, stop = sorted(rng.integers(0, len(data) + 1, 2).tolist())
    kind = rng.integers(6)
    if kind == 0:
        for place in rng.integers(0, len(data), rng.integers(1, 9)):
            data[place] = rng.integers(256)
    elif kind == 1:
        data[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
    elif kind == 2:
        del data[stop:]
    elif kind == 3:
        del data[start : min(stop, start + 64)]
    elif kind == 4:
        data[start:start] = data[start : start + 256] * int(rng.integers(1, 20))
    else:
        data[start : start + 16] = bytes([rng.choice([0, 127, 128, 255])]) * 16
    return bytes(data)


def try_mutants(content, use, n, seed=0):
    """Use `n` damaged versions of an input; return how many were refused.

    Each is used, or refused by `UserError` in one line, within `MAX_SECS`.
    """
    rng, refused = np.random.default_rng(seed), 0
    for number in range(n):
        mutant = mutate(content, rng)
        tally.add("damaged inputs", 1)
        started = time.monotonic()
        try:
            use(mutant)
        except UserError as error:
            refused += 1
            assert "\n" not in str(error), number
        took = time.monotonic() - started
        assert took < MAX_SECS, f"mutant {number} took {took:.0f} s"
    return refused
