"""The page of a run, `index.html` in its folder: what it was, how it went, what to type next."""

import html
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from sps_tf import files
from sps_tf.errors import UserError
from sps_tf.figures.curve import draw_curve
from sps_tf.html_page import make_document, make_table
from sps_tf.runs.data_summary import summarise_data
from sps_tf.runs.event_files import read_scalars
from sps_tf.runs.folder import Run, from_json
from sps_tf.runs.history import read_looks
from sps_tf.runs.next_steps import list_commands
from sps_tf.runs.table import title_of

PAGE_FILE = "index.html"
# Training curves that say little beside the losses.
_UNINTERESTING = ("nonfinite_step", "input_wait_share", "steps_per_second")
_escape = html.escape


@dataclass(frozen=True)
class Beside:
    """What a run's page shows that its folder does not hold.

    Args:
        command: the command line that trains the run. Default "": not shown.
        paper: of metrics that the paper has, the number as printed and where it stands.
            Default: none.
    """

    command: str = ""
    paper: Mapping[str, str] = field(default_factory=dict)


def write_page(run: Run, said: Mapping[str, Any], beside: Beside | None = None) -> Path:
    """Write the page of a run into its folder; it works from disk, without a network.

    Args:
        run: the run; pictures, sounds, curves and looks at the test split are found in its folder.
        said: what its training or its evaluation has found: `metrics`, `data`, `config`,
            `versions`, and `steps` or `step`.
        beside: what else is shown. Default None: nothing.

    Returns:
        The file. Pictures and sounds are linked to relative to it.

    Raises:
        UserError: if a look at the test split is damaged.
    """
    beside = beside or Beside()
    config = from_json(said["config"])
    name = f"{config.method} on {config.dataset}, {config.preset}, seed {config.seed}"
    sections = (
        ("Pictures", "".join(_picture(path) for path in _list(run.pictures, "*.png"))),
        ("Tables", "".join(_table_link(path) for path in _list(run.latents, "*.csv"))),
        ("Sounds", "".join(_sound(path) for path in _list(run.sounds, "*.wav"))),
        (
            "What was measured",
            _paper_table(said["metrics"], beside.paper) + _metrics(said["metrics"]),
        ),
        ("On the test split, over the steps", _curves(_looked(run))),
        ("Training", _curves(_trained(run))),
        ("What next", _commands(list_commands(run, config))),
        ("Data, settings and versions", _told(said)),
    )
    body = "".join(f"<section><h2>{title}</h2>{text}</section>" for title, text in sections if text)
    content = make_document(name, f"{_header(name, said, beside.command)}<main>{body}</main>")
    target = run.workdir / PAGE_FILE
    files.write_bytes(target, content.encode())
    return target


def write_page_or_warn(run: Run, said: Mapping[str, Any], beside: Beside | None = None) -> None:
    """Write the page as `write_page` does; where that fails, say so in one line on stderr.

    What the page shows is in the run's folder all the same.
    """
    try:
        write_page(run, said, beside)
    except (UserError, OSError) as error:
        print(
            f"warning: {run.workdir / PAGE_FILE} could not be written ({error}). Then "
            f"`python -m launch.evaluate --workdir={run.workdir}` writes it.",
            file=sys.stderr,
        )


def _header(name: str, said: Mapping[str, Any], command: str) -> str:
    """Say what the run was, in the paper's words and in a command."""
    facts = [f"{said.get('steps', said.get('step')):,} steps"]
    if "seconds" in said:
        facts.append(f"{said['seconds'] / 60:.1f} minutes on {said['versions'].get('device', '?')}")
    sizes = ", ".join(f"{n:,} {split}" for split, n in said["data"].get("splits", {}).items())
    facts.append(f"{said['data'].get('name', 'data')}" + (f" ({sizes} sequences)" * bool(sizes)))
    lines = summarise_data(said["data"], said["config"]["data"]).splitlines()
    return (
        f"<header><h1>{_escape(name)}</h1><p>{_escape('; '.join(facts))}.</p>"
        + "".join(f"<p>{_escape(line)}</p>" for line in lines)
        + (f"<pre><code>{_escape(command)}</code></pre></header>" if command else "</header>")
    )


