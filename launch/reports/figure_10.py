"""Figure 10: changes of instrument, against the accordion; from the runs of Table 5."""

from launch.reports import parts, table_5

REPORT = table_5.REPORT.figure(
    "figure_10",
    "changes of content and style for other instruments than the accordion",
    picture="draw_changes",
    notes=(
        parts.GMVAE_NOTE,
        "At MIDI pitch 62: the paper's D3 is below the range of Table 14's accordion.",
    ),
)
