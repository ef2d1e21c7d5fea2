"""The card of a model that comes with the package: data, recipe, figures, limits, licence."""

from collections.abc import Mapping
from typing import Any

WEIGHTS_LICENCE = "Apache-2.0, as the package"

# What a model has seen of the world, by the first word of its data set's name.
_DATA = {
    "sps_ball": (
        "a bouncing ball, rendered by the project (no data of others)",
        "The ball, the ground and the camera of the training set; one ball, 32 x 32 pixels.",
    ),
    "sps_scale": (
        "major scales, played by FluidSynth with the sound font FluidR3_GM (MIT licence)",
        "Single notes of the instruments and the pitches of the training set, as loud as there: no "
        "chords, no voices, no noise.",
    ),
    "sps_melody": (
        "melodies of the Nottingham set, played by FluidSynth with FluidR3_GM (MIT licence)",
        "Single notes of the training set's instruments; no chords.",
    ),
    "kitti_masks": (
        "masks of pedestrians of KITTI-Masks, from KITTI (CC BY-NC-SA 3.0: not for commerce)",
        "One mask of a pedestrian in 64 x 64 pixels.",
    ),
}
_OWN = ("recordings or videos of its maker's own", "What is like the training files.")


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
    made_from, known_limits = _DATA.get(results["dataset"].partition("/")[0], _OWN)
    metrics = {key: value for key, value in results["metrics"].items() if key.startswith("test/")}
    return {
        "name": name,
        "made_from": made_from,
        "limits": " ".join(filter(None, [known_limits, limits])),
        "licence": WEIGHTS_LICENCE,
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
    lines += [f"| {name[5:]} | {value:.4g} |" for name, value in card["metrics"].items()]
    return "\n".join(lines) + "\n"
