"""The card of a model that comes with the package: data, recipe, figures, limits, licence."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

_OF_PACKAGE = "Apache-2.0, as the package"
# Parts of a metric, such as labels, that the page lists; `card.json` has all of them.
_MOST_PARTS = 10


class Source(NamedTuple):
    """What a model has seen of the world.

    Args:
        made_from: the data, and whose they are.
        limits: what a model of them does not know.
        licence: of the weights. Default the package's.
        ships: whether the package may hold the weights. Default True.
    """

    made_from: str
    limits: str
    licence: str = _OF_PACKAGE
    ships: bool = True


# By the first word of a data set's name.
_SOURCES = {
    "sps_ball": Source(
        "a bouncing ball, rendered by the project (no data of others)",
        "The ball, the ground and the camera of the training set; one ball, 32 x 32 pixels.",
    ),
    "sps_scale": Source(
        "major scales, played by FluidSynth with the sound font FluidR3_GM (MIT licence)",
        "Single notes of the instruments and the pitches of the training set, as loud as there: no "
        "chords, no voices, no noise.",
    ),
    "sps_melody": Source(
        "melodies of the Nottingham set (GPL-3), played by FluidSynth with FluidR3_GM (MIT)",
        "Single notes of the training set's instruments; no chords.",
        "what the melodies' GPL-3 allows",
        ships=False,
    ),
    "kitti_masks": Source(
        "masks of pedestrians of KITTI-Masks, from KITTI MOTS (CC BY-NC-SA 3.0: not for commerce)",
        "One mask of a pedestrian in 64 x 64 pixels.",
        "CC BY-NC-SA 3.0, as KITTI's data: not for commerce",
        ships=False,
    ),
}
_OWN = Source(
    "recordings or videos of its maker's own",
    "What is like the training files.",
    "its maker's to give, as far as the files are",
)


def source_of(dataset: str) -> Source:
    """Return what is known of a data set; of an unknown one, that it is the maker's own."""
    return _SOURCES.get(dataset.partition("/")[0], _OWN)


def make_card(
    name: str, info: Mapping[str, Any], results: Mapping[str, Any], limits: str = ""
) -> dict[str, Any]:
    """Return the card as plain JSON values.

    Args:
        name: of the model.
        info: what its file tells, see `sps_tf.runs.model_info`.
        results: of its run, see `sps_tf.runs.folder.RESULT_KEYS`.
        limits: what else it cannot do, a sentence or two. Default: nothing.

    Returns:
        `name`, `made_from`, `limits`, `licence`, `command` (which trains it again), `minutes`,
        `metrics` (of the test split) and `info`.
    """
    source = source_of(results["dataset"])
    note = results["data"].get("source_note")
    metrics = {key: value for key, value in results["metrics"].items() if key.startswith("test/")}
    return {
        "name": name,
        "made_from": f"{source.made_from}; {note}" if note else source.made_from,
        "limits": " ".join(filter(None, [source.limits, limits])),
        "licence": source.licence,
        "command": (
            f"python -m launch.train --dataset={results['dataset']} --method={results['method']} "
            f"--preset={results['preset']} --seed={results['seed']}"
        ),
        "minutes": round(results["seconds"] / 60, 1),
        "metrics": metrics,
        "info": dict(info),
    }


def write_card(card: Mapping[str, Any]) -> str:
    """Return the card as a page to read, in Markdown."""
    trained_on, line = card["info"]["trained_on"], card["info"].get("calibration")
    sizes = ", ".join(f"{n} {split}" for split, n in trained_on["splits"].items())
    lines = [
        f"# {card['name']}",
        "",
        f'`sps_tf.load("{card["name"]}")`',
        "",
        f"- Data: {card['made_from']}; {trained_on['data']} ({sizes} sequences).",
        f"- Recipe: `{card['command']}`; {trained_on['steps']:,} steps, {card['minutes']:g} "
        f"minutes on {card['info']['versions']['device']}.",
        f"- Limits: {card['limits']}",
        f"- Licence of the weights: {card['licence']}.",
    ]
    if line:
        lowest, highest = line.get("lowest_midi"), line.get("highest_midi")
        between = f", MIDI {lowest:g} to {highest:g}" if lowest is not None else ""
        lines.append(
            f"- Calibration: MIDI = {line['slope']:.4g} {line['latent']} + {line['offset']:.4g}, "
            f"on {line['n_notes']} {line['notes']}{between}; error {line['rms_semitones']:.2g} "
            f"semitones, {line['n_outliers']} outliers."
        )
    lines += ["", "| metric, test split | value |", "| --- | --- |"]
    n_parts = Counter(name.rpartition("/")[0] for name in card["metrics"])
    lines += [
        f"| {name[5:]} | {value:.4g} |"
        for name, value in card["metrics"].items()
        if name.count("/") == 1 or n_parts[name.rpartition("/")[0]] <= _MOST_PARTS
    ]
    return "\n".join(lines) + "\n"
