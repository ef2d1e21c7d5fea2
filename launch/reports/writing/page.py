"""One HTML page of all reports, which needs nothing else, not even a network."""

import base64
import html
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from launch.reports.engine.content import gather, has_numbers
from launch.reports.engine.outcomes import Outcome
from launch.reports.engine.plan import plan_report
from launch.reports.engine.spec import Report
from launch.reports.writing.recorded import PROJECT, list_recorded
from launch.reports.writing.write import list_remarks
from sps_tf import files
from sps_tf.html_page import make_document, make_table

PAGE_FILE = "index.html"
_TITLE = "SPS: every table and figure beside the paper"
_LEGEND = (
    "Our numbers: mean ± standard deviation over seeds (of a sample, n - 1). ↑: higher is better, "
    "↓: lower is better. A dash: none. Where the paper does not say how, its published code "
    "decides."
)
_MARKS = ("reached", "missed", "other unit", "not measured", "not run")
_MEANING = {
    "reached": "our mean, rounded as the paper's is printed, is not worse",
    "missed": "it is worse",
    "not measured": "the runs that have finished lack the number",
    "not run": "no run has finished",
    "other unit": "the two are not in one unit, see the notes",
}
_COMMIT_CHARACTERS = 12
_escape = html.escape


def write_page(root: Path, reports: Sequence[Report], project: Path = PROJECT) -> Path:
    """Write the page of all reports beside those that are found in a folder of runs.

    Args:
        root: folder of all runs; `<root>/reports` is read, and the page left in it.
        reports: the reports that the page has a section for.
        project: where recorded results are, which are shown where `root` has none.

    Returns:
        The file.
    """
    found = list(_list_found(root / "reports"))
    there = {(content["name"], content["preset"]) for content in found}
    found += [c for c in list_recorded(project) if (c["name"], c["preset"]) not in there]
    target = root / "reports" / PAGE_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write_bytes(target, make_page(found, reports).encode())
    return target


def make_page(found: Iterable[dict[str, Any]], reports: Sequence[Report]) -> str:
    """Make the page.

    Args:
        found: contents of reports, as `report.json` holds them; a picture's file is its `path`.
        reports: the reports that the page has a section for, also where nothing is found.

    Returns:
        A whole HTML document.
    """
    of_name: dict[str, list[dict[str, Any]]] = {}
    for content in found:
        of_name.setdefault(content["name"], []).append(content)
    shown = [of_name.get(report.name) or [_not_run(report)] for report in reports]
    counts = {contents[0]["name"]: _count(contents) for contents in shown}
    # Settings that are the paper's are no results.
    total = sum((counts[report.name] for report in reports if not report.facts), Counter())
    marks = "".join(
        f"<li>{_chip(mark, total[mark])} {_escape(_MEANING[mark])}</li>" for mark in _MARKS
    )
    links = "".join(
        f'<li><a href="#{report.name}">{report.title}</a> '
        f"{_state(contents, counts[report.name])}</li>"
        for report, contents in zip(reports, shown, strict=True)
    )
    body = "".join(map(_section, reports, shown))
    return make_document(
        _TITLE,
        f"<header><h1>{_TITLE}</h1>"
        "<p>Self-supervised learning with Physical Symmetry, NeurIPS 2023. Each cell is ours, and "
        "below it the paper's number. Our runs are scored with their last weights; the authors "
        "report the best of their checkpoints on the set that they report.</p>"
        f'<ul class="marks">{marks}</ul><p>{_escape(_LEGEND)}</p></header>'
        f'<nav aria-label="Tables and figures"><ul>{links}</ul></nav><main>{body}</main>',
    )


