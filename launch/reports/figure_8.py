"""Figure 8: wrong assumptions of the group."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant


def _wrong(translation: int, rotation: int) -> Variant:
    """Return SPS with the group (R^translation,+) x SO(rotation)."""
    name = f"(R^{translation},+)xSO({rotation})"
    return Variant(f"sps_R{translation}xSO{rotation}", "sps", name, {"model.group.name": name})


REPORT = Report(
    name="figure_8",
    dataset="sps_ball",
    caption="wrong assumptions of the group",
    variants=(
        Variant("sps_k0", "sps_k0", "w/o symmetry"),
        _wrong(1, 2),
        _wrong(3, 2),
        _wrong(1, 3),
        _wrong(2, 3),
        _wrong(3, 3),
        Variant("sps", "sps", "correct: (R^2,+)xSO(2)"),
    ),
    columns=parts.BALL_SCORES,
    notes=(
        "The text names three of the paper's five wrong groups, (R^1,+)xSO(2), (R^3,+)xSO(2) and "
        "(R^2,+)xSO(3); the other two are those that complete R^1 to R^3 with SO(2) and SO(3).",
    ),
    picture="draw_boxes",
    seeds="0,1,2",
)
