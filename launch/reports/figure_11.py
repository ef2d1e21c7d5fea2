"""Figure 11: the learned factor against the pitch, for many instruments."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_11",
    dataset="sps_scale/instruments",
    caption="the mapping between the 1-D content factor and the true pitch",
    variants=(
        parts.SPS,
        parts.SPS_K0,
        parts.BETA_VAE_BANJO,
        parts.BETA_VAE,
        parts.SPICE,
    ),
    columns=(
        parts.PITCH_R2,
        parts.PITCH_R2_OF_INSTRUMENTS,
        parts.SYNTHESIS_R2,
        parts.SYNTHESIS_R2_AUTHORS,
    ),
    notes=(
        parts.YIN_NOTE,
        "The paper's beta-VAE has one latent and the banjo alone; ours with all latents and "
        "instruments stands beside it.",
    ),
    picture="draw_pitch",
    seeds="0",
)
