"""Table 11: the losses on balls of many colours."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_11",
    dataset="sps_ball/colorful",
    caption="Reconstruction and prediction on the video task with variable colours",
    variants=(parts.SPS, parts.SPS_K0, parts.BETA_VAE),
    columns=parts.LOSSES,
    paper={
        "sps": ("0.6457", "0.6464", "0.0957"),
        "sps_k0": ("0.6456", "0.6464", "0.1320"),
        "beta_vae": ("0.6455", "N/A", "N/A"),
    },
    with_style=True,
    paper_seeds="not given",
    notes=(parts.FLOOR_NOTE, parts.L_PRIOR_NOTE, parts.SINGLE_NOTE),
)
