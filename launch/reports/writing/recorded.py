"""Recorded results: small JSON files, and the pages of the docs that are written from them."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launch.reports.writing.doc_pages import PAGES, README_TABLES, DocPage, ReadmeTable
from launch.reports.writing.write import LEGEND, lay_out_table, make_grid
from sps_tf import files
from sps_tf.errors import UserError

if TYPE_CHECKING:
    import numpy as np

PROJECT = Path(__file__).parents[3]
_RECORDED = Path("docs", "results", "recorded")
_PICTURES = Path("docs", "pictures")
_MARKER = re.compile(r"(<!-- results: (\w+) -->\n).*?(<!-- end of results -->)", re.DOTALL)
_KINDS = ("table", "figure")
_LEFT_OUT = ("workdir", "problem")  # of this machine
# The folders of an absolute path, such as that of a user's file among the settings.
_FOLDERS = re.compile(r"(?<![\w/:.~])/(?:[^\s/'\",]+/)+(?=[^\s/])")


def list_recorded(project: Path = PROJECT) -> list[dict[str, Any]]:
    """Return all recorded results in the order of their names.

    Raises:
        UserError: if a file is damaged.
    """
    found = []
    for path in sorted((project / _RECORDED).glob("*.json"), key=_in_order):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"{path} cannot be read ({error}).") from error
        if content["picture"]:
            content["picture"]["path"] = str(project / _PICTURES / content["picture"]["file"])
        found.append(content)
    return found


def find_recorded(name: str, preset: str, project: Path = PROJECT) -> dict[str, Any] | None:
    """Return what is recorded of a report with a preset, or None."""
    of_name = (content for content in list_recorded(project) if content["name"] == name)
    return next((content for content in of_name if content["preset"] == preset), None)


def record(
    content: dict[str, Any],
    picture: "np.ndarray | None",
    project: Path = PROJECT,
    commit: str | None = None,
) -> list[Path]:
    """Record a report's results, and write the pages and README's tables anew.

    Args:
        content: from `launch.reports.engine.content.gather`.
        picture: (height, width, 3) uint8; None where there is none.
        project: the project's root. Default: that of this file.
        commit: of finished runs that did not note theirs. Default None: it stays unknown.

    Returns:
        The files that were written.

    Raises:
        UserError: if the project has no docs.
    """
    if not (project / "docs").is_dir():
        raise UserError(
            f"--record writes into the docs of a checkout. Received: {project}, without docs. Run "
            "it in a clone of the repository."
        )
    name = f"{content['name']}_{content['preset']}"
    metrics = [column["metric"] for column in content["columns"]]
    runs = [
        {key: value for key, value in run.items() if key not in _LEFT_OUT}
        | {"metrics": {key: run["metrics"][key] for key in metrics if key in run["metrics"]}}
        for run in content["runs"]
    ]
    for run in runs:
        if run["status"] == "finished" and run["commit"] is None:
            run["commit"] = commit
    kept = {**content, "runs": runs}
    if content["picture"]:
        kept["picture"] = {name: content["picture"][name] for name in ("file", "caption")}
    target = project / _RECORDED / f"{name}.json"
    for folder in (_RECORDED, _PICTURES):
        (project / folder).mkdir(parents=True, exist_ok=True)
    written = [target]
    if content["picture"] and picture is not None:
        kept["picture"] = {**content["picture"], "file": f"{name}.png"}
        written.append(project / _PICTURES / f"{name}.png")
        files.write_png(written[-1], picture)
    files.write_json(target, _without_folders(kept))
    for path, text in make_docs(project).items():
        files.write_bytes(path, text.encode())
        written.append(path)
    return written


def _without_folders(value: Any) -> Any:
    """Return the same with files by their names alone: where they lay is of this machine."""
    if isinstance(value, dict):
        return {key: _without_folders(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_folders(held) for held in value]
    return _FOLDERS.sub("", value) if isinstance(value, str) else value


def make_docs(project: Path = PROJECT) -> dict[Path, str]:
    """Return the text of every page that is written from recorded results, by its file."""
    recorded = list_recorded(project)
    pages = {
        project / "docs" / "results" / f"{name}.md": _make_page(page, recorded)
        for name, page in PAGES.items()
    }
    readme = project / "README.md"
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        pages[readme] = _MARKER.sub(
            lambda found: (
                found[1] + _make_readme_table(README_TABLES[found[2]], recorded) + found[3]
            ),
            text,
        )
    return pages


def _in_order(path: Path) -> tuple[int, int, str]:
    """Sort tables before figures before ours, and table_2 before table_10."""
    kind, _, rest = path.stem.partition("_")
    number = rest.partition("_")[0]
    place = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
    return place, int(number) if number.isdecimal() else 0, path.stem


def _make_page(page: DocPage, recorded: Iterable[dict[str, Any]]) -> str:
    own = [content for content in recorded if content["dataset"].startswith(page.datasets)]
    measures = [["name in `results.json`", "what it is"]]
    measures += [
        [", ".join(f"`{name}`" for name in names.split(", ")), text]
        for names, text in page.measures.items()
    ]
    parts = [
        f"# {page.title}",
        "<!-- Written by `python -m launch.report --record` from recorded/*.json; not by hand. -->",
        *page.intro,
        "## What is measured",
        lay_out_table(measures),
        LEGEND,
        *(part for content in own for part in _make_section(content)),
    ]
    return "\n\n".join(parts) + "\n"


def _make_section(content: dict[str, Any]) -> list[str]:
    of_paper = " of the paper" if content["in_paper"] else ""
    parts = [f"## {content['title']}{of_paper}, `{content['preset']}`: {content['caption']}"]
    if content["remark"]:
        parts.append(f"**{content['remark']}**")
    if content["columns"]:
        parts.append(lay_out_table(make_grid(content)))
    if content["picture"]:
        picture = content["picture"]
        parts.append(f"![{picture['caption']}](../pictures/{picture['file']})")
        parts.append(picture["caption"])
    facts = [f"- {note}" for note in content["notes"]]
    facts.append(f"- {describe_runs(content)}" if content["runs"] else "")
    facts.append(f"- `{content['command']}`")
    return [*parts, "\n".join(fact for fact in facts if fact)]


def describe_runs(content: dict[str, Any]) -> str:
    """Say in a line how many runs a report has, their seeds and the commits they were made at."""
    finished = [run for run in content["runs"] if run["status"] == "finished"]
    seeds = ", ".join(str(seed) for seed in sorted({run["seed"] for run in finished}))
    commits = ", ".join(sorted({run["commit"] or "not noted" for run in finished}))
    # Runs that were recorded before their device was kept have none.
    devices = sorted({device for run in finished if (device := run.get("device"))})
    place = f", on {'; '.join(devices)}" if devices else ""
    settings = content["settings"]
    return f"{settings}: {len(finished)} runs, seeds {seeds or '-'}{place}; commit {commits or '-'}"


def _make_readme_table(table: ReadmeTable, recorded: Sequence[dict[str, Any]]) -> str:
    of_preset = {c["preset"]: c for c in recorded if c["name"] == table.report}
    shown = [preset for preset in table.presets if preset in of_preset]
    heading = ["method"]
    for _, title, _ in table.columns:
        heading += [f"`{preset}`: {title}" for preset in shown] + ["the paper"]
    grid = [[*heading, "seeds"]]
    for name in table.rows:
        rows = {p: row for p in shown for row in of_preset[p]["rows"] if row["name"] == name}
        if not rows:
            continue
        first = next(iter(rows.values()))
        line = [first["label"]]
        for title, _, in_paper in table.columns:
            line += [_readme_cell(of_preset[p], rows.get(p), title) for p in shown]
            line.append(_paper_text(of_preset[shown[0]], first, in_paper))
        counts = [str(rows[p]["n_finished"]) if p in rows else "-" for p in shown]
        grid.append([*line, ", ".join(counts)])
    text = f"{lay_out_table(grid)}\n"
    remarks = {p: of_preset[p]["remark"].partition(". ")[0].rstrip(".") for p in shown}
    return text + "".join(f"\n`{p}`: {remark}.\n" for p, remark in remarks.items() if remark)


def _place(content: dict[str, Any], title: str) -> int:
    return [column["title"] for column in content["columns"]].index(title)


def _readme_cell(content: dict[str, Any], row: dict[str, Any] | None, title: str) -> str:
    place = _place(content, title)
    if row is None or row["cells"][place]["mean"] is None:
        return "-"
    cell = row["cells"][place]
    if cell["std"] is None:
        return f"{cell['mean']:.3f}"
    digits = 3 if cell["std"] >= 0.001 else 4
    return f"{cell['mean']:.{digits}f} ± {cell['std']:.{digits}f}"


def _paper_text(content: dict[str, Any], row: dict[str, Any], title: str) -> str:
    printed = row["paper"] and row["paper"]["cells"][_place(content, title)]
    return printed["text"] if printed else "-"
