"""A progress bar over Beam workers, which may be other processes.

Beam tells nothing before a pipeline ends, so the workers write a tally: a file that grows by
one byte for each finished example. The bar follows the file's size.
"""

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator

_POLL_SECS = 0.2


@contextlib.contextmanager
def progress_bar(n_examples: int | None, label: str) -> Iterator[str]:
    """Show how many examples are finished, while the `with` block runs.

    The bar is drawn on terminals only.

    Args:
        n_examples: number of examples to come, or None if it is not known.
        label: what is being made.

    Yields:
        Path of the tally, for `count`.
    """
    from tqdm import tqdm

    done = threading.Event()
    with (
        tempfile.NamedTemporaryFile(prefix="progress_") as tally,
        tqdm(total=n_examples, desc=label, unit=" examples", disable=None) as bar,
    ):

        def follow() -> None:
            last = False
            while not last:
                last = done.wait(_POLL_SECS)  # one more look after the end
                size = os.path.getsize(tally.name)
                bar.update((size if n_examples is None else min(size, n_examples)) - bar.n)

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield tally.name
        finally:
            done.set()
            follower.join()


def count(tally_path: str | None, n_examples: int = 1) -> None:
    """Add finished examples to a tally.

    Args:
        tally_path: what `progress_bar` yielded. On a machine that does not have the file, or
            with None, nothing happens.
        n_examples: number of examples finished since the last call. Default 1.
    """
    if tally_path is None:
        return
    with contextlib.suppress(OSError):
        # Appending is atomic, and without O_CREAT no stray file is made elsewhere.
        descriptor = os.open(tally_path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(descriptor, b"." * n_examples)
        finally:
            os.close(descriptor)
