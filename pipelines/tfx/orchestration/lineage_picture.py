"""The picture of a lineage: one box for each execution, from the data down to the model."""

import time
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from pipelines.tfx.orchestration.lineage import Node
from sps_tf.figures.canvas import new_figure

_WIDTH_PX, _ROW_PX = 900, 100
_BOX_WIDTH, _BOX_HEIGHT = 0.62, 0.64  # in the axes: 1 wide, a row 1 high
_DIGITS = 12


def draw(tree: Node, root: Path, path: Path) -> None:
    """Draw a lineage and write it as a PNG.

    Args:
        tree: see `pipelines.tfx.orchestration.lineage.trace`.
        root: the pipeline root, to which folders are relative.
        path: the file.
    """
    nodes: dict[int, Node] = {}
    _collect(tree, nodes)
    # An execution's number is higher than those of all that it read.
    rows = {number: row for row, number in enumerate(sorted(nodes))}
    figure = new_figure(_WIDTH_PX, _ROW_PX * len(rows) + 20)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(len(rows) - 0.4, -0.6))
    axes.axis("off")
    for number, node in nodes.items():
        _draw_box(axes, node, root, rows[number])
        for key, child in node.inputs.items():
            _draw_arrow(axes, key, rows[child.execution.id], rows[number])
    figure.savefig(path)


def _collect(node: Node, nodes: dict[int, Node]) -> None:
    nodes[node.execution.id] = node
    for child in node.inputs.values():
        _collect(child, nodes)


def _draw_box(axes: Axes, node: Node, root: Path, row: int) -> None:
    execution = node.execution
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(execution.started))
    corner = (0.03, row - _BOX_HEIGHT / 2)
    style = "round,pad=0,rounding_size=0.02"
    axes.add_patch(
        FancyBboxPatch(
            corner, _BOX_WIDTH, _BOX_HEIGHT, style, mutation_aspect=8, fc="#eef3fb", ec="#4a6fa5"
        )
    )
    axes.text(0.05, row - 0.15, f"{execution.component} #{execution.id}", weight="bold", size=11)
    axes.text(
        _BOX_WIDTH + 0.01, row - 0.15, f"{when}, {execution.seconds:.0f} s", ha="right", size=8
    )
    place = node.artifact.path.relative_to(root)
    axes.text(0.05, row + 0.05, f"{place}  sha256 {node.artifact.digest[:_DIGITS]}", size=8)
    code = f"code {execution.code_version[:_DIGITS]}  fingerprint {execution.fingerprint[:_DIGITS]}"
    axes.text(0.05, row + 0.22, code, size=8, color="#555555")


def _draw_arrow(axes: Axes, key: str, start: int, end: int) -> None:
    """Draw straight down to the next box, and around the boxes between to a later one."""
    half = _BOX_HEIGHT / 2
    if end == start + 1:
        ends, bend, x = ((0.34, start + half), (0.34, end - half)), 0.0, 0.345
    else:
        right, bend = 0.03 + _BOX_WIDTH, -0.3
        ends = ((right, start), (right, end))
        # The arc's middle is half its bend away from the straight line, in pixels.
        x = right + 0.5 * -bend * (end - start) * _ROW_PX / _WIDTH_PX + 0.005
    axes.annotate(
        "",
        xy=ends[1],
        xytext=ends[0],
        arrowprops={"arrowstyle": "-|>", "color": "#4a6fa5", "connectionstyle": f"arc3,rad={bend}"},
    )
    # A longer arc shares its middle with shorter ones inside it: its name stands lower.
    y = (ends[0][1] + ends[1][1]) / 2 + max(0, end - start - 2) * 0.2
    axes.text(x, y, key, size=8, va="center", color="#4a6fa5")
