"""Figure 15: the colour of the decoded ball over the latent space."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_15",
    dataset="sps_ball/colorful",
    caption="the colour map of the synthesised ball",
    variants=(parts.SPS, parts.BETA_VAE),
    columns=parts.CHANGE_RATIOS,
    notes=("Axes are in standard deviations of each latent; the paper's are the latents' values.",),
    picture="draw_colour_maps",
    seeds="0",
)