def _list(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern)) if folder.is_dir() else []


def _address(path: Path) -> str:
    return quote(f"{path.parent.name}/{path.name}")


def _words(path: Path) -> str:
    return _escape(path.stem.replace("_", " "))


def _picture(path: Path) -> str:
    address, words = _address(path), _words(path)
    return (
        f'<figure><a href="{address}"><img src="{address}" alt="{words}" loading="lazy"></a>'
        f"<figcaption>{words}</figcaption></figure>"
    )


def _sound(path: Path) -> str:
    words = _words(path)
    return (
        f'<figure><audio controls preload="none" src="{_address(path)}" aria-label="{words}">'
        f"</audio><figcaption>{words}</figcaption></figure>"
    )


def _table_link(path: Path) -> str:
    return f'<p><a href="{_address(path)}">{_escape(path.name)}</a></p>'


def _paper_table(metrics: Mapping[str, float], paper: Mapping[str, str]) -> str:
    rows = (
        f'<tr><th scope="row">{_escape(title_of(name))}</th><td>{metrics[name]:.4g}</td>'
        f'<td class="text">{_escape(printed)}</td></tr>'
        for name, printed in paper.items()
        if name in metrics
    )
    text = "".join(rows)
    if not text:
        return ""
    table = make_table("Beside the paper", ("", "this run", "the paper"), [text])
    return (
        f"{table}<p>The paper's numbers are means over seeds, of the best of each run's "
        "checkpoints on the set that is reported. This run is one seed, and has its last "
        "weights.</p>"
    )


def _metrics(metrics: Mapping[str, float]) -> str:
    rows = [
        f'<tr><th scope="row">{_escape(title_of(name))}<small>{_escape(name)}</small></th>'
        f"<td>{value:.5g}</td></tr>"
        for name, value in metrics.items()
    ]
    table = make_table("Metrics", ("", "this run"), rows)
    return f"<details><summary>All {len(rows)} numbers</summary>{table}</details>"


def _looked(run: Run) -> dict[str, np.ndarray]:
    """Return the curves of the metrics that are not of a single label, latent or instrument."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for look in read_looks(run.history):
        for name, value in look.metrics.items():
            if name.count("/") == 1:
                curves.setdefault(title_of(name), []).append((look.step, value))
    return {name: np.array(points) for name, points in curves.items() if len(points) > 1}


def _trained(run: Run) -> dict[str, np.ndarray]:
    curves = read_scalars(run.tensorboard)
    shown = {name.partition("/")[2]: points for name, points in curves.items()}
    shown = {name: shown[name] for name in sorted(shown) if name not in _UNINTERESTING}
    # The sum first.
    return ({"loss": shown["loss"]} if "loss" in shown else {}) | shown


def _curves(curves: Mapping[str, np.ndarray]) -> str:
    drawn = "".join(draw_curve(points, name) for name, points in curves.items())
    return f'<div class="curves">{drawn}</div>' if drawn else ""


def _commands(commands: Mapping[str, str]) -> str:
    return "".join(
        f"<p>{_escape(what)}</p><pre><code>{_escape(command)}</code></pre>"
        for what, command in commands.items()
    )


def _told(said: Mapping[str, Any]) -> str:
    """Lay data, settings and versions out; what is nested goes by its path."""
    parts = (("Data", said["data"]), ("Settings", said["config"]), ("Versions", said["versions"]))
    return "".join(
        f"<details><summary>{title}</summary>{make_table(title, ('', 'value'), _rows(facts))}"
        "</details>"
        for title, facts in parts
    )


def _rows(facts: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
    for key, value in facts.items():
        if isinstance(value, Mapping) and value:
            yield from _rows(value, f"{prefix}{key}.")
        else:
            yield (
                f'<tr><th scope="row">{_escape(prefix + key)}</th>'
                f'<td class="text">{_escape(str(value))}</td></tr>'
            )
