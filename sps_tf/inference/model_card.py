"""The card of a model that comes with the package: data, recipe, figures, limits, licence."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sps_tf.runs.origins import origin_of

# Parts of a metric, such as labels, that the page lists; `card.json` has all of them.
_MOST_PARTS = 10


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
    origin = origin_of(results["dataset"])
    note = results["data"].get("source_note")
    metrics = {key: value for key, value in results["metrics"].items() if key.startswith("test/")}
    return {
        "name": name,
        "made_from": f"{origin.made_from}; {note}" if note else origin.made_from,
        "limits": " ".join(filter(None, [origin.limits, limits])),
        "licence": origin.licence,
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
            f"on {line['n_notes']} notes ({line['notes']}{between}); error "
            f"{line['rms_semitones']:.2g} semitones, {line['n_outliers']} outliers."
        )
    lines += ["", "| metric, test split | value |", "| --- | --- |"]
    n_parts = Counter(name.rpartition("/")[0] for name in card["metrics"])
    lines += [
        f"| {name[5:]} | {value:.4g} |"
        for name, value in card["metrics"].items()
        if name.count("/") == 1 or n_parts[name.rpartition("/")[0]] <= _MOST_PARTS
    ]
    return "\n".join(lines) + "\n"
