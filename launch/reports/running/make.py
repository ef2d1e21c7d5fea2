"""Reports from plan to files: train, read, compare, draw, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launch.reports.engine.content import gather, has_numbers
from launch.reports.engine.kept import add_recorded, list_dropped
from launch.reports.engine.outcomes import Outcome, find_conflict, read_outcome
from launch.reports.engine.plan import Plan, PlannedRun
from launch.reports.engine.spec import Report
from launch.reports.running.processes import Train, make_folder, train_runs
from launch.reports.running.schedule import describe_cost, order_runs, read_finished
from launch.reports.writing.page import write_page
from launch.reports.writing.recorded import find_recorded, record
from launch.reports.writing.write import format_text, write_report
from sps_tf import files
from sps_tf.errors import UserError
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.folder import Run

if TYPE_CHECKING:
    import numpy as np

_PICTURE_FILE = "report.png"


@dataclass(frozen=True)
class Options:
    """How reports are made.

    Args:
        root: folder of all runs; a report goes to `<root>/reports/<name>_<preset>`.
        data_dir: folder of the data sets. Default None: TFDS's own default.
        n_processes: how many runs are trained side by side. Default 0: none is trained.
        page: the reports that the page of all reports has. Default: no page is written.
        record: whether the results are recorded in the project's docs. Default False.
        commit: of recorded runs that did not note theirs. Default None: it stays unknown.
        train: what trains runs. Default: processes of this machine.
    """

    root: Path
    data_dir: str | None = None
    n_processes: int = 0
    page: tuple[Report, ...] = ()
    record: bool = False
    commit: str | None = None
    train: Train = train_runs


def make_reports(plans: Sequence[Plan], options: Options) -> int:
    """Make reports: train their runs, then print each report and leave it in a folder of its own.

    While runs are trained, the reports' numbers (and the page) are written anew after each.

    Args:
        plans: the reports and their runs.
        options: where and how.

    Returns:
        The exit status: 1 if a run failed, else 0.

    Raises:
        UserError: if no run has finished and none was to be trained, or a file cannot be written.
    """
    problems: dict[Path, str] = {}
    if options.n_processes and any(plan.runs for plan in plans):
        make_folder(options.root / "reports")
        problems = _train(plans, options)
    found = {plan.report.name: _read(plan, problems) for plan in plans}
    outcomes = [outcome for own in found.values() for outcome in own]
    if plans and all(plan.runs for plan in plans) and all(map(_is_missing, outcomes)):
        raise UserError(
            f"None of the {len(order_runs(plans, ()))} runs has finished; the first would be "
            f"{outcomes[0].run.workdir}. Without --train=false they are trained."
        )
    for plan in plans:
        own = found[plan.report.name]
        if own and all(map(_is_missing, own)):
            print(f"{plan.report.name}: none of its {len(own)} runs has finished.\n")
        else:
            _make_report(plan, own, options)
    if options.page:
        print(f"written: {write_page(options.root, options.page)}", flush=True)
    return int(any(outcome.status == "failed" for outcome in outcomes))


def show_plans(plans: Sequence[Plan], n_processes: int = 1) -> None:
    """Print what would be trained, in which order, and how long it would take."""
    states = {run.workdir: _state(run) for plan in plans for run in plan.runs}
    for plan in plans:
        print(f"{plan.report.name}: {plan.settings}")
        for run in plan.runs:
            print(f"  {run.name}: {states[run.workdir]}")
        if not plan.runs:
            print("  needs no run")
    left = [run for run in order_runs(plans, ()) if states[run.workdir].startswith("to be trained")]
    print(_announce(plans, left, n_processes))


def _announce(plans: Sequence[Plan], left: Sequence[PlannedRun], n_processes: int) -> str:
    """Say how many runs there are and, from what earlier ones took, how long they will take."""
    runs = order_runs(plans, ())
    cost = describe_cost(left, read_finished(runs), n_processes)
    counted = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
    return f"{counted}, {len(left)} of them to be trained{': ' + cost if cost else ''}."


def _read(plan: Plan, problems: dict[Path, str]) -> list[Outcome]:
    return [read_outcome(run, problems.get(run.workdir, "")) for run in plan.runs]


def _is_missing(outcome: Outcome) -> bool:
    return outcome.status == "missing"


def _make_report(plan: Plan, outcomes: Sequence[Outcome], options: Options) -> None:
    """Draw, write, record and print one report."""
    content, picture = gather(plan, outcomes), None
    if plan.report.picture:
        from launch.reports import pictures

        draw = getattr(pictures, plan.report.picture)
        drawn = draw(plan, outcomes, options.data_dir, **plan.report.settings)
        if drawn is not None:
            picture, caption = drawn
            content["picture"] = {"file": _PICTURE_FILE, "caption": caption}
    folder = _write_numbers(plan, content, options.root)
    if picture is not None:
        files.write_png(folder / _PICTURE_FILE, picture)
    print(format_text(content))
    print(f"written: {folder}/report.md, report.csv, report.json\n", flush=True)
    if options.record and has_numbers(content):
        _record(plan, outcomes, content["picture"], picture, options.commit)


def _record(
    plan: Plan,
    outcomes: Sequence[Outcome],
    about: dict[str, str] | None,
    picture: "np.ndarray | None",
    commit: str | None,
) -> None:
    """Record a report, with those runs recorded earlier that are not in the folder of runs.

    Args:
        plan: the report.
        outcomes: its runs.
        about: what its content says of the picture; None where none was drawn.
        picture: see `launch.reports.writing.recorded.record`.
        commit: see there.
    """
    held = find_recorded(plan.report.name, plan.config.preset)
    plan, joined = add_recorded(plan, outcomes, held)
    content = gather(plan, joined) | {"picture": about}
    if any(outcome.recorded for outcome in joined):
        content["remark"] = held["remark"]
        content["picture"] = about or held["picture"]
    if dropped := list_dropped(held, joined):
        print(f"no longer recorded, since their settings are others now: {', '.join(dropped)}")
    written = record(content, picture, commit=commit)
    print(f"recorded: {', '.join(map(str, written))}\n", flush=True)


def _write_numbers(plan: Plan, content: dict[str, Any], root: Path) -> Path:
    folder = root / "reports" / f"{plan.report.name}_{content['preset']}"
    make_folder(folder)
    write_report(folder, content)
    return folder


def _train(plans: Sequence[Plan], options: Options) -> dict[Path, str]:
    """Train what has not finished; return what went wrong by the folder of the run."""
    runs = order_runs(plans, ())
    problems = {run.workdir: conflict for run in runs if (conflict := find_conflict(run))}
    ordered = order_runs(plans, read_finished(runs))
    states = {run.workdir: read_outcome(run, problems.get(run.workdir, "")) for run in runs}
    left = [run for run in ordered if _is_missing(states[run.workdir])]
    print(_announce(plans, left, options.n_processes), flush=True)
    if not left:
        return problems

    def write_so_far(run: PlannedRun) -> None:
        """Write the numbers of each report that has the run that just ended."""
        for plan in plans:
            if any(one.workdir == run.workdir for one in plan.runs):
                content = gather(plan, _read(plan, problems))
                if has_numbers(content):
                    _write_numbers(plan, content, options.root)
        if options.page:
            write_page(options.root, options.page)

    problems |= options.train(left, options.n_processes, options.data_dir, write_so_far)
    for run in left:
        if run.workdir not in problems and _is_missing(read_outcome(run)):
            problems[run.workdir] = "ended without results"
    return problems


def _state(run: PlannedRun) -> str:
    conflict = find_conflict(run)
    outcome = read_outcome(run, conflict)
    if outcome.status != "missing":
        return outcome.status + (f": {outcome.problem}" if outcome.problem else "")
    kept = list_checkpoints(Run(run.workdir).checkpoints)
    step = f", from step {kept[0][0]}" if kept else ""
    return f"to be trained{step}: {run.config.steps} steps in {run.workdir}"
