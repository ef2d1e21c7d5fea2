"""Figure 16: the ball as one latent of place at a time moves; from the runs of Table 10."""

from launch.reports import parts, table_10

REPORT = table_10.REPORT.figure(
    "figure_16",
    "latent traversals of the place",
    picture="draw_place_traversals",
    columns=parts.GREEN_FIT,
    notes=(
        "The style is that of the test sequence with which a ball decoded at the mean place "
        "stands out most.",
    ),
)
