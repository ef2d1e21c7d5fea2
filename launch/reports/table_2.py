"""Table 2: where the bouncing ball is, read from the latents."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_2",
    dataset="sps_ball",
    caption="Linear fits between the true location and the learned location factor",
    variants=(parts.SPS, parts.SPS_AE, parts.SPS_K0, parts.SPS_AE_K0, parts.BETA_VAE),
    columns=parts.LINEAR_FIT,
    # The text calls rows 2 and 4 SPS_AE; the table itself repeats the name of row 1.
    paper={
        "sps": ("0.11 ± 0.09", "0.31 ± 0.34", "0.26 ± 0.34", "0.26 ± 0.30"),
        "sps_ae": ("0.13 ± 0.07", "0.39 ± 0.33", "0.21 ± 0.17", "0.24 ± 0.17"),
        "sps_k0": ("0.33 ± 0.10", "0.80 ± 0.18", "0.75 ± 0.17", "0.62 ± 0.14"),
        "sps_ae_k0": ("0.26 ± 0.09", "0.44 ± 0.27", "0.55 ± 0.17", "0.42 ± 0.15"),
        "beta_vae": ("0.36 ± 0.03", "0.70 ± 0.01", "0.68 ± 0.03", "0.58 ± 0.01"),
    },
    paper_seeds=parts.OUTLIERS,
    notes=(parts.FIT_NOTE, parts.OUTLIERS_NOTE),
)
