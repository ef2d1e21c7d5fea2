"""Figure 7: the latent space over training, by K."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant

REPORT = Report(
    name="figure_7",
    dataset="sps_ball",
    caption="the latent space over training, by K",
    variants=(
        Variant("sps_k0", "sps_k0", "K = 0"),
        Variant("sps", "sps", "K = 4"),
        Variant("sps_k16", "sps", "K = 16", {"model.group.n_transforms": 16}),
    ),
    columns=parts.BALL_SCORES,
    picture="draw_grids",
    seeds="0",
)
