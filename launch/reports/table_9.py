"""Table 9: how far the latents of place move when the ball's colour changes."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_9",
    dataset="sps_ball/colorful",
    caption="Mean ratios of changes in normalised z_c and z_s under colour augmentation",
    variants=(parts.SPS, parts.UNSPLIT_BALL, parts.SPS_RANDOM_START),
    columns=parts.CHANGE_RATIOS,
    paper={"sps": ("0.54",), "sps_unsplit": ("1.62",)},
    with_style=True,
    paper_seeds="not given",
    notes=(
        parts.CHANCE_NOTE,
        "As in the paper, z2 counts as style in the ablation, which does not tell it from z4 and "
        "z5.",
        parts.SINGLE_NOTE,
    ),
    seeds="0,1,2",
)
