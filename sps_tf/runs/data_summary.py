"""What a run on one's own files has found in them, said before it trains."""

from collections.abc import Mapping
from statistics import median
from typing import Any

_MOST_NAMES = 5
# Of videos: the reasons for which something is named and used all the same, see the builder.
_USED = {"animation_too_long", "ends_early", "numbers_missing"}
_USED |= {"only_first_frame_used", "uneven_times"}
# Five hops, see `sps_tf.audio.spectrogram`, which takes TensorFlow to load.
_NOTE_SECS = 0.16
# Notes that last so much longer than what is taken for one are cut into pieces.
_CUT_RATIO = 1.5


def summarise_data(about: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> str:
    """Describe a folder of one's own in a few lines; of other data nothing is said.

    Args:
        about: what its builder has recorded, see `datasets.audio_folder` and
            `datasets.video_folder`.
        options: of the data, `config.data`. Default None: nothing is said of how files are cut.

    Returns:
        Lines: how many files there are, how they are divided, how long a sequence and a note is,
        which files are tested on, what was left out or is damaged, and whether notes are cut.
        Empty for the project's own data sets.
    """
    kind = "files" if "files" in about else "videos"
    if kind not in about:
        return ""
    found, sizes = about[kind], about.get("splits", {})
    lines = [
        f"{about.get('folder', 'Data')}: {len(found)} {kind}, "
        f"{sizes.get('train', 0)} sequences to train on and {sizes.get('test', 0)} to test on.",
        *_lengths(found.values()),
        *_cuts(found.values(), options or {}),
        f"Tested on: {_names(n for n, told in found.items() if told.get('split') != 'train')}.",
    ]
    for key, words in (
        ("left_out", "Left out"),
        ("incomplete", "Used in part"),
        ("faults", "Used, but listen to them"),
    ):
        if told := about.get(key):
            lines.append(f"{words}: {_names(f'{n} ({_text(why)})' for n, why in told.items())}.")
    return "\n".join([*lines, *_reasons(about)])


def _reasons(about: Mapping[str, Any]) -> list[str]:
    """Say of what is not told file by file why it was left out, or how it is used."""
    by_file = {*about.get("left_out", {}).values(), *about.get("incomplete", {}).values()}
    parts: dict[str, list[str]] = {"Left out": [], "Used, but look at them": []}
    for why, n in about.get("skipped", {}).items():
        if why not in by_file:
            places = about.get("examples", {}).get(why, [])
            such_as = "such as " if len(places) < n else ""
            named = f" ({such_as}{', '.join(places)})" if places else ""
            words = "Used, but look at them" if why in _USED else "Left out"
            parts[words].append(f"{_text(why)} {n}{named}")
    return [f"{words}: {'; '.join(told)}." for words, told in parts.items() if told]


def _lengths(found: Any) -> list[str]:
    """Say how much there is of all files together."""
    found = list(found)
    if found and "secs" in found[0]:
        secs, silent = (sum(told[key] for told in found) for key in ("secs", "silent_clips"))
        return [f"{secs / 60:.1f} minutes of sound; {silent} silent sequences are left out."]
    if found and "frames" in found[0]:
        return [f"{sum(told['frames'] for told in found)} frames."]
    return []


def _cuts(found: Any, options: Mapping[str, Any]) -> list[str]:
    """Say how long sequences are, and whether notes are longer than what is taken for one."""
    if "n_frames" in options:
        return [f"A sequence has {options['n_frames']} frames."]
    if "n_notes" not in options:
        return []
    note_secs = options.get("note_secs") or _NOTE_SECS
    lines = [f"A sequence has {options['n_notes']} notes of {note_secs:.3g} s."]
    heard = [told["note_interval_secs"] for told in found if told.get("note_interval_secs")]
    if not heard:
        return lines
    usual_secs = median(heard)
    if usual_secs > _CUT_RATIO * note_secs:
        lines.append(
            f"Notes seem to begin every {usual_secs:.2f} s (heard in {len(heard)} files), so each "
            f"is cut into pieces of {note_secs:.3g} s. --config.data.note_secs={usual_secs:.2f} "
            "takes one frame of each; --config.data.start_secs says where the first note begins."
        )
    return lines


def _names(names: Any) -> str:
    names = list(names)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _text(reason: str | list[str]) -> str:
    return (reason if isinstance(reason, str) else ", ".join(reason)).replace("_", " ")
