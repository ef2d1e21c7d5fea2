"""Figure 10: changes of instrument, against the accordion."""

from launch.reports import parts, table_5
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_10",
    dataset="sps_scale/instruments",
    caption="changes of content and style for other instruments than the accordion",
    variants=table_5.REPORT.variants,
    columns=parts.CHANGE_RATIOS,
    notes=(
        parts.GMVAE_NOTE,
        "At MIDI pitch 62: the paper's D3 is below the range of Table 14's accordion.",
    ),
    picture="draw_changes",
    seeds="0",
)
