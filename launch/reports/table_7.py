"""Table 7: the losses on major scales of 53 instruments."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_7",
    dataset="sps_scale/instruments",
    caption="Reconstruction and prediction results on the audio task, 53 instruments",
    variants=(parts.SPS, parts.SPS_K0, parts.BETA_VAE, parts.BETA_VAE_BANJO),
    columns=(*parts.LOSSES, parts.PITCH_R2, parts.SYNTHESIS_R2),
    paper={
        "sps": ("0.0356", "0.0359", "0.0418"),
        "sps_k0": ("0.0360", "0.0363", "0.0486"),
        "beta_vae": ("0.0359", "N/A", "N/A"),
    },
    with_style=True,
    paper_seeds="not given",
    notes=(
        parts.FLOOR_NOTE,
        parts.L_PRIOR_NOTE,
        parts.SINGLE_NOTE,
        "The paper's R^2 of each instrument are in its Figure 12, without numbers.",
    ),
)
