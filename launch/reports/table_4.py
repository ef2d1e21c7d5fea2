"""Table 4: the losses on the bouncing ball."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_4",
    dataset="sps_ball",
    caption="Reconstruction and prediction losses of the video task",
    variants=(parts.SPS, parts.SPS_AE, parts.SPS_K0, parts.SPS_AE_K0, parts.BETA_VAE),
    columns=parts.LOSSES,
    paper={
        "sps": ("0.64382 ± 9e-05", "0.6456 ± 4e-04", "0.14 ± 0.05"),
        "sps_ae": ("0.64386 ± 7e-05", "0.6458 ± 3e-04", "0.17 ± 0.07"),
        "sps_k0": ("0.64372 ± 4e-05", "0.6459 ± 2e-04", "0.19 ± 0.10"),
        "sps_ae_k0": ("0.64367 ± 5e-05", "0.6456 ± 1e-04", "0.11 ± 0.03"),
        "beta_vae": ("0.64345 ± 5e-05", "N/A", "N/A"),
    },
    paper_seeds=parts.OUTLIERS,
    notes=(parts.FLOOR_NOTE, parts.L_PRIOR_NOTE, parts.OUTLIERS_NOTE),
)
