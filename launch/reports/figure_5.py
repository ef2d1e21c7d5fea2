"""Figure 5: the bouncing ball as one latent at a time moves."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_5",
    dataset="sps_ball",
    caption="latent traversals",
    variants=(parts.SPS, parts.SPS_K0, parts.BETA_VAE),
    columns=parts.BALL_SCORES,
    notes=("The paper's three runs have MSEs of 0.09, 0.58 and 0.62.",),
    picture="draw_traversals",
    seeds="0",
)
