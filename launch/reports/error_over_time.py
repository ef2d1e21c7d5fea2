"""The error of every method against the time of training."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant

REPORT = Report(
    name="error_over_time",
    dataset="sps_ball",
    caption="held-out error against the time of training",
    variants=(
        parts.SPS,
        parts.SPS_K0,
        parts.SPS_AE,
        parts.SPS_AE_K0,
        parts.BETA_VAE,
        # Methods without alignment, also from a random start.
        Variant("sps_k0_no_start", "sps_k0", "SPS_VAE, K = 0, random start", parts.NO_START),
        Variant("beta_vae_no_start", "beta_vae", "beta-VAE, random start", parts.NO_START),
    ),
    columns=parts.BALL_SCORES,
    picture="draw_curves",
    seeds="0,1,2",
    in_paper=False,
)
