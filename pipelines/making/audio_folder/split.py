"""Choose which files are for testing."""

import hashlib

from pipelines.making.walking import normal_name


def choose_test(n_clips: dict[str, int], fraction: float, seed: int) -> dict[str, int]:
    """Return for every file how many of its last clips are for testing.

    Whole files are taken in an order that depends on the seed and their names alone, as many as
    fit into the share. Where none fits, the smallest is taken; where there is only one file,
    its end.

    Args:
        n_clips: file -> its clips, at least two of them in all.
        fraction: share of the clips, above 0 and below 1.
        seed: seed of the order.

    Returns:
        file -> number of its last clips to test on: all or none, unless it is the only file.
    """
    total = sum(n_clips.values())
    wanted = min(max(1, round(fraction * total)), total - 1)
    if len(n_clips) == 1:
        return dict.fromkeys(n_clips, wanted)

    def rank(name: str) -> str:
        return hashlib.sha256(f"audio_folder/test/{seed}/{normal_name(name)}".encode()).hexdigest()

    test = dict.fromkeys(n_clips, 0)
    for name in sorted(n_clips, key=rank):
        if sum(test.values()) + n_clips[name] <= wanted:
            test[name] = n_clips[name]
    if not any(test.values()):
        smallest = min(n_clips, key=lambda name: (n_clips[name], rank(name)))
        test[smallest] = n_clips[smallest]
    return test