def _list_found(folder: Path) -> Iterable[dict[str, Any]]:
    for path in sorted(folder.glob("*/report.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # of another version, or half copied; the command writes it anew
        if content.get("picture"):
            content["picture"]["path"] = str(path.with_name(content["picture"]["file"]))
        if "remark" in content:
            yield content


def _not_run(report: Report) -> dict[str, Any]:
    """Return what a report says before any of its runs has finished."""
    plan = plan_report(report)
    return gather(plan, [Outcome(run) for run in plan.runs])


def _count(contents: Sequence[dict[str, Any]]) -> Counter[str]:
    """Count the marks of a report: of each number of the paper the best that a preset has."""
    best: dict[tuple[str, int], int] = {}
    for content in contents:
        for row in content["rows"]:
            for place, cell in enumerate((row["paper"] or {"cells": []})["cells"]):
                if cell and cell["mark"]:
                    key, rank = (row["name"], place), _MARKS.index(cell["mark"])
                    best[key] = min(rank, best.get(key, rank))
    return Counter(_MARKS[rank] for rank in best.values())


def _chip(mark: str, n: int | None = None) -> str:
    text = mark if n is None else f"{n} {mark}"
    return f'<span class="mark {mark.replace(" ", "-")}">{text}</span>'


def _chips(counts: Counter[str]) -> str:
    return "".join(_chip(mark, counts[mark]) for mark in _MARKS if counts[mark])


def _state(contents: Sequence[dict[str, Any]], counts: Counter[str]) -> str:
    """Return the marks of a report; of one without numbers of the paper what has not been run."""
    if counts or not any(map(has_numbers, contents)):
        return _chips(counts) or _chip("not run")
    run = {row["name"] for content in contents for row in content["rows"] if row["n_finished"]}
    rows = {row["name"] for content in contents for row in content["rows"]}
    return _chip("not run", len(rows - run)) if rows - run else ""


def _section(report: Report, contents: Sequence[dict[str, Any]]) -> str:
    of_paper = "" if report.in_paper else ' <span class="ours">ours, not in the paper</span>'
    caption = _escape(report.caption[:1].upper() + report.caption[1:])
    heading = f"<h2>{report.title}{of_paper}</h2><p>{caption}</p>"
    parts = "".join(_content(content) for content in contents)
    return f'<section id="{report.name}">{heading}{parts}</section>'


def _content(content: dict[str, Any]) -> str:
    finished = [run for run in content["runs"] if run["status"] == "finished"]
    state = "" if finished or not content["runs"] else f" {_chip('not run')}"
    remark = f'<p class="remark">{_escape(content["remark"])}</p>' if content["remark"] else ""
    table = _table(content) if content["columns"] else ""
    notes = "".join(f"<li>{_escape(note)}</li>" for note in content["notes"])
    said = "".join(f"<li>{_escape(text)}</li>" for text in list_remarks(content) if finished)
    rows = content["rows"] if content["runs"] else []
    return (
        f"<h3>{_escape(content['settings'])}{state}</h3>{remark}{table}{_figure(content)}"
        + (f"<ul>{notes}</ul>" if notes else "")
        + f"<p><code>{_escape(content['command'])}</code></p>"
        + "".join(_runs(content, row) for row in rows)
        + (f"<details><summary>Data, versions, warnings</summary><ul>{said}</ul></details>")
        * bool(said)
    )


def _table(content: dict[str, Any]) -> str:
    names = (_keep_together(column["heading"]) for column in content["columns"])
    rows = (_row(content, row) for row in content["rows"])
    label = f"{content['title']}, {content['preset']}"
    return make_table(label, ("row", "seeds", *names), rows)


def _keep_together(text: str) -> str:
    """Keep `K = 4` and an arrow in the line of the word before."""
    for sign in (" = ", " ↑", " ↓"):
        text = text.replace(sign, sign.replace(" ", "\u00a0"))
    return text


def _row(content: dict[str, Any], row: dict[str, Any]) -> str:
    printed = (row["paper"] or {"cells": [None] * len(row["cells"])})["cells"]
    cells = "".join(
        _cell(cell, paper, column["decimals"])
        for cell, paper, column in zip(row["cells"], printed, content["columns"], strict=True)
    )
    seeds = f"{row['n_finished']} of {row['n_seeds']}" if row["n_seeds"] else "-"
    if row["n_seeds"] and not row["n_finished"] and not row["paper"]:
        seeds += f"<small>{_chip('not run')}</small>"
    label = _keep_together(row["label"] or row["name"])
    return f'<tr><th scope="row">{_escape(label)}</th><td>{seeds}</td>{cells}</tr>'


def _cell(cell: dict[str, Any], paper: dict[str, Any] | None, decimals: int) -> str:
    ours = "-" if cell["mean"] is None else f"{cell['mean']:.{decimals}f}"
    if cell["std"] is not None:
        ours += f" ± {cell['std']:.{decimals}f}"
    if cell["n"] > 1 and cell["median"] is not None:
        ours += f"<small>median {cell['median']:.{decimals}f}</small>"
    if paper is None:
        return f"<td>{ours}</td>"
    mark = _chip(paper["mark"]) if paper["mark"] else ""
    return f"<td>{ours}<small>paper {_escape(paper['text'])}</small>{mark}</td>"


def _figure(content: dict[str, Any]) -> str:
    picture = content["picture"]
    if not picture:
        return ""
    try:
        data = base64.b64encode(Path(picture["path"]).read_bytes()).decode()
    except OSError as error:
        return f"<p>The picture cannot be read: {_escape(str(error))}</p>"
    text = _escape(picture["caption"])
    image = f'<img src="data:image/png;base64,{data}" alt="{text}">'
    return f"<figure>{image}<figcaption>{text}</figcaption></figure>"


def _runs(content: dict[str, Any], row: dict[str, Any]) -> str:
    """Return the runs behind a row's numbers: seeds, values, commit and command."""
    runs = [run for run in content["runs"] if run["row"] == row["name"]]
    metrics = [column["metric"] for column in content["columns"]]
    names = ["seed", "state", *(c["title"] for c in content["columns"])]
    names += ["steps", "seconds", "device", "commit"]
    heads = "".join(f'<th scope="col">{_escape(name)}</th>' for name in names)
    lines = ""
    for run in runs:
        values = [_number(run["metrics"].get(metric)) for metric in metrics]
        cells = [run["status"], *values, run["steps"], run["seconds"]]
        cells += [run.get("device"), _short(run["commit"])]  # no device: recorded before it was
        lines += f'<tr><th scope="row">{run["seed"]}</th>'
        lines += "".join(f"<td>{_escape(_text(cell))}</td>" for cell in cells) + "</tr>"
    commands = "\n".join(run["command"] for run in runs)
    label = _escape(row["label"] or row["name"])
    return (
        f"<details><summary>Runs of {label}</summary>"
        f'<div class="scroll" role="region" tabindex="0" aria-label="Runs of {label}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
        f"<pre>{_escape(commands)}</pre></details>"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.5g}"


def _short(commit: str | None) -> str:
    """Shorten the name of a commit, which may say after it that the files were changed."""
    name, _, state = (commit or "not noted").partition("-")
    return name[:_COMMIT_CHARACTERS] + (f"-{state}" if state else "")


def _text(value: object) -> str:
    return "-" if value is None else str(value)
